// The requests of the privacy topics: what was asked, what was done, and the file to hand on.
import { useAppBridge } from "@shopify/app-bridge-react";
import { Badge, BlockStack, Box, Button, Card, InlineStack, List, Text } from "@shopify/polaris";
import { useState } from "react";
import type { PrivacyLine } from "../../domain/privacy-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { saveBlob } from "../save-blob.ts";

export function PrivacyRequests({ requests }: { requests: PrivacyLine[] }) {
  const t = useT("privacy");
  return (
    <BlockStack gap="400">
      <Card padding="0">
        {requests.length === 0 ? (
          <Box padding="400">
            <Text as="p" tone="subdued">{t("none")}</Text>
          </Box>
        ) : null}
        {requests.map((one, index) => (
          <Box key={one.id} padding="400" {...(index > 0 ? { borderBlockStartWidth: "025", borderColor: "border" } : {})}>
            <Request one={one} />
          </Box>
        ))}
      </Card>
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">{t("what.title")}</Text>
          <List>
            {(["buyers", "hashes", "stays", "shop"] as const).map((part) => (
              <List.Item key={part}>{t(`what.${part}`)}</List.Item>
            ))}
          </List>
        </BlockStack>
      </Card>
    </BlockStack>
  );
}

function Request({ one }: { one: PrivacyLine }) {
  const t = useT("privacy");
  const format = useFormat();
  const shopify = useAppBridge();
  const [busy, setBusy] = useState(false);
  const done = one.state === "done";

  async function fetchFile() {
    setBusy(true);
    const answer = await fetch(`/app/privacy/${encodeURIComponent(one.id)}/file`).catch(() => null);
    if (answer?.ok) saveBlob(await answer.blob(), `customer-data-${one.receivedAt.slice(0, 10)}.json`);
    else shopify.toast.show(t("not_fetched"), { isError: true });
    setBusy(false);
  }

  return (
    <InlineStack align="space-between" blockAlign="center" gap="300">
      <BlockStack gap="100">
        <InlineStack align="start" gap="200" blockAlign="center">
          <Text as="h3" variant="headingSm">{t(`kind.${one.kind}`)}</Text>
          <Badge tone={done ? "success" : "attention"}>{t(done ? "state.done" : "state.new")}</Badge>
        </InlineStack>
        <Text as="p">{done ? t(`done.${one.kept ? "kept" : one.kind}`, { count: one.orders ?? 0 }) : t("due", { when: format.date(one.dueAt) })}</Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {[t("asked", { when: format.dateTime(one.receivedAt) }), ...(one.doneAt ? [t("answered", { when: format.dateTime(one.doneAt) })] : []), ...(one.fileUntil ? [t("until", { when: format.date(one.fileUntil) })] : [])].join(" · ")}
        </Text>
      </BlockStack>
      {one.fileUntil ? (
        <Button onClick={() => void fetchFile()} loading={busy}>{t("fetch")}</Button>
      ) : null}
    </InlineStack>
  );
}
