// The parts of the page of one code: what it is, where it stands, whose it was, and what came of it.
import { BlockStack, Box, Card, Divider, IndexTable, InlineStack, Link, Text } from "@shopify/polaris";
import type { CodeDetail, CodeOrder, CodeTermLine } from "../../domain/code-page.ts";
import { codeKey } from "../../domain/code.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { ListCard } from "../list-card.tsx";
import { useWindowWords } from "./CodesTable.tsx";
import { PatternText } from "./PatternWords.tsx";

export function WhatCard({ code }: { code: CodeDetail }) {
  const t = useT("codes");
  const format = useFormat();
  const window = useWindowWords();
  const policy = code.policy === null ? null : code.creator === null ? t("policy.latest_click") : t("page.policy_line", { label: t(`policy.${code.policy}.short`), help: t(`policy.${code.policy}.help`) });
  const regex = code.match === "regex";
  const deal = code.deal ? <Link url={`/app/deals/${code.deal.id}`}>{code.deal.name}</Link> : t("page.deal_none");
  const lines: [string, React.ReactNode][] = [
    ["creator", code.creator ? <Link url={`/app/creators/${code.creator.id}`}>{code.creator.name}</Link> : t("everybody")],
    ["program", code.program?.name ?? "–"],
    ["deal", deal],
    ["policy", policy ?? "–"],
    ["window", window(code) ?? t("page.always_valid")],
    ["since", format.dateTime(code.createdAt)],
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("page.what.title")}
        </Text>
        {regex ? (
          <Box padding="300" background="bg-surface-secondary" borderRadius="200">
            <PatternText text={code.code} />
          </Box>
        ) : null}
        <Text as="p">{t(regex ? (code.creator ? "page.what.regex" : "page.what.regex_everybody") : "page.what.exact", { creator: code.creator?.name ?? "" })}</Text>
        {lines.map(([name, description]) => (
          <BlockStack key={name}>
            <Text as="span" tone="subdued" variant="bodySm">
              {t(`page.term.${name}`)}
            </Text>
            <Text as="span" breakWord>
              {description}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}

/** `orders`: on which the code was, whether they count or not. */
export function ResultsCard({ code, orders }: { code: CodeDetail; orders: number }) {
  const t = useT("codes");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("page.results.title")}
        </Text>
        <Text as="p" variant="headingLg">
          {format.money(code.sold.amount)}
        </Text>
        <Text as="p" tone="subdued">
          {code.sold.orders === 0 && orders > 0 ? t("page.results.none_counts") : t("page.results.orders", { count: code.sold.orders })}
        </Text>
      </BlockStack>
    </Card>
  );
}

/** The newest first, as "From 3 Jun 2026: Marie, Creators. Credited: with any click." */
export function HistoryCard({ code }: { code: CodeDetail }) {
  const t = useT("codes");
  const { replaced } = code;
  const replacedBy = code.life.beingReplaced ? null : code.replacedBy; // the other one has not taken its place yet
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("page.history.title")}
        </Text>
        {[...code.history].reverse().map((term) => (
          <Term key={term.from} term={term} />
        ))}
        {replaced || replacedBy ? <Divider /> : null}
        {replacedBy ? <Other label={t("page.history.replaced_by")} other={replacedBy} /> : null}
        {replaced ? <Other label={t("page.history.replaced")} other={replaced} /> : null}
        <Text as="p" tone="subdued" variant="bodySm">
          {t("page.history.note")}
        </Text>
      </BlockStack>
    </Card>
  );
}

/** What people did with it, the newest first. */
export function EventsCard({ code }: { code: CodeDetail }) {
  const t = useT("life");
  const format = useFormat();
  if (code.events.length === 0) return null;
  const known = ["codes.given", "codes.paused", "codes.resumed", "codes.ended", "codes.retired", "codes.replaced", "codes.kept", "codes.dated", "codes.voided", "codes.unvoided", "codes.noted", "codes.brought_back"];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("events.title")}
        </Text>
        {code.events.map((event) => (
          <BlockStack key={`${event.at} ${event.what}`}>
            <Text as="p" breakWord>
              {t(`events.${known.includes(event.what) ? event.what.replace(".", "_") : "other"}`, { code: event.detail.code ?? code.code, by: event.detail.by ?? "", reason: event.detail.reason ?? "" })}
            </Text>
            <Text as="p" tone="subdued" variant="bodySm">
              {t("events.by", { when: format.dateTime(event.at), who: event.who === "merchant" ? t("events.somebody") : event.who })}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function Term({ term }: { term: CodeTermLine }) {
  const t = useT("codes");
  const format = useFormat();
  const window = useWindowWords()(term);
  const policy = term.creator === null ? t("policy.latest_click") : t(`policy.${term.policy}.short`);
  return (
    <BlockStack>
      <Text as="p" fontWeight="semibold">
        {term.to ? t("page.history.from_to", { from: format.dateTime(term.from), to: format.dateTime(term.to) }) : t("page.history.from", { from: format.dateTime(term.from) })}
      </Text>
      <Text as="p" breakWord>
        {t("page.history.line", { creator: term.creator?.name ?? t("everybody"), program: term.program?.name ?? "–", policy })}
        {window ? ` ${t("page.history.window", { window })}` : null}
      </Text>
    </BlockStack>
  );
}

function Other({ label, other }: { label: string; other: { id: string; code: string } }) {
  return (
    <BlockStack gap="050" inlineAlign="start">
      <Text as="span" tone="subdued">
        {label}
      </Text>
      <Link url={`/app/codes/${other.id}`}>
        <PatternText text={other.code} />
      </Link>
    </BlockStack>
  );
}

export function OrdersCard({ code, orders }: { code: CodeDetail; orders: CodeOrder[] }) {
  const t = useT("codes");
  return (
    <ListCard
      title={t("page.orders.title")}
      none={t("page.orders.none")}
      rows={orders}
      keyOf={(order) => order.orderId}
      resource={{ singular: t("page.orders.resource_one"), plural: t("page.orders.resource_other") }}
      headings={[{ title: t("page.orders.order") }, { title: t("page.orders.date") }, { title: t("page.orders.code") }, { title: t("page.orders.outcome") }, { title: t("page.orders.amount"), alignment: "end" }]}
      cells={(order, narrow) => <OrderCells code={code} order={order} narrow={narrow} />}
    />
  );
}

function OrderCells({ code, order, narrow }: { code: CodeDetail; order: CodeOrder; narrow: boolean }) {
  const t = useT("codes");
  const tOrders = useT("orders");
  const format = useFormat();
  // Of an exact code only itself; of a pattern all that stand on the order, for the pattern itself is nothing that a buyer types.
  const codes = code.match === "exact" ? order.codes.filter((each) => codeKey(each) === codeKey(code.code)) : order.codes;
  const outcome = order.credited ? t("page.orders.credited") : order.awaiting ? tOrders("outcome.awaiting_network") : order.reason ? tOrders(`reason.${order.reason}.short`) : "–";
  const amount = order.awaiting ? "–" : format.money(order.amount, order.currency ?? undefined);
  const link = (
    <Link url={`/app/orders/${order.orderId}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold">
        {order.name || order.orderId}
      </Text>
    </Link>
  );
  const text = <PatternText text={codes.join(", ") || "–"} />;
  if (narrow) {
    return (
      <NarrowRow>
        <InlineStack align="space-between" gap="200" wrap={false}>
          <BlockStack>
            {link}
            <Text as="span" tone="subdued">
              {format.date(order.createdAt)} · {outcome}
            </Text>
            {text}
          </BlockStack>
          <Text as="span">{amount}</Text>
        </InlineStack>
      </NarrowRow>
    );
  }
  return (
    <>
      <IndexTable.Cell>{link}</IndexTable.Cell>
      <IndexTable.Cell>{format.dateTime(order.createdAt)}</IndexTable.Cell>
      <IndexTable.Cell>{text}</IndexTable.Cell>
      <IndexTable.Cell>{outcome}</IndexTable.Cell>
      <NumberCell subdued={order.amount === "0"}>{amount}</NumberCell>
    </>
  );
}
