// Codes: is every code live on both sides?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, EmptySearchResult, EmptyState, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { countCodes, listCodes } from "../db/reads/codes.ts";
import { tryAgain } from "../flow/place.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CodesTable } from "../ui/codes/CodesTable.tsx";
import { PlacingProgress } from "../ui/codes/PlacingProgress.tsx";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "wrong" });
  const [codes, counts] = await Promise.all([listCodes(session.shop, { ...state, creatorId: "", dealId: "", now: now() }), countCodes(session.shop)]);
  return { codes, counts, state };
}

/** The merchant has mended what was wrong: store and network are asked again. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const codeIds = (await request.formData()).getAll("code").map(String);
  return json({ again: await tryAgain(session.shop, { codeIds }) });
}

export default function Codes() {
  const { codes, counts, state } = useLoaderData<typeof loader>();
  const t = useT("codes");
  useDoneToast((done, count) => t(`done.${done}`, { count }));
  const again = useFetcher<typeof action>();
  useToast(again.data, again.data ? t("tried_again", { count: 1 }) : null);
  useFollow(counts.waiting > 0);
  const views = ["all", "wrong", "waiting", "live", "retired"].map((id) => ({
    id,
    label: t(`view.${id}`),
    ...(id === "wrong" && counts.wrong > 0 ? { count: counts.wrong } : {}),
    ...(id === "waiting" && counts.waiting > 0 ? { count: counts.waiting } : {}),
  }));
  const sorts = ["wrong", "creator", "code", "newest"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  return (
    <Page fullWidth title={t("title")} subtitle={t(counts.all === 0 ? "subtitle" : counts.wrong > 0 ? "subtitle_wrong" : counts.waiting > 0 ? "subtitle_waiting" : "subtitle_live", { count: counts.wrong || counts.waiting })} primaryAction={{ content: t("give.action"), url: "/app/codes/give" }} secondaryActions={[{ content: t("pattern.action"), url: "/app/codes/pattern" }]}>
      <BlockStack gap="400">
        <PlacingProgress waiting={counts.waiting} inForce={counts.all - counts.retired} />
        {counts.all === 0 ? (
          <Card>
            <EmptyState heading={t("empty.title")} image="" action={{ content: t("give.action"), url: "/app/codes/give" }}>
              <p>{t("empty.text")}</p>
            </EmptyState>
          </Card>
        ) : (
          <Card padding="0">
            <ListFilters state={state} views={views} sorts={sorts} searchLabel={t("search")} />
            <CodesTable codes={codes.rows} onAgain={(id) => again.submit({ code: id }, { method: "post" })} again={again.state === "idle" ? null : String(again.formData?.get("code"))} empty={<EmptySearchResult title={t("none.title")} description={t("none.text")} />} />
            <ListPages page={codes.page} pages={codes.pages} total={codes.total} shown={codes.rows.length} />
          </Card>
        )}
      </BlockStack>
    </Page>
  );
}
