// The gaps: from when to when the store changed orders that no delivery told of, and what was done about it.
import { Badge, BlockStack, Box, Card, InlineStack, Text } from "@shopify/polaris";
import type { GapLine } from "../../domain/deliveries-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function Gaps({ gaps, total }: { gaps: GapLine[]; total: number }) {
  const t = useT("deliveries");
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">{t("gaps.title")}</Text>
          <Text as="p" tone="subdued">{t(gaps.length === 0 ? "gaps.none" : "gaps.help")}</Text>
        </BlockStack>
      </Box>
      {gaps.map((gap) => (
        <Box key={gap.id} padding="400" borderBlockStartWidth="025" borderColor="border">
          <Gap gap={gap} />
        </Box>
      ))}
      {total > gaps.length ? (
        <Box padding="400" borderBlockStartWidth="025" borderColor="border">
          <Text as="p" tone="subdued">{t("gaps.more", { count: total - gaps.length })}</Text>
        </Box>
      ) : null}
    </Card>
  );
}

function Gap({ gap }: { gap: GapLine }) {
  const t = useT("deliveries");
  const format = useFormat();
  const isFilled = gap.filledAt !== null;
  const [from, to] = [format.dateTime(gap.from), format.dateTime(gap.to)];
  const what = [t("gaps.found", { at: format.dateTime(gap.foundAt) }), ...(isFilled ? [t(`gaps.filled_${gap.kind}`, { at: format.dateTime(gap.filledAt) })] : [])];
  return (
    <BlockStack gap="100">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="headingSm">{from === to ? from : t("gaps.span", { from, to })}</Text>
        <Badge tone={isFilled ? "success" : "attention"}>{t(isFilled ? "gaps.is_filled" : "gaps.is_open")}</Badge>
      </InlineStack>
      {gap.orders > 0 ? <Text as="p">{`${t(`gaps.cause.${gap.cause}`, { count: gap.orders })}${isFilled ? "" : ` ${t("gaps.left", { count: gap.left })}`}`}</Text> : null}
      {gap.cutAt === null ? null : <Text as="p">{t("gaps.cut", { from: format.date(gap.from), cut: format.date(gap.cutAt) })}</Text>}
      <Text as="p" tone="subdued" variant="bodySm">{what.join(" · ")}</Text>
    </BlockStack>
  );
}
