// Codes: is every code live on both sides?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { BlockStack, Card, EmptySearchResult, EmptyState, Modal, Page, Text } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import { now } from "../clock.ts";
import { findProgram } from "../db/program.ts";
import { countCodes, listCodes } from "../db/reads/code-list.ts";
import type { ActAnswer } from "../domain/code-page.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { codesAct } from "../flow/code-acts.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CodesTable } from "../ui/codes/CodesTable.tsx";
import { PlacingProgress } from "../ui/codes/PlacingProgress.tsx";
import { ListFilters, ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useDoneToast, useFollow, useToast } from "../ui/live.ts";

const VIEWS = ["every", "wrong", "contract", "waiting", "live", "scheduled", "paused", "ended", "retired"];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const [state, refusedIn] = [listState(params, { view: "every", sort: "wrong" }), askedId(params.get("refused_in") ?? undefined)];
  const [codes, counts, program] = await Promise.all([
    listCodes(session.shop, { ...state, creatorId: "", dealId: "", refusedIn, now: now() }), countCodes(session.shop), refusedIn === "" ? null : findProgram(session.shop, refusedIn),
  ]);
  return { codes, counts, state, refusedIn: refusedIn === "" ? null : (program?.name ?? "–") };
}

/** What is done with the chosen codes: paused, resumed, ended; or, mended by the merchant, tried again. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const ids = form.getAll("code").map((id) => askedId(String(id)));
  return json<ActAnswer>(await codesAct(session.shop, ids, String(form.get("intent") ?? "again"), whoOf(session)));
}

type Ending = { ids: string[]; clear: () => void };

export default function Codes() {
  const { codes, counts, state, refusedIn } = useLoaderData<typeof loader>();
  const t = useT("codes");
  const tFiles = useT("files");
  const tRuns = useT("runs");
  const tAdopt = useT("adopt");
  const tLife = useT("life");
  useDoneToast((done, count) => t(`done.${done}`, { count }));
  const fetcher = useFetcher<ActAnswer>();
  const { data } = fetcher;
  const [, setParams] = useSearchParams();
  const [ending, setEnding] = useState<Ending | null>(null);
  const clearChoice = useRef<() => void>(() => {});
  useToast(data, data ? (data.intent === "again" ? t("tried_again", { count: data.count }) : tLife(`act.${data.intent}.done`, { count: data.count })) : null, data ? !data.done : false);
  useEffect(() => {
    if (data?.done && data.intent !== "again") clearChoice.current();
  }, [data]);
  useFollow(counts.waiting > 0);

  function act(intent: string, ids: string[], clear: () => void) {
    clearChoice.current = clear;
    const form = new FormData();
    form.set("intent", intent);
    for (const id of ids) form.append("code", id);
    fetcher.submit(form, { method: "post" });
  }

  function seeAll() {
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.delete("refused_in");
      return after;
    }, { replace: true });
  }

  const views = VIEWS.map((id) => ({
    id,
    label: tLife(`list.view.${id}`),
    ...(id === "wrong" && counts.wrong > 0 ? { count: counts.wrong } : {}),
    ...(id === "waiting" && counts.waiting > 0 ? { count: counts.waiting } : {}),
  }));
  const sorts = ["wrong", "creator", "code", "newest"].map((id) => ({ id, label: t(`sort.${id}.label`), direction: t(`sort.${id}.direction`) }));
  const subtitle = counts.all === 0 ? t("subtitle") : counts.wrong > 0 ? t("subtitle_wrong", { count: counts.wrong }) : counts.coming > 0 ? tLife("list.subtitle_open", { count: counts.coming }) : counts.waiting > 0 ? tLife("list.subtitle_leaving", { count: counts.waiting }) : tLife("list.subtitle_ok");
  return (
    <Page fullWidth title={t("title")} subtitle={subtitle} primaryAction={{ content: t("give.action"), url: "/app/codes/give" }} secondaryActions={[{ content: tRuns("title"), url: "/app/codes/runs" }, { content: t("pattern.action"), url: "/app/codes/pattern" }, { content: tFiles("menu"), url: "/app/files" }, { content: tAdopt("title"), url: "/app/adopt" }]}>
      <BlockStack gap="400">
        <PlacingProgress coming={counts.coming} wanted={counts.live} />
        {counts.all === 0 ? (
          <Card>
            <EmptyState heading={t("empty.title")} image="" action={{ content: t("give.action"), url: "/app/codes/give" }}>
              <p>{t("empty.text")}</p>
            </EmptyState>
          </Card>
        ) : (
          <Card padding="0">
            <ListFilters state={state} views={views} sorts={sorts} searchLabel={t("search")} appliedFilters={refusedIn === null ? [] : [{ key: "refused_in", label: tLife("list.refused_in", { program: refusedIn }), onRemove: seeAll }]} />
            <CodesTable
              key={`${state.view} ${state.q} ${refusedIn ?? ""} ${codes.page}`}
              codes={codes.rows}
              onAgain={(id) => fetcher.submit({ intent: "again", code: id }, { method: "post" })}
              again={fetcher.state !== "idle" && fetcher.formData?.get("intent") === "again" ? String(fetcher.formData.get("code")) : null}
              onAct={(intent, ids, clear) => (intent === "end" ? setEnding({ ids, clear }) : act(intent, ids, clear))}
              empty={<EmptySearchResult title={t("none.title")} description={t("none.text")} />}
            />
            <ListPages page={codes.page} pages={codes.pages} total={codes.total} more={codes.more ?? false} shown={codes.rows.length} />
          </Card>
        )}
      </BlockStack>
      <EndDialog ending={ending} onClose={() => setEnding(null)} onEnd={({ ids, clear }) => act("end", ids, clear)} />
    </Page>
  );
}

function EndDialog({ ending, onClose, onEnd }: { ending: Ending | null; onClose: () => void; onEnd: (ending: Ending) => void }) {
  const t = useT("life");
  const count = ending?.ids.length ?? 0;
  function end() {
    if (ending) onEnd(ending);
    onClose();
  }
  return (
    <Modal
      open={ending !== null}
      onClose={onClose}
      title={t("act.end.title", { count })}
      primaryAction={{ content: t("act.end.confirm"), destructive: true, onAction: end }}
      secondaryActions={[{ content: t("act.end.cancel"), onAction: onClose }]}
    >
      <Modal.Section>
        <Text as="p">{t("act.end.text", { count })}</Text>
      </Modal.Section>
    </Modal>
  );
}
