// The orders that would change, each with who has what of it now and who would have it then. Each leads to its proof.
import { BlockStack, Box, Card, EmptySearchResult, IndexTable, InlineStack, Link, Tag, Text, useBreakpoints } from "@shopify/polaris";
import type { Paged } from "../../domain/pages.ts";
import type { WhatIfOrderRow } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, NumberCell, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { ListFilters, ListPages } from "../index-list.tsx";
import type { ListState } from "../list-state.ts";

type OrdersProps = { orders: Paged<WhatIfOrderRow>; state: ListState; applied: boolean; creator: { name: string; onRemove: () => void } | null };

export function WhatIfOrders({ orders, state, applied, creator }: OrdersProps) {
  const t = useT("whatif");
  const { smDown } = useBreakpoints();
  const sorts = ["amount", "newest", "oldest"].map((id) => ({ id, label: t(`orders.sort.${id}.label`), direction: t(`orders.sort.${id}.direction`) }));
  return (
    <Card padding="0">
      <Box paddingInline="400" paddingBlockStart="400" paddingBlockEnd="200">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingSm">
            {t(applied ? "orders.title_applied" : "orders.title")}
          </Text>
          {creator ? <Tag onRemove={creator.onRemove}>{t("orders.only", { name: creator.name })}</Tag> : null}
        </InlineStack>
      </Box>
      <ListFilters state={state} views={[{ id: "all", label: t("orders.all") }]} sorts={sorts} searchLabel={null} />
      <IndexTable
        condensed={smDown}
        selectable={false}
        itemCount={orders.rows.length}
        resourceName={{ singular: t("orders.resource", { count: 1 }), plural: t("orders.resource", { count: 2 }) }}
        emptyState={<EmptySearchResult title={t("orders.none.title")} description={t("orders.none.text")} />}
        headings={[
          { title: t("orders.order") },
          { title: t("orders.date") },
          { title: t("orders.who") },
          { title: t(applied ? "orders.was" : "orders.from"), alignment: "end" },
          { title: t(applied ? "orders.is" : "orders.to"), alignment: "end" },
        ]}
      >
        {orders.rows.map((order, index) => (
          <IndexTable.Row id={order.orderId} key={order.orderId} position={index}>
            {smDown ? <NarrowOrder order={order} /> : <WideOrder order={order} />}
          </IndexTable.Row>
        ))}
      </IndexTable>
      <ListPages page={orders.page} pages={orders.pages} total={orders.total} shown={orders.rows.length} />
    </Card>
  );
}

function Name({ order }: { order: WhatIfOrderRow }) {
  const t = useT("whatif");
  return (
    <Link url={`/app/orders/${order.orderId}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold">
        {order.name || t("orders.unnamed", { id: order.orderId })}
      </Text>
    </Link>
  );
}

function WideOrder({ order }: { order: WhatIfOrderRow }) {
  const t = useT("whatif");
  const format = useFormat();
  const lines = (one: (change: WhatIfOrderRow["changes"][number]) => string) => (
    <BlockStack>
      {order.changes.map((change) => (
        <span key={`${change.code} ${change.creator.id}`}>{one(change)}</span>
      ))}
    </BlockStack>
  );
  return (
    <>
      <IndexTable.Cell>
        <Name order={order} />
      </IndexTable.Cell>
      <IndexTable.Cell>{format.dateTime(order.at)}</IndexTable.Cell>
      <WrapCell>{lines((change) => t("orders.change", { creator: change.creator.name, code: change.code }))}</WrapCell>
      <NumberCell subdued>{lines((change) => format.money(change.before, order.currency))}</NumberCell>
      <NumberCell>{lines((change) => format.money(change.after, order.currency))}</NumberCell>
    </>
  );
}

function NarrowOrder({ order }: { order: WhatIfOrderRow }) {
  const t = useT("whatif");
  const format = useFormat();
  return (
    <NarrowRow>
      <BlockStack gap="100">
        <InlineStack align="space-between" gap="200" wrap={false}>
          <Name order={order} />
          <Text as="span" tone="subdued" variant="bodySm">
            {format.dateTime(order.at)}
          </Text>
        </InlineStack>
        {order.changes.map((change) => (
          <BlockStack key={`${change.code} ${change.creator.id}`}>
            <Text as="span" breakWord>
              {t("orders.change", { creator: change.creator.name, code: change.code })}
            </Text>
            <Text as="span" numeric tone="subdued">
              {t("orders.moves", { before: format.money(change.before, order.currency), after: format.money(change.after, order.currency) })}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </NarrowRow>
  );
}
