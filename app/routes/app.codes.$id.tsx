// Code: whose is it, does it stand on both sides, and what came of it? A pattern can be tried out, changed and retired here.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { Badge, Banner, BlockStack, Layout, Modal, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { ordersOfCode, readCode } from "../db/reads/code.ts";
import { askedId } from "../domain/typed-text.ts";
import { endPattern } from "../flow/pattern.ts";
import { tryAgain } from "../flow/place.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { HistoryCard, OrdersCard, ResultsCard, SidesCard, WhatCard } from "../ui/codes/CodeParts.tsx";
import { PatternTester } from "../ui/codes/PatternTester.tsx";
import { useFormat } from "../ui/format.tsx";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";
import { UNDER_WAY } from "../ui/marks.tsx";
import { openerOf } from "../ui/opener.ts";

const RETIRE_BUTTON = "retire-pattern";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const code = await readCode(session.shop, askedId(params.id), now());
  if (!code) throw new Response(null, { status: 404 });
  return { code, orders: await ordersOfCode(session.shop, code.id) };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const id = askedId(params.id);
  const intent = String((await request.formData()).get("intent"));
  if (intent === "retire") return json({ intent, done: await endPattern(session.shop, id) });
  return json({ intent, done: (await tryAgain(session.shop, { codeIds: [id] })) > 0 });
}

export default function Code() {
  const { code, orders } = useLoaderData<typeof loader>();
  const t = useT("codes");
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const fetcher = useFetcher<typeof action>();
  const { data } = fetcher;
  const said = !data ? null : data.intent === "retire" ? t(data.done ? "page.retire.done" : "page.retire.gone") : t("tried_again", { count: 1 });
  useToast(data, said, data?.intent === "retire" && !data.done);
  useDoneToast((done) => t(`pattern.done.${done}`));
  useFollow([code.store, ...code.networks].some((mark) => mark !== null && UNDER_WAY.includes(mark.state)));
  const regex = code.match === "regex";
  const changeable = regex && code.retiredAt === null;

  function retire() {
    setAsking(false);
    fetcher.submit({ intent: "retire" }, { method: "post" });
  }

  return (
    <Page
      title={code.code}
      titleMetadata={code.retiredAt ? <Badge>{t("page.retired_badge")}</Badge> : regex ? <Badge tone="info">{t("page.pattern_badge")}</Badge> : undefined}
      backAction={{ content: t("title"), url: "/app/codes" }}
      {...(changeable
        ? {
            primaryAction: { content: t("page.change"), url: `/app/codes/pattern?change=${code.id}` },
            secondaryActions: [{ content: t("page.retire.action"), destructive: true, id: RETIRE_BUTTON, onAction: () => setAsking(true), loading: fetcher.state !== "idle" }],
          }
        : {})}
    >
      <Layout>
        {code.retiredAt ? (
          <Layout.Section variant="fullWidth">
            <Banner title={t("page.retired.title", { date: format.dateTime(code.retiredAt) })}>
              <p>{t("page.retired.text")}</p>
            </Banner>
          </Layout.Section>
        ) : null}
        <Layout.Section>
          <BlockStack gap="400">
            <WhatCard code={code} />
            {changeable ? <PatternTester key={code.id} codeId={code.id} pattern={code.code} /> : null}
            <OrdersCard code={code} orders={orders} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <ResultsCard code={code} />
            <SidesCard code={code} onAgain={() => fetcher.submit({ intent: "again" }, { method: "post" })} busy={fetcher.state !== "idle"} />
            <HistoryCard code={code} />
          </BlockStack>
        </Layout.Section>
      </Layout>
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
