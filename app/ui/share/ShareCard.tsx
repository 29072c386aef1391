// All that is handed to a creator: the code, the link that applies it, the network's tracking link, and both as QR codes.
import { useFetcher } from "@remix-run/react";
import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Box, Button, ButtonGroup, Card, Divider, InlineStack, Text, TextField } from "@shopify/polaris";
import { LinkIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import { HOME, readLanding, shareLink, sharePath } from "../../domain/share-link.ts";
import type { Share } from "../../domain/code-page.ts";
import { useT } from "../../i18n.ts";
import { useToast } from "../live.ts";
import { CopyButton } from "./copy.tsx";
import { useQr } from "./use-qr.ts";

type ShareCardProps = { code: { id: string; code: string; usable: boolean }; share: Share };

export function ShareCard({ code, share }: ShareCardProps) {
  const t = useT("share");
  const tErrors = useT("errors");
  const [typed, setTyped] = useState("");
  const read = readLanding(typed, share.hosts);
  const landing = read.ok ? read.landing : HOME;
  const link = shareLink(share.hosts[0]!, code.code, landing);
  const tracking = share.tracking.find((one) => one.landing === sharePath(code.code, landing)) ?? null;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm">
          {t("title")}
        </Text>
        {code.usable ? null : (
          <Text as="p" tone="caution">
            {t("not_live")}
          </Text>
        )}
        <Landing typed={typed} onType={setTyped} error={read.ok ? undefined : tErrors(read.key, read.values ?? {})} />
        <Shown title={t("code")} text={code.code} label={t("copy_code")} />
        <Shown title={t("link")} text={link} help={t("link_help")} label={t("copy_link")} icon />
        <QrButtons code={code} landing={landing} tracked={false} label={t("qr.of_link")} />
        {share.program !== null ? (
          <>
            <Divider />
            {tracking ? (
              <>
                <Shown title={t("tracking", { program: share.program })} text={tracking.url} help={t("tracking_help")} label={t("copy_tracking")} icon />
                <QrButtons code={code} landing={landing} tracked label={t("qr.of_tracking")} />
              </>
            ) : (
              <MakeTracking program={share.program} landing={landing} disabled={!read.ok} />
            )}
          </>
        ) : null}
      </BlockStack>
    </Card>
  );
}

/** The page that the links open: typed, or chosen with the store's own picker. */
function Landing({ typed, onType, error }: { typed: string; onType: (text: string) => void; error: string | undefined }) {
  const t = useT("share");
  const shopify = useAppBridge();
  async function pick(type: "product" | "collection") {
    const chosen = await shopify.resourcePicker({ type, multiple: false, action: "select", ...(type === "product" ? { filter: { variants: false } } : {}) });
    const handle = chosen?.[0] && "handle" in chosen[0] ? String(chosen[0].handle) : "";
    if (handle !== "") onType(`/${type}s/${encodeURIComponent(handle)}`);
  }
  return (
    <BlockStack gap="150">
      <TextField label={t("landing.label")} value={typed} onChange={onType} placeholder={t("landing.placeholder")} helpText={t("landing.help")} autoComplete="off" maxLength={500} error={error} clearButton onClearButtonClick={() => onType("")} />
      <InlineStack gap="200">
        <Button size="slim" onClick={() => void pick("product")}>
          {t("landing.product")}
        </Button>
        <Button size="slim" onClick={() => void pick("collection")}>
          {t("landing.collection")}
        </Button>
        {typed === "" ? null : (
          <Button size="slim" variant="plain" onClick={() => onType("")}>
            {t("landing.home")}
          </Button>
        )}
      </InlineStack>
    </BlockStack>
  );
}

function Shown({ title, text, help, label, icon = false }: { title: string; text: string; help?: string; label: string; icon?: boolean }) {
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="h3" fontWeight="semibold">
          {title}
        </Text>
        <CopyButton text={text} label={label} {...(icon ? { icon: LinkIcon } : {})} />
      </InlineStack>
      <Box padding="200" background="bg-surface-secondary" borderRadius="200">
        <Text as="p" breakWord>
          {text}
        </Text>
      </Box>
      {help ? (
        <Text as="p" tone="subdued" variant="bodySm">
          {help}
        </Text>
      ) : null}
    </BlockStack>
  );
}

export function QrButtons({ code, landing, tracked, label }: { code: { id: string; code: string }; landing: string; tracked: boolean; label: string }) {
  const t = useT("share");
  const { busy, download } = useQr();
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200">
      <Text as="span">
        {t("qr.title")} <Text as="span" tone="subdued">{label}</Text>
      </Text>
      <ButtonGroup>
        {(["svg", "png"] as const).map((kind) => (
          <Button key={kind} size="slim" loading={busy === kind} disabled={busy !== null} onClick={() => void download({ codeId: code.id, code: code.code, landing, tracked }, kind)} accessibilityLabel={t(`qr.download_${kind}`, { code: code.code })}>
            {t(`qr.${kind}`)}
          </Button>
        ))}
      </ButtonGroup>
    </InlineStack>
  );
}

function MakeTracking({ program, landing, disabled }: { program: string; landing: string; disabled: boolean }) {
  const t = useT("share");
  const tErrors = useT("errors");
  const fetcher = useFetcher<{ intent: string; done: boolean; errors: FieldError[] }>();
  const { data } = fetcher;
  const [error] = data?.errors ?? [];
  useToast(data, data?.done ? t("made") : null);
  return (
    <BlockStack gap="150" inlineAlign="start">
      <Text as="h3" fontWeight="semibold">
        {t("tracking", { program })}
      </Text>
      <Text as="p" tone="subdued">
        {t("make_help")}
      </Text>
      <Button onClick={() => fetcher.submit({ intent: "track", landing }, { method: "post" })} loading={fetcher.state !== "idle"} disabled={disabled}>
        {t("make")}
      </Button>
      {error ? (
        <Text as="p" tone="critical">
          {tErrors(error.key, error.values ?? {})}
        </Text>
      ) : null}
    </BlockStack>
  );
}
