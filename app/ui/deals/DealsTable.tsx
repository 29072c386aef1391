import { Badge, type BadgeProps, BlockStack, IndexTable, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { DealRow, Phase } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { Marks, SideMark } from "../marks.tsx";
import { useOffer } from "../offer.ts";

const PHASE_TONES: Record<Phase, BadgeProps["tone"]> = { active: "success", scheduled: "info", paused: "warning", ended: undefined };

export function PhaseBadge({ phase }: { phase: Phase }) {
  const t = useT("deals");
  const tone = PHASE_TONES[phase];
  return <Badge {...(tone ? { tone } : {})}>{t(`phase.${phase}`)}</Badge>;
}

export function DealsTable({ deals, empty }: { deals: DealRow[]; empty: React.ReactNode }) {
  const t = useT("deals");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={deals.length}
      resourceName={{ singular: t("resource_one"), plural: t("resource_other") }}
      emptyState={empty}
      headings={[
        { title: t("column.deal") },
        { title: t("column.state") },
        { title: t("column.sides") },
        { title: t("column.codes"), alignment: "end" },
        { title: t("column.orders"), alignment: "end" },
        { title: t("column.sales"), alignment: "end" },
      ]}
    >
      {deals.map((deal, index) => (
        <IndexTable.Row id={deal.id} key={deal.id} position={index}>
          {smDown ? <NarrowDeal deal={deal} /> : <WideDeal deal={deal} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function DealName({ deal }: { deal: DealRow }) {
  const offer = useOffer();
  return (
    <BlockStack gap="050">
      <Link url={`/app/deals/${deal.id}`} dataPrimaryLink monochrome removeUnderline>
        <Text as="span" variant="bodyMd" fontWeight="semibold" breakWord>
          {deal.name}
        </Text>
      </Link>
      <Text as="span" tone="subdued" breakWord>
        {offer(deal.terms, deal)}
      </Text>
    </BlockStack>
  );
}

function DealMarks({ deal }: { deal: DealRow }) {
  const t = useT("deals");
  return (
    <Marks>
      <SideMark side={t("side.store")} mark={deal.store} />
      {deal.networks.map((mark) => (
        <SideMark key={mark.programId} side={t("side.network")} mark={mark} />
      ))}
    </Marks>
  );
}

function WideDeal({ deal }: { deal: DealRow }) {
  const format = useFormat();
  return (
    <>
      <WrapCell width={440}>
        <DealName deal={deal} />
      </WrapCell>
      <IndexTable.Cell>
        <PhaseBadge phase={deal.phase} />
      </IndexTable.Cell>
      <WrapCell>
        <DealMarks deal={deal} />
      </WrapCell>
      <NumberCell>{format.number(deal.codes)}</NumberCell>
      <NumberCell>{format.number(deal.sold.orders)}</NumberCell>
      <NumberCell>{format.money(deal.sold.amount)}</NumberCell>
    </>
  );
}

function NarrowDeal({ deal }: { deal: DealRow }) {
  const t = useT("deals");
  const format = useFormat();
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <DealName deal={deal} />
        <Marks>
          <PhaseBadge phase={deal.phase} />
          <DealMarks deal={deal} />
        </Marks>
        <Text as="span" tone="subdued">
          {t("narrow", { codes: t("codes", { count: deal.codes }), orders: t("orders", { count: deal.sold.orders }), amount: format.money(deal.sold.amount) })}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
