// Credited sales by day as bars, the period before as a line, and the same numbers in a table behind.
import { BlockStack, Card, DataTable, InlineStack, Text } from "@shopify/polaris";
import type { HomeDay } from "../../domain/home-page.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { BLUE, DayPlot, ORANGE, Sign, TableBehind } from "../day-plot.tsx";
import { useFormat } from "../format.tsx";

const HEIGHT_PX = 240;

export function SalesByDay({ days, period }: { days: HomeDay[]; period: number }) {
  const t = useT("home");
  const format = useFormat();
  const { code } = useCurrency();
  const total = days.reduce((sum, day) => sum + BigInt(day.amount), 0n);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("plot.title", { currency: code })}
          </Text>
          <InlineStack gap="400">
            <Sign color={BLUE} words={t("plot.these", { count: period })} />
            <Sign color={ORANGE} broken words={t("plot.before", { count: period })} />
          </InlineStack>
        </InlineStack>
        <DayPlot
          days={days}
          heightPx={HEIGHT_PX}
          described={t("plot.described", { count: period, amount: format.money(total) })}
          tooltip={(day) => (
            <>
              <Text as="p">{t("plot.of_day", { amount: format.money(day.amount), orders: t("orders", { count: day.orders }) })}</Text>
              <Text as="p" tone="subdued">
                {t("plot.of_day_before", { amount: format.money(day.before), count: days.length })}
              </Text>
            </>
          )}
        />
        <TableBehind show={t("plot.show_table")} hide={t("plot.hide_table")}>
          <DataTable
            columnContentTypes={["text", "numeric", "numeric", "numeric"]}
            headings={[t("plot.day"), t("total.orders"), t("plot.sales"), t("plot.before", { count: period })]}
            rows={[...days].reverse().map((day) => [format.day(day.day), format.number(day.orders), format.money(day.amount), format.money(day.before)])}
            increasedTableDensity
          />
        </TableBehind>
      </BlockStack>
    </Card>
  );
}
