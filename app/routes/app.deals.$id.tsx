// Deal: is this offer right, everywhere?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { codesOfDeal, historyOfDeal, readDeal } from "../db/reads/deals.ts";
import { dealInPrograms } from "../db/reads/network-steps.ts";
import { askedId } from "../domain/typed-text.ts";
import { tryAgain } from "../flow/place.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DealCodes, DealHistory, DealProgram, DealResults, DealTermsCard } from "../ui/deals/DealParts.tsx";
import { DealProblems, DealSides } from "../ui/deals/DealSides.tsx";
import { NetworkSteps } from "../ui/deals/NetworkSteps.tsx";
import { PhaseBadge } from "../ui/deals/DealsTable.tsx";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";
import { UNDER_WAY } from "../ui/marks.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const deal = await readDeal(session.shop, askedId(params.id), now());
  if (!deal) throw new Response(null, { status: 404 });
  const [codes, history, programs] = await Promise.all([codesOfDeal(session.shop, deal.id), historyOfDeal(session.shop, deal), dealInPrograms(session.shop, deal.id)]);
  return { deal, codes, history, programs };
}

/** The merchant has mended what was wrong: store and network are asked again. */
export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return json({ again: await tryAgain(session.shop, { dealIds: [askedId(params.id)] }) });
}

export default function Deal() {
  const { deal, codes, history, programs } = useLoaderData<typeof loader>();
  const t = useT("deals");
  const marks = [deal.store, ...deal.networks, ...codes.filter((code) => !code.retiredAt).flatMap((code) => [code.store, ...code.networks])];
  useFollow(marks.some((mark) => UNDER_WAY.includes(mark.state)));
  const again = useFetcher<typeof action>();
  useToast(again.data, again.data ? t("done.again") : null);
  useDoneToast((done, count) => t(`done.${done}`, { count }));
  return (
    <Page
      title={deal.name}
      titleMetadata={<PhaseBadge phase={deal.phase} />}
      backAction={{ content: t("title"), url: "/app/deals" }}
      {...(deal.phase === "ended" ? {} : { primaryAction: { content: t("give"), url: `/app/codes/give?deal=${deal.id}` } })}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <DealProblems deal={deal} onAgain={() => again.submit({}, { method: "post" })} busy={again.state !== "idle"} />
            <DealTermsCard deal={deal} />
            <DealSides deal={deal} />
            <NetworkSteps dealId={deal.id} terms={deal.terms} programs={programs} />
            <DealCodes deal={deal} codes={codes} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            <DealResults deal={deal} />
            <DealProgram deal={deal} />
            <DealHistory deal={deal} history={history} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}
