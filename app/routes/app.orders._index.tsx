// Orders: who was credited, who was not and why, and what waits.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { Card, ChoiceList, EmptySearchResult, EmptyState, Page } from "@shopify/polaris";
import { countOrders, creatorsOfOrders, listOrders } from "../db/reads/orders.ts";
import { askedId } from "../domain/typed-text.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useFollow } from "../ui/live.ts";
import { OrdersTable } from "../ui/orders/OrdersTable.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const state = listState(params, { view: "codes", sort: "newest" });
  const creatorId = askedId(params.get("creator") ?? "");
  const [orders, counts, creators] = await Promise.all([listOrders(session.shop, { ...state, creatorId }), countOrders(session.shop), creatorsOfOrders(session.shop)]);
  return { orders, counts, creators, state, creatorId };
}

export default function Orders() {
  const { orders, counts, creators, state, creatorId } = useLoaderData<typeof loader>();
  const t = useT("orders");
  const choose = useChooseCreator();
  useFollow(counts.waiting > 0);
  const numbered: Record<string, number> = { awaiting: counts.awaiting, waiting: counts.waiting, unreadable: counts.unreadable, trouble: counts.trouble };
  const views = ["codes", "credited", "not_credited", "awaiting", "unclicked", "waiting", "unreadable", "trouble", "all"].map((id) => ({ id, label: t(`view.${id}`), ...(numbered[id] ? { count: numbered[id] } : {}) }));
  const sorts = ["newest", "oldest", "amount"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  const chosen = creators.find((creator) => creator.id === creatorId);
  return (
    <Page fullWidth title={t("title")} subtitle={t("subtitle")}>
      {!counts.any ? (
        <Card>
          <EmptyState heading={t("empty.title")} image="" action={{ content: t("empty.action"), url: "/app/codes/give" }}>
            <p>{t("empty.text")}</p>
          </EmptyState>
        </Card>
      ) : (
        <Card padding="0">
          <ListFilters
            state={state}
            views={views}
            sorts={sorts}
            searchLabel={t("search")}
            filters={[
              {
                key: "creator",
                label: t("filter.creator"),
                pinned: true,
                filter: <ChoiceList title={t("filter.creator")} titleHidden choices={creators.map((creator) => ({ value: creator.id, label: creator.name }))} selected={[creatorId]} onChange={([id]) => choose(id ?? "")} />,
              },
            ]}
            appliedFilters={creatorId === "" ? [] : [{ key: "creator", label: t("filter.creator_is", { name: chosen?.name ?? "–" }), onRemove: () => choose("") }]}
          />
          <OrdersTable orders={orders.rows} empty={<EmptySearchResult title={t("none.title")} description={t(state.view === "codes" && state.q === "" && creatorId === "" ? "none.no_code" : "none.text")} />} />
          <ListPages page={orders.page} pages={orders.pages} total={orders.total} more={orders.more ?? false} shown={orders.rows.length} />
        </Card>
      )}
    </Page>
  );
}

function useChooseCreator(): (id: string) => void {
  const [, setParams] = useSearchParams();
  return (id) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("page");
        if (id === "") after.delete("creator");
        else after.set("creator", id);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
}
