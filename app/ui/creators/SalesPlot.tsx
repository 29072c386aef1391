// Sales by day as bars, with the same numbers in a table behind.
import { BlockStack, Card, DataTable, InlineStack, Select, Text } from "@shopify/polaris";
import type { DaySales } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { DayPlot, TableBehind } from "../day-plot.tsx";
import { useFormat } from "../format.tsx";

const HEIGHT_PX = 220;

/** The page Clicks leads here with its own period. */
export const CREATOR_PERIODS = [7, 30, 60, 90];

type PlotProps = { days: DaySales[]; period: number; onPeriod: (days: number) => void };

export function SalesPlot({ days, period, onPeriod }: PlotProps) {
  const t = useT("creators");
  const format = useFormat();
  const { code } = useCurrency();
  const total = days.reduce((sum, day) => sum + BigInt(day.amount), 0n);
  const orders = days.reduce((sum, day) => sum + day.orders, 0);
  const table = days.filter((day) => day.orders > 0 || day.amount !== "0").reverse();
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("plot.title", { currency: code })}
          </Text>
          <Select
            label={t("plot.period")}
            labelHidden
            options={CREATOR_PERIODS.map((days) => ({ value: String(days), label: t("plot.last_days", { count: days }) }))}
            value={String(period)}
            onChange={(days) => onPeriod(Number(days))}
          />
        </InlineStack>
        <Text as="p">{t("plot.total", { amount: format.money(total), orders: t("orders", { count: orders }) })}</Text>
        <DayPlot
          days={days}
          heightPx={HEIGHT_PX}
          described={t("plot.described", { count: days.length, amount: format.money(total) })}
          tooltip={(day) => <Text as="p">{t("plot.of_day", { amount: format.money(day.amount), orders: t("orders", { count: day.orders }) })}</Text>}
        />
        <TableBehind show={t("plot.show_table")} hide={t("plot.hide_table")}>
          <DataTable
            columnContentTypes={["text", "numeric", "numeric"]}
            headings={[t("plot.day"), t("column.orders"), t("column.sales")]}
            rows={table.map((day) => [format.day(day.day), format.number(day.orders), format.money(day.amount)])}
            increasedTableDensity
          />
          {table.length === 0 ? <Text as="p" tone="subdued">{t("no_sale")}</Text> : null}
        </TableBehind>
      </BlockStack>
    </Card>
  );
}
