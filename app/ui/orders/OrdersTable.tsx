import { BlockStack, IndexTable, InlineStack, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { OrderRow } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { NetworkBadge, OutcomeBadge } from "./OutcomeBadge.tsx";

export function OrdersTable({ orders, empty }: { orders: OrderRow[]; empty: React.ReactNode }) {
  const t = useT("orders");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={orders.length}
      resourceName={{ singular: t("resource_one"), plural: t("resource_other") }}
      emptyState={empty}
      headings={[
        { title: t("column.order") },
        { title: t("column.date") },
        { title: t("column.outcome") },
        { title: t("column.creator") },
        { title: t("column.code") },
        { title: t("column.network") },
        { title: t("column.credited"), alignment: "end" },
      ]}
    >
      {orders.map((order, index) => (
        <IndexTable.Row id={order.key} key={order.key} position={index}>
          {smDown ? <NarrowOrder order={order} /> : <WideOrder order={order} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function Name({ order }: { order: OrderRow }) {
  const t = useT("orders");
  const name = (
    <Text as="span" fontWeight="semibold">
      {order.name || (order.orderId ? t("unnamed_id", { id: order.orderId }) : t("unnamed"))}
    </Text>
  );
  return order.orderId ? (
    <Link url={`/app/orders/${order.orderId}`} dataPrimaryLink monochrome removeUnderline>
      {name}
    </Link>
  ) : (
    name
  );
}

/** Why not, in words; for a credited order there is nothing to say. */
function useWhy(): (order: OrderRow) => string | null {
  const t = useT("orders");
  return (order) => {
    if (order.outcome === "unreadable") return order.unreadable ? t("unreadable_why", { words: order.unreadable }) : t("unreadable_short");
    if (order.outcome === "not_credited" && order.reason) return t(`reason.${order.reason}.short`);
    if (order.outcome === "missing") return t("missing_short");
    return null;
  };
}

function Outcome({ order }: { order: OrderRow }) {
  const why = useWhy()(order);
  return (
    <BlockStack gap="050" inlineAlign="start">
      <OutcomeBadge outcome={order.outcome} />
      {why ? (
        <Text as="span" tone="subdued" variant="bodySm" breakWord>
          {why}
        </Text>
      ) : null}
    </BlockStack>
  );
}

/** Those who are credited, or whom the network decides about; where nobody is, those whose codes stood on the order. */
function peopleOf(order: OrderRow): { id: string; name: string }[] {
  const credited = order.matched.filter((one) => one.outcome !== "not_credited");
  const people = (credited.length > 0 ? credited : order.matched).flatMap((one) => one.creator ?? []);
  return people.filter((person, index) => people.findIndex((other) => other.id === person.id) === index);
}

function People({ order }: { order: OrderRow }) {
  const people = peopleOf(order);
  if (people.length === 0) return <>–</>;
  return (
    <BlockStack>
      {people.map((person) => (
        <Link key={person.id} url={`/app/creators/${person.id}`} monochrome removeUnderline>
          {person.name}
        </Link>
      ))}
    </BlockStack>
  );
}

function codesOf(order: OrderRow): string {
  return order.matched.map((one) => one.code).join(", ") || "–";
}

/** Of these nothing was decided yet, or on other facts than there are: what they bring is unknown, and no zero. */
const UNKNOWN = new Set(["awaiting_network", "waiting", "unreadable", "missing"]);

function Amount({ order }: { order: OrderRow }) {
  const format = useFormat();
  return <>{UNKNOWN.has(order.outcome) ? "–" : format.money(order.credited, order.currency ?? undefined)}</>;
}

function WideOrder({ order }: { order: OrderRow }) {
  const format = useFormat();
  return (
    <>
      <IndexTable.Cell>
        <Name order={order} />
      </IndexTable.Cell>
      <IndexTable.Cell>{format.dateTime(order.createdAt)}</IndexTable.Cell>
      <WrapCell width={240}>
        <Outcome order={order} />
      </WrapCell>
      <WrapCell width={200}>
        <People order={order} />
      </WrapCell>
      <WrapCell width={180}>{codesOf(order)}</WrapCell>
      <IndexTable.Cell>
        <NetworkBadge state={order.network} />
      </IndexTable.Cell>
      <NumberCell>
        <Amount order={order} />
      </NumberCell>
    </>
  );
}

function NarrowOrder({ order }: { order: OrderRow }) {
  const format = useFormat();
  const people = peopleOf(order).map((person) => person.name);
  return (
    <NarrowRow>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200" wrap={false}>
          <Name order={order} />
          <Text as="span" numeric>
            <Amount order={order} />
          </Text>
        </InlineStack>
        <Text as="span" tone="subdued" variant="bodySm">
          {format.dateTime(order.createdAt)}
        </Text>
        {people.length > 0 ? (
          <Text as="span" breakWord>
            {`${format.list(people)} · ${codesOf(order)}`}
          </Text>
        ) : null}
        <InlineStack gap="200" blockAlign="start">
          <Outcome order={order} />
          {order.network === "none" ? null : <NetworkBadge state={order.network} />}
        </InlineStack>
      </BlockStack>
    </NarrowRow>
  );
}
