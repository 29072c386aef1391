// A creator's months, each with the way to its statement.
import { BlockStack, Box, Card, IndexTable, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { MonthRow } from "../../domain/statement-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow } from "../cells.tsx";
import { Amounts, ToPay } from "./amounts.tsx";
import { useMonthName } from "./month.ts";

export function StatementsCard({ creatorId, months }: { creatorId: string; months: MonthRow[] }) {
  const t = useT("statements");
  const { smDown } = useBreakpoints();
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("card.title")}
          </Text>
          {months.length === 0 ? (
            <Text as="p" tone="subdued">
              {t("card.none")}
            </Text>
          ) : null}
        </BlockStack>
      </Box>
      {months.length === 0 ? null : (
        <IndexTable
          condensed={smDown}
          selectable={false}
          itemCount={months.length}
          resourceName={{ singular: t("column.month"), plural: t("title") }}
          headings={[
            { title: t("column.month") },
            { title: t("column.credited"), alignment: "end" },
            { title: t("column.reversed"), alignment: "end" },
            { title: t("column.net"), alignment: "end" },
            { title: t("column.payout"), alignment: "end" },
          ]}
        >
          {months.map((row, index) => (
            <IndexTable.Row id={row.month} key={row.month} position={index}>
              {smDown ? <Narrow creatorId={creatorId} row={row} /> : <Wide creatorId={creatorId} row={row} />}
            </IndexTable.Row>
          ))}
        </IndexTable>
      )}
    </Card>
  );
}

type RowProps = { creatorId: string; row: MonthRow };

function Wide({ creatorId, row }: RowProps) {
  return (
    <>
      <IndexTable.Cell>
        <MonthLink creatorId={creatorId} row={row} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Amounts sums={row.currencies} of="credited" />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Amounts sums={row.currencies} of="reversed" />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Amounts sums={row.currencies} of="net" />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <ToPay payouts={row.payouts} />
      </IndexTable.Cell>
    </>
  );
}

function Narrow({ creatorId, row }: RowProps) {
  const t = useT("statements");
  return (
    <NarrowRow>
      <BlockStack gap="050">
        <InlineStack align="space-between" gap="200">
          <MonthLink creatorId={creatorId} row={row} />
          <Amounts sums={row.currencies} of="net" />
        </InlineStack>
        <InlineStack align="space-between" gap="200">
          <Text as="span" tone="subdued">
            {t("column.payout")}
          </Text>
          <ToPay payouts={row.payouts} />
        </InlineStack>
      </BlockStack>
    </NarrowRow>
  );
}

function MonthLink({ creatorId, row }: RowProps) {
  const month = useMonthName();
  return (
    <Link url={`/app/creators/${creatorId}/statements/${row.month}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold">
        {month(row.month)}
      </Text>
    </Link>
  );
}
