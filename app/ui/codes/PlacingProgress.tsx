// While codes are on their way to the store and the network: how far they are.
import { BlockStack, Card, ProgressBar, Text } from "@shopify/polaris";
import { useT } from "../../i18n.ts";

/** `coming` of the `wanted` codes are not live yet. */
export function PlacingProgress({ coming, wanted }: { coming: number; wanted: number }) {
  const t = useT("codes");
  if (coming === 0) return null;
  const done = Math.max(0, wanted - coming);
  return (
    <Card>
      <div role="status">
        <BlockStack gap="200">
          <Text as="p" fontWeight="semibold">
            {t("progress.title", { count: coming })}
          </Text>
          <ProgressBar progress={wanted === 0 ? 0 : Math.round((100 * done) / wanted)} size="small" ariaLabelledBy="placing-progress" />
          <Text as="p" tone="subdued" id="placing-progress">
            {t("progress.explained", { done, total: wanted })}
          </Text>
        </BlockStack>
      </div>
    </Card>
  );
}
