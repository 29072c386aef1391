// What waits and what failed, stage by stage, each with the way to it. A zero is a zero: then the stage is in step.
import { Badge, BlockStack, Box, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { HomeState } from "../../domain/home-page.ts";
import { useT } from "../../i18n.ts";

export function Waiting({ state }: { state: HomeState }) {
  const t = useT("home");
  const stages = [
    { id: "orders", url: "/app/orders?view=waiting", waits: state.deliveries.waiting + state.fetches.waiting, failed: state.deliveries.unreadable, failedUrl: "/app/orders?view=unreadable" },
    { id: "reports", url: "/app/network", waits: state.reports.waiting, failed: state.reports.cut + state.reports.stuck, failedUrl: state.reports.stuck > 0 ? "/app/orders?view=trouble" : "/app/network" },
    { id: "codes", url: "/app/codes?view=waiting", waits: state.placements.waiting, failed: state.placements.wrong, failedUrl: "/app/codes?view=wrong" },
  ];
  return (
    <Card padding="0">
      <Box padding="400">
        <Text as="h2" variant="headingSm">
          {t("waiting.title")}
        </Text>
      </Box>
      {stages.map((stage) => (
        <Box key={stage.id} paddingInline="400" paddingBlock="300" borderBlockStartWidth="025" borderColor="border-secondary">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <BlockStack>
              <Link url={stage.url} monochrome removeUnderline>
                <Text as="span" fontWeight="semibold">
                  {t(`waiting.${stage.id}.title`)}
                </Text>
              </Link>
              <Text as="span" tone="subdued" variant="bodySm">
                {t(`waiting.${stage.id}.text`)}
              </Text>
            </BlockStack>
            <InlineStack gap="200">
              {stage.waits > 0 ? <Badge tone="attention" progress="incomplete">{t("waiting.waits", { count: stage.waits })}</Badge> : null}
              {stage.failed > 0 ? (
                <Link url={stage.failedUrl} removeUnderline>
                  <Badge tone="critical">{t("waiting.failed", { count: stage.failed })}</Badge>
                </Link>
              ) : null}
              {stage.waits + stage.failed === 0 ? <Badge tone="success" progress="complete">{t("waiting.in_step")}</Badge> : null}
            </InlineStack>
          </InlineStack>
        </Box>
      ))}
    </Card>
  );
}
