// What differs: what do store and networks have otherwise than the app, and which side is right?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { countDrifts, inventoryState, listDrifts } from "../db/reads/drift.ts";
import { whoOf } from "../domain/who.ts";
import { lookEverywhere } from "../flow/look-everywhere.ts";
import { settleAsked } from "../flow/repair.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DriftList } from "../ui/drift/DriftList.tsx";
import { useFollow } from "../ui/live.ts";
import { listState } from "../ui/list-state.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const state = listState(new URL(request.url).searchParams, { view: "open", sort: "oldest" });
  const [drifts, counts, inventory] = await Promise.all([listDrifts(session.shop, state), countDrifts(session.shop), inventoryState(session.shop)]);
  return { drifts, counts, inventory, state };
}

/** `choice`: ours | theirs | leave | take_up, for the differences `ids`; or look: everything is read anew. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const choice = String(form.get("choice"));
  if (choice === "look") await lookEverywhere(session.shop);
  const ids = String(form.get("ids") ?? "").split(" ").filter(Boolean);
  return json({ choice, ...(await settleAsked(session.shop, ids, choice, whoOf(session))) });
}

export default function Drift() {
  const { drifts, counts, inventory, state } = useLoaderData<typeof loader>();
  const t = useT("drift");
  useFollow(counts.under_way > 0 || inventory.reading || inventory.waiting > 0);
  return (
    <Page title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("back"), url: "/app" }}>
      <DriftList drifts={drifts} counts={counts} inventory={inventory} state={state} />
    </Page>
  );
}
