// The last times that the store was asked which orders changed, and what came of it.
import { Badge, BlockStack, Box, Card, InlineStack, Text } from "@shopify/polaris";
import type { SweepLine } from "../../domain/deliveries-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function Sweeps({ sweeps }: { sweeps: SweepLine[] }) {
  const t = useT("deliveries");
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">{t("sweeps.title")}</Text>
          <Text as="p" tone="subdued">{t("sweeps.help")}</Text>
        </BlockStack>
      </Box>
      {sweeps.map((sweep) => (
        <Box key={sweep.id} paddingInline="400" paddingBlock="300" borderBlockStartWidth="025" borderColor="border-secondary">
          <Sweep sweep={sweep} />
        </Box>
      ))}
    </Card>
  );
}

function Sweep({ sweep }: { sweep: SweepLine }) {
  const t = useT("deliveries");
  const tErrors = useT("errors");
  const format = useFormat();
  const { seen, asked, missed, closed, problem } = sweep;
  const found = [
    t("sweeps.seen", { count: seen }),
    ...(asked > 0 ? [t("sweeps.asked", { count: asked })] : []),
    ...(missed > 0 ? [t("sweeps.missed", { count: missed })] : []),
    ...(closed > 0 ? [t("sweeps.closed", { count: closed })] : []),
  ];
  return (
    <BlockStack gap="050">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="bodyMd" fontWeight="semibold">{format.dateTime(sweep.begunAt)}</Text>
        <Text as="span" tone="subdued">{t(`sweeps.why.${sweep.why}`)}</Text>
        {sweep.isOpen ? <Badge tone="info">{t(sweep.kind === "bulk" ? "sweeps.collecting" : "sweeps.open")}</Badge> : null}
      </InlineStack>
      <Text as="p">{sweep.isOpen && seen === 0 ? t("sweeps.begun") : found.join(" · ")}</Text>
      {sweep.isOpen && problem ? <Text as="p" tone="caution">{tErrors(problem.key, problem.values)}</Text> : null}
    </BlockStack>
  );
}
