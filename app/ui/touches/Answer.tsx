// The first line of the page: what became of the visitors who clicked, and three numbers against the period before.
import { Card, Icon, InlineGrid, InlineStack, Text } from "@shopify/polaris";
import { CheckCircleIcon, InfoIcon } from "@shopify/polaris-icons";
import type { Funnel } from "../../domain/touches-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { Total, useAgainst } from "../home/Totals.tsx";

export function Answer({ now, days }: { now: Funnel; days: number }) {
  const t = useT("touches");
  const format = useFormat();
  const values = { days, count: now.visitors, coded: format.number(now.withCode), orders: t("credited_orders", { count: now.creditedOrders }), amount: format.money(now.sales) };
  const text = now.visitors === 0 ? t("answer.nobody", values) : now.creditedOrders > 0 ? t("answer.yes", values) : now.withCode > 0 ? t("answer.not_credited", values) : t("answer.no_order", values);
  return (
    <Card>
      <InlineStack gap="200" blockAlign="start" wrap={false}>
        <div>
          <Icon source={now.creditedOrders > 0 ? CheckCircleIcon : InfoIcon} tone={now.creditedOrders > 0 ? "success" : "info"} />
        </div>
        <Text as="p" variant="bodyLg">
          {text}
        </Text>
      </InlineStack>
    </Card>
  );
}

export function ClickTotals({ now, then, days }: { now: Funnel; then: Funnel; days: number }) {
  const t = useT("touches");
  const format = useFormat();
  const visitors = useAgainst(String(now.visitors), String(then.visitors), days, format.number(then.visitors));
  const orders = useAgainst(String(now.codeOrders), String(then.codeOrders), days, format.number(then.codeOrders));
  const sales = useAgainst(now.sales, then.sales, days, format.money(then.sales));
  return (
    <InlineGrid columns={{ xs: 1, sm: 3 }} gap="400">
      <Total label={t("total.visitors")} value={format.number(now.visitors)} against={visitors} help={t("total.clicks", { count: now.clicks, shown: format.number(now.clicks) })} />
      <Total label={t("total.orders")} value={format.number(now.codeOrders)} against={orders} help={t("total.orders_help")} />
      <Total label={t("total.sales")} value={format.money(now.sales)} against={sales} help={t("credited_orders", { count: now.creditedOrders })} />
    </InlineGrid>
  );
}
