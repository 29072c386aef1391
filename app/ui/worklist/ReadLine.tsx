// Since when what is known of the networks holds, why it is not newer, and the way to have it read now.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, InlineStack, Text } from "@shopify/polaris";
import type { ReadState } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useToast } from "../live.ts";
import { useProblemWords } from "../marks.tsx";

export function ReadLine({ read }: { read: ReadState | null }) {
  const t = useT("worklist");
  const format = useFormat();
  const fetcher = useFetcher<{ asked: number }>();
  const problem = useProblemWords()(read?.problem ?? null);
  useToast(fetcher.data, fetcher.data ? t(fetcher.data.asked > 0 ? "reading.done" : "reading.already") : null);
  if (read === null) return null;
  const known = read.at === null ? t("reading.never") : t("reading.read", { when: format.ago(read.at) });
  return (
    <BlockStack>
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="p" tone="subdued" variant="bodySm">
          {[known, read.asked && !problem ? t("reading.asked") : t("reading.gone")].join(" ")}
        </Text>
        <Button size="slim" disabled={read.asked} loading={fetcher.state !== "idle"} onClick={() => fetcher.submit({ intent: "read" }, { method: "post", action: "/app/network/worklist" })}>
          {t("reading.now")}
        </Button>
      </InlineStack>
      {problem ? (
        <Text as="p" tone="critical" breakWord>
          {t("reading.problem", { why: problem })}
        </Text>
      ) : null}
    </BlockStack>
  );
}
