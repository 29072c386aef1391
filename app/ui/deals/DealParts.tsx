// The other parts of a deal's page: its terms, codes and results.
import { BlockStack, Card, DescriptionList, IndexTable, InlineStack, Link, Text, useBreakpoints, Button } from "@shopify/polaris";
import type { DealPart } from "../../domain/deal-parts.ts";
import type { CodeRow, DealDetail } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { Marks, SideMark } from "../marks.tsx";
import { useOffer } from "../offer.ts";
import { usePartWords } from "./part-words.ts";

export function DealTermsCard({ deal }: { deal: DealDetail }) {
  const t = useT("deals");
  const offer = useOffer();
  const words = usePartWords();
  const { terms } = deal;
  const state = { name: deal.name, terms, startsAt: deal.startsAt, endsAt: deal.endsAt, pausedAt: deal.pausedAt };
  const ownItems = terms.value.kind === "free_shipping" || terms.value.kind === "buy_get";
  const parts: DealPart[] = [
    "startsAt", "endsAt", ...(ownItems ? [] : (["appliesTo"] as const)), ...(terms.value.kind === "buy_get" ? [] : (["minimum"] as const)), "buyers", "purchase", "oncePerCustomer", "usageLimit", "combinesWith",
    ...(terms.tags.length > 0 ? (["tags"] as const) : []),
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("terms.title")}
        </Text>
        <Text as="p" variant="headingMd" breakWord>
          {offer(terms, deal)}
        </Text>
        {deal.parent ? (
          <Text as="p">
            {t("variations.of")} <Link url={`/app/deals/${deal.parent.id}`}>{deal.parent.name}</Link>
          </Text>
        ) : null}
        <DescriptionList gap="tight" items={parts.map((part) => ({ term: words.name(part), description: words.of(part, state) }))} />
      </BlockStack>
    </Card>
  );
}

export function DealResults({ deal }: { deal: DealDetail }) {
  const t = useT("deals");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("results.title")}
        </Text>
        <BlockStack gap="050">
          <Text as="p" variant="headingLg">
            {format.money(deal.sold.amount)}
          </Text>
          <Text as="p" tone="subdued">
            {t("results.sales")}
          </Text>
        </BlockStack>
        <Text as="p">{t("results.orders", { count: deal.sold.orders })}</Text>
        <Text as="p">{t("results.codes", { count: deal.codes })}</Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {t("results.explained")}
        </Text>
      </BlockStack>
    </Card>
  );
}

export function DealProgram({ deal }: { deal: DealDetail }) {
  const t = useT("deals");
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("program.title")}
        </Text>
        {deal.program ? <Link url="/app/network">{deal.program.name}</Link> : <Text as="p">–</Text>}
        <Text as="p" tone="subdued">
          {t(deal.program === null ? "program.none" : deal.program.network === "none" ? "program.without_network" : "program.in_network")}
        </Text>
      </BlockStack>
    </Card>
  );
}

/** The codes that need a hand first; the Codes page has all of them. */
export function DealCodes({ deal, codes, total }: { deal: DealDetail; codes: CodeRow[]; total: number }) {
  const t = useT("deals");
  const format = useFormat();
  const { smDown } = useBreakpoints();
  const give = `/app/codes/give?deal=${deal.id}`;
  return (
    <Card padding="0">
      <BlockStack gap="300">
        <div style={{ padding: "16px 16px 0" }}>
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingSm">
              {t("codes_card.title")}
            </Text>
            {codes.length > 0 && deal.phase !== "ended" ? <Button url={give} variant="plain">{t("give")}</Button> : null}
          </InlineStack>
        </div>
        {codes.length === 0 ? (
          <div style={{ padding: "0 16px 16px" }}>
            <BlockStack gap="200" inlineAlign="start">
              <Text as="p">{t(deal.phase === "ended" ? "codes_card.none_ended" : "codes_card.none")}</Text>
              {deal.phase !== "ended" ? <Button url={give}>{t("give")}</Button> : null}
            </BlockStack>
          </div>
        ) : (
          <IndexTable
            condensed={smDown}
            selectable={false}
            itemCount={codes.length}
            resourceName={{ singular: t("code_one"), plural: t("code_other") }}
            headings={[{ title: t("column.code") }, { title: t("column.creator") }, { title: t("column.sides") }, { title: t("column.orders"), alignment: "end" }, { title: t("column.sales"), alignment: "end" }]}
          >
            {codes.map((code, index) => (
              <IndexTable.Row id={code.id} key={code.id} position={index}>
                {smDown ? (
                  <NarrowRow>
                    <BlockStack gap="150">
                      <CodeAndCreator code={code} />
                      <CodeMarks code={code} />
                      <Text as="span" tone="subdued">
                        {t("narrow_code", { orders: t("orders", { count: code.sold.orders }), amount: format.money(code.sold.amount) })}
                      </Text>
                    </BlockStack>
                  </NarrowRow>
                ) : (
                  <>
                    <IndexTable.Cell>
                      <CodeLink code={code} />
                    </IndexTable.Cell>
                    <IndexTable.Cell>
                      <CreatorLink code={code} />
                    </IndexTable.Cell>
                    <WrapCell>
                      <CodeMarks code={code} />
                    </WrapCell>
                    <NumberCell>{format.number(code.sold.orders)}</NumberCell>
                    <NumberCell>{format.money(code.sold.amount)}</NumberCell>
                  </>
                )}
              </IndexTable.Row>
            ))}
          </IndexTable>
        )}
        {total > codes.length ? (
          <div style={{ padding: "0 16px 16px" }}>
            <Link url={`/app/codes?${new URLSearchParams({ q: deal.name })}`}>{t("codes_card.all", { count: total })}</Link>
          </div>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function CodeLink({ code }: { code: CodeRow }) {
  return (
    <Link url={`/app/codes/${code.id}`} monochrome>
      <Text as="span" fontWeight="semibold" textDecorationLine={code.retiredAt ? "line-through" : undefined}>
        {code.code}
      </Text>
    </Link>
  );
}

function CreatorLink({ code }: { code: CodeRow }) {
  const t = useT("deals");
  return code.creator ? <Link url={`/app/creators/${code.creator.id}`}>{code.creator.name}</Link> : <Text as="span">{t("everybody")}</Text>;
}

function CodeAndCreator({ code }: { code: CodeRow }) {
  return (
    <InlineStack gap="200">
      <CodeLink code={code} />
      <CreatorLink code={code} />
    </InlineStack>
  );
}

function CodeMarks({ code }: { code: CodeRow }) {
  const t = useT("deals");
  return (
    <Marks>
      {code.store ? <SideMark side={t("side.store")} mark={code.store} /> : null}
      {code.networks.map((mark) => (
        <SideMark key={mark.programId} side={t("side.network")} mark={mark} />
      ))}
    </Marks>
  );
}
