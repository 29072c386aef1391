// Network: does the network know what we know?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { readNetworkPage } from "../db/reads/network-page.ts";
import type { ConnectionCard } from "../domain/pages.ts";
import { chooseProgram, disconnectNetwork, listNetworkPrograms, makeOwnProgram, takeOverCreators } from "../flow/connect.ts";
import { chooseEventType, listEventTypes } from "../flow/event-type.ts";
import { connectAccount, connectionCards, networkChoices, tryPermissions } from "../flow/permissions.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFollow } from "../ui/live.ts";
import { listState } from "../ui/list-state.ts";
import { AccountCard } from "../ui/network/AccountCard.tsx";
import { ChoosePrograms } from "../ui/network/ChoosePrograms.tsx";
import { ConnectForm } from "../ui/network/ConnectForm.tsx";
import { ExchangeLog } from "../ui/network/ExchangeLog.tsx";
import { ProgramsCard } from "../ui/network/ProgramsCard.tsx";
import { ReportDays } from "../ui/network/ReportDays.tsx";
import { WhatWaits } from "../ui/network/WhatWaits.tsx";
import { WorkCard } from "../ui/worklist/WorkCard.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "" });
  const page = await readNetworkPage(shop, state, now());
  return { ...page, networks: networkChoices(), accounts: connectionCards(page.accounts), state };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  return json(await act(session.shop, text("intent"), text));
}

function act(shop: string, intent: string, text: (name: string) => string) {
  switch (intent) {
    case "connect":
      return connectAccount(shop, { ...(text("network") !== "" && { network: text("network") }), accountSid: text("accountSid"), token: text("token") });
    case "permissions":
      return tryPermissions(shop, text("connectionId"));
    case "programs":
      return listNetworkPrograms(shop, text("connectionId"));
    case "choose":
      return chooseProgram(shop, { connectionId: text("connectionId"), externalId: text("externalId") });
    case "own":
      return makeOwnProgram(shop, { name: text("name") });
    case "take-over":
      return takeOverCreators(shop, text("programId"));
    case "event-types":
      return listEventTypes(shop, text("programId"));
    case "event-type":
      return chooseEventType(shop, { programId: text("programId"), eventTypeId: text("eventTypeId") });
    case "disconnect":
      return disconnectNetwork(shop, text("connectionId"));
    default:
      throw new Response(null, { status: 400 });
  }
}

/** The page's question, answered: does the network know what we know? */
function useAnswer(accounts: ConnectionCard[], work: number, differs: number): string {
  const t = useT("network");
  const open = accounts.filter((account) => account.state !== "disconnected");
  const waiting = open.some((account) => account.waiting.conversions + account.waiting.codes + account.waiting.deals > 0);
  if (accounts.length === 0) return t("subtitle_first");
  if (open.length === 0) return t("answer.disconnected");
  if (open.some((account) => account.state === "refused")) return t("answer.refused");
  if (work > 0) return t("answer.stuck", { count: work });
  if (differs > 0) return t("answer.differs", { count: differs });
  return t(waiting ? "answer.waiting" : "answer.in_step");
}

export default function Network() {
  const { networks, accounts, backlogs, programs, work, senders, log, drift, requests, setUps, told, state } = useLoaderData<typeof loader>();
  const t = useT("network");
  const tReconcile = useT("reconcile");
  /** A new account, or the one that is connected once more. */
  const [connecting, setConnecting] = useState<{ again: { network: string; accountSid: string } | null } | null>(null);
  const [choosing, setChoosing] = useState<string | null>(null);
  const first = accounts.length === 0;
  useFollow(accounts.some((account) => account.state === "connected" && account.waiting.conversions + account.waiting.codes + account.waiting.deals > 0) || work.read?.asked === true, 5_000);
  return (
    <Page
      fullWidth
      title={t("title")}
      subtitle={useAnswer(accounts, work.counts.all ?? 0, drift.open)}
      secondaryActions={[{ content: tReconcile("link"), url: "/app/reconcile" }, ...(first || connecting ? [] : [{ content: t("connect.another"), onAction: () => setConnecting({ again: null }) }])]}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {first || connecting ? (
              <ConnectForm
                key={connecting?.again?.accountSid ?? ""}
                networks={networks}
                first={first}
                again={connecting?.again ?? null}
                onConnected={(id) => {
                  setConnecting(null);
                  setChoosing(id);
                }}
                onCancel={first ? null : () => setConnecting(null)}
              />
            ) : null}
            {accounts.map((account) => (
              <AccountCard key={account.id} account={account} backlog={backlogs.find(({ connectionId }) => connectionId === account.id) ?? null} programs={programs.filter((program) => program.connectionId === account.id).length} onChoose={() => setChoosing(account.id)} onReconnect={() => setConnecting({ again: { network: account.network, accountSid: account.accountSid } })} />
            ))}
            {first ? null : <WhatWaits requests={requests} differs={drift.open} senders={senders} />}
            {first ? null : <WorkCard work={work} />}
            {first ? null : <ReportDays {...told} />}
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <ProgramsCard programs={programs} setUps={setUps} />
        </Layout.Section>
        {log.total > 0 || state.view !== "all" ? (
          <Layout.Section variant="fullWidth">
            <ExchangeLog log={log} state={state} />
          </Layout.Section>
        ) : null}
      </Layout>
      <ChoosePrograms connectionId={choosing} onClose={() => setChoosing(null)} />
    </Page>
  );
}
