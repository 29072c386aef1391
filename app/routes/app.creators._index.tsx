// Creators: who works with us, and who is missing a code?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useNavigate } from "@remix-run/react";
import { Banner, BlockStack, Card, EmptySearchResult, EmptyState, Page } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { countCreators, listCreators } from "../db/reads/creators.ts";
import { programChoices } from "../db/reads/deals.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { readMembershipForm } from "../domain/membership-form.ts";
import type { FieldError } from "../domain/problem.ts";
import { wallTime } from "../domain/zone.ts";
import { addCreator, takeOverCreators } from "../flow/connect.ts";
import { putIntoNewProgram, putIntoProgram, takeOutOfProgram } from "../flow/membership.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { AddCreator } from "../ui/creators/AddCreator.tsx";
import { CreatorsTable } from "../ui/creators/CreatorsTable.tsx";
import { MembershipDialog } from "../ui/creators/MembershipDialog.tsx";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useToast } from "../ui/live.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "sales" });
  const [creators, counts, programs] = await Promise.all([listCreators(session.shop, { ...state, now: now() }), countCreators(session.shop, now()), programChoices(session.shop)]);
  const { timezone } = await shopFacts(session.shop);
  return { creators, counts, programs, state, today: wallTime(now(), timezone).date };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  switch (form.get("intent")) {
    case "add":
      return json(await addCreator(session.shop, { name: text("name"), email: text("email") || null, handle: text("handle") || null, programId: text("programId") || null }));
    case "put_in":
    case "take_out":
      return json(await changeMemberships(session.shop, text));
    case "take-over":
      return json(await takeOverCreators(session.shop, text("programId")));
    default:
      throw new Response(null, { status: 400 });
  }
}

/** Only the shop's own programs; a new one is made where it has a name. */
async function changeMemberships(shop: string, text: (name: string) => string) {
  const read = readMembershipForm(text, { now: now(), timezone: (await shopFacts(shop)).timezone });
  if (!read.ok) return read;
  const { programId, newName, creatorIds, at } = read.input;
  if (text("intent") === "take_out") return takeOutOfProgram(shop, programId, creatorIds, at);
  return programId === "new" ? putIntoNewProgram(shop, newName, creatorIds, at) : putIntoProgram(shop, programId, creatorIds, at);
}

type TakenOver = { ok: true; added: number; joined: number; pending: number; left: number; total: number } | { ok: false; errors: FieldError[] };

export default function Creators() {
  const { creators, counts, programs, state, today } = useLoaderData<typeof loader>();
  const t = useT("creators");
  const tErrors = useT("errors");
  const tFiles = useT("files");
  const tStatements = useT("statements");
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<{ what: "put_in" | "take_out"; ids: string[] } | null>(null);
  const fetcher = useFetcher<TakenOver>();
  const taken = fetcher.data;
  useToast(taken, taken?.ok ? t("taken_over", { count: taken.total, added: taken.added, joined: taken.joined, pending: taken.pending }) : null);

  // In a performance program most partners are no creators: they are offered only where there is no creator program.
  const inNetwork = programs.filter((program) => program.network !== "none");
  const creatorPrograms = inNetwork.filter((program) => program.kind === "creator");
  const networked = creatorPrograms.length > 0 ? creatorPrograms : inNetwork;
  const busy = fetcher.state !== "idle";
  const takeOver = networked.map((program) => ({
    content: networked.length === 1 ? t("take_over.action") : t("take_over.from", { program: program.name }),
    onAction: () => fetcher.submit({ intent: "take-over", programId: program.id }, { method: "post" }),
    disabled: busy,
  }));
  const views = ["all", "no_code", "not_joined", "contract", "quiet"].map((id) => ({ id, label: t(`view.${id}`) }));
  const sorts = ["sales", "last_sale", "name", "newest"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  return (
    <Page
      fullWidth
      title={t("title")}
      subtitle={counts.all === 0 ? t("subtitle") : t("subtitle_without_code", { count: counts.withoutCode })}
      primaryAction={{ content: t("add.action"), onAction: () => setAdding(true) }}
      secondaryActions={[...(takeOver.length === 1 ? takeOver : []), { content: tFiles("menu"), url: "/app/files" }, ...(counts.all > 0 ? [{ content: tStatements("title"), url: "/app/statements" }] : [])]}
      {...(takeOver.length > 1 ? { actionGroups: [{ title: t("take_over.action"), actions: takeOver }] } : {})}
    >
      <BlockStack gap="400">
        {busy ? <Banner title={t("take_over.reading")} /> : null}
        {taken && !taken.ok && !busy ? (
          <Banner tone="critical" title={t("take_over.failed")}>
            {taken.errors.map((error) => (
              <p key={error.key}>{tErrors(error.key, error.values ?? {})}</p>
            ))}
          </Banner>
        ) : null}
        {counts.all === 0 ? (
          <Card>
            <EmptyState
              heading={t("empty.title")}
              image=""
              action={networked.length > 0 ? { ...takeOver[0]!, loading: busy } : { content: t("empty.connect"), url: "/app/network" }}
              secondaryAction={{ content: t("add.action"), onAction: () => setAdding(true) }}
            >
              <p>{t(networked.length > 0 ? "empty.text" : "empty.text_without_network")}</p>
            </EmptyState>
          </Card>
        ) : (
          <Card padding="0">
            <ListFilters state={state} views={views} sorts={sorts} searchLabel={t("search")} />
            <CreatorsTable
              key={`${state.view} ${state.q} ${state.sort} ${state.page}`}
              creators={creators.rows}
              empty={<EmptySearchResult title={t("none.title")} description={t("none.text")} />}
              onPutIn={(ids) => setChanging({ what: "put_in", ids })}
              onTakeOut={(ids) => setChanging({ what: "take_out", ids })}
              onGive={(ids) => navigate(`/app/codes/give?creators=${ids.map(encodeURIComponent).join(",")}`)}
            />
            <ListPages page={creators.page} pages={creators.pages} total={creators.total} shown={creators.rows.length} />
          </Card>
        )}
      </BlockStack>
      <MembershipDialog key={changing?.ids.join() ?? ""} what={changing?.what ?? null} creatorIds={changing?.ids ?? []} programs={programs} today={today} onClose={() => setChanging(null)} />
      <AddCreator open={adding} onClose={() => setAdding(false)} programs={programs} />
    </Page>
  );
}
