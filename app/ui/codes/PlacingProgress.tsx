// While codes are on their way to the store and the network: how far they are.
import { BlockStack, Card, ProgressBar, Text } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

export function PlacingProgress({ waiting, inForce }: { waiting: number; inForce: number }) {
  const t = useT("codes");
  if (waiting === 0) return null;
  const done = Math.max(0, inForce - waiting);
  return (
    <Card>
      <div role="status">
        <BlockStack gap="200">
          <Text as="p" fontWeight="semibold">
            {t("progress.title", { count: waiting })}
          </Text>
          <ProgressBar progress={inForce === 0 ? 0 : Math.round((100 * done) / inForce)} size="small" ariaLabelledBy="placing-progress" />
          <Text as="p" tone="subdued" id="placing-progress">
            {t("progress.explained", { done, total: inForce })}
          </Text>
        </BlockStack>
      </div>
    </Card>
  );
}
