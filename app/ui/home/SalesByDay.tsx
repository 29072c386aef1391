// Credited sales by day as bars, the period before as a line, and the same numbers in a table behind.
import { BlockStack, Button, Card, Collapsible, DataTable, InlineStack, Text } from "@shopify/polaris";
import { useEffect, useId, useState } from "react";
import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { HomeDay } from "../../domain/home-page.ts";
import { exponentOf } from "../../domain/money.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { useFormat } from "../format.tsx";

// Blue and orange differ in lightness too, and one is drawn as bars, the other as a broken line.
const BLUE = "#2a6fbb";
const ORANGE = "#c2570c";
const HEIGHT_PX = 240;

export function SalesByDay({ days, period }: { days: HomeDay[]; period: number }) {
  const t = useT("home");
  const format = useFormat();
  const { code } = useCurrency();
  const [open, setOpen] = useState(false);
  const id = useId();
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
        <div role="img" aria-label={t("plot.described", { count: period, amount: format.money(total) })} style={{ height: HEIGHT_PX }}>
          <Plot days={days} />
        </div>
        <InlineStack>
          <Button variant="plain" disclosure={open ? "up" : "down"} ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
            {t(open ? "plot.hide_table" : "plot.show_table")}
          </Button>
        </InlineStack>
        <Collapsible open={open} id={id}>
          {open ? (
            <DataTable
              columnContentTypes={["text", "numeric", "numeric", "numeric"]}
              headings={[t("plot.day"), t("total.orders"), t("plot.sales"), t("plot.before", { count: period })]}
              rows={[...days].reverse().map((day) => [format.day(day.day), format.number(day.orders), format.money(day.amount), format.money(day.before)])}
              increasedTableDensity
            />
          ) : null}
        </Collapsible>
      </BlockStack>
    </Card>
  );
}

function Sign({ color, words, broken = false }: { color: string; words: string; broken?: boolean }) {
  return (
    <InlineStack gap="100" blockAlign="center" wrap={false}>
      <span aria-hidden style={broken ? { width: 18, borderTop: `2px dashed ${color}` } : { width: 12, height: 12, background: color, borderRadius: 2 }} />
      <Text as="span" variant="bodySm">
        {words}
      </Text>
    </InlineStack>
  );
}

/** The plot measures its place, so it is drawn in the browser only. Heights are for the eye: the exact amounts are in the words. */
function Plot({ days }: { days: HomeDay[] }) {
  const t = useT("home");
  const format = useFormat();
  const { code } = useCurrency();
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  if (!mounted) return null;
  const scale = 10 ** exponentOf(code);
  const points = days.map((day) => ({ ...day, height: Number(day.amount) / scale, heightBefore: Number(day.before) / scale }));
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX}>
      <ComposedChart data={points} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="#e3e3e3" />
        <XAxis dataKey="day" tickFormatter={(day: string) => format.shortDay(day)} minTickGap={28} tickLine={false} axisLine={{ stroke: "#b5b5b5" }} fontSize={12} />
        <YAxis tickFormatter={(value: number) => format.number(value)} width={48} tickLine={false} axisLine={false} fontSize={12} allowDecimals={false} />
        <Tooltip
          cursor={{ fill: "rgba(0, 0, 0, 0.05)" }}
          content={({ active, payload }) => {
            const day = active ? (payload?.[0]?.payload as HomeDay | undefined) : undefined;
            return day ? (
              <div style={{ background: "#fff", border: "1px solid #ccc", borderRadius: 8, padding: "6px 10px" }}>
                <Text as="p" fontWeight="semibold">
                  {format.day(day.day)}
                </Text>
                <Text as="p">{t("plot.of_day", { amount: format.money(day.amount), orders: t("orders", { count: day.orders }) })}</Text>
                <Text as="p" tone="subdued">
                  {t("plot.of_day_before", { amount: format.money(day.before), count: days.length })}
                </Text>
              </div>
            ) : null;
          }}
        />
        <Bar dataKey="height" fill={BLUE} radius={[2, 2, 0, 0]} isAnimationActive={false} />
        <Line dataKey="heightBefore" stroke={ORANGE} strokeWidth={1.5} strokeDasharray="5 4" dot={false} activeDot={false} isAnimationActive={false} />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
