// What differs about one deal or code, on its own page: nothing where all is as it should be.
import { BlockStack, Card, Divider, Link, Text } from "@shopify/polaris";
import type { DriftRow } from "../../domain/drift-page.ts";
import { useT } from "../../i18n.ts";
import { DriftItem } from "./DriftItem.tsx";
import { SettleDialog } from "./SettleDialog.tsx";
import { useSettle } from "./use-settle.ts";

export function DriftCard({ rows, total = rows.length }: { rows: DriftRow[]; total?: number }) {
  const t = useT("drift");
  const settle = useSettle();
  if (rows.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("card.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("card.help")}
          </Text>
        </BlockStack>
        {rows.map((row) => (
          <BlockStack key={row.id} gap="400">
            <Divider />
            <DriftItem row={row} onSettle={() => settle.ask([row])} />
          </BlockStack>
        ))}
        {total > rows.length ? <Link url="/app/drift">{t("card.more", { count: total - rows.length })}</Link> : null}
      </BlockStack>
      <SettleDialog rows={settle.rows} busy={settle.busy} onClose={settle.close} onChoose={settle.choose} />
    </Card>
  );
}
