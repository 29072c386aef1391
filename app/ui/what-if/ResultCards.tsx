// What would change, or what applying changed: in one sentence, in sums, and by creator.
import { Banner, BlockStack, Button, Card, IndexTable, InlineGrid, InlineStack, Link, List, Text, useBreakpoints } from "@shopify/polaris";
import { useState } from "react";
import type { CreatorSum, WhatIfDetail } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { differenceOf, resultOf, useResultWords } from "./words.ts";

type Summary = NonNullable<WhatIfDetail["summary"]>;
type ResultProps = { whatIf: WhatIfDetail; summary: Summary };

export function ResultCard({ whatIf, summary }: ResultProps) {
  const t = useT("whatif");
  const words = useResultWords();
  const applied = whatIf.state === "applied";
  const notes = [
    summary.skipped > 0 ? t("note.skipped", { count: summary.skipped }) : "",
    summary.asks > 0 ? t(applied ? "note.asked" : "note.asks", { count: summary.asks }) : "",
    whatIf.settledSince > 0 && !whatIf.outdated ? t("note.settled_since", { count: whatIf.settledSince }) : "",
  ].filter(Boolean);
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="200">
          <Text as="h2" variant="headingSm">
            {t(applied ? "sum.title_applied" : "sum.title")}
          </Text>
          <Text as="p" variant="headingLg" breakWord>
            {words(resultOf(summary), applied)}
          </Text>
        </BlockStack>
        {summary.orders > 0 ? <Sums whatIf={whatIf} summary={summary} /> : null}
        {notes.length > 0 ? (
          <Banner tone="info">
            <List>
              {notes.map((note) => (
                <List.Item key={note}>{note}</List.Item>
              ))}
            </List>
          </Banner>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Sums({ whatIf, summary }: ResultProps) {
  const t = useT("whatif");
  const applied = whatIf.state === "applied";
  return (
    <BlockStack gap="300">
      {summary.currencies.map((sum) => (
        <InlineGrid key={sum.currency} columns={{ xs: 1, sm: 3 }} gap="300">
          <Sum label={t(applied ? "sum.before_applied" : "sum.before")} amount={sum.before} currency={sum.currency} />
          <Sum label={t(applied ? "sum.after_applied" : "sum.after")} amount={sum.after} currency={sum.currency} />
          <Sum label={t("sum.difference")} amount={(BigInt(sum.after) - BigInt(sum.before)).toString()} currency={sum.currency} signed />
        </InlineGrid>
      ))}
      <Text as="p" tone="subdued">
        {t("sum.of_orders")}
      </Text>
    </BlockStack>
  );
}

function Sum({ label, amount, currency, signed = false }: { label: string; amount: string; currency: string; signed?: boolean }) {
  const format = useFormat();
  return (
    <BlockStack>
      <Text as="span" tone="subdued">
        {label}
      </Text>
      <Text as="span" variant="headingMd" numeric>
        {signed ? format.signedMoney(amount, currency) : format.money(amount, currency)}
      </Text>
    </BlockStack>
  );
}

const SHOWN_AT_FIRST = 10;

export function CreatorsCard({ whatIf, summary, onChoose }: ResultProps & { onChoose: (creatorId: string) => void }) {
  const t = useT("whatif");
  const { smDown } = useBreakpoints();
  const [all, setAll] = useState(false);
  const applied = whatIf.state === "applied";
  const shown = all ? summary.creators : summary.creators.slice(0, SHOWN_AT_FIRST);
  const hidden = summary.creators.length - shown.length;
  if (summary.creators.length === 0) return null;
  return (
    <Card padding="0">
      <div style={{ padding: "16px 16px 8px" }}>
        <Text as="h2" variant="headingSm">
          {t("creators.title")}
        </Text>
      </div>
      <IndexTable
        condensed={smDown}
        selectable={false}
        itemCount={shown.length}
        resourceName={{ singular: t("creators.resource", { count: 1 }), plural: t("creators.resource", { count: 2 }) }}
        headings={[
          { title: t("creators.creator") },
          { title: t(applied ? "creators.before_applied" : "creators.before"), alignment: "end" },
          { title: t(applied ? "creators.after_applied" : "creators.after"), alignment: "end" },
          { title: t("creators.difference"), alignment: "end" },
          { title: t("creators.orders"), alignment: "end" },
        ]}
      >
        {shown.map((one, index) => (
          <IndexTable.Row id={`${one.creatorId} ${one.currency}`} key={`${one.creatorId} ${one.currency}`} position={index}>
            {smDown ? <NarrowCreator one={one} onChoose={onChoose} /> : <WideCreator one={one} onChoose={onChoose} />}
          </IndexTable.Row>
        ))}
      </IndexTable>
      {hidden > 0 ? (
        <div style={{ padding: 16 }}>
          <Button variant="plain" onClick={() => setAll(true)}>
            {t("creators.show", { count: hidden })}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

type CreatorProps = { one: CreatorSum; onChoose: (creatorId: string) => void };

function WideCreator({ one, onChoose }: CreatorProps) {
  const format = useFormat();
  const { amount } = differenceOf(one);
  return (
    <>
      <WrapCell>
        <Link url={`/app/creators/${one.creatorId}`} monochrome removeUnderline>
          {one.name}
        </Link>
      </WrapCell>
      <NumberCell subdued>{format.money(one.before, one.currency)}</NumberCell>
      <NumberCell>{format.money(one.after, one.currency)}</NumberCell>
      <NumberCell subdued={amount === 0n}>{format.signedMoney(BigInt(one.after) - BigInt(one.before), one.currency)}</NumberCell>
      <NumberCell>
        <Orders one={one} onChoose={onChoose} short />
      </NumberCell>
    </>
  );
}

/** Leads to those of the orders below that concern this creator. */
function Orders({ one, onChoose, short = false }: CreatorProps & { short?: boolean }) {
  const t = useT("whatif");
  const format = useFormat();
  const words = t("creators.order_count", { count: one.changed });
  return (
    <Button variant="plain" onClick={() => onChoose(one.creatorId)} accessibilityLabel={`${one.name}: ${words}`}>
      {short ? format.number(one.changed) : words}
    </Button>
  );
}

function NarrowCreator({ one, onChoose }: CreatorProps) {
  const t = useT("whatif");
  const format = useFormat();
  return (
    <NarrowRow>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200" wrap={false}>
          <Link url={`/app/creators/${one.creatorId}`} monochrome removeUnderline>
            {one.name}
          </Link>
          <Text as="span" numeric fontWeight="semibold">
            {format.signedMoney(BigInt(one.after) - BigInt(one.before), one.currency)}
          </Text>
        </InlineStack>
        <InlineStack align="space-between" gap="200">
          <Text as="span" tone="subdued" numeric>
            {t("orders.moves", { before: format.money(one.before, one.currency), after: format.money(one.after, one.currency) })}
          </Text>
          <Orders one={one} onChoose={onChoose} />
        </InlineStack>
      </BlockStack>
    </NarrowRow>
  );
}
