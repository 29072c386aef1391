// Order: why did this creator get this credit?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { codesOfOrder, deliveriesOfOrder, entriesOfOrder, exchangesOfOrder, readOrderHead, toldOfOrder } from "../db/reads/order.ts";
import { proveOrder } from "../flow/prove.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFollow } from "../ui/live.ts";
import { DeliveriesCard, FactsCard, RulesCard } from "../ui/orders/FactsCards.tsx";
import { Headline } from "../ui/orders/Headline.tsx";
import { LedgerCard } from "../ui/orders/LedgerCard.tsx";
import { OutcomeBadge } from "../ui/orders/OutcomeBadge.tsx";
import { CodesCard, DiscountsCard } from "../ui/orders/ProofCodes.tsx";
import { LinesCard } from "../ui/orders/ProofLines.tsx";
import { ToldCard } from "../ui/orders/ToldCard.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const orderId = params.id ?? "";
  const order = await readOrderHead(shop, orderId);
  if (!order) throw new Response(null, { status: 404 });
  const [proof, codes, entries, told, deliveries] = await Promise.all([proveOrder(shop, orderId), codesOfOrder(shop, orderId), entriesOfOrder(shop, orderId), toldOfOrder(shop, orderId), deliveriesOfOrder(shop, orderId)]);
  const exchanges = await exchangesOfOrder(shop, orderId, told.map((row) => row.n));
  return { order, proof, codes, entries, told, exchanges, deliveries };
}

export default function Order() {
  const { order, proof, codes, entries, told, exchanges, deliveries } = useLoaderData<typeof loader>();
  const t = useT("orders");
  useFollow(order.outcome === "waiting" || order.network === "waiting", 4_000);
  const creatorCodes = new Set(codes.map((code) => code.code.toUpperCase()));
  const titles = Object.fromEntries((proof?.lines ?? []).map((line) => [line.lineId, line.title]));
  return (
    <Page
      title={order.name || t("unnamed_id", { id: order.orderId })}
      titleMetadata={<OutcomeBadge outcome={order.outcome} />}
      backAction={{ content: t("title"), url: "/app/orders" }}
      {...(order.deleted ? {} : { secondaryActions: [{ content: t("open_in_store"), onAction: () => void open(`shopify://admin/orders/${order.orderId}`, "_top") }] })}
    >
      <Layout>
        <Layout.Section variant="fullWidth">
          <Headline order={order} codes={codes} proof={proof} />
        </Layout.Section>
        {proof ? (
          <Layout.Section variant="fullWidth">
            <LinesCard proof={proof} codes={codes} />
          </Layout.Section>
        ) : null}
        <Layout.Section>
          <BlockStack gap="400">
            {proof ? <CodesCard proof={proof} codes={codes} /> : null}
            {proof ? <DiscountsCard proof={proof} creatorCodes={creatorCodes} /> : null}
            <LedgerCard entries={entries} titles={titles} currency={order.currency} />
            <ToldCard told={told} exchanges={exchanges} codes={codes} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <FactsCard order={order} />
            {proof && codes.length > 0 ? <RulesCard proof={proof} codes={codes} /> : null}
            <DeliveriesCard deliveries={deliveries} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}
