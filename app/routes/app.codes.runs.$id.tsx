// A run: how far is it, what keeps it, and which rows need a hand?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Layout, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { ROW_VIEWS, type RowView, readRun, runRows } from "../db/reads/batch.ts";
import { fileOfRun, hindranceOf, queuesOf } from "../db/reads/batch-sides.ts";
import type { RunDetail } from "../domain/run-page.ts";
import { askedId, cleanText } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { goOnBatch, nameRow, retryRows, skipRows, startBatch, stopBatch } from "../flow/batch.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { RunBadge } from "../ui/codes/runs/RunBadge.tsx";
import { RunProblem } from "../ui/codes/runs/RunProblem.tsx";
import { RunProgress } from "../ui/codes/runs/RunProgress.tsx";
import { RunQueue } from "../ui/codes/runs/RunQueues.tsx";
import { RunRows } from "../ui/codes/runs/RunRows.tsx";
import { useCounted } from "../ui/codes/runs/words.ts";
import { useFormat } from "../ui/format.tsx";
import { listState } from "../ui/list-state.ts";
import { useFollow, useToast } from "../ui/live.ts";
import { useWho } from "../ui/what-if/words.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const id = askedId(params.id);
  const at = now();
  const head = await readRun(shop, id, at);
  if (!head) throw new Response(null, { status: 404 });
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "" });
  const view = (state.view in ROW_VIEWS ? state.view : "all") as RowView;
  const [file, hindrance, queues, rows] = await Promise.all([fileOfRun(shop, id), hindranceOf(shop, id), queuesOf(shop, id, at), runRows(shop, id, { ...state, view })]);
  const run: RunDetail = { ...head, file, hindrance, queues };
  return { run, rows, state };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const intent = String(form.get("intent") ?? "");
  const ns = form.getAll("n").map(Number).filter((n) => Number.isSafeInteger(n) && n > 0 && n < 2 ** 31);
  const code = cleanText(String(form.get("code") ?? "")).slice(0, 255);
  const answer = await act(session.shop, askedId(params.id), { intent, ns, code, who: whoOf(session) });
  return json({ intent, ...answer }, { status: answer.ok ? 200 : 422 });
}

type Act = { intent: string; ns: number[]; code: string; who: string };

function act(shop: string, id: string, { intent, ns, code, who }: Act) {
  switch (intent) {
    case "start":
      return startBatch(shop, id, who);
    case "stop":
      return stopBatch(shop, id, who);
    case "go_on":
      return goOnBatch(shop, id, who);
    case "retry":
      return retryRows(shop, id, ns, who);
    case "retry_all":
      return retryRows(shop, id, null, who);
    case "rename":
      return nameRow(shop, id, ns[0] ?? 0, code);
    case "skip":
    case "unskip":
      return skipRows(shop, id, ns, intent === "skip");
    default:
      throw new Response(null, { status: 400 });
  }
}

export default function Run() {
  const { run, rows, state } = useLoaderData<typeof loader>();
  const t = useT("runs");
  const tErrors = useT("errors");
  const counted = useCounted();
  const format = useFormat();
  const who = useWho();
  const acting = useFetcher<typeof action>();
  const busy = acting.state !== "idle";
  const { data } = acting;
  const refused = data && !data.ok ? data.errors[0] : undefined;
  const done = data?.ok ? ("rows" in data ? counted(`done.${data.intent === "retry_all" ? "retry" : data.intent}`, Number(data.rows)) : t(`done.${data.intent}`)) : null;
  useFollow(run.state === "checking" || run.state === "running" || run.queues.some((queue) => queue.waiting > 0), 2_000);
  useToast(data, done);

  const submit = (intent: string, ns: number[] = [], code = "") => {
    const form = new FormData();
    form.set("intent", intent);
    form.set("code", code);
    for (const n of ns) form.append("n", String(n));
    acting.submit(form, { method: "post" });
  };
  const counts = run.progress.rows;
  const open = counts.failed + counts.blocked;
  const startable = run.state === "checked" && counts.checked > 0;
  const retryable = open > 0 && run.state !== "checking";
  return (
    <Page
      title={t("name", { codes: counted("codes", run.progress.total), deal: run.deal.name })}
      subtitle={[t("made_by", { when: format.dateTime(run.createdAt), who: who(run.who) }), run.file ? t("from_file", { name: run.file.name }) : null].filter(Boolean).join(" · ")}
      titleMetadata={<RunBadge state={run.state} />}
      backAction={{ content: t("title"), url: "/app/codes/runs" }}
      {...(startable ? { primaryAction: { content: counted("start.action", counts.checked), onAction: () => submit("start"), loading: busy } } : {})}
      secondaryActions={retryable ? [{ content: t("retry.all"), onAction: () => submit("retry_all"), disabled: busy }] : []}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {refused ? <Banner tone="critical" title={t("refused_title")}>{tErrors(refused.key, refused.values ?? {})}</Banner> : null}
            <RunProblem run={run} />
            {run.state === "checked" && counts.blocked > 0 ? <Banner tone="warning">{counts.checked === 0 ? t("start.none") : counted("start.blocked", counts.blocked)}</Banner> : null}
            <RunProgress run={run} busy={busy} onAct={submit} />
          </BlockStack>
        </Layout.Section>
        {run.queues.length > 0 ? (
          <Layout.Section variant="oneThird">
            <BlockStack gap="400">
              {run.queues.map((queue) => (
                <RunQueue key={queue.programId} queue={queue} />
              ))}
            </BlockStack>
          </Layout.Section>
        ) : null}
        <Layout.Section variant="fullWidth">
          <RunRows key={state.view} rows={rows} state={state} open={open} onAct={submit} onName={(n, code) => submit("rename", [n], code)} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}
