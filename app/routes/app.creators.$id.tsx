// Creator: what does this person have, and what have they earned us?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { contractsOfCreator } from "../db/reads/contracts.ts";
import { codesOfCreator, ordersOfCreator, readCreator, salesByDay, soldByCreator } from "../db/reads/creators.ts";
import { programChoices } from "../db/reads/deals.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { clicksOfCreator } from "../db/reads/touches.ts";
import { listTrackingLinks } from "../db/tracking-link.ts";
import { askedId } from "../domain/typed-text.ts";
import { wallTime } from "../domain/zone.ts";
import { hostsOf } from "../flow/share.ts";
import { readEarnings } from "../flow/earnings.ts";
import { readStatementMonths } from "../flow/statement.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { ContractsCard } from "../ui/contracts/ContractsCard.tsx";
import { CreatorCodes, CreatorContact, CreatorOrders, CreatorPrograms, CreatorTotals } from "../ui/creators/CreatorParts.tsx";
import { CREATOR_PERIODS, SalesPlot } from "../ui/creators/SalesPlot.tsx";
import { EarningsCard } from "../ui/earnings/EarningsCard.tsx";
import { useFollow } from "../ui/live.ts";
import { StatementsCard } from "../ui/statements/StatementsCard.tsx";
import { FunnelCard } from "../ui/touches/FunnelCard.tsx";

const DAY_MS = 86_400_000;

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const at = now();
  const creator = await readCreator(shop, askedId(params.id), at);
  if (!creator) throw new Response(null, { status: 404 });
  const asked = Number(new URL(request.url).searchParams.get("days"));
  const period = CREATOR_PERIODS.includes(asked) ? asked : 60;
  const { timezone } = await shopFacts(shop);
  const [codes, days, sold, orders, months, programs, hosts, tracking, contracts, earnings, clicks] = await Promise.all([
    codesOfCreator(shop, creator.id, at),
    salesByDay(shop, creator.id, { days: period, now: at, timezone }),
    soldByCreator(shop, creator.id),
    ordersOfCreator(shop, creator.id),
    readStatementMonths(shop, creator.id),
    programChoices(shop),
    hostsOf(shop),
    listTrackingLinks(shop, [creator.id]),
    contractsOfCreator(shop, creator.id),
    readEarnings(shop, creator.id, new Date(at.getTime() - (period - 1) * DAY_MS)),
    clicksOfCreator(shop, { days: period, now: at, timezone }, creator.id),
  ]);
  const share = { host: hosts[0]!, tracking: tracking.map(({ landing, url }) => ({ landing, url })) };
  return { creator, contracts, earnings, clicks, codes, days, period, sold, orders, months, programs, share, today: wallTime(at, timezone).date };
}

export default function Creator() {
  const { creator, contracts, earnings, clicks, codes, days, period, sold, orders, months, programs, share, today } = useLoaderData<typeof loader>();
  const t = useT("creators");
  const [, setParams] = useSearchParams();
  useFollow(codes.some((code) => code.life.open.some((side) => !side.stuck)));
  const lastSaleAt = orders.find((order) => BigInt(order.amount) > 0n)?.createdAt ?? null;

  function show(days: number) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.set("days", String(days));
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  }

  return (
    <Page title={creator.name} backAction={{ content: t("title"), url: "/app/creators" }} primaryAction={{ content: t("codes_card.give"), url: `/app/codes/give?creators=${creator.id}` }}>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <CreatorCodes creator={creator} codes={codes} share={share} />
            <SalesPlot days={days} period={period} onPeriod={show} />
            <FunnelCard now={clicks.now} then={clicks.then} days={period} creator={creator.name} />
            <EarningsCard earnings={earnings} period={period} />
            <StatementsCard creatorId={creator.id} months={months} />
            <CreatorOrders orders={orders} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <CreatorTotals creator={creator} sold={sold} lastSaleAt={lastSaleAt} />
            <CreatorPrograms creator={creator} programs={programs} today={today} />
            {contracts.length > 0 ? <ContractsCard contracts={contracts} /> : null}
            <CreatorContact creator={creator} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}
