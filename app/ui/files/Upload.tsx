// A file is brought in: it is sent as it is, and read by the server.
import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Card, DropZone, InlineStack, Spinner, Text } from "@shopify/polaris";
import { useState } from "react";
import type { KeptProblem } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useFileProblem } from "./words.ts";

export type UploadAnswer = { ok: false; name: string; problem: KeptProblem };
type UploadProps = { mostBytes: number; mostRows: number };

export function Upload({ mostBytes, mostRows }: UploadProps) {
  const t = useT("files");
  const format = useFormat();
  const words = useFileProblem();
  const fetcher = useFetcher<UploadAnswer>();
  const [name, setName] = useState("");
  const [tooLarge, setTooLarge] = useState<UploadAnswer | null>(null);
  const limit = Math.round(mostBytes / 1024 / 1024);
  const busy = fetcher.state !== "idle";
  const refused = tooLarge ?? (fetcher.data && !fetcher.data.ok ? fetcher.data : null);

  function take(files: File[]) {
    const file = files[0];
    if (!file || busy) return;
    setName(file.name);
    setTooLarge(file.size > mostBytes ? { ok: false, name: file.name, problem: { key: "too_large", values: { limit } } } : null);
    if (file.size > mostBytes) return;
    const form = new FormData();
    form.set("file", file, file.name);
    fetcher.submit(form, { method: "post", encType: "multipart/form-data" });
  }

  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("upload.title")}
        </Text>
        {refused && !busy ? (
          <Banner tone="critical" title={t("upload.not_read", { name: refused.name })}>
            <p>{words(refused.problem)}</p>
          </Banner>
        ) : null}
        <DropZone label={t("upload.drop")} labelHidden allowMultiple={false} variableHeight onDropAccepted={take} disabled={busy} type="file">
          {busy ? (
            <div style={{ padding: "2rem 1rem" }}>
              <InlineStack gap="200" align="center" blockAlign="center">
                <Spinner size="small" accessibilityLabel={t("upload.reading", { name })} />
                <Text as="span" breakWord>{t("upload.reading", { name })}</Text>
              </InlineStack>
            </div>
          ) : (
            <div style={{ padding: "0.5rem" }}>
              <DropZone.FileUpload actionTitle={t("upload.drop")} actionHint={t("upload.hint", { limit, rows: format.number(mostRows) })} />
            </div>
          )}
        </DropZone>
        <Text as="p" tone="subdued">
          {t("upload.explained")}
        </Text>
      </BlockStack>
    </Card>
  );
}
