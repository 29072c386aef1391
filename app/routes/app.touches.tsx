// Clicks: do creators' links lead to orders, and which codes are used without a click?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation, useSearchParams } from "@remix-run/react";
import { BlockStack, Box, Card, EmptySearchResult, EmptyState, Page, Select } from "@shopify/polaris";
import { now } from "../clock.ts";
import { clicksByCode, clicksOf, storefrontState } from "../db/reads/touches.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { pageOfCreators, unclickedCodes } from "../domain/touches-page.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { ListFilters, ListPages, useChangeList } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { Answer, ClickTotals } from "../ui/touches/Answer.tsx";
import { ClickedCreators, ClickedHelp } from "../ui/touches/ClickedCreators.tsx";
import { FunnelCard } from "../ui/touches/FunnelCard.tsx";
import { StandingOut, UnclickedCodes, UnclickedHelp } from "../ui/touches/UnclickedCodes.tsx";

const PERIODS = [7, 30, 90];
const USUAL_PERIOD = 30;
const SORTS = { creators: ["sales", "clicks", "visitors", "share", "name"], codes: ["standing_out", "without", "share", "orders", "code"] };

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const params = new URL(request.url).searchParams;
  const asked = Number(params.get("days"));
  const period = PERIODS.includes(asked) ? asked : USUAL_PERIOD;
  const { timezone } = await shopFacts(shop);
  const span = { days: period, now: now(), timezone };
  const [clicks, codes, storefront] = await Promise.all([clicksOf(shop, span), clicksByCode(shop, span), storefrontState(shop)]);
  const { view: askedView, sort, ...rest } = listState(params, { view: "creators", sort: "" });
  const view: keyof typeof SORTS = askedView === "codes" ? "codes" : "creators";
  const state = { ...rest, view, sort: SORTS[view].includes(sort) ? sort : SORTS[view][0]! };
  const { creators, ...totals } = clicks;
  return { totals, creators: pageOfCreators(creators, state), codes: unclickedCodes(codes, state), storefront, state, period };
}

export default function Touches() {
  const { totals, codes, storefront, state, period } = useLoaderData<typeof loader>();
  const t = useT("touches");
  const tHome = useT("home");
  const change = useChangeList();
  const [, setParams] = useSearchParams();
  const reading = useNavigation().state === "loading";
  const isSeen = storefront.pixelSeenAt !== null || storefront.embedSeenAt !== null;

  function show(days: string) {
    setParams((before) => new URLSearchParams([...[...before].filter(([name]) => name !== "days" && name !== "page"), ["days", days]]), { replace: true, preventScrollReset: true });
  }

  return (
    <Page fullWidth title={t("title")} subtitle={t("subtitle")}>
      {!storefront.anyClick ? (
        <Card>
          <EmptyState
            heading={t(isSeen ? "empty.waiting" : "empty.title")}
            image=""
            action={isSeen ? { content: t("empty.links"), url: "/app/creators" } : { content: t("empty.set_up"), url: "/app/settings?show=storefront" }}
            secondaryAction={isSeen ? { content: t("empty.state"), url: "/app/settings?show=storefront" } : { content: t("empty.links"), url: "/app/creators" }}
          >
            <p>{t(isSeen ? "empty.waiting_text" : "empty.text")}</p>
          </EmptyState>
        </Card>
      ) : (
        <BlockStack gap="400">
          <Answer now={totals.now} days={period} />
          <StandingOut codes={codes.standingOut} onShow={state.view === "codes" ? null : () => change({ view: "codes" })} />
          <Box maxWidth="240px" paddingInline={{ xs: "400", sm: "0" }}>
            <Select label={tHome("period.label")} labelHidden options={PERIODS.map((days) => ({ value: String(days), label: tHome("period.last_days", { count: days }) }))} value={String(period)} disabled={reading} onChange={show} />
          </Box>
          <ClickTotals now={totals.now} then={totals.then} days={period} />
          <FunnelCard now={totals.now} then={totals.then} days={period} creator={null} />
          <Lists />
        </BlockStack>
      )}
    </Page>
  );
}

/** By creator, or by code. */
function Lists() {
  const { totals, creators, codes, state, period } = useLoaderData<typeof loader>();
  const t = useT("touches");
  const views = ["creators", "codes"].map((id) => ({ id, label: t(`view.${id}`), ...(id === "codes" && codes.standingOut.length > 0 ? { count: codes.standingOut.length } : {}) }));
  const sorts = SORTS[state.view].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  const isCodes = state.view === "codes";
  const { page, pages, total, rows } = isCodes ? codes.page : creators;
  const empty = state.q === "" ? <EmptySearchResult title={t(`none.${state.view}`)} description={t("none.period")} /> : <EmptySearchResult title={t("none.found")} description={t("none.search")} />;
  const unknown = creators.page === creators.pages && state.q === "" && totals.unknown.clicks > 0 ? totals.unknown : null;
  return (
    <Card padding="0">
      <ListFilters key={state.view} state={state} views={views} sorts={sorts} searchLabel={t(`search.${state.view}`)} />
      {isCodes ? <UnclickedHelp all={codes.all} days={period} /> : creators.total > 0 ? <ClickedHelp /> : null}
      {isCodes ? <UnclickedCodes codes={codes.page.rows} empty={empty} /> : <ClickedCreators creators={creators.rows} days={period} unknown={unknown} empty={empty} />}
      <ListPages page={page} pages={pages} total={total} shown={rows.length} />
    </Card>
  );
}
