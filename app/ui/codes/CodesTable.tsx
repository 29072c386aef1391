import { Badge, BlockStack, Button, IndexTable, InlineStack, Link, Text, useBreakpoints, useIndexResourceState } from "@shopify/polaris";
import type { CodeRow } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, WrapCell } from "../cells.tsx";
import { ContractBadge } from "../contracts/ContractMarks.tsx";
import { useFormat } from "../format.tsx";
import { SideMarkWithProblem } from "../marks.tsx";
import { LifeBadge } from "./LifeCard.tsx";
import { PatternText } from "./PatternWords.tsx";

type CodesTableProps = {
  codes: CodeRow[];
  empty: React.ReactNode;
  onAgain: (codeId: string) => void;
  /** the code that is being tried again just now */
  again: string | null;
  /** `clear` takes the choice back, once the act is done */
  onAct: (act: "pause" | "resume" | "end", codeIds: string[], clear: () => void) => void;
};

export function CodesTable({ codes, empty, onAgain, again, onAct }: CodesTableProps) {
  const t = useT("codes");
  const tLife = useT("life");
  const { smDown } = useBreakpoints();
  const { selectedResources, allResourcesSelected, handleSelectionChange, clearSelection } = useIndexResourceState(codes);
  const chosen = codes.filter((code) => selectedResources.includes(code.id));
  const actOf = (act: "pause" | "resume" | "end") => ({
    content: tLife(`act.${act}.action`),
    disabled: !chosen.some((code) => code.life.acts.includes(act)),
    onAction: () => onAct(act, chosen.filter((code) => code.life.acts.includes(act)).map((code) => code.id), clearSelection),
  });
  const mendOf = (code: CodeRow): Mend => {
    const stuck = code.life.sides.find((side) => side.stuck);
    const words = stuck?.word === "missing" ? "put_back" : "again";
    const button = (
      <Button variant="plain" textAlign="start" loading={again === code.id} onClick={() => onAgain(code.id)} accessibilityLabel={t(`${words}_named`, { code: code.code })}>
        {t(words)}
      </Button>
    );
    return (target) => {
      const sides = code.life.sides.filter((side) => (target === "store") === (side.target === "store"));
      if (stuck !== undefined && sides.includes(stuck)) return button;
      return sides.some((side) => side.word === "different") ? <Link url={`/app/drift?q=${encodeURIComponent(code.code)}`}>{t("compare")}</Link> : null;
    };
  };
  return (
    <IndexTable
      condensed={smDown}
      itemCount={codes.length}
      selectedItemsCount={allResourcesSelected ? "All" : selectedResources.length}
      onSelectionChange={handleSelectionChange}
      promotedBulkActions={[actOf("pause"), actOf("resume"), actOf("end")]}
      resourceName={{ singular: t("resource_one"), plural: t("resource_other") }}
      emptyState={empty}
      headings={[
        { title: t("column.code") },
        { title: t("column.deal") },
        { title: t("column.store") },
        { title: t("column.network") },
        { title: t("column.policy") },
        { title: t("column.window") },
        { title: t("column.sales"), alignment: "end" },
      ]}
    >
      {codes.map((code, index) => (
        <IndexTable.Row id={code.id} key={code.id} position={index} selected={selectedResources.includes(code.id)}>
          {smDown ? <NarrowCode code={code} mend={mendOf(code)} /> : <WideCode code={code} mend={mendOf(code)} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

/** What mends a side that needs a hand: a button that tries it again, or the way to what differs there. */
type Mend = (target: "store" | "network") => React.ReactNode;

function CodeName({ code }: { code: CodeRow }) {
  const t = useT("codes");
  const tLife = useT("life");
  return (
    <BlockStack gap="050" inlineAlign="start">
      <InlineStack gap="150" blockAlign="center">
        <Link url={`/app/codes/${code.id}`} dataPrimaryLink monochrome removeUnderline>
          <Text as="span" fontWeight="semibold" textDecorationLine={code.retiredAt ? "line-through" : undefined} breakWord>
            {code.match === "regex" ? <PatternText text={code.code} strike={code.retiredAt !== null} /> : code.code}
          </Text>
        </Link>
        {code.life.state === "active" ? null : <LifeBadge state={code.life.state} />}
        {code.voided ? <Badge tone="critical">{tLife("void_badge")}</Badge> : null}
        <ContractBadge code={code} />
        {code.match === "regex" ? <Badge tone="info">{t("page.pattern_badge")}</Badge> : null}
      </InlineStack>
      {code.creator ? (
        <Link url={`/app/creators/${code.creator.id}`} monochrome>
          {code.creator.name}
        </Link>
      ) : (
        <Text as="span" tone="subdued">
          {t("everybody")}
        </Text>
      )}
    </BlockStack>
  );
}

function DealName({ code }: { code: CodeRow }) {
  return code.deal ? <Link url={`/app/deals/${code.deal.id}`} monochrome>{code.deal.name}</Link> : <>–</>;
}

/** One mark per program; where the program has no network there is nothing to place. */
function NetworkMarks({ code, named }: { code: CodeRow; named: boolean }) {
  const t = useT("codes");
  if (code.networks.length === 0) {
    return (
      <Text as="span" tone="subdued">
        {code.program?.network === "none" ? t("no_network") : "–"}
      </Text>
    );
  }
  const several = code.networks.length > 1;
  return (
    <BlockStack gap="100" inlineAlign="start">
      {code.networks.map((mark) => (
        <SideMarkWithProblem key={mark.programId} {...(several ? { side: mark.programName } : named ? { side: t("column.network") } : {})} mark={mark} />
      ))}
    </BlockStack>
  );
}

function Policy({ code }: { code: CodeRow }) {
  const t = useT("codes");
  return <>{code.policy && code.creator ? t(`policy.${code.policy}.short`) : code.policy ? t("policy.latest_click") : "–"}</>;
}

/** "Until 31 Dec 2026"; null where there is no limit on either side. */
export function useWindowWords(): (window: { startsAt: string | null; endsAt: string | null }) => string | null {
  const t = useT("codes");
  const format = useFormat();
  return ({ startsAt, endsAt }) => {
    if (!startsAt && !endsAt) return null;
    const values = { from: startsAt ? format.date(startsAt) : "", to: endsAt ? format.date(endsAt) : "" };
    return t(!endsAt ? "window.from" : !startsAt ? "window.to" : "window.from_to", values);
  };
}

function Window({ code }: { code: CodeRow }) {
  return <>{useWindowWords()(code) ?? "–"}</>;
}

function WideCode({ code, mend }: { code: CodeRow; mend: Mend }) {
  const t = useT("codes");
  const format = useFormat();
  return (
    <>
      <IndexTable.Cell>
        <CodeName code={code} />
      </IndexTable.Cell>
      <WrapCell>
        <DealName code={code} />
      </WrapCell>
      <WrapCell>
        {code.store ? (
          <BlockStack gap="100" inlineAlign="start">
            <SideMarkWithProblem mark={code.store} />
            {mend("store")}
          </BlockStack>
        ) : code.match === "regex" ? (
          <Text as="span" tone="subdued">{t("page.not_in_store")}</Text>
        ) : (
          "–"
        )}
      </WrapCell>
      <WrapCell>
        <BlockStack gap="100" inlineAlign="start">
          <NetworkMarks code={code} named={false} />
          {mend("network")}
        </BlockStack>
      </WrapCell>
      <WrapCell>
        <Policy code={code} />
      </WrapCell>
      <WrapCell>
        {code.retiredAt ? t("retired", { date: format.date(code.retiredAt) }) : <Window code={code} />}
      </WrapCell>
      <IndexTable.Cell>
        <BlockStack inlineAlign="end">
          <Text as="span" numeric>
            {format.money(code.sold.amount)}
          </Text>
          <Text as="span" tone="subdued" variant="bodySm">
            {t("orders", { count: code.sold.orders })}
          </Text>
        </BlockStack>
      </IndexTable.Cell>
    </>
  );
}

function NarrowCode({ code, mend }: { code: CodeRow; mend: Mend }) {
  const t = useT("codes");
  const format = useFormat();
  return (
    <NarrowRow>
      <BlockStack gap="150">
        <InlineStack align="space-between" gap="200" wrap={false}>
          <CodeName code={code} />
          <BlockStack inlineAlign="end">
            <Text as="span">{format.money(code.sold.amount)}</Text>
            <Text as="span" tone="subdued" variant="bodySm">
              {t("orders", { count: code.sold.orders })}
            </Text>
          </BlockStack>
        </InlineStack>
        <InlineStack gap="100" blockAlign="start">
          {code.store ? (
            <BlockStack gap="100" inlineAlign="start">
              <SideMarkWithProblem side={t("column.store")} mark={code.store} />
              {mend("store")}
            </BlockStack>
          ) : null}
          <NetworkMarks code={code} named />
          {mend("network")}
        </InlineStack>
        <Text as="span" tone="subdued" breakWord>
          {code.deal ? <><DealName code={code} /> · </> : null}
          <Policy code={code} />
          {code.startsAt || code.endsAt ? <> · <Window code={code} /></> : null}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
