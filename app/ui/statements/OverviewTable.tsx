// Every creator's month in a row, and what all of them come to.
import { BlockStack, Box, EmptySearchResult, IndexTable, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { OverviewPage, OverviewRow } from "../../domain/statement-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { Amounts, ToPay } from "./amounts.tsx";
import { useMonthName } from "./month.ts";

export function OverviewTable({ overview }: { overview: OverviewPage }) {
  const t = useT("statements");
  const month = useMonthName();
  const { smDown } = useBreakpoints();
  const all = { currencies: overview.currencies, payouts: overview.payouts };
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={overview.rows.length}
      resourceName={{ singular: t("resource_one"), plural: t("resource_other") }}
      emptyState={<EmptySearchResult title={t("overview.none_title")} description={t("overview.none_text", { month: month(overview.month) })} />}
      headings={[
        { title: t("column.creator") },
        { title: t("column.orders"), alignment: "end" },
        { title: t("column.credited"), alignment: "end" },
        { title: t("column.reversed"), alignment: "end" },
        { title: t("column.adjusted"), alignment: "end" },
        { title: t("column.net"), alignment: "end" },
        { title: t("column.payout"), alignment: "end" },
      ]}
    >
      {overview.rows.length === 0 ? null : (
        <IndexTable.Row id="all" position={0} rowType="subheader">
          {smDown ? (
            <NarrowRow>
              <NarrowSums {...all}>
                <Text as="span" fontWeight="semibold">
                  {t("sum.all")}
                </Text>
              </NarrowSums>
            </NarrowRow>
          ) : (
            <>
              <IndexTable.Cell as="th" scope="row">
                {t("sum.all")}
              </IndexTable.Cell>
              <IndexTable.Cell />
              <SumCells {...all} />
            </>
          )}
        </IndexTable.Row>
      )}
      {overview.rows.map((row, index) => (
        <IndexTable.Row id={row.creator.id} key={row.creator.id} position={index + 1}>
          {smDown ? <Narrow row={row} month={overview.month} /> : <Wide row={row} month={overview.month} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

type RowProps = { row: OverviewRow; month: string };
type SumsProps = Pick<OverviewRow, "currencies" | "payouts">;

function Wide({ row, month }: RowProps) {
  const format = useFormat();
  return (
    <>
      <IndexTable.Cell>
        <CreatorLink row={row} month={month} />
      </IndexTable.Cell>
      <NumberCell>{format.number(row.orders)}</NumberCell>
      <SumCells {...row} />
    </>
  );
}

function SumCells({ currencies, payouts }: SumsProps) {
  return (
    <>
      {(["credited", "reversed", "adjusted", "net"] as const).map((of) => (
        <IndexTable.Cell key={of}>
          <Amounts sums={currencies} of={of} />
        </IndexTable.Cell>
      ))}
      <IndexTable.Cell>
        <ToPay payouts={payouts} />
      </IndexTable.Cell>
    </>
  );
}

function Narrow({ row, month }: RowProps) {
  return (
    <NarrowRow>
      <NarrowSums {...row}>
        <CreatorLink row={row} month={month} />
      </NarrowSums>
    </NarrowRow>
  );
}

function NarrowSums({ currencies, payouts, children }: SumsProps & { children: React.ReactNode }) {
  const t = useT("statements");
  return (
    <BlockStack gap="050">
      <InlineStack align="space-between" gap="200">
        {children}
        <Amounts sums={currencies} of="net" />
      </InlineStack>
      <Box>
        <InlineStack align="space-between" gap="200">
          <Text as="span" tone="subdued">
            {t("column.payout")}
          </Text>
          <ToPay payouts={payouts} />
        </InlineStack>
      </Box>
    </BlockStack>
  );
}

function CreatorLink({ row, month }: RowProps) {
  return (
    <Link url={`/app/creators/${row.creator.id}/statements/${month}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold">
        {row.creator.name}
      </Text>
    </Link>
  );
}
