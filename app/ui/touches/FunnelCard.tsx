// From click to order as a funnel: how many visitors came how far, the period before as broken lines, and the same numbers in a table behind.
import { BlockStack, Card, DataTable, InlineStack, Text, useBreakpoints } from "@shopify/polaris";
import { type Funnel, shareOf, type Stage, STAGES } from "../../domain/touches-page.ts";
import { useT } from "../../i18n.ts";
import { BLUE, ORANGE, Sign, TableBehind } from "../day-plot.tsx";
import { useFormat } from "../format.tsx";

type FunnelProps = {
  now: Funnel;
  then: Funnel;
  days: number;
  /** Whose links and codes are meant; null: those of all creators. */
  creator: string | null;
};

export function FunnelCard({ now, then, days, creator }: FunnelProps) {
  const t = useT("touches");
  const format = useFormat();
  const most = Math.max(now.visitors, then.visitors);
  const stageName = useStageName(creator);
  if (most === 0) {
    return (
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingSm">
            {t("funnel.title")}
          </Text>
          <Text as="p" tone="subdued">
            {creator === null ? t("answer.nobody", { days }) : t("funnel.nobody", { days, name: creator })}
          </Text>
        </BlockStack>
      </Card>
    );
  }
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("funnel.title")}
          </Text>
          <InlineStack gap="400">
            <Sign color={BLUE} words={t("these", { days })} />
            <Sign color={ORANGE} broken words={t("before", { days })} />
          </InlineStack>
        </InlineStack>
        <div role="img" aria-label={t("funnel.described", { days, parts: format.list(STAGES.map((stage) => `${stageName(stage)}: ${format.number(now[stage])}`)) })}>
          <BlockStack gap="300">
            {STAGES.map((stage) => (
              <Bar key={stage} name={stageName(stage)} now={now} then={then} stage={stage} most={most} />
            ))}
          </BlockStack>
        </div>
        <Text as="p" tone="subdued" variant="bodySm">
          {t(creator === null ? "funnel.counted" : "funnel.counted_one")}
        </Text>
        <TableBehind show={t("funnel.show_table")} hide={t("funnel.hide_table")}>
          <FunnelTable now={now} then={then} days={days} creator={creator} />
        </TableBehind>
      </BlockStack>
    </Card>
  );
}

function useStageName(creator: string | null): (stage: Stage) => string {
  const t = useT("touches");
  return (stage) => (creator === null ? t(`funnel.stage.${stage}`) : t(`funnel.stage_of.${stage}`, { name: creator }));
}

const BAR_PX = 18;

/** One stage: its name and number above, and as bars this period and the one before. The first stage is what the others are parts of. */
function Bar({ name, now, then, stage, most }: { name: string; now: Funnel; then: Funnel; stage: Stage; most: number }) {
  const t = useT("touches");
  const format = useFormat();
  const { smDown } = useBreakpoints();
  const share = stage === "visitors" ? null : shareOf(now[stage], now.visitors);
  const percent = share === null ? "" : format.percent(roughly(share));
  const wide = (count: number) => (most === 0 ? "0" : `${(100 * count) / most}%`);
  return (
    <div>
      <InlineStack align="space-between" blockAlign="end" gap="300" wrap={false}>
        <Text as="span" breakWord>
          {name}
        </Text>
        <InlineStack gap="200" blockAlign="end" wrap={false}>
          {share === null ? null : (
            <Text as="span" tone="subdued" variant="bodySm">
              {smDown ? percent : t("funnel.of_clicked", { share: percent })}
            </Text>
          )}
          <Text as="span" variant="headingMd" numeric>
            {format.number(now[stage])}
          </Text>
        </InlineStack>
      </InlineStack>
      <div style={{ marginTop: 4, background: "#f1f1f1", borderRadius: 4 }}>
        <div style={{ height: BAR_PX, width: wide(now[stage]), minWidth: now[stage] > 0 ? 3 : 0, background: BLUE, borderRadius: 4 }} />
      </div>
      <div style={{ marginTop: 3, width: wide(then[stage]), minWidth: then[stage] > 0 ? 6 : 0, borderTop: then[stage] > 0 ? `2px dashed ${ORANGE}` : "2px solid transparent" }} />
    </div>
  );
}

/** Whole percent, but for less than one: what is there is never shown as nothing. */
export function roughly(basisPoints: number): number {
  return basisPoints < 100 ? basisPoints : Math.round(basisPoints / 100) * 100;
}

function FunnelTable({ now, then, days, creator }: FunnelProps) {
  const t = useT("touches");
  const format = useFormat();
  const stageName = useStageName(creator);
  const percent = (funnel: Funnel, stage: Stage) => {
    const share = shareOf(funnel[stage], funnel.visitors);
    return share === null ? "–" : format.percent(roughly(share));
  };
  return (
    <DataTable
      columnContentTypes={["text", "numeric", "numeric", "numeric", "numeric"]}
      headings={[t("funnel.what"), t("these", { days }), t("funnel.share"), t("before", { days }), t("funnel.share")]}
      rows={[
        [t("funnel.clicks"), format.number(now.clicks), "", format.number(then.clicks), ""],
        ...STAGES.map((stage) => [t("funnel.visitors_who", { what: stageName(stage) }), format.number(now[stage]), percent(now, stage), format.number(then[stage]), percent(then, stage)]),
        [t("funnel.code_orders"), format.number(now.codeOrders), "", format.number(then.codeOrders), ""],
        [t("funnel.credited_orders"), format.number(now.creditedOrders), "", format.number(then.creditedOrders), ""],
        [t("funnel.sales"), format.money(now.sales), "", format.money(then.sales), ""],
      ]}
      increasedTableDensity
    />
  );
}
