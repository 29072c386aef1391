// Requests: which creators ask for a code, and what is answered?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { type ShouldRevalidateFunctionArgs, useFetcher, useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Box, Button, InlineStack, Page, Text } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import { now } from "../clock.ts";
import { dealsToGive } from "../db/reads/codes.ts";
import { listRequests, requestsReading } from "../db/reads/requests.ts";
import type { RequestAnswer, RequestItem, RequestsReading } from "../domain/request-page.ts";
import { whoOf } from "../domain/who.ts";
import { requestAct } from "../flow/requests-acts.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFormat } from "../ui/format.tsx";
import { listState } from "../ui/list-state.ts";
import { useFollow, useToast } from "../ui/live.ts";
import { useProblemWords } from "../ui/marks.tsx";
import { GrantDialog } from "../ui/requests/GrantDialog.tsx";
import { RejectDialog } from "../ui/requests/RejectDialog.tsx";
import { RequestsList } from "../ui/requests/RequestsList.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "open", sort: "" });
  const [list, reading, deals] = await Promise.all([listRequests(session.shop, state), requestsReading(session.shop), dealsToGive(session.shop, now())]);
  return { list, reading, deals, state };
}

/** `intent`: check | approve | reject | again | take_out | keep, for the requests `ids`; or look: they are read anew. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = Object.fromEntries([...(await request.formData())].map(([name, value]) => [name, String(value)]));
  const answer = await requestAct(session.shop, form, whoOf(session));
  return json<RequestAnswer>(answer, { status: answer.ok || answer.intent === "check" ? 200 : 422 });
}

/** Asking what stands against a code changes nothing. */
export function shouldRevalidate({ formData, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formData?.get("intent") === "check" ? false : defaultShouldRevalidate;
}

type Dialog = { kind: "grant" | "reject"; items: RequestItem[] } | null;

export default function Requests() {
  const { list, reading, deals, state } = useLoaderData<typeof loader>();
  const t = useT("requests");
  const fetcher = useFetcher<RequestAnswer>();
  const [dialog, setDialog] = useState<Dialog>(null);
  const busy = fetcher.state !== "idle";
  const said = useSaid(fetcher.data ?? null);
  useToast(fetcher.data, said.text, said.isError);
  useEffect(() => {
    if (fetcher.data?.ok) setDialog(null);
    // Only a new answer is news.
  }, [fetcher.data]);
  useFollow(list.rows.some((item) => item.standing === "working" || [item.store, item.network].some((mark) => mark !== null && ["waiting", "asked"].includes(mark.state))));
  // The dialog is gone with what was typed in it: the focus goes back to the button that opened it, where that still is.
  const opener = useRef<string | null>(null);
  useEffect(() => {
    if (dialog !== null) opener.current = `${dialog.kind}-${dialog.items.length === 1 ? dialog.items[0]!.id : "chosen"}`;
    else if (opener.current !== null) document.getElementById(opener.current)?.focus();
  }, [dialog]);
  const send = (form: Record<string, string>) => fetcher.submit(form, { method: "post", action: "/app/requests?index" });
  const errors = !busy && dialog && fetcher.data && !fetcher.data.ok ? fetcher.data.errors : [];
  const acting = busy ? (fetcher.formData?.get("ids") as string | null) : null;
  return (
    <Page title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("back"), url: "/app/network" }}>
      <BlockStack gap="400">
        <Reading reading={reading} busy={busy && fetcher.formData?.get("intent") === "look"} onLook={() => send({ intent: "look" })} />
        <RequestsList list={list} state={state} busy={acting} onGrant={(items) => setDialog({ kind: "grant", items })} onReject={(items) => setDialog({ kind: "reject", items })} onAct={(item, intent) => send({ intent, ids: item.id })} />
      </BlockStack>
      {dialog?.kind === "grant" ? <GrantDialog items={dialog.items} deals={deals} busy={busy} errors={errors} onClose={() => setDialog(null)} onGrant={send} /> : null}
      {dialog?.kind === "reject" ? <RejectDialog items={dialog.items} busy={busy} errors={errors} onClose={() => setDialog(null)} onReject={send} /> : null}
    </Page>
  );
}

/** What was done, in a sentence; of a choice whose dialog stays open, its own errors tell. */
function useSaid(answer: RequestAnswer | null): { text: string | null; isError: boolean } {
  const t = useT("requests");
  const tErrors = useT("errors");
  if (answer === null) return { text: null, isError: false };
  if (!answer.ok) {
    const [first] = answer.errors;
    return { text: first && !["approve", "reject"].includes(answer.intent) ? tErrors(first.key, first.values ?? {}) : null, isError: true };
  }
  const done = t(`toast.${answer.intent}`, { count: answer.chosen });
  return { text: answer.late > 0 ? `${done} ${t("toast.late", { count: answer.late })}` : done, isError: false };
}

function Reading({ reading, busy, onLook }: { reading: RequestsReading; busy: boolean; onLook: () => void }) {
  const t = useT("requests");
  const format = useFormat();
  const words = useProblemWords();
  if (reading.accounts === 0) {
    return (
      <Banner tone="info" title={t("reading.no_account")} action={{ content: t("reading.connect"), url: "/app/network" }}>
        <p>{t("reading.no_account_text")}</p>
      </Banner>
    );
  }
  const problem = words(reading.problem);
  return (
    <BlockStack gap="200">
      {problem ? (
        <Banner tone="warning" title={t("reading.hindered")}>
          <p>{problem}</p>
        </Banner>
      ) : null}
      <Box paddingInline={{ xs: "400", sm: "0" }}>
        <InlineStack gap="300" blockAlign="center" align="space-between">
          <Text as="p" tone="subdued">
            {reading.readAt ? t("reading.read", { when: format.ago(reading.readAt) }) : t("reading.never")}
          </Text>
          <Button onClick={onLook} loading={busy}>
            {t("reading.look")}
          </Button>
        </InlineStack>
      </Box>
    </BlockStack>
  );
}
