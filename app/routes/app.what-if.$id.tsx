// A what-if: what would change, for whom and on which orders? It can be applied to the past from here, and nowhere else.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { Banner, BlockStack, Layout, Page } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { readWhatIf, whatIfOrders } from "../db/reads/what-if.ts";
import { askedId } from "../domain/typed-text.ts";
import { applyWhatIf, computeAnew, continueWhatIf, haltWhatIf } from "../flow/what-if-apply.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { listState } from "../ui/list-state.ts";
import { useFollow, useToast } from "../ui/live.ts";
import { useProblemWords } from "../ui/marks.tsx";
import { APPLY_BUTTON, AppliedCard, AskedCard, ConfirmApply } from "../ui/what-if/Applying.tsx";
import { BeforeAfterPlot } from "../ui/what-if/BeforeAfterPlot.tsx";
import { Progress } from "../ui/what-if/Progress.tsx";
import { CreatorsCard, ResultCard } from "../ui/what-if/ResultCards.tsx";
import { StateBadge } from "../ui/what-if/StateBadge.tsx";
import { WhatIfOrders } from "../ui/what-if/WhatIfOrders.tsx";
import { usePeriodWords } from "../ui/what-if/words.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const whatIf = await readWhatIf(shop, askedId(params.id));
  if (!whatIf) throw new Response(null, { status: 404 });
  const search = new URL(request.url).searchParams;
  const state = listState(search, { view: "all", sort: "amount" });
  const creatorId = askedId(search.get("creator") ?? "");
  return { whatIf, orders: await whatIfOrders(shop, whatIf.id, { ...state, creatorId }), state, creatorId };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const intent = String((await request.formData()).get("intent") ?? "");
  const answer = await act(session.shop, askedId(params.id), intent);
  return json({ intent, ...answer }, { status: answer.ok ? 200 : 422 });
}

function act(shop: string, id: string, intent: string) {
  switch (intent) {
    case "stop":
      return haltWhatIf(shop, id);
    case "continue":
      return continueWhatIf(shop, id);
    case "anew":
      return computeAnew(shop, id);
    case "apply":
      return applyWhatIf(shop, id, "merchant");
    default:
      throw new Response(null, { status: 400 });
  }
}

export default function WhatIf() {
  const { whatIf, orders, state, creatorId } = useLoaderData<typeof loader>();
  const t = useT("whatif");
  const tErrors = useT("errors");
  const problem = useProblemWords()(whatIf.problem);
  const period = usePeriodWords()(whatIf);
  const choose = useChooseCreator();
  const acting = useFetcher<typeof action>();
  const busy = acting.state !== "idle";
  const [confirming, setConfirming] = useState(false);
  const { summary } = whatIf;
  const { data } = acting;
  const refused = data && !data.ok ? data.errors[0] : undefined;
  useFollow(whatIf.state === "waiting" || whatIf.state === "running" || whatIf.waiting > 0, 1_500);
  useToast(data, data?.ok ? ("orders" in data ? t("apply.done", { count: Number(data.orders) }) : t(`done.${data.intent}`)) : null);
  useEffect(() => {
    if (data) setConfirming(false);
  }, [data]);

  const submit = (intent: string) => acting.submit({ intent }, { method: "post" });
  const canApply = whatIf.state === "done" && !whatIf.outdated && summary !== null && (summary.changed > 0 || summary.asks > 0 || whatIf.settledSince > 0);
  const canRestart = whatIf.state === "done" || whatIf.state === "failed" || whatIf.state === "stopped";
  return (
    <Page
      title={t("name", { program: whatIf.program.name, period })}
      titleMetadata={<StateBadge whatIf={whatIf} />}
      backAction={{ content: t("title"), url: "/app/what-if" }}
      {...(canApply ? { primaryAction: { content: t("apply.action"), id: APPLY_BUTTON, onAction: () => setConfirming(true) } } : {})}
      secondaryActions={canRestart ? [{ content: t("anew"), onAction: () => submit("anew"), disabled: busy }] : []}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {refused ? <Banner tone="critical" title={t("refused_title")}>{tErrors(refused.key, refused.values ?? {})}</Banner> : null}
            {problem && whatIf.state === "failed" ? <Banner tone="critical" title={t("failed_title")}>{problem}</Banner> : null}
            {whatIf.outdated ? (
              <Banner tone="warning" title={t("outdated.title")} action={{ content: t("anew"), onAction: () => submit("anew") }}>
                {t("outdated.text")}
              </Banner>
            ) : null}
            <Progress whatIf={whatIf} busy={busy} onAct={submit} />
            {summary ? (
              <>
                <ResultCard whatIf={whatIf} summary={summary} />
                <CreatorsCard whatIf={whatIf} summary={summary} onChoose={choose} />
              </>
            ) : null}
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            {whatIf.state === "applied" ? <AppliedCard whatIf={whatIf} /> : null}
            <AskedCard whatIf={whatIf} />
          </BlockStack>
        </Layout.Section>
        {summary && summary.orders > 0 ? (
          <Layout.Section variant="fullWidth">
            <BlockStack gap="400">
              <BeforeAfterPlot whatIf={whatIf} summary={summary} />
              <WhatIfOrders
                orders={orders}
                state={state}
                applied={whatIf.state === "applied"}
                creator={creatorId === "" ? null : { name: summary.creators.find((one) => one.creatorId === creatorId)?.name ?? creatorId, onRemove: () => choose("") }}
              />
            </BlockStack>
          </Layout.Section>
        ) : null}
      </Layout>
      {summary ? <ConfirmApply whatIf={whatIf} summary={summary} open={confirming} busy={busy} onApply={() => submit("apply")} onClose={() => setConfirming(false)} /> : null}
    </Page>
  );
}

/** Narrows the orders to those of one creator; "" shows all. */
function useChooseCreator(): (creatorId: string) => void {
  const [, setParams] = useSearchParams();
  return (creatorId) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("page");
        if (creatorId === "") after.delete("creator");
        else after.set("creator", creatorId);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
}
