// Reconciliation: do store, app and network say the same of a period?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useNavigate } from "@remix-run/react";
import { Banner, BlockStack, Box, Button, Card, EmptyState, InlineStack, Page, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { now } from "../clock.ts";
import { listReconciliations, readReconciliation } from "../db/reads/reconcile.ts";
import { shopFacts } from "../db/reads/sold.ts";
import type { DifferenceRow, Reconciliation } from "../domain/reconcile-page.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { wallTime } from "../domain/zone.ts";
import { continueReconciliation, fetchDifferences, haltReconciliation, planReconciliation, takeAsDeleted } from "../flow/reconcile-acts.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFormat } from "../ui/format.tsx";
import { useChangeList } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useFollow, useToast } from "../ui/live.ts";
import { useProblemWords } from "../ui/marks.tsx";
import { CauseCard, type Mending } from "../ui/reconcile/CauseCard.tsx";
import { NumbersCard } from "../ui/reconcile/NumbersCard.tsx";
import { DeletedDialog, KnownCard, RunsCard } from "../ui/reconcile/OtherCards.tsx";
import { PeriodCard } from "../ui/reconcile/PeriodCard.tsx";
import { RunProgress } from "../ui/reconcile/RunProgress.tsx";
import { useAnswer } from "../ui/reconcile/words.ts";
import { useDownload } from "../ui/statements/download.ts";
import { RepairDialog } from "../ui/worklist/RepairDialog.tsx";
import { useRepair } from "../ui/worklist/use-repair.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const params = new URL(request.url).searchParams;
  const { page } = listState(params, { view: "", sort: "" });
  const id = askedId(params.get("run") ?? "");
  const cause = askedId(params.get("cause") ?? "");
  const [{ timezone }, run, runs] = await Promise.all([shopFacts(shop), readReconciliation(shop, { id, cause, page }, now()), listReconciliations(shop, cause === "" ? page : 1)]);
  if (run === null && id !== "") throw new Response(null, { status: 404 });
  const today = wallTime(now(), timezone).date;
  return { run, runs, timezone, first: run === null ? { fromDate: `${today.slice(0, 8)}01`, toDate: today } : { fromDate: run.from, toDate: run.to } };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  const answer = await act(session.shop, whoOf(session), text);
  return json({ intent: text("intent"), ...answer }, { status: answer.ok ? 200 : 422 });
}

function act(shop: string, who: string, text: (name: string) => string) {
  const run = askedId(text("run"));
  switch (text("intent")) {
    case "plan":
      return planReconciliation(shop, { fromDate: text("fromDate"), toDate: text("toDate") }, text("read") === "yes", who);
    case "stop":
      return haltReconciliation(shop, run);
    case "continue":
      return continueReconciliation(shop, run);
    case "fetch":
      return fetchDifferences(shop, run, text("cause"), /^\d{1,18}$/.test(text("difference")) ? text("difference") : null);
    case "deleted":
      return takeAsDeleted(shop, run, /^\d{1,18}$/.test(text("difference")) ? text("difference") : "0", who);
    default:
      throw new Response(null, { status: 400 });
  }
}

export default function Reconcile() {
  const { run, runs, timezone, first } = useLoaderData<typeof loader>();
  const t = useT("reconcile");
  const answer = useAnswer();
  const planning = useFetcher<typeof action>();
  const navigate = useNavigate();
  const { busy, download } = useDownload({ run: run?.id ?? "" });
  const plan = (fields: { fromDate: string; toDate: string }, read: boolean) => planning.submit({ intent: "plan", ...fields, read: read ? "yes" : "" }, { method: "post" });
  const { data } = planning;
  useEffect(() => {
    if (data?.ok && "id" in data) navigate(`/app/reconcile?run=${data.id}`);
  }, [data]);
  const files = run !== null && run.state === "done" && run.counts.all > 0;
  return (
    <Page
      title={t("title")}
      subtitle={run === null ? t("question") : answer(run)}
      backAction={{ content: t("back"), url: "/app/network" }}
      secondaryActions={
        files
          ? [
              { content: t("excel"), onAction: () => void download("/app/reconcile/file", "xlsx"), loading: busy === "xlsx", disabled: busy !== null },
              { content: t("csv"), helpText: t("csv_help"), onAction: () => void download("/app/reconcile/file", "csv"), loading: busy === "csv", disabled: busy !== null },
            ]
          : []
      }
    >
      <BlockStack gap="400">
        <PeriodCard key={run?.id ?? ""} first={first} timezone={timezone} errors={data && !data.ok ? data.errors : []} busy={planning.state !== "idle"} onCompare={plan} />
        {run === null ? (
          <Card>
            <EmptyState heading={t("empty.title")} image="">
              <p>{t("empty.text")}</p>
            </EmptyState>
          </Card>
        ) : (
          <Result run={run} onAgain={(read) => plan({ fromDate: run.from, toDate: run.to }, read)} planning={planning.state !== "idle"} />
        )}
        <RunsCard runs={runs} />
      </BlockStack>
    </Page>
  );
}

function Result({ run, planning, onAgain }: { run: Reconciliation; planning: boolean; onAgain: (read: boolean) => void }) {
  const t = useT("reconcile");
  const tErrors = useT("errors");
  const format = useFormat();
  const problem = useProblemWords()(run.problem);
  const change = useChangeList();
  const acting = useFetcher<typeof action>();
  const repairing = useRepair(run.groups.flatMap((group) => group.rows.flatMap((row) => row.work ?? [])));
  const [deleting, setDeleting] = useState<DifferenceRow | null>(null);
  const busy = acting.state !== "idle";
  const { data } = acting;
  const refused = data && !data.ok ? data.errors[0] : undefined;
  useFollow(run.state === "waiting" || run.state === "running" || run.groups.some((group) => group.rows.some((row) => row.live === "asked")), 1_500);
  useToast(data, data?.ok ? doneWords(data, t) : null);
  useEffect(() => {
    if (data) setDeleting(null);
  }, [data]);
  const send = (fields: Record<string, string>) => acting.submit({ run: run.id, ...fields }, { method: "post" });
  const mending: Mending = { busy: busy || planning, repairing, fetch: (cause, id) => send({ intent: "fetch", cause, difference: id ?? "" }), askDeleted: setDeleting, read: () => onAgain(true) };
  const who = run.who === "merchant" ? t("somebody") : run.who;
  return (
    <>
      {refused ? <Banner tone="critical" title={t("refused_title")}>{tErrors(refused.key, refused.values ?? {})}</Banner> : null}
      {problem ? <Banner tone={run.state === "failed" ? "critical" : "warning"} title={t("failed_title")}>{problem}</Banner> : null}
      <RunProgress run={run} busy={busy} onAct={(intent) => send({ intent })} />
      {run.state === "done" && run.sums !== null ? (
        <>
          <Box paddingInline={{ xs: "400", sm: "0" }}>
            <InlineStack align="space-between" blockAlign="center" gap="200">
              <Text as="p" tone="subdued">
                {t("compared_by", { when: format.dateTime(run.doneAt), who })}
              </Text>
              <Button onClick={() => onAgain(false)} loading={planning}>
                {t("again")}
              </Button>
            </InlineStack>
          </Box>
          {run.cause === "" ? <NumbersCard sums={run.sums} onRead={mending.read} busy={planning} /> : null}
          {run.groups.length > 0 ? (
            <BlockStack gap="300">
              <Box paddingInline={{ xs: "400", sm: "0" }}>
                <InlineStack align="space-between" blockAlign="center" gap="200">
                  <Text as="h2" variant="headingMd">
                    {t("differences.title")}
                  </Text>
                  {run.cause === "" ? null : (
                    <Button variant="plain" onClick={() => change({ cause: "" } as never)}>
                      {t("differences.all_causes")}
                    </Button>
                  )}
                </InlineStack>
              </Box>
              {run.groups.map((group) => (
                <CauseCard key={group.cause} group={group} alone={run.cause !== ""} mending={mending} />
              ))}
            </BlockStack>
          ) : null}
          {run.cause === "" ? <KnownCard known={run.sums.known} /> : null}
        </>
      ) : null}
      <RepairDialog repairing={repairing} />
      <DeletedDialog row={deleting} busy={busy} onYes={(row) => send({ intent: "deleted", difference: row.id })} onClose={() => setDeleting(null)} />
    </>
  );
}

function doneWords(data: { intent: string } & object, t: ReturnType<typeof useT>): string {
  if ("orders" in data) return Number(data.orders) > 0 ? t("done.fetch", { count: Number(data.orders) }) : t("done.fetch_none");
  if ("deleted" in data) return t(data.deleted === true ? "done.deleted" : "done.still_there");
  return t(`done.${data.intent}`);
}
