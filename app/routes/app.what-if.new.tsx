// A new what-if: which orders, which settings, and the question in words beside the form.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { Banner, BlockStack, Card, EmptyState, Layout, Page } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { now } from "../clock.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { appliedWhatIf, whatIfPrograms } from "../db/reads/what-if.ts";
import type { FieldError } from "../domain/problem.ts";
import { fieldsToUndo, firstFields, readWhatIfForm, whatIfFields, type WhatIfFields } from "../domain/what-if-form.ts";
import { planWhatIf } from "../flow/what-if-apply.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { WhatIfForm } from "../ui/what-if/WhatIfForm.tsx";
import { WhatIfQuestion } from "../ui/what-if/WhatIfQuestion.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const params = new URL(request.url).searchParams;
  const undo = params.get("undo");
  const [{ timezone }, programs, undone] = await Promise.all([shopFacts(shop), whatIfPrograms(shop), undo === null ? null : appliedWhatIf(shop, undo)]);
  const chosen = programs.find(({ id }) => id === params.get("program")) ?? programs[0];
  const fields = undone ? fieldsToUndo(undone, timezone) : firstFields(now(), timezone, chosen?.id ?? "");
  return { timezone, programs, fields, undoing: undone !== null, at: now().toISOString() };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const planned = await planWhatIf(session.shop, whatIfFields(await request.json().catch(() => null)), "merchant");
  if (!planned.ok) return json({ errors: planned.errors }, { status: 422 });
  return redirect(`/app/what-if/${planned.id}`);
}

export default function NewWhatIf() {
  const { timezone, programs, fields: first, undoing, at } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("whatif");
  const submit = useSubmit();
  const saving = useNavigation().state !== "idle";
  const [fields, setFields] = useState<WhatIfFields>(first);
  const [errors, setErrors] = useState<FieldError[]>([]);

  useEffect(() => show(answer?.errors ?? []), [answer]);

  /** The first field that is wrong is gone to, wherever the person pressed the button. */
  function show(found: FieldError[]) {
    setErrors(found);
    if (found.length > 0) setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);
  }

  function change(changes: Partial<WhatIfFields>) {
    setFields((before) => ({ ...before, ...changes }));
    setErrors((before) => before.filter((error) => !(error.field in changes) && error.field !== "settings"));
  }

  function compute() {
    const read = readWhatIfForm(fields, timezone, new Date(at));
    if (!read.ok) return show(read.errors);
    submit(fields, { method: "post", encType: "application/json" });
  }

  const back = { content: t("title"), url: "/app/what-if" };
  if (programs.length === 0) {
    return (
      <Page title={t("new.title")} backAction={back}>
        <Card>
          <EmptyState heading={t("new.no_program.title")} image="" action={{ content: t("new.no_program.action"), url: "/app/network" }}>
            <p>{t("new.no_program.text")}</p>
          </EmptyState>
        </Card>
      </Page>
    );
  }
  return (
    <Page title={t(undoing ? "new.undo_title" : "new.title")} subtitle={t("new.subtitle")} backAction={back}>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {undoing ? <Banner>{t("new.undo_text")}</Banner> : null}
            <WhatIfForm fields={fields} change={change} errors={errors} programs={programs} timezone={timezone} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <div style={{ position: "sticky", top: 16 }}>
            <WhatIfQuestion fields={fields} program={programs.find(({ id }) => id === fields.programId) ?? null} errors={errors} saving={saving} onCompute={compute} />
          </div>
        </Layout.Section>
      </Layout>
    </Page>
  );
}
