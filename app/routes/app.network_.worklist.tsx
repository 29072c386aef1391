// The worklist: what do the networks hold otherwise, and what can be done about it?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { readWorklist } from "../db/reads/worklist.ts";
import { whoOf } from "../domain/who.ts";
import { readBackNow, repairAsked } from "../flow/worklist.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFollow } from "../ui/live.ts";
import { listState } from "../ui/list-state.ts";
import { WorkPage } from "../ui/worklist/WorkPage.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "all", sort: "" });
  return { work: await readWorklist(session.shop, state, now()), state };
}

/** `intent` read: the networks are asked soon what they hold. Else a repair: `key`, `version`: of the row as it was shown; `repair`: one of its offers, or take_up. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  if (text("intent") === "read") return json({ asked: await readBackNow(session.shop) });
  const repair = text("repair");
  return json({ repair, ...(await repairAsked(session.shop, whoOf(session), { key: text("key"), repair, version: text("version") })) });
}

export default function NetworkWorklist() {
  const { work, state } = useLoaderData<typeof loader>();
  const t = useT("worklist");
  const tReconcile = useT("reconcile");
  useFollow((work.counts.under_way ?? 0) > 0 || work.read?.asked === true, 5_000);
  return (
    <Page title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("back"), url: "/app/network" }} secondaryActions={[{ content: tReconcile("link"), url: "/app/reconcile" }]}>
      <WorkPage work={work} state={state} />
    </Page>
  );
}
