// Deals: what do we offer?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, EmptySearchResult, EmptyState, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { countDeals, listDeals } from "../db/reads/deals.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DealsTable } from "../ui/deals/DealsTable.tsx";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useDoneToast, useFollow } from "../ui/live.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "newest" });
  const [deals, counts] = await Promise.all([listDeals(session.shop, { ...state, now: now() }), countDeals(session.shop, now())]);
  return { deals, counts, state };
}

export default function Deals() {
  const { deals, counts, state } = useLoaderData<typeof loader>();
  const t = useT("deals");
  useDoneToast((done, count) => t(`done.${done}`, { count }));
  useFollow(deals.rows.some((deal) => deal.store.state === "waiting" || deal.networks.some((mark) => mark.state === "waiting")));
  const subtitle = counts.all === 0 ? t("subtitle") : counts.wrong > 0 ? t("subtitle_wrong", { count: counts.wrong }) : t("subtitle_active", { count: counts.active });
  const views = ["all", "attention", "active", "scheduled", "paused", "ended"].map((id) => ({ id, label: t(`view.${id}`), ...(id === "attention" && counts.wrong > 0 ? { count: counts.wrong } : {}) }));
  const sorts = ["newest", "name", "ends"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  return (
    <Page fullWidth title={t("title")} subtitle={subtitle} primaryAction={{ content: t("new.action"), url: "/app/deals/new" }}>
      <BlockStack gap="400">
        {counts.all === 0 ? (
          <Card>
            <EmptyState heading={t("empty.title")} image="" action={{ content: t("new.action"), url: "/app/deals/new" }}>
              <p>{t("empty.text")}</p>
            </EmptyState>
          </Card>
        ) : (
          <Card padding="0">
            <ListFilters state={state} views={views} sorts={sorts} searchLabel={t("search")} />
            <DealsTable deals={deals.rows} empty={<EmptySearchResult title={t("none.title")} description={t("none.text")} />} />
            <ListPages page={deals.page} pages={deals.pages} total={deals.total} shown={deals.rows.length} />
          </Card>
        )}
      </BlockStack>
    </Page>
  );
}
