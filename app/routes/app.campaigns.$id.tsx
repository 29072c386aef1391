// Campaign: who takes part, who is missing a code, and what came of it?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Card, EmptySearchResult, EmptyState, Layout, Page } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { AskedState } from "../domain/campaign.ts";
import type { FieldError } from "../domain/problem.ts";
import { askedId } from "../domain/typed-text.ts";
import { askCreators, askListed, giveCampaignCodes, turnCampaign } from "../flow/campaign.ts";
import { readCampaignPage } from "../flow/campaign-page.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CampaignCreators } from "../ui/campaigns/CampaignCreators.tsx";
import { CampaignList } from "../ui/campaigns/CampaignList.tsx";
import { CampaignPreview } from "../ui/campaigns/CampaignPreview.tsx";
import { CampaignFiles, CampaignGives } from "../ui/campaigns/CampaignSide.tsx";
import { CampaignStateBadge } from "../ui/campaigns/CampaignsTable.tsx";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";
import { UNDER_WAY } from "../ui/marks.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "asked" });
  const page = await readCampaignPage(session.shop, askedId(params.id), state);
  if (!page) throw new Response(null, { status: 404 });
  return { ...page, state };
}

type Answer = { intent: string; ok: true; changed: number; unknown: string[] } | { intent: string; ok: false; errors: FieldError[] };

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const id = askedId(params.id);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  const intent = text("intent");
  switch (intent) {
    case "ask":
      return json<Answer>({ intent, ...(await askCreators(shop, id, text("creatorIds").split(",").filter(Boolean), text("state") as AskedState)) });
    case "list":
      return json<Answer>({ intent, ...(await askListed(shop, id, text("text"), text("state") as AskedState)) });
    case "give": {
      const given = await giveCampaignCodes(shop, id);
      return given.ok ? redirect(`/app/codes/runs/${given.batchId}`) : json<Answer>({ intent, ...given });
    }
    case "close":
    case "open": {
      const turned = await turnCampaign(shop, id, intent === "close" ? "closed" : "open");
      return json<Answer>(turned.ok ? { intent, ok: true, changed: 1, unknown: [] } : { intent, ...turned });
    }
    default:
      throw new Response(null, { status: 400 });
  }
}

const VIEWS = ["all", "accepted", "waiting", "invited", "declined", "open"] as const;

export default function Campaign() {
  const { campaign, people, counts, forAll, run } = useLoaderData<typeof loader>();
  const t = useT("campaigns");
  const fetcher = useFetcher<Answer>();
  const [listing, setListing] = useState(false);
  const answer = fetcher.data;
  const busy = fetcher.state !== "idle";
  const closed = campaign.state === "closed";
  const one = campaign.codes === "one";
  useDoneToast((done) => t(`done.${done}`));
  useToast(answer, answer?.ok ? saidOf(answer) : null);
  useFollow(run !== null || people.rows.some(({ code }) => code !== null && [code.store, ...code.networks].some((mark) => mark !== null && UNDER_WAY.includes(mark.state))), 4_000);
  useEffect(() => {
    if (answer?.intent === "list" && answer.ok) setListing(false);
  }, [answer]);

  function saidOf({ intent, changed }: { intent: string; changed: number }): string {
    return intent === "close" ? t("page.closed_done") : intent === "open" ? t("page.opened_done") : t("act.done", { count: changed });
  }

  const send = (fields: Record<string, string>) => fetcher.submit(fields, { method: "post" });
  const canGive = !closed && run === null && campaign.dealId !== "" && (one ? forAll === null : counts.waiting > 0);
  const give = { content: t(one ? "page.give_one" : "page.give"), onAction: () => send({ intent: "give" }), loading: busy, disabled: !canGive };
  const accepted = people.rows.filter((person) => person.asked === "accepted");
  const reader = accepted.find((person) => person.code?.usable) ?? accepted[0] ?? people.rows.find((person) => person.code?.usable) ?? people.rows[0];
  return (
    <Page
      fullWidth
      title={campaign.name}
      titleMetadata={<CampaignStateBadge state={campaign.state} />}
      subtitle={lineOf()}
      backAction={{ content: t("title"), url: "/app/campaigns" }}
      primaryAction={give}
      secondaryActions={[
        { content: t("edit.action"), url: `/app/campaigns/${campaign.id}/edit` },
        ...(closed ? [] : [{ content: t("act.list"), onAction: () => setListing(true) }]),
        { content: t(closed ? "page.reopen" : "page.close"), onAction: () => send({ intent: closed ? "open" : "close" }) },
      ]}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <Banners run={run} noDeal={!closed && campaign.dealId === ""} answer={answer ?? null} />
            <People closed={closed} onAsk={(ids, asked) => send({ intent: "ask", creatorIds: ids.join(","), state: asked })} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            {reader ? <CampaignPreview instructions={campaign} reader={reader.code?.usable ? { name: reader.name, code: reader.code.code, link: reader.link } : { name: reader.name, code: null, link: null }} copies /> : null}
            <CampaignGives campaign={campaign} />
            <CampaignFiles id={campaign.id} />
          </BlockStack>
        </Layout.Section>
      </Layout>
      <CampaignList open={listing} program={campaign.programName} saving={busy} error={listError()} onSave={(text, asked) => send({ intent: "list", text, state: asked })} onClose={() => setListing(false)} />
    </Page>
  );

  /** What a merchant wants to know first. */
  function lineOf(): string {
    if (closed) return t("page.is_closed");
    if (one) return forAll ? t("page.one_there", { code: forAll.code }) : t("page.one_waiting");
    return counts.accepted === 0 ? t("page.nobody") : t("page.waiting", { count: counts.waiting });
  }

  function listError(): string | undefined {
    return answer && !answer.ok && answer.intent === "list" ? t("page.not_done") : undefined;
  }
}

/** The program's creators, as the list's state narrows them. */
function People({ closed, onAsk }: { closed: boolean; onAsk: (ids: string[], state: string) => void }) {
  const { campaign, people, counts, state } = useLoaderData<typeof loader>();
  const t = useT("campaigns");
  if (counts.all === 0) {
    return (
      <Card>
        <EmptyState heading={t("no_people.title")} image="" action={{ content: t("no_people.action"), url: "/app/creators" }}>
          <p>{t("no_people.text")}</p>
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card padding="0">
      <ListFilters state={state} views={VIEWS.map((id) => ({ id, label: t(`who.${id}`), count: counts[id] }))} sorts={[]} searchLabel={t("search_creators")} />
      <CampaignCreators
        key={`${state.view} ${state.q} ${state.page}`}
        people={people.rows}
        instructions={campaign}
        closed={closed}
        empty={<EmptySearchResult title={t("none.title")} description={t("none.text")} />}
        onAsk={onAsk}
      />
      <ListPages page={people.page} pages={people.pages} total={people.total} shown={people.rows.length} />
    </Card>
  );
}

type BannersProps = { run: { id: string; total: number } | null; noDeal: boolean; answer: Answer | null };

function Banners({ run, noDeal, answer }: BannersProps) {
  const t = useT("campaigns");
  const tErrors = useT("errors");
  return (
    <>
      {run ? (
        <Banner title={t("page.run")} action={{ content: t("page.run_open"), url: `/app/codes/runs/${run.id}` }}>
          <p>{t("page.run_text", { count: run.total })}</p>
        </Banner>
      ) : null}
      {noDeal ? (
        <Banner tone="warning">
          <p>{t("page.no_deal")}</p>
        </Banner>
      ) : null}
      {answer?.ok && answer.unknown.length > 0 ? (
        <Banner tone="warning">
          <p>{t("list.unknown", { count: answer.unknown.length, names: answer.unknown.slice(0, 20).join(", ") })}</p>
        </Banner>
      ) : null}
      {answer && !answer.ok ? (
        <Banner tone="critical" title={t("page.not_done")}>
          {answer.errors.map((error) => (
            <p key={error.key}>{tErrors(error.key, error.values ?? {})}</p>
          ))}
        </Banner>
      ) : null}
    </>
  );
}
