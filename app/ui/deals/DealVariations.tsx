// The deals that hang on this one: discounts of their own, for codes with dates or terms of their own.
import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { DealVariation } from "../../domain/deal-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { SideMark } from "../marks.tsx";

export function DealVariations({ variations }: { variations: DealVariation[] }) {
  const t = useT("deals");
  const format = useFormat();
  if (variations.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("variations.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("variations.explained")}
          </Text>
        </BlockStack>
        {variations.map((one) => (
          <BlockStack key={one.id} gap="050">
            <InlineStack gap="200" blockAlign="center">
              <Link url={`/app/deals/${one.id}`} monochrome>
                <Text as="span" fontWeight="semibold" breakWord>
                  {one.name}
                </Text>
              </Link>
              <SideMark side={t("side.store")} mark={one.store} />
            </InlineStack>
            <Text as="p" tone="subdued">
              {[
                ...(one.ownDates ? [t("variations.dates", { from: format.dateTime(one.startsAt), to: one.endsAt ? format.dateTime(one.endsAt) : t("terms.no_end") })] : []),
                ...(one.ownTerms ? [t("variations.terms")] : []),
                t("codes", { count: one.codes }),
              ].join(" · ")}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
