// Settings: under which rules?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, List, Page } from "@shopify/polaris";
import { useEffect, useMemo, useState } from "react";
import { connectionLines, logPage, programRules, stackingHistory } from "../db/reads/settings.ts";
import type { FieldError } from "../domain/problem.ts";
import { type RuleForm, readRuleForm, ruleForm } from "../domain/rule-form.ts";
import { changeProgramRule, changeStackingRule } from "../flow/rules.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { listState } from "../ui/list-state.ts";
import { useToast } from "../ui/live.ts";
import { ConnectionsCard, LanguagesCard } from "../ui/settings/AboutCards.tsx";
import { LogCard } from "../ui/settings/LogCard.tsx";
import { ProgramCard } from "../ui/settings/ProgramCard.tsx";
import { Section } from "../ui/settings/Section.tsx";
import { StackingCard } from "../ui/settings/StackingCard.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const { page } = listState(new URL(request.url).searchParams, { view: "", sort: "" });
  const [stacking, programs, connections, log] = await Promise.all([stackingHistory(shop), programRules(shop), connectionLines(shop), logPage(shop, page)]);
  return { stacking, programs, connections, log };
}

/** Only what differs from what holds is written: each change begins a new entry of its history. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const form = readRuleForm(await request.json().catch(() => null));
  if (form === null) throw new Response(null, { status: 400 });
  const [stacking, programs] = await Promise.all([stackingHistory(shop), programRules(shop)]);
  const before = ruleForm(stacking, programs);
  const errors: FieldError[] = [];
  if (form.stackingRule !== before.stackingRule) {
    const changed = await changeStackingRule(shop, form.stackingRule);
    if (!changed.ok) errors.push(...changed.errors);
  }
  for (const [id, program] of Object.entries(form.programs)) {
    if (JSON.stringify(program) === JSON.stringify(before.programs[id])) continue;
    const changed = await changeProgramRule(shop, id, { ...program, clickWindowDays: Number(program.clickWindowDays || Number.NaN) });
    if (!changed.ok) errors.push(...changed.errors.map((error) => ({ ...error, field: `${id}.${error.field}` })));
  }
  return json({ errors }, { status: errors.length > 0 ? 422 : 200 });
}

const SAVE_BAR = "rules";

export default function Settings() {
  const { stacking, programs, connections, log } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("settings");
  const submit = useSubmit();
  const saving = useNavigation().state === "submitting";
  const kept = useMemo(() => ruleForm(stacking, programs), [stacking, programs]);
  const [form, setForm] = useState<RuleForm>(kept);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const keptText = JSON.stringify(kept);
  const dirty = JSON.stringify(form) !== keptText;

  // What is kept has changed (it was saved here, or elsewhere): the form begins from it.
  useEffect(() => setForm(JSON.parse(keptText) as RuleForm), [keptText]);
  useEffect(() => setErrors(answer?.errors ?? []), [answer]);
  useToast(answer, answer ? t(answer.errors.length === 0 ? "saved" : "not_saved_short") : null, (answer?.errors.length ?? 0) > 0);

  function change(changes: Partial<RuleForm>) {
    setErrors([]);
    setForm((before) => ({ ...before, ...changes }));
  }

  function save() {
    submit(form, { method: "post", encType: "application/json", preventScrollReset: true });
  }

  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <SaveBar id={SAVE_BAR} open={dirty && !saving}>
        <button variant="primary" onClick={save} loading={saving ? "" : undefined}>{t("save")}</button>
        <button
          onClick={() => {
            setForm(kept);
            setErrors([]);
          }}
        >
          {t("discard")}
        </button>
      </SaveBar>
      <BlockStack gap="400">
        {dirty ? (
          <Banner tone="info" title={t("from_now.title")}>
            <p>{t("from_now.text")}</p>
          </Banner>
        ) : null}
        <RuleErrors errors={errors} />
        <Section title={t("stacking.title")} help={t("stacking.help")}>
          <StackingCard history={stacking} value={form.stackingRule} onChange={(stackingRule) => change({ stackingRule })} />
        </Section>
        <Section title={t("programs.title")} help={t("programs.help")}>
          <BlockStack gap="400">
            {programs.length === 0 ? <Banner title={t("programs.none")} action={{ content: t("programs.connect"), url: "/app/network" }} /> : null}
            {programs.map((program) => {
              const value = form.programs[program.id];
              return value ? (
                <ProgramCard
                  key={program.id}
                  program={program}
                  value={value}
                  errors={errors.filter((error) => error.field.startsWith(`${program.id}.`)).map((error) => ({ ...error, field: error.field.slice(program.id.length + 1) }))}
                  onChange={(changes) => change({ programs: { ...form.programs, [program.id]: { ...value, ...changes } } })}
                />
              ) : null;
            })}
          </BlockStack>
        </Section>
        <Section title={t("connections.title")} help={t("connections.help")}>
          <ConnectionsCard connections={connections} />
        </Section>
        <Section title={t("languages.title")} help={t("languages.help")}>
          <LanguagesCard />
        </Section>
        <Section title={t("log.title")} help={t("log.help")}>
          <LogCard log={log} />
        </Section>
      </BlockStack>
    </Page>
  );
}

function RuleErrors({ errors }: { errors: FieldError[] }) {
  const t = useT("settings");
  const tErrors = useT("errors");
  if (errors.length === 0) return null;
  return (
    <Banner tone="critical" title={t("not_saved")}>
      <List>
        {errors.map((error) => (
          <List.Item key={error.field}>{tErrors(error.key, error.values ?? {})}</List.Item>
        ))}
      </List>
    </Banner>
  );
}
