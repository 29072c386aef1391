// Sales by day as bars, with the same numbers in a table behind.
import { BlockStack, Button, Card, Collapsible, DataTable, InlineStack, Select, Text } from "@shopify/polaris";
import { useEffect, useId, useState } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { exponentOf } from "../../domain/money.ts";
import type { DaySales } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { useFormat } from "../format.tsx";

const BLUE = "#2a6fbb";
const HEIGHT_PX = 220;

type PlotProps = { days: DaySales[]; period: number; onPeriod: (days: number) => void };

export function SalesPlot({ days, period, onPeriod }: PlotProps) {
  const t = useT("creators");
  const format = useFormat();
  const { code } = useCurrency();
  const [open, setOpen] = useState(false);
  const id = useId();
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
            options={[30, 60, 90].map((days) => ({ value: String(days), label: t("plot.last_days", { count: days }) }))}
            value={String(period)}
            onChange={(days) => onPeriod(Number(days))}
          />
        </InlineStack>
        <Text as="p">{t("plot.total", { amount: format.money(total), orders: t("orders", { count: orders }) })}</Text>
        <div role="img" aria-label={t("plot.described", { count: days.length, amount: format.money(total) })} style={{ height: HEIGHT_PX }}>
          <Bars days={days} />
        </div>
        <InlineStack>
          <Button variant="plain" disclosure={open ? "up" : "down"} ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
            {t(open ? "plot.hide_table" : "plot.show_table")}
          </Button>
        </InlineStack>
        <Collapsible open={open} id={id}>
          <DataTable
            columnContentTypes={["text", "numeric", "numeric"]}
            headings={[t("plot.day"), t("column.orders"), t("column.sales")]}
            rows={table.map((day) => [format.day(day.day), format.number(day.orders), format.money(day.amount)])}
            increasedTableDensity
          />
          {table.length === 0 ? <Text as="p" tone="subdued">{t("no_sale")}</Text> : null}
        </Collapsible>
      </BlockStack>
    </Card>
  );
}

/** The plot measures its place, so it is drawn in the browser only. Heights are for the eye: the exact amounts are in the words. */
function Bars({ days }: { days: DaySales[] }) {
  const t = useT("creators");
  const format = useFormat();
  const { code } = useCurrency();
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  if (!mounted) return null;
  const scale = 10 ** exponentOf(code);
  const points = days.map((day) => ({ ...day, height: Math.max(0, Number(day.amount) / scale) }));
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX}>
      <BarChart data={points} margin={{ top: 4, right: 4, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="#e3e3e3" />
        <XAxis dataKey="day" tickFormatter={(day: string) => format.shortDay(day)} minTickGap={28} tickLine={false} axisLine={{ stroke: "#b5b5b5" }} fontSize={12} />
        <YAxis tickFormatter={(value: number) => format.number(value)} width={48} tickLine={false} axisLine={false} fontSize={12} allowDecimals={false} />
        <Tooltip
          cursor={{ fill: "rgba(0, 0, 0, 0.05)" }}
          content={({ active, payload }) => {
            const day = active ? (payload?.[0]?.payload as DaySales | undefined) : undefined;
            return day ? (
              <div style={{ background: "#fff", border: "1px solid #ccc", borderRadius: 8, padding: "6px 10px" }}>
                <Text as="p" fontWeight="semibold">
                  {format.day(day.day)}
                </Text>
                <Text as="p">{t("plot.of_day", { amount: format.money(day.amount), orders: t("orders", { count: day.orders }) })}</Text>
              </div>
            ) : null;
          }}
        />
        <Bar dataKey="height" fill={BLUE} radius={[2, 2, 0, 0]} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
}
