// Deal: is this offer right, everywhere?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { listCodes } from "../db/reads/code-list.ts";
import { variationsOfDeal, versionsOfDeal } from "../db/reads/deal-edits.ts";
import { historyOfDeal, readDeal } from "../db/reads/deals.ts";
import { driftsOfDeal } from "../db/reads/drift.ts";
import { dealInPrograms } from "../db/reads/network-steps.ts";
import type { DealActAnswer } from "../domain/deal-page.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { actOnDeal } from "../flow/deal-acts.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DealHistory } from "../ui/deals/DealHistory.tsx";
import { DealCodes, DealProgram, DealResults, DealTermsCard } from "../ui/deals/DealParts.tsx";
import { DealProblems, DealSides } from "../ui/deals/DealSides.tsx";
import { DealVariations } from "../ui/deals/DealVariations.tsx";
import { NetworkSteps } from "../ui/deals/NetworkSteps.tsx";
import { PhaseBadge } from "../ui/deals/DealsTable.tsx";
import { useDealActs } from "../ui/deals/use-deal-acts.tsx";
import { DriftCard } from "../ui/drift/DriftCard.tsx";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";
import { UNDER_WAY } from "../ui/marks.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const at = now();
  const deal = await readDeal(session.shop, askedId(params.id), at);
  if (!deal) throw new Response(null, { status: 404 });
  const [codes, history, programs, versions, variations, drift] = await Promise.all([
    listCodes(session.shop, { view: "every", q: "", creatorId: "", dealId: deal.id, sort: "wrong", page: 1, now: at }), historyOfDeal(session.shop, deal), dealInPrograms(session.shop, deal.id), versionsOfDeal(session.shop, deal.id), variationsOfDeal(session.shop, deal.id), driftsOfDeal(session.shop, deal.id),
  ]);
  return { deal, codes, history, programs, versions, variations, drift };
}

/** Pausing, resuming and ending; or what is wrong was mended, and store and network are asked again. */
export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return json<DealActAnswer>(await actOnDeal(session.shop, askedId(params.id), await request.formData(), whoOf(session)));
}

export default function Deal() {
  const { deal, codes, history, programs, versions, variations, drift } = useLoaderData<typeof loader>();
  const t = useT("deals");
  const marks = [deal.store, ...deal.networks, ...codes.rows.filter((code) => !code.retiredAt).flatMap((code) => [...(code.store ? [code.store] : []), ...code.networks])];
  const onItsWay = deal.storeVersion < deal.version && ["live", "ended", "scheduled"].includes(deal.store.state);
  useFollow(onItsWay || marks.some((mark) => UNDER_WAY.includes(mark.state)));
  const again = useFetcher<DealActAnswer>();
  useToast(again.data, again.data ? t("done.again") : null);
  const { actions, dialog } = useDealActs(deal, variations);
  useDoneToast((done, count) => t(`done.${done}`, { count }));
  return (
    <Page
      title={deal.name}
      titleMetadata={<PhaseBadge phase={deal.phase} />}
      backAction={{ content: t("title"), url: "/app/deals" }}
      {...actions}
      {...(deal.phase === "ended" ? {} : { primaryAction: { content: t("give"), url: `/app/codes/give?deal=${deal.id}` } })}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <DealProblems deal={deal} onAgain={() => again.submit({ intent: "again" }, { method: "post" })} busy={again.state !== "idle"} />
            <DriftCard rows={drift.rows} total={drift.total} />
            <DealTermsCard deal={deal} />
            <DealSides deal={deal} />
            <NetworkSteps dealId={deal.id} terms={deal.terms} programs={programs} />
            <DealCodes deal={deal} codes={codes.rows} total={codes.total} />
            <DealVariations variations={variations} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <DealResults deal={deal} />
            <DealProgram deal={deal} />
            <DealHistory versions={versions} history={history} />
          </BlockStack>
        </Layout.Section>
      </Layout>
      {dialog}
    </Page>
  );
}
