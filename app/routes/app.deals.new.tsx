// New deal: one page, with the deal as a buyer will read it beside the form.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigate, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Layout, List, Page, PageActions } from "@shopify/polaris";
import { useEffect, useMemo, useState } from "react";
import { now } from "../clock.ts";
import { programChoices } from "../db/reads/deals.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { type DealFields, dealFields, emptyFields, FORM_FIELDS, readDealForm } from "../domain/deal-form.ts";
import type { FieldError } from "../domain/problem.ts";
import { makeDeal } from "../flow/deal.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DealForm } from "../ui/deals/DealForm.tsx";
import { DealSummary } from "../ui/deals/DealSummary.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const [shop, programs] = await Promise.all([shopFacts(session.shop), programChoices(session.shop)]);
  return { shop, programs, fields: emptyFields(now(), shop.timezone, programs[0]?.id ?? "") };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const read = readDealForm(dealFields(await request.json()), await shopFacts(session.shop));
  if (!read.ok) return json({ errors: read.errors }, { status: 422 });
  const made = await makeDeal(session.shop, read.deal);
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
  const [fields, setFields] = useState<DealFields>(first);
  const [begun] = useState(first);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const read = useMemo(() => readDealForm(fields, shop), [fields, shop]);
  const dirty = JSON.stringify(fields) !== JSON.stringify(begun);
  const program = programs.find((each) => each.id === fields.programId) ?? null;

  useEffect(() => show(answer?.errors ?? []), [answer]);

  /** The first field that is wrong is gone to, wherever the person pressed the button. */
  function show(found: FieldError[]) {
    setErrors(found);
    if (found.length > 0) setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);
  }

  function change(changes: Partial<DealFields>) {
    setFields((before) => ({ ...before, ...changes }));
    setErrors((before) => before.filter((error) => !(error.field in changes)));
  }

  function discard() {
    setFields(begun);
    setErrors([]);
  }

  function save() {
    if (!read.ok) return show(read.errors);
    submit(fields, { method: "post", encType: "application/json" });
  }

  return (
    <Page title={t("new.title")} subtitle={t("new.subtitle")} backAction={{ content: t("title"), url: "/app/deals" }}>
      <SaveBar id={SAVE_BAR} open={dirty && !saving}>
        <button variant="primary" onClick={save} loading={saving ? "" : undefined}>{t("new.save")}</button>
        <button onClick={discard}>{t("new.discard")}</button>
      </SaveBar>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <OtherErrors errors={errors} />
            <DealForm fields={fields} change={change} errors={errors} programs={programs} timezone={shop.timezone} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <div style={{ position: "sticky", top: 16 }}>
            <DealSummary name={fields.name} read={read} program={program} startsNow={fields.startDate === begun.startDate && fields.startTime === begun.startTime} />
          </div>
        </Layout.Section>
        <Layout.Section>
          <PageActions
            primaryAction={{ content: t("new.save"), onAction: save, loading: saving }}
            secondaryActions={[{ content: t("new.cancel"), onAction: () => navigate("/app/deals") }]}
          />
        </Layout.Section>
      </Layout>
    </Page>
  );
}

/** What is wrong with no field of the form. Where fields are wrong, the banner says so above them. */
function OtherErrors({ errors }: { errors: FieldError[] }) {
  const t = useT("deals");
  const tErrors = useT("errors");
  if (errors.length === 0) return null;
  const other = errors.filter((error) => error.field === "shop" || error.field === "appliesTo");
  return (
    <Banner tone="critical" title={t("new.not_made", { count: errors.length })}>
      {other.length > 0 ? (
        <List>
          {other.map((error) => (
            <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>
          ))}
        </List>
      ) : (
        <p>{t("new.see_fields")}</p>
      )}
    </Banner>
  );
}
