// Order: why did this creator get this credit?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { useMemo } from "react";
import { readHandForm } from "../domain/hand-page.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { answerHand, readHand } from "../flow/hand.ts";
import { openOrder } from "../flow/prove.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFormat } from "../ui/format.tsx";
import { useFollow } from "../ui/live.ts";
import { ClicksCard } from "../ui/orders/ClicksCard.tsx";
import { downloadProof } from "../ui/orders/download.ts";
import { DeliveriesCard, DisputesCard, FactsCard, RulesCard } from "../ui/orders/FactsCards.tsx";
import { HandCard } from "../ui/orders/HandCard.tsx";
import { Headline } from "../ui/orders/Headline.tsx";
import { LedgerCard } from "../ui/orders/LedgerCard.tsx";
import { OutcomeBadge } from "../ui/orders/OutcomeBadge.tsx";
import { CodesCard, DiscountsCard } from "../ui/orders/ProofCodes.tsx";
import { LinesCard } from "../ui/orders/ProofLines.tsx";
import { ToldCard } from "../ui/orders/ToldCard.tsx";
import { proofWords } from "../ui/orders/words.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  // In this order: the hand says whether something is on its way, and what is read after it is no older than that.
  const hand = await readHand(session.shop, askedId(params.id));
  const page = await openOrder(session.shop, askedId(params.id));
  if (!page) throw new Response(null, { status: 404 });
  return { ...page, hand };
}

/** A person decides about the order: first shown, then agreed to. */
export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const answer = await answerHand(session.shop, whoOf(session), askedId(params.id), readHandForm(await request.formData()));
  if (!answer) throw new Response(null, { status: 404 });
  return json(answer, { status: answer.errors.length > 0 ? 422 : 200 });
}

export default function Order() {
  const { order, proof, entries, told, earnings, exchanges, deliveries, hand } = useLoaderData<typeof loader>();
  const t = useT("orders");
  const format = useFormat();
  const words = useMemo(() => proof && proofWords(proof, t, format), [proof, t, format]);
  useFollow(order.outcome === "waiting" || order.network === "waiting" || hand?.settling === true, hand?.settling ? 1_000 : 4_000);
  const titles = Object.fromEntries((proof?.lines ?? []).map((line) => [line.lineId, line.title]));

  async function download(): Promise<void> {
    const done = await downloadProof(order.orderId, order.name || order.orderId);
    shopify.toast.show(t(done ? "action.downloaded" : "action.not_downloaded"), { isError: !done });
  }

  const actions = [
    ...(proof ? [{ content: t("action.print"), url: `/app/orders/${order.orderId}/print` }, { content: t("action.download"), onAction: () => void download() }] : []),
    ...(order.deleted ? [] : [{ content: t("open_in_store"), onAction: () => void open(`shopify://admin/orders/${order.orderId}`, "_top") }]),
  ];
  return (
    <Page title={order.name || t("unnamed_id", { id: order.orderId })} titleMetadata={<OutcomeBadge outcome={order.outcome} />} backAction={{ content: t("title"), url: "/app/orders" }} secondaryActions={actions}>
      <Layout>
        <Layout.Section variant="fullWidth">
          <Headline order={order} words={words} />
        </Layout.Section>
        {proof && words ? (
          <Layout.Section variant="fullWidth">
            <LinesCard proof={proof} words={words} />
          </Layout.Section>
        ) : null}
        <Layout.Section>
          <BlockStack gap="400">
            {proof && words ? (
              <>
                <CodesCard proof={proof} words={words} />
                {proof.codes.length > 0 || proof.clicks.length > 0 ? <ClicksCard proof={proof} words={words} /> : null}
                <DiscountsCard proof={proof} />
              </>
            ) : null}
            <LedgerCard entries={entries} titles={titles} currency={order.currency} byHand={hand?.entries ?? {}} />
            <ToldCard told={told} earnings={earnings} exchanges={exchanges} proof={proof} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <FactsCard order={order} />
            {words && words.disputes.length > 0 ? <DisputesCard words={words} /> : null}
            {hand ? <HandCard orderId={order.orderId} hand={hand} /> : null}
            {proof && proof.codes.length > 0 ? <RulesCard proof={proof} /> : null}
            <DeliveriesCard deliveries={deliveries} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}
