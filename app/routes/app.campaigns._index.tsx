// Campaigns: what do we ask of whom, and what came of it?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Card, EmptySearchResult, EmptyState, Page } from "@shopify/polaris";
import { countCampaigns, listCampaigns } from "../db/reads/campaigns.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CampaignsTable } from "../ui/campaigns/CampaignsTable.tsx";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "newest" });
  const [campaigns, all] = await Promise.all([listCampaigns(session.shop, state), countCampaigns(session.shop)]);
  return { campaigns, all, state };
}

export default function Campaigns() {
  const { campaigns, all, state } = useLoaderData<typeof loader>();
  const t = useT("campaigns");
  const views = ["all", "open", "closed"].map((id) => ({ id, label: t(`view.${id}`) }));
  const make = { content: t("new.action"), url: "/app/campaigns/new" };
  return (
    <Page fullWidth title={t("title")} subtitle={t("subtitle")} {...(all > 0 ? { primaryAction: make } : {})}>
      {all === 0 ? (
        <Card>
          <EmptyState heading={t("empty.title")} image="" action={make}>
            <p>{t("empty.text")}</p>
          </EmptyState>
        </Card>
      ) : (
        <Card padding="0">
          <ListFilters state={state} views={views} sorts={[]} searchLabel={t("search")} />
          <CampaignsTable campaigns={campaigns.rows} empty={<EmptySearchResult title={t("none.title")} description={t("none.text")} />} />
          <ListPages page={campaigns.page} pages={campaigns.pages} total={campaigns.total} shown={campaigns.rows.length} />
        </Card>
      )}
    </Page>
  );
}
