import { BlockStack, Box, IndexTable, InlineStack, Text, useBreakpoints } from "@shopify/polaris";
import { type ClickedCreator, shareOf, type UnknownClicks } from "../../domain/touches-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { Person } from "../creators/CreatorsTable.tsx";
import { useFormat } from "../format.tsx";
import { roughly } from "./FunnelCard.tsx";

/** Why the rows do not add up to the sums at the top of the page. */
export function ClickedHelp() {
  const t = useT("touches");
  return (
    <Box padding="400" borderBlockEndWidth="025" borderColor="border-secondary">
      <Text as="p" tone="subdued">
        {t("creators.rows")}
      </Text>
    </Box>
  );
}

/** `days`: of the period; a creator's page opens with it. `unknown`: clicks of which nobody knows whose they are, shown below; null: not on this page of the list. */
type TableProps = { creators: ClickedCreator[]; days: number; unknown: UnknownClicks | null; empty: React.ReactNode };

export function ClickedCreators({ creators, days, unknown, empty }: TableProps) {
  const t = useT("touches");
  const { smDown } = useBreakpoints();
  const rows = creators.length + (unknown ? 1 : 0);
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={rows}
      resourceName={{ singular: t("resource.creator"), plural: t("resource.creators") }}
      emptyState={empty}
      headings={[
        { title: t("column.creator") },
        { title: t("column.clicks"), alignment: "end" },
        { title: t("column.visitors"), alignment: "end" },
        { title: t("column.code_orders"), alignment: "end" },
        { title: t("column.share"), alignment: "end", tooltipContent: t("column.share_help") },
        { title: t("column.sales"), alignment: "end" },
      ]}
    >
      {creators.map((creator, index) => (
        <IndexTable.Row id={creator.id} key={creator.id} position={index}>
          {smDown ? <NarrowCreator creator={creator} days={days} /> : <WideCreator creator={creator} days={days} />}
        </IndexTable.Row>
      ))}
      {unknown ? (
        <IndexTable.Row id="unknown" key="unknown" position={creators.length} tone="subdued">
          {smDown ? <NarrowUnknown unknown={unknown} /> : <WideUnknown unknown={unknown} />}
        </IndexTable.Row>
      ) : null}
    </IndexTable>
  );
}

function useShare(): (part: number, whole: number) => string {
  const format = useFormat();
  return (part, whole) => {
    const share = shareOf(part, whole);
    return share === null ? "–" : format.percent(roughly(share));
  };
}

type RowProps = { creator: ClickedCreator; days: number };

function WideCreator({ creator, days }: RowProps) {
  const format = useFormat();
  const share = useShare();
  const { funnel } = creator;
  return (
    <>
      <IndexTable.Cell>
        <Person creator={{ ...creator, email: null }} days={days} />
      </IndexTable.Cell>
      <NumberCell>{format.number(funnel.clicks)}</NumberCell>
      <NumberCell>{format.number(funnel.visitors)}</NumberCell>
      <NumberCell>{format.number(funnel.codeOrders)}</NumberCell>
      <NumberCell>{share(funnel.withCode, funnel.visitors)}</NumberCell>
      <NumberCell>{format.money(funnel.sales)}</NumberCell>
    </>
  );
}

function NarrowCreator({ creator, days }: RowProps) {
  const t = useT("touches");
  const format = useFormat();
  const share = useShare();
  const { funnel } = creator;
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <InlineStack align="space-between" blockAlign="center" gap="200" wrap={false}>
          <Person creator={{ ...creator, email: null }} days={days} />
          <Text as="span" numeric>
            {format.money(funnel.sales)}
          </Text>
        </InlineStack>
        <Text as="span" tone="subdued">
          {[t("clicks", { count: funnel.clicks }), t("visitors", { count: funnel.visitors })].join(" · ")}
        </Text>
        <Text as="span" tone="subdued">
          {[t("code_orders", { count: funnel.codeOrders }), t("funnel.of_clicked", { share: share(funnel.withCode, funnel.visitors) })].join(" · ")}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}

function Nobody() {
  const t = useT("touches");
  return (
    <BlockStack>
      <Text as="span" fontWeight="semibold">
        {t("unknown.title")}
      </Text>
      <Text as="span" tone="subdued" variant="bodySm" breakWord>
        {t("unknown.text")}
      </Text>
    </BlockStack>
  );
}

function WideUnknown({ unknown }: { unknown: UnknownClicks }) {
  const format = useFormat();
  return (
    <>
      <WrapCell width={420}>
        <Nobody />
      </WrapCell>
      <NumberCell>{format.number(unknown.clicks)}</NumberCell>
      <NumberCell>{format.number(unknown.visitors)}</NumberCell>
      <NumberCell subdued>–</NumberCell>
      <NumberCell subdued>–</NumberCell>
      <NumberCell subdued>–</NumberCell>
    </>
  );
}

function NarrowUnknown({ unknown }: { unknown: UnknownClicks }) {
  const t = useT("touches");
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <Nobody />
        <Text as="span" tone="subdued">
          {[t("clicks", { count: unknown.clicks }), t("visitors", { count: unknown.visitors })].join(" · ")}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
