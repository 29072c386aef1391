// Edit deal: the form of the deal that is there. Who saves later than another is shown the difference first.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigate, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Page } from "@shopify/polaris";
import { useEffect, useMemo, useState } from "react";
import { now } from "../clock.ts";
import { dealToEdit } from "../db/reads/deal-edits.ts";
import { shopFacts } from "../db/reads/sold.ts";
import type { DealConflict } from "../domain/deal-edit.ts";
import { dealEditRequest } from "../domain/deal-edit-request.ts";
import { FORM_FIELDS, fieldsOfDeal } from "../domain/deal-form.ts";
import { kindOfTerms } from "../domain/deal-parts.ts";
import type { FieldError } from "../domain/problem.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { editDeal } from "../flow/deal.ts";
import { fieldOfRefusal } from "../flow/deal-refusal.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { ConflictBanner } from "../ui/deals/ConflictBanner.tsx";
import { DealErrors } from "../ui/deals/DealErrors.tsx";
import { DealForm } from "../ui/deals/DealForm.tsx";
import { DealLayout } from "../ui/deals/DealLayout.tsx";
import { StoreDiffers } from "../ui/deals/StoreDiffers.tsx";
import { useEditDeal } from "../ui/deals/use-edit-deal.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const [shop, deal] = await Promise.all([shopFacts(session.shop), dealToEdit(session.shop, askedId(params.id))]);
  if (!deal) throw new Response(null, { status: 404 });
  const refused = fieldOfRefusal(deal.storeState === "refused" ? deal.storeProblem : null, kindOfTerms(deal.state.terms));
  const said: FieldError[] = refused ? [{ field: refused.field, ...refused.problem }] : [];
  return { shop, deal, said, fields: fieldsOfDeal(deal.state, deal.program?.id ?? null, shop), at: now().toISOString() };
}

type Answer = { errors: FieldError[]; conflict: DealConflict | null };

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const dealId = askedId(params.id);
  const asked = dealEditRequest(await request.json(), await shopFacts(session.shop));
  if (!asked.read.ok) return json<Answer>({ errors: asked.read.errors, conflict: null }, { status: 422 });
  const edited = await editDeal(session.shop, dealId, asked.version, asked.read.deal, whoOf(session));
  if (edited.ok) return redirect(`/app/deals/${dealId}?done=${edited.changed ? "edited" : "unchanged"}`);
  if ("conflict" in edited) return json<Answer>({ errors: [], conflict: edited.conflict }, { status: 409 });
  return json<Answer>({ errors: edited.errors.map((error) => ({ ...error, field: FORM_FIELDS[error.field] ?? error.field })), conflict: null }, { status: 422 });
}

const SAVE_BAR = "edit-deal";

export default function EditDeal() {
  const { shop, deal, said, fields: first, at } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as Answer | undefined;
  const t = useT("deals");
  const submit = useSubmit();
  const navigate = useNavigate();
  const saving = useNavigation().state !== "idle";
  const edit = useEditDeal({ deal, shop, first, said, at });
  const { form, read, conflict } = edit;
  const page = `/app/deals/${deal.id}`;
  const then = [t("edit.then_store"), ...(deal.codes > 0 ? [t("edit.then_codes", { count: deal.codes })] : []), ...(deal.program && deal.program.network !== "none" ? [t("edit.then_network", { program: deal.program.name })] : [])];

  useEffect(() => {
    form.show(answer?.errors ?? said);
    edit.meet(answer?.conflict ?? null);
  }, [answer]);

  function save() {
    if (!read.ok) return form.show(read.errors);
    submit({ version: edit.version, known: edit.known, fields: form.fields }, { method: "post", encType: "application/json" });
  }

  return (
    <Page title={t("edit.title", { deal: deal.state.name })} backAction={{ content: deal.state.name, url: page }}>
      <SaveBar id={SAVE_BAR} open={form.dirty && !saving && conflict === null}>
        <button variant="primary" onClick={save}>{t("edit.save")}</button>
        <button onClick={form.discard}>{t("new.discard")}</button>
      </SaveBar>
      <DealLayout
        summary={{ name: form.fields.name, read, startsNow: false, then, when: "saved", warnings: edit.warnings }}
        actions={{ primaryAction: { content: t("edit.save"), onAction: save, loading: saving, disabled: !form.dirty || conflict !== null }, secondaryActions: [{ content: t("new.cancel"), onAction: () => navigate(page) }] }}
      >
        {conflict ? <ConflictBanner key={conflict.version} conflict={conflict} onTheirs={() => edit.takeTheirs(conflict)} onMerged={(merged) => edit.takeMerged(conflict, merged)} /> : null}
        <DealErrors errors={form.errors} keys={form.errors.length > 0 && form.errors === said ? "refused" : "edit"} />
        <StoreDiffers deal={deal} page={page} />
        <DealForm
          fields={form.fields} change={form.change} errors={form.errors} programs={deal.program ? [{ ...deal.program, kind: "" }] : []} timezone={shop.timezone}
          edited={{ kind: edit.fixedKind, program: deal.program?.name ?? null }}
        />
      </DealLayout>
    </Page>
  );
}
