// Home: is all well, and what did creators sell?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation, useSearchParams } from "@remix-run/react";
import { BlockStack, Box, InlineGrid, Page, Select } from "@shopify/polaris";
import { now } from "../clock.ts";
import { standingNotices } from "../db/notice.ts";
import { listBacklogs } from "../db/reads/backlog.ts";
import { homeState, setupOf } from "../db/reads/home-state.ts";
import { salesOf } from "../db/reads/home.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { storefrontState } from "../db/reads/touches.ts";
import { embedLink } from "../domain/embed-link.ts";
import { env } from "../env.server.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { BestList } from "../ui/home/BestList.tsx";
import { HomeLine } from "../ui/home/HomeLine.tsx";
import { SalesByDay } from "../ui/home/SalesByDay.tsx";
import { SetupGuide } from "../ui/home/SetupGuide.tsx";
import { TotalsCards } from "../ui/home/Totals.tsx";
import { Waiting } from "../ui/home/Waiting.tsx";
import { useFollow } from "../ui/live.ts";

/** The causes of notices that the rest of the state does not say. */
const SAID_HERE = ["token", "hooks", "inbox"] as const;
const PERIODS = [7, 30, 90];
const USUAL_PERIOD = 30;

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const asked = Number(new URL(request.url).searchParams.get("days"));
  const period = PERIODS.includes(asked) ? asked : USUAL_PERIOD;
  const { timezone } = await shopFacts(shop);
  const [state, backlogs, setup, storefront, notices, sales] = await Promise.all([homeState(shop, now()), listBacklogs(shop, now(), { rough: true }), setupOf(shop), storefrontState(shop), standingNotices(shop, SAID_HERE), salesOf(shop, { days: period, now: now(), timezone })]);
  return {
    state: { ...state, lags: backlogs.filter(({ warns }) => warns !== null).length, storefront: storefront.problem, notices: notices.map(({ cause }) => cause) },
    setup,
    storefront,
    embedUrl: embedLink(env().SHOPIFY_API_KEY),
    sales,
    period,
  };
}

export default function Home() {
  const { state, setup, storefront, embedUrl, sales, period } = useLoaderData<typeof loader>();
  const t = useT("home");
  const [, setParams] = useSearchParams();
  const reading = useNavigation().state === "loading";
  const underWay = state.deliveries.waiting + state.fetches.waiting + state.placements.waiting > 0;
  useFollow(underWay || !setup.credited || state.reports.waiting > 0, underWay ? 3_000 : 10_000);

  function show(days: string) {
    setParams((before) => new URLSearchParams([...[...before].filter(([name]) => name !== "days"), ["days", days]]), { replace: true, preventScrollReset: true });
  }

  return (
    <Page fullWidth title={t("title")}>
      <BlockStack gap="400">
        <HomeLine state={state} setup={setup} />
        {setup.credited ? null : <SetupGuide setup={setup} storefront={storefront} embedUrl={embedUrl} />}
        {setup.credited ? (
          <>
            <Box maxWidth="240px" paddingInline={{ xs: "400", sm: "0" }}>
              <Select label={t("period.label")} labelHidden options={PERIODS.map((days) => ({ value: String(days), label: t("period.last_days", { count: days }) }))} value={String(period)} disabled={reading} onChange={show} />
            </Box>
            <TotalsCards sales={sales} period={period} />
            <SalesByDay days={sales.days} period={period} />
            <InlineGrid columns={{ xs: 1, md: 2 }} gap="400">
              <BestList title={t("best.creators")} none={t("best.none")} best={sales.creators} urlOf={(best) => `/app/creators/${best.id}`} more={{ content: t("best.all_creators"), url: "/app/creators" }} />
              <BestList title={t("best.codes")} none={t("best.none")} best={sales.codes} urlOf={(best) => `/app/codes?view=every&q=${encodeURIComponent(best.name)}`} more={{ content: t("best.all_codes"), url: "/app/codes" }} />
            </InlineGrid>
          </>
        ) : null}
        {setup.credited || setup.deals > 0 || state.deliveries.unreadable > 0 ? <Waiting state={state} /> : null}
      </BlockStack>
    </Page>
  );
}
