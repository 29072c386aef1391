// The store's discounts that are no deals yet, with the way to make one a deal.
import { BlockStack, Box, Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { FoundDiscount } from "../../domain/adopt.ts";
import { useT } from "../../i18n.ts";
import { useOffer } from "../offer.ts";

const SHOWN = 20;

export function DiscountsCard({ discounts }: { discounts: FoundDiscount[] }) {
  const t = useT("adopt");
  const offer = useOffer();
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("discounts.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t(discounts.length === 0 ? "discounts.none" : "discounts.help")}
          </Text>
        </BlockStack>
      </Box>
      {discounts.slice(0, SHOWN).map((discount) => (
        <Box key={discount.storeId} padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
          <BlockStack gap="100">
            <InlineStack align="space-between" blockAlign="start" gap="200" wrap={false}>
              <Text as="h3" fontWeight="medium" breakWord>
                {discount.title}
              </Text>
              <Button size="slim" url={`/app/adopt/discount/${discount.storeId.split("/").pop()!}`} accessibilityLabel={t("discounts.named", { title: discount.title })}>
                {t("discounts.action")}
              </Button>
            </InlineStack>
            <Text as="p" breakWord>
              {discount.terms === null ? t("discounts.unreadable") : offer(discount.terms, { startsAt: discount.startsAt, endsAt: discount.endsAt })}
            </Text>
            <Text as="p" tone="subdued" variant="bodySm">
              {t("discounts.facts", { codes: t("codes", { count: discount.codes }), uses: t("use.uses", { count: discount.uses }), status: t(`status.${discount.status}`) })}
            </Text>
          </BlockStack>
        </Box>
      ))}
      {discounts.length > SHOWN ? (
        <Box padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
          <Text as="p" tone="subdued">
            {t("discounts.more", { count: discounts.length - SHOWN })}
          </Text>
        </Box>
      ) : null}
    </Card>
  );
}
