// The period in three numbers, each against the period before.
import { BlockStack, Card, InlineGrid, Text } from "@shopify/polaris";
import type { Sales } from "../../domain/home-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function TotalsCards({ sales, period }: { sales: Sales; period: number }) {
  const t = useT("home");
  const format = useFormat();
  const { now, then } = sales;
  return (
    <InlineGrid columns={{ xs: 1, sm: 3 }} gap="400">
      <Total label={t("total.sales")} value={format.money(now.sales)} against={useAgainst(now.sales, then.sales, period, format.money(then.sales))} />
      <Total label={t("total.orders")} value={format.number(now.orders)} against={useAgainst(String(now.orders), String(then.orders), period, format.number(then.orders))} />
      <Total label={t("total.taken_back")} value={format.money(now.takenBack)} against={useAgainst(now.takenBack, then.takenBack, period, format.money(then.takenBack))} help={t("total.taken_back_help")} />
    </InlineGrid>
  );
}

/** A number of a period against the one before: "12 % more than the 98.00 of the 30 days before", in whole percent. Amounts are integers as strings. */
export function useAgainst(now: string, then: string, period: number, shownThen: string): string {
  const t = useT("home");
  const format = useFormat();
  const [is, was] = [BigInt(now), BigInt(then)];
  const values = { then: shownThen, count: period };
  if (was <= 0n) return t(is === was ? "against.nothing_both" : "against.nothing", values);
  const percent = Number(((is - was) * 200n + (is >= was ? was : -was)) / (2n * was));
  if (percent === 0) return t("against.same", values);
  return t(percent > 0 ? "against.more" : "against.less", { ...values, percent: format.percent(Math.abs(percent) * 100) });
}

export function Total({ label, value, against, help }: { label: string; value: string; against: string; help?: string }) {
  return (
    <Card>
      <BlockStack gap="100">
        <Text as="h2" variant="headingSm">
          {label}
        </Text>
        <Text as="p" variant="headingLg" numeric>
          {value}
        </Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {against}
        </Text>
        {help ? (
          <Text as="p" tone="subdued" variant="bodySm">
            {help}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}
