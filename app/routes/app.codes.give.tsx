// Give codes: choose, name, see what store and network say, make; or start a run that does it in the background.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { type ShouldRevalidateFunctionArgs, useLoaderData } from "@remix-run/react";
import { Card, EmptyState, Page } from "@shopify/polaris";
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { creatorsToGive, dealsToGive, MOST_TO_GIVE } from "../db/reads/codes.ts";
import { pairNames } from "../db/reads/setup.ts";
import { whoOf } from "../domain/who.ts";
import { giveInRun } from "../flow/give-run.ts";
import { giveCodes, preflight } from "../flow/give.ts";
import type { CheckedRow } from "../flow/give.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { type GiveAnswer, GiveForm } from "../ui/codes/GiveForm.tsx";
import { givenNotes, giveRows, runAsked } from "../ui/codes/give-state.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const chosen = (params.get("creators") ?? "").split(",").filter(Boolean);
  const [deals, creators, pairs] = await Promise.all([dealsToGive(session.shop, now()), creatorsToGive(session.shop, chosen, now()), pairNames(session.shop)]);
  // The seed keeps chance the same from one look at the names to the next.
  return { deals, creators, pairs, more: creators.length === MOST_TO_GIVE, dealId: params.get("deal") ?? "", chosen, everybody: params.get("for") === "everybody", seed: randomUUID() };
}

/** Asking for names changes nothing. */
export function shouldRevalidate({ formAction, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formAction?.startsWith("/app/codes/give/names") ? false : defaultShouldRevalidate;
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  if (form.get("intent") === "run") {
    const started = await giveInRun(session.shop, runAsked(form), whoOf(session));
    if (started.ok) return redirect(`/app/codes/runs/${started.batchId}`);
    return json<GiveAnswer>({ intent: "run", ok: false, errors: started.errors, rows: [], sent: [] }, { status: 422 });
  }
  const input = { dealId: String(form.get("dealId") ?? ""), rows: giveRows(String(form.get("rows") ?? "[]")), hyphens: form.get("hyphens") === "true", ...givenNotes(form) };
  if (form.get("intent") === "check") {
    const checked = await preflight(session.shop, input);
    return json<GiveAnswer>({ intent: "check", ok: checked.ok, errors: checked.ok ? [] : checked.errors, rows: checked.ok ? shown(checked.rows) : [], sent: input.rows });
  }
  const given = await giveCodes(session.shop, input, whoOf(session));
  if (given.ok) return redirect(`/app/codes?done=given&n=${given.codes.length}`);
  return json<GiveAnswer>({ intent: "give", ok: false, errors: given.errors, rows: shown(given.rows ?? []), sent: input.rows }, { status: 422 });
}

function shown(rows: CheckedRow[]): GiveAnswer["rows"] {
  return rows.map(({ creatorId, code, policy, findings }) => ({ creatorId, code, policy, findings }));
}

export default function Give() {
  const { deals, creators, pairs, more, dealId, chosen, everybody, seed } = useLoaderData<typeof loader>();
  const t = useT("codes");
  const missing = deals.length === 0 ? "deal" : creators.length === 0 ? "creator" : null;
  return (
    <Page title={t("give.title")} subtitle={t("give.subtitle")} backAction={{ content: t("title"), url: "/app/codes" }}>
      {missing ? (
        <Card>
          <EmptyState heading={t(`give.no_${missing}.title`)} image="" action={{ content: t(`give.no_${missing}.action`), url: missing === "deal" ? "/app/deals/new" : "/app/creators" }}>
            <p>{t(`give.no_${missing}.text`)}</p>
          </EmptyState>
        </Card>
      ) : (
        <GiveForm deals={deals} creators={creators} pairs={pairs} more={more} dealId={dealId} chosenIds={chosen} everybody={everybody} seed={seed} />
      )}
    </Page>
  );
}
