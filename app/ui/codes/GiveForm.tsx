// Giving codes: the deal, the creators, a code for each, and the policy; then a preview that store and network were asked about.
import { useFetcher, useNavigate } from "@remix-run/react";
import { Banner, BlockStack, Box, Button, Card, InlineStack, Layout, List, PageActions, Select, Text } from "@shopify/polaris";
import { useMemo, useState } from "react";
import { codeKey } from "../../domain/code.ts";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import type { FieldError, Values } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { useOffer } from "../offer.ts";
import { ChooseCreators } from "./ChooseCreators.tsx";
import { byReadiness, type GiveRow, type Policy, suggestedCodes } from "./give-state.ts";
import { GivePreview } from "./GivePreview.tsx";
import { PolicyPart } from "./PolicyPart.tsx";

export type Finding = { field: string; key: string; values: Values; blocking: boolean };
export type CheckedRow = { creatorId: string; code: string; policy: string; findings: Finding[] };
export type GiveAnswer = { intent: string; ok: boolean; errors: FieldError[]; rows: CheckedRow[]; sent: GiveRow[] };

type GiveFormProps = { deals: GiveDeal[]; creators: GiveCreator[]; dealId: string; chosenIds: string[] };

export function GiveForm({ deals, creators, dealId, chosenIds }: GiveFormProps) {
  const t = useT("codes");
  const { code: currency } = useCurrency();
  const navigate = useNavigate();
  const fetcher = useFetcher<GiveAnswer>();
  const [deal, setDeal] = useState<GiveDeal | null>(deals.find((each) => each.id === dealId) ?? (deals.length === 1 ? deals[0]! : null));
  const [chosen, setChosen] = useState<string[]>(chosenIds.filter((id) => creators.some((creator) => creator.id === id)));
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [policy, setPolicy] = useState<Policy>("always");

  const sorted = useMemo(() => byReadiness(creators, deal), [creators, deal]);
  const people = sorted.filter((creator) => chosen.includes(creator.id));
  const codes = suggestedCodes(deal, people, creators, currency, typed);
  const rows: GiveRow[] = people.map((creator) => ({ creatorId: creator.id, code: codes.get(creator.id)!, policy }));

  const answer = fetcher.data ?? null;
  const checked = currentFindings(answer, rows);
  const blocked = rows.some((row) => checked.get(row.creatorId)?.some((finding) => finding.blocking));
  const working = fetcher.state !== "idle" ? String(fetcher.formData?.get("intent") ?? "") : "";
  const general = answer && !answer.ok ? answer.errors.filter((error) => !error.field.startsWith("rows.")) : [];

  function send(intent: "check" | "give") {
    fetcher.submit({ intent, dealId: deal?.id ?? "", rows: JSON.stringify(rows) }, { method: "post" });
  }

  const ready = deal !== null && rows.length > 0;
  return (
    <Layout>
      <Layout.Section>
        <BlockStack gap="400">
          <Problems errors={general} />
          <DealPart deals={deals} deal={deal} onDeal={setDeal} />
          <ChooseCreators creators={sorted} deal={deal} chosen={chosen} onChosen={setChosen} />
          {ready ? (
            <GivePreview
              people={people}
              deal={deal}
              codes={codes}
              checked={checked}
              wasChecked={answer !== null}
              onCode={(id, code) => setTyped(new Map(typed).set(id, code))}
              onLeaveOut={(id) => setChosen(chosen.filter((each) => each !== id))}
              onCheck={() => send("check")}
              checking={working === "check"}
            />
          ) : null}
        </BlockStack>
      </Layout.Section>
      <Layout.Section variant="oneThird">
        <PolicyPart title={t("give.policy.title")} policy={policy} onPolicy={(chosen) => setPolicy(chosen as Policy)} inNetwork={(deal?.program?.network ?? "none") !== "none"} />
      </Layout.Section>
      <Layout.Section>
        {blocked ? (
          <Box paddingBlockEnd="200" paddingInline={{ xs: "400", sm: "0" }}>
            <Text as="p" tone="critical">
              {t("give.blocked")}
            </Text>
          </Box>
        ) : null}
        <PageActions
          primaryAction={{ content: t("give.give", { count: rows.length }), onAction: () => send("give"), disabled: !ready || blocked || working !== "", loading: working === "give" }}
          secondaryActions={[{ content: t("give.cancel"), onAction: () => navigate("/app/codes") }]}
        />
      </Layout.Section>
    </Layout>
  );
}

/** What was found about each row as it stands now; a row that was changed since is open again. */
function currentFindings(answer: GiveAnswer | null, rows: GiveRow[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const row of rows) {
    const index = answer?.sent.findIndex((sent) => sent.creatorId === row.creatorId && codeKey(sent.code) === codeKey(row.code)) ?? -1;
    if (index < 0 || !answer) continue;
    const findings = answer.rows[index]?.findings ?? null;
    const errors = answer.errors.filter((error) => error.field.startsWith(`rows.${index}.`)).map((error) => ({ field: "code", key: error.key, values: error.values ?? {}, blocking: true }));
    if (findings !== null) found.set(row.creatorId, findings);
    else if (errors.length > 0) found.set(row.creatorId, errors);
  }
  return found;
}

function Problems({ errors }: { errors: FieldError[] }) {
  const t = useT("codes");
  const tErrors = useT("errors");
  if (errors.length === 0) return null;
  return (
    <Banner tone="critical" title={t("give.not_given")}>
      <List>
        {errors.map((error) => (
          <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>
        ))}
      </List>
    </Banner>
  );
}

function DealPart({ deals, deal, onDeal }: { deals: GiveDeal[]; deal: GiveDeal | null; onDeal: (deal: GiveDeal | null) => void }) {
  const t = useT("codes");
  const offer = useOffer();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("give.deal.title")}
        </Text>
        <Select
          label={t("give.deal.label")}
          labelHidden
          placeholder={t("give.deal.choose")}
          options={deals.map((each) => ({ value: each.id, label: each.name }))}
          value={deal?.id ?? ""}
          onChange={(id) => onDeal(deals.find((each) => each.id === id) ?? null)}
        />
        {deal ? (
          <BlockStack gap="050">
            <Text as="p">{offer(deal.terms, deal)}</Text>
            <Text as="p" tone="subdued">
              {deal.program ? t("give.deal.program", { program: deal.program.name }) : t("give.deal.no_program")}
            </Text>
          </BlockStack>
        ) : (
          <InlineStack gap="200" blockAlign="center">
            <Text as="span" tone="subdued">
              {t("give.deal.or")}
            </Text>
            <Button variant="plain" url="/app/deals/new">
              {t("give.deal.new")}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}
