// Code: whose is it, does it stand on both sides, what came of it, and what can be done with it? A pattern can be tried out, changed and retired here.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { Badge, BlockStack, InlineStack, Layout, Modal, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { ordersOfCode, readCode } from "../db/reads/code.ts";
import { driftsOfCode } from "../db/reads/drift.ts";
import { readSetup } from "../db/reads/setup.ts";
import { readShare } from "../db/reads/share.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { clicksOfCode } from "../db/reads/touches.ts";
import type { ActAnswer } from "../domain/code-page.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { codeAct } from "../flow/code-acts.ts";
import { endPattern } from "../flow/pattern.ts";
import { hostsOf } from "../flow/share.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CodeBanners } from "../ui/codes/CodeBanners.tsx";
import { EventsCard, HistoryCard, OrdersCard, ResultsCard, WhatCard } from "../ui/codes/CodeParts.tsx";
import { useLifeActs } from "../ui/codes/LifeActs.tsx";
import { LifeBadge, LifeCard } from "../ui/codes/LifeCard.tsx";
import { PatternTester } from "../ui/codes/PatternTester.tsx";
import { DriftCard } from "../ui/drift/DriftCard.tsx";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";
import { openerOf } from "../ui/opener.ts";
import { CodeNetworkCard } from "../ui/setup/CodeNetworkCard.tsx";
import { ShareCard } from "../ui/share/ShareCard.tsx";
import { CodeClicksCard } from "../ui/touches/CodeClicksCard.tsx";

const RETIRE_BUTTON = "retire-pattern";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const at = now();
  const code = await readCode(shop, askedId(params.id), at);
  if (!code) throw new Response(null, { status: 404 });
  const [orders, hosts, share, { timezone }, drifts, setup, clicks] = await Promise.all([ordersOfCode(shop, code.id), hostsOf(shop), readShare(shop, code.id, at), shopFacts(shop), driftsOfCode(shop, code.id), readSetup(shop, code.id, at), code.creator === null ? null : clicksOfCode(shop, code.id)]);
  return { code, orders, share: { hosts, ...share }, timezone, drifts, setup, clicks };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const id = askedId(params.id);
  const form = Object.fromEntries([...(await request.formData())].map(([name, value]) => [name, String(value)]));
  if (form.intent === "retire-pattern") return json<ActAnswer>({ intent: "retire-pattern", done: await endPattern(session.shop, id), count: 1, errors: [] });
  return json<ActAnswer>(await codeAct(session.shop, id, form, whoOf(session)));
}

export default function Code() {
  const { code, orders, share, timezone, drifts, setup, clicks } = useLoaderData<typeof loader>();
  const t = useT("codes");
  const tLife = useT("life");
  const [asking, setAsking] = useState(false);
  const fetcher = useFetcher<ActAnswer>();
  const { data } = fetcher;
  const acts = useLifeActs({ code, timezone, window: code.window });
  useToast(data, !data ? null : data.intent === "retire-pattern" ? t(data.done ? "page.retire.done" : "page.retire.gone") : t("tried_again", { count: 1 }), data?.intent === "retire-pattern" && !data.done);
  useDoneToast((done) => t(`pattern.done.${done}`));
  useFollow(acts.settling || code.life.beingReplaced || code.life.open.some((side) => !side.stuck));
  const regex = code.match === "regex";
  const changeable = regex && code.retiredAt === null;
  const usable = code.life.state === "active" && code.store?.state === "live";

  function retire() {
    setAsking(false);
    fetcher.submit({ intent: "retire-pattern" }, { method: "post" });
  }

  return (
    <Page
      title={code.code}
      titleMetadata={
        <InlineStack gap="100">
          <LifeBadge state={code.life.state} />
          {code.voided ? <Badge tone="critical">{tLife("void_badge")}</Badge> : null}
          {regex ? <Badge tone="info">{t("page.pattern_badge")}</Badge> : null}
        </InlineStack>
      }
      backAction={{ content: t("title"), url: "/app/codes" }}
      {...acts.actions}
      {...(changeable
        ? {
            primaryAction: { content: t("page.change"), url: `/app/codes/pattern?change=${code.id}` },
            secondaryActions: [{ content: t("page.retire.action"), destructive: true, id: RETIRE_BUTTON, onAction: () => setAsking(true), loading: fetcher.state !== "idle" }],
          }
        : {})}
    >
      <Layout>
        <CodeBanners code={code} />
        <Layout.Section>
          <BlockStack gap="400">
            <LifeCard code={code} onAgain={() => fetcher.submit({ intent: "again" }, { method: "post" })} busy={fetcher.state !== "idle"} />
            <DriftCard rows={drifts} />
            {setup ? <CodeNetworkCard setup={setup} timezone={timezone} onAgain={() => fetcher.submit({ intent: "again" }, { method: "post" })} busy={fetcher.state !== "idle"} /> : null}
            {regex || ["ended", "retired", "replaced"].includes(code.life.state) ? null : <ShareCard code={{ id: code.id, code: code.code, usable }} share={share} />}
            {regex ? <WhatCard code={code} /> : null}
            {changeable ? <PatternTester key={code.id} codeId={code.id} pattern={code.code} /> : null}
            <OrdersCard code={code} orders={orders} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <ResultsCard code={code} orders={orders.length} />
            {clicks ? <CodeClicksCard code={code.code} clicks={clicks} /> : null}
            {regex ? null : <WhatCard code={code} />}
            <HistoryCard code={code} />
            <EventsCard code={code} />
          </BlockStack>
        </Layout.Section>
      </Layout>
      {acts.dialog}
      <Modal
        open={asking}
        onClose={() => setAsking(false)}
        activator={openerOf(RETIRE_BUTTON)}
        title={t("page.retire.title")}
        primaryAction={{ content: t("page.retire.confirm"), destructive: true, onAction: retire }}
        secondaryActions={[{ content: t("page.retire.cancel"), onAction: () => setAsking(false) }]}
      >
        <Modal.Section>
          <Text as="p">{t("page.retire.text", { creator: code.creator?.name ?? t("everybody") })}</Text>
        </Modal.Section>
      </Modal>
    </Page>
  );
}
