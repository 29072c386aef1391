// What was sent to the networks, what they took and what they did not, by day: as a plot, with the numbers in a table behind, and why.
import { BlockStack, Card, DataTable, InlineStack, Link, List, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { ReportDay, ReportDays as Days, ReportError } from "../../domain/report-days.ts";
import { useT } from "../../i18n.ts";
import { BLUE, DayTip, ORANGE, Sign, TableBehind } from "../day-plot.tsx";
import { useFormat } from "../format.tsx";
import { useCodeWords } from "./code-words.ts";

const HEIGHT_PX = 180;
const GREY = "#8a8a8a";
const KINDS = [["accepted", BLUE], ["rejected", ORANGE], ["lost", GREY]] as const;

export function ReportDays({ days, open, kinds, errors }: Days) {
  const t = useT("reports");
  const format = useFormat();
  const sum = (kind: "accepted" | "rejected" | "lost") => days.reduce((all, day) => all + day[kind], 0);
  const told = days.filter((day) => day.accepted + day.rejected + day.lost > 0).reverse();
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("title", { count: days.length })}
          </Text>
          <InlineStack gap="400">
            {KINDS.map(([kind, color]) => (kind === "lost" && sum("lost") === 0 ? null : <Sign key={kind} color={color} words={t(`kind.${kind}`)} />))}
          </InlineStack>
        </InlineStack>
        <Text as="p">{told.length === 0 ? t("none") : t("total", { accepted: format.number(sum("accepted")), rejected: format.number(sum("rejected")), lost: format.number(sum("lost")) })}</Text>
        {told.length === 0 ? null : (
          <Text as="p" tone="subdued">
            {t("kinds", { create: format.number(kinds.create), edit: format.number(kinds.edit), reverse: format.number(kinds.reverse) })}
          </Text>
        )}
        {open > 0 ? (
          <Text as="p" tone="subdued">
            {t("open", { count: open })}
          </Text>
        ) : null}
        {told.length === 0 ? null : (
          <div role="img" aria-label={t("described", { accepted: format.number(sum("accepted")), rejected: format.number(sum("rejected")) })} style={{ height: HEIGHT_PX }}>
            <Plot days={days} />
          </div>
        )}
        {errors.length > 0 ? <Reasons errors={errors} /> : null}
        {told.length === 0 ? null : (
          <TableBehind show={t("show_table")} hide={t("hide_table")}>
            <DataTable
              columnContentTypes={["text", "numeric", "numeric", "numeric"]}
              headings={[t("day"), ...KINDS.map(([kind]) => t(`kind.${kind}`))]}
              rows={told.map((day) => [format.day(day.day), format.number(day.accepted), format.number(day.rejected), format.number(day.lost)])}
              increasedTableDensity
            />
          </TableBehind>
        )}
      </BlockStack>
    </Card>
  );
}

/** The plot measures its place, so it is drawn in the browser only. */
function Plot({ days }: { days: ReportDay[] }) {
  const t = useT("reports");
  const format = useFormat();
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  if (!mounted) return null;
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX}>
      <BarChart data={days} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
        <CartesianGrid vertical={false} stroke="#e3e3e3" />
        <XAxis dataKey="day" tickFormatter={(day: string) => format.shortDay(day)} minTickGap={28} tickLine={false} axisLine={{ stroke: "#b5b5b5" }} fontSize={12} />
        <YAxis tickFormatter={(value: number) => format.number(value)} width={48} tickLine={false} axisLine={false} fontSize={12} allowDecimals={false} />
        <Tooltip
          cursor={{ fill: "rgba(0, 0, 0, 0.05)" }}
          content={({ active, payload }) => {
            const day = active ? (payload?.[0]?.payload as ReportDay | undefined) : undefined;
            return day ? <DayTip day={day.day}>{KINDS.map(([kind]) => (day[kind] === 0 && kind === "lost" ? null : <Text key={kind} as="p">{t(`of_day.${kind}`, { count: day[kind] })}</Text>))}</DayTip> : null;
          }}
        />
        {KINDS.map(([kind, color]) => (
          <Bar key={kind} dataKey={kind} stackId="ends" fill={color} isAnimationActive={false} />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

/** Why the network did not take what it was sent: each code in words, with the newest order that met it. */
function Reasons({ errors }: { errors: ReportError[] }) {
  const t = useT("reports");
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingXs">
        {t("why")}
      </Text>
      <List gap="extraTight">
        {errors.map((error) => (
          <List.Item key={`${error.network} ${error.code}`}>
            <Reason error={error} />
          </List.Item>
        ))}
      </List>
    </BlockStack>
  );
}

function Reason({ error }: { error: ReportError }) {
  const t = useT("reports");
  const format = useFormat();
  const { what } = useCodeWords(error.network)(error.code);
  return (
    <>
      {t("reason", { count: error.count, what })}{" "}
      <Text as="span" tone="subdued">
        {t("last_on", { when: format.dateTime(error.at) })} <Link url={`/app/orders/${error.orderId}`}>{error.orderName}</Link>
      </Text>
    </>
  );
}
