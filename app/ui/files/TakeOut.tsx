// The whole lists as files.
import { BlockStack, Button, ButtonGroup, Card, InlineStack, Text } from "@shopify/polaris";
import type { OutWhat } from "../../domain/sheet-out.ts";
import { useT } from "../../i18n.ts";
import { useDownload } from "../statements/download.ts";

export function TakeOut() {
  const t = useT("files");
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm">
          {t("out.title")}
        </Text>
        <OutLine what="creators" />
        <OutLine what="codes" />
      </BlockStack>
    </Card>
  );
}

function OutLine({ what }: { what: OutWhat }) {
  const t = useT("files");
  const { busy, download } = useDownload({ what });
  return (
    <BlockStack gap="150">
      <Text as="p" fontWeight="medium">
        {t(`out.${what}`)}
      </Text>
      <Text as="p" tone="subdued">
        {t(`out.${what}_help`)}
      </Text>
      <InlineStack>
        <ButtonGroup>
          {(["xlsx", "csv"] as const).map((kind) => (
            <Button key={kind} onClick={() => void download("/app/files/out", kind)} loading={busy === kind} disabled={busy !== null} accessibilityLabel={`${t(`out.${what}`)}: ${t(kind === "csv" ? "out.csv" : "out.excel")}`}>
              {t(kind === "csv" ? "out.csv" : "out.excel")}
            </Button>
          ))}
        </ButtonGroup>
      </InlineStack>
    </BlockStack>
  );
}
