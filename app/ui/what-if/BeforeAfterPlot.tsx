// Credited by day or week: with the settings of the what-if as bars, as it stands as a broken line, and the same numbers in a table behind.
import { BlockStack, Card, DataTable, InlineStack, Text } from "@shopify/polaris";
import { barsOf } from "../../domain/what-if.ts";
import type { WhatIfDetail } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { BLUE, DayPlot, ORANGE, Sign, TableBehind } from "../day-plot.tsx";
import { useFormat } from "../format.tsx";

const HEIGHT_PX = 240;

type PlotProps = { whatIf: WhatIfDetail; summary: NonNullable<WhatIfDetail["summary"]> };

export function BeforeAfterPlot({ whatIf, summary }: PlotProps) {
  const t = useT("whatif");
  const format = useFormat();
  const [main] = summary.currencies;
  if (!main) return null;
  const { currency } = main;
  const applied = whatIf.state === "applied";
  const { by, bars } = barsOf(summary.days.filter((one) => one.currency === currency), whatIf.from, whatIf.to);
  const days = bars.map(({ day, before, after }) => ({ day, amount: after, before }));
  const table = days.filter((one) => one.amount !== "0" || one.before !== "0");
  const money = (minor: string) => format.money(minor, currency);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t(`plot.title.${by}`, { currency })}
          </Text>
          <InlineStack gap="400">
            <Sign color={BLUE} words={t("plot.then")} />
            <Sign color={ORANGE} broken words={t(applied ? "plot.was" : "plot.now")} />
          </InlineStack>
        </InlineStack>
        <DayPlot
          days={days}
          heightPx={HEIGHT_PX}
          described={t("plot.described", { from: format.day(whatIf.from), to: format.day(whatIf.to), before: money(main.before), after: money(main.after) })}
          tooltip={(one) => (
            <>
              <Text as="p">{t("plot.of_then", { amount: money(one.amount) })}</Text>
              <Text as="p" tone="subdued">
                {t(applied ? "plot.of_was" : "plot.of_now", { amount: money(one.before) })}
              </Text>
            </>
          )}
        />
        {by === "week" ? (
          <Text as="p" tone="subdued">
            {t("plot.week_note")}
          </Text>
        ) : null}
        <TableBehind show={t("plot.show_table")} hide={t("plot.hide_table")}>
          {table.length > 0 ? (
            <DataTable
              columnContentTypes={["text", "numeric", "numeric", "numeric"]}
              headings={[t(`plot.${by}`), t(applied ? "plot.was" : "plot.now"), t("plot.then"), t("sum.difference")]}
              rows={table.map((one) => [format.day(one.day), money(one.before), money(one.amount), format.signedMoney(BigInt(one.amount) - BigInt(one.before), currency)])}
              increasedTableDensity
            />
          ) : (
            <Text as="p" tone="subdued">
              {t("plot.nothing")}
            </Text>
          )}
        </TableBehind>
      </BlockStack>
    </Card>
  );
}
