// A creator's months, each with the way to its statement.
import { BlockStack, IndexTable, InlineStack, Link, Text } from "@shopify/polaris";
import type { MonthRow } from "../../domain/statement-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow } from "../cells.tsx";
import { ListCard } from "../list-card.tsx";
import { Amounts, ToPay } from "./amounts.tsx";
import { useMonthName } from "./month.ts";

export function StatementsCard({ creatorId, months }: { creatorId: string; months: MonthRow[] }) {
  const t = useT("statements");
  return (
    <ListCard
      title={t("card.title")}
      none={t("card.none")}
      rows={months}
      keyOf={(row) => row.month}
      resource={{ singular: t("column.month"), plural: t("title") }}
      headings={[
        { title: t("column.month") },
        { title: t("column.credited"), alignment: "end" },
        { title: t("column.reversed"), alignment: "end" },
        { title: t("column.net"), alignment: "end" },
        { title: t("column.payout"), alignment: "end" },
      ]}
      cells={(row, narrow) => (narrow ? <Narrow creatorId={creatorId} row={row} /> : <Wide creatorId={creatorId} row={row} />)}
    />
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
