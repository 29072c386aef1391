// Settings: under which rules?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Card, Link, List, Page } from "@shopify/polaris";
import { useEffect, useMemo, useState } from "react";
import { now } from "../clock.ts";
import { flowCard } from "../db/reads/flow.ts";
import { connectionLines, logPage, programRules, seenOnOrders, shopRuleHistory } from "../db/reads/settings.ts";
import { storefrontState } from "../db/reads/touches.ts";
import { embedLink } from "../domain/embed-link.ts";
import type { FieldError } from "../domain/problem.ts";
import { changesOf, historyOf, type RuleForm, readRuleChanges, ruleForm, type ShopFields } from "../domain/rule-form.ts";
import { whoOf } from "../domain/who.ts";
import { clickParametersView } from "../flow/click-parameters.ts";
import { noticesView } from "../flow/notices.ts";
import { changeRules } from "../flow/rules.ts";
import { env } from "../env.server.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { listState } from "../ui/list-state.ts";
import { useToast } from "../ui/live.ts";
import { FlowCard } from "../ui/settings/FlowCard.tsx";
import { ConnectionsCard, LanguagesCard } from "../ui/settings/AboutCards.tsx";
import { ClickParametersCard } from "../ui/settings/ClickParametersCard.tsx";
import { LogCard } from "../ui/settings/LogCard.tsx";
import { NoticesCard } from "../ui/settings/NoticesCard.tsx";
import { NeverEarnCard } from "../ui/settings/NeverEarnCard.tsx";
import { ProgramCard } from "../ui/settings/ProgramCard.tsx";
import { RenewalsCard } from "../ui/settings/RenewalsCard.tsx";
import { Section } from "../ui/settings/Section.tsx";
import { StorefrontCard } from "../ui/settings/StorefrontCard.tsx";
import { StackingCard } from "../ui/settings/StackingCard.tsx";
import { WhatIfCard } from "../ui/what-if/WhatIfCard.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const { page } = listState(new URL(request.url).searchParams, { view: "", sort: "" });
  const [shopRules, programs, connections, seen, log, clickParameters, flow, storefront, notices] = await Promise.all([shopRuleHistory(shop), programRules(shop), connectionLines(shop), seenOnOrders(shop), logPage(shop, page), clickParametersView(shop), flowCard(shop, now()), storefrontState(shop), noticesView(shop)]);
  return { shopRules, programs, connections, seen, log, clickParameters, flow, storefront, notices, embedUrl: embedLink(env().SHOPIFY_API_KEY) };
}

/** What was changed is written: each change begins a new entry of its history. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const changes = readRuleChanges(await request.json().catch(() => null));
  if (changes === null) throw new Response(null, { status: 400 });
  const errors = await changeRules(session.shop, whoOf(session), changes);
  return json({ errors }, { status: errors.length > 0 ? 422 : 200 });
}

const SAVE_BAR = "rules";

export default function Settings() {
  const { shopRules, programs, connections, seen, log, clickParameters, flow, storefront, notices, embedUrl } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("settings");
  const tWhatIf = useT("whatif");
  const tStorefront = useT("storefront");
  const tFlow = useT("flow");
  const tNotices = useT("notices");
  const tDeliveries = useT("deliveries");
  const submit = useSubmit();
  const saving = useNavigation().state === "submitting";
  const kept = useMemo(() => ruleForm(shopRules, programs), [shopRules, programs]);
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

  function changeShop(changes: Partial<ShopFields>) {
    change({ shop: { ...form.shop, ...changes } });
  }

  function save() {
    submit(changesOf(form, kept), { method: "post", encType: "application/json", preventScrollReset: true });
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
          <StackingCard history={historyOf(shopRules, (rule) => rule.stackingRule)} value={form.shop.stackingRule} onChange={(stackingRule) => changeShop({ stackingRule })} />
        </Section>
        <Section title={t("renewal_sources.title")} help={t("renewal_sources.help")}>
          <RenewalsCard history={historyOf(shopRules, (rule) => rule.renewalSources)} value={form.shop} seen={seen} errors={errors} onChange={changeShop} />
        </Section>
        <Section title={t("never_earn.title")} help={t("never_earn.help")}>
          <NeverEarnCard history={historyOf(shopRules, (rule) => rule.neverEarn)} value={form.shop} seen={seen} errors={errors} onChange={changeShop} />
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
        <Section title={tWhatIf("card.title")} help={tWhatIf("card.help")}>
          <WhatIfCard />
        </Section>
        <Section title={t("connections.title")} help={t("connections.help")}>
          <ConnectionsCard connections={connections} />
        </Section>
        <Section title={tStorefront("title")} help={tStorefront("help")}>
          <StorefrontCard storefront={storefront} embedUrl={embedUrl} />
        </Section>
        <Section title={t("click_parameters.title")} help={t("click_parameters.help")}>
          <ClickParametersCard {...clickParameters} />
        </Section>
        <Section title={tFlow("title")} help={tFlow("help")}>
          <FlowCard flow={flow} />
        </Section>
        <Section title={tNotices("title")} help={tNotices("help")}>
          <NoticesCard {...notices} />
        </Section>
        <Section title={t("languages.title")} help={t("languages.help")}>
          <LanguagesCard />
        </Section>
        <Section title={tDeliveries("card.title")} help={tDeliveries("card.help")}>
          <Card>
            <Link url="/app/deliveries">{tDeliveries("card.open")}</Link>
          </Card>
        </Section>
        <Section title={t("privacy.title")} help={t("privacy.help")}>
          <Card>
            <Link url="/app/privacy">{t("privacy.open")}</Link>
          </Card>
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
