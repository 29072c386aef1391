// Amounts by day as bars, the period before as a line where it is given, and the way to the table behind.
import { Button, Collapsible, InlineStack, Text } from "@shopify/polaris";
import { useEffect, useId, useState } from "react";
import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { exponentOf } from "../domain/money.ts";
import { useCurrency } from "./currency.ts";
import { useFormat } from "./format.tsx";

// Blue and orange differ in lightness too, and one is drawn as bars, the other as a broken line.
export const BLUE = "#2a6fbb";
export const ORANGE = "#c2570c";

/** Amounts in minor units. */
type Day = { day: string; amount: string; before?: string };

type DayPlotProps<D extends Day> = {
  days: D[];
  heightPx: number;
  /** What the plot shows, in words. */
  described: string;
  /** What is said of the day that is pointed at, below its date. */
  tooltip: (day: D) => React.ReactNode;
};

export function DayPlot<D extends Day>({ days, heightPx, described, tooltip }: DayPlotProps<D>) {
  return (
    <div role="img" aria-label={described} style={{ height: heightPx }}>
      <Drawn days={days} heightPx={heightPx} tooltip={tooltip} />
    </div>
  );
}

/** The plot measures its place, so it is drawn in the browser only. Heights are for the eye: the exact amounts are in the words. */
function Drawn<D extends Day>({ days, heightPx, tooltip }: Omit<DayPlotProps<D>, "described">) {
  const format = useFormat();
  const { code } = useCurrency();
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  if (!mounted) return null;
  const scale = 10 ** exponentOf(code);
  const points = days.map((day) => ({ ...day, height: Number(day.amount) / scale, heightBefore: Number(day.before ?? 0) / scale }));
  return (
    <ResponsiveContainer width="100%" height={heightPx}>
      <ComposedChart data={points} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="#e3e3e3" />
        <XAxis dataKey="day" tickFormatter={(day: string) => format.shortDay(day)} minTickGap={28} tickLine={false} axisLine={{ stroke: "#b5b5b5" }} fontSize={12} />
        <YAxis tickFormatter={(value: number) => format.number(value)} width={48} tickLine={false} axisLine={false} fontSize={12} allowDecimals={false} />
        <Tooltip
          cursor={{ fill: "rgba(0, 0, 0, 0.05)" }}
          content={({ active, payload }) => {
            const day = active ? (payload?.[0]?.payload as D | undefined) : undefined;
            return day ? <DayTip day={day.day}>{tooltip(day)}</DayTip> : null;
          }}
        />
        <Bar dataKey="height" fill={BLUE} radius={[2, 2, 0, 0]} isAnimationActive={false} />
        {days[0]?.before === undefined ? null : (
          <Line dataKey="heightBefore" stroke={ORANGE} strokeWidth={1.5} strokeDasharray="5 4" dot={false} activeDot={false} isAnimationActive={false} />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

/** What is said of the day that is pointed at. */
export function DayTip({ day, children }: { day: string; children: React.ReactNode }) {
  const format = useFormat();
  return (
    <div style={{ background: "#fff", border: "1px solid #ccc", borderRadius: 8, padding: "6px 10px" }}>
      <Text as="p" fontWeight="semibold">
        {format.day(day)}
      </Text>
      {children}
    </div>
  );
}

/** The table behind a plot, shown when asked for. */
export function TableBehind({ show, hide, children }: { show: string; hide: string; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <InlineStack>
        <Button variant="plain" disclosure={open ? "up" : "down"} ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
          {open ? hide : show}
        </Button>
      </InlineStack>
      <Collapsible open={open} id={id}>
        {open ? children : null}
      </Collapsible>
    </>
  );
}

/** What a colour of the plot stands for. */
export function Sign({ color, words, broken = false }: { color: string; words: string; broken?: boolean }) {
  return (
    <InlineStack gap="100" blockAlign="center" wrap={false}>
      <span aria-hidden style={broken ? { width: 18, borderTop: `2px dashed ${color}` } : { width: 12, height: 12, background: color, borderRadius: 2 }} />
      <Text as="span" variant="bodySm">
        {words}
      </Text>
    </InlineStack>
  );
}
