// New deal: one page, with the deal as a buyer will read it beside the form.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigate, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Page } from "@shopify/polaris";
import { useEffect, useMemo } from "react";
import { now } from "../clock.ts";
import { programChoices } from "../db/reads/deals.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { dealFields, emptyFields, FORM_FIELDS, readDealForm } from "../domain/deal-form.ts";
import { whoOf } from "../domain/who.ts";
import { makeDeal } from "../flow/deal.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DealErrors } from "../ui/deals/DealErrors.tsx";
import { DealForm } from "../ui/deals/DealForm.tsx";
import { DealLayout } from "../ui/deals/DealLayout.tsx";
import { useDealForm } from "../ui/deals/use-deal-form.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const [shop, programs] = await Promise.all([shopFacts(session.shop), programChoices(session.shop)]);
  return { shop, programs, fields: emptyFields(now(), shop.timezone, programs[0]?.id ?? "") };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const read = readDealForm(dealFields(await request.json()), await shopFacts(session.shop));
  if (!read.ok) return json({ errors: read.errors }, { status: 422 });
  const made = await makeDeal(session.shop, read.deal, whoOf(session));
  if (!made.ok) return json({ errors: made.errors.map((error) => ({ ...error, field: FORM_FIELDS[error.field] ?? error.field })) }, { status: 422 });
  return redirect(`/app/deals/${made.dealId}?done=made`);
}

const SAVE_BAR = "new-deal";

export default function NewDeal() {
  const { shop, programs, fields: first } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("deals");
  const submit = useSubmit();
  const navigate = useNavigate();
  const saving = useNavigation().state === "submitting";
  const form = useDealForm(first);
  const { fields, begun } = form;
  const read = useMemo(() => readDealForm(fields, shop), [fields, shop]);
  const program = programs.find((each) => each.id === fields.programId) ?? null;
  const then = [t("summary.store"), ...(program && program.network !== "none" ? [t("summary.network", { program: program.name })] : []), t("summary.codes")];

  useEffect(() => form.show(answer?.errors ?? []), [answer]);

  function save() {
    if (!read.ok) return form.show(read.errors);
    submit(fields, { method: "post", encType: "application/json" });
  }

  return (
    <Page title={t("new.title")} subtitle={t("new.subtitle")} backAction={{ content: t("title"), url: "/app/deals" }}>
      <SaveBar id={SAVE_BAR} open={form.dirty && !saving}>
        <button variant="primary" onClick={save} loading={saving ? "" : undefined}>{t("new.save")}</button>
        <button onClick={form.discard}>{t("new.discard")}</button>
      </SaveBar>
      <DealLayout
        summary={{ name: fields.name, read, startsNow: fields.startDate === begun.startDate && fields.startTime === begun.startTime, then, when: "made" }}
        actions={{ primaryAction: { content: t("new.save"), onAction: save, loading: saving }, secondaryActions: [{ content: t("new.cancel"), onAction: () => navigate("/app/deals") }] }}
      >
        <DealErrors errors={form.errors} keys="new" />
        <DealForm fields={fields} change={form.change} errors={form.errors} programs={programs} timezone={shop.timezone} />
      </DealLayout>
    </Page>
  );
}
