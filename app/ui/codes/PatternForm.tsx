// The form of a pattern: the pattern with what is wrong and what it would match beside it, the creator and program, the policy, the days.
import { useNavigate } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Card, InlineGrid, Layout, List, PageActions, Select, Text, TextField, useBreakpoints } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { PatternCreator } from "../../domain/code-page.ts";
import type { PatternFields } from "../../domain/pattern-form.ts";
import type { PatternProblem } from "../../domain/pattern-problem.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { ResultsOfPattern } from "./PatternResults.tsx";
import { PolicyPart } from "./PolicyPart.tsx";
import { PatternProblemWords } from "./PatternWords.tsx";
import { usePatternTest } from "./use-pattern-test.ts";

export type PatternAnswer = { errors: FieldError[]; problem: PatternProblem | null };

type PatternFormProps = {
  creators: PatternCreator[];
  first: PatternFields;
  timezone: string;
  /** The pattern that is being changed. */
  replaces: string | null;
  answer: PatternAnswer | null;
  saving: boolean;
  back: string;
  onSave: (fields: PatternFields) => void;
};

const SAVE_BAR = "pattern";

export function PatternForm({ creators, first, timezone, replaces, answer, saving, back, onSave }: PatternFormProps) {
  const t = useT("codes");
  const navigate = useNavigate();
  const { mdDown } = useBreakpoints();
  const begun = withProgram(first, creators);
  const [fields, setFields] = useState(begun);
  const [said, setSaid] = useState<PatternAnswer>({ errors: [], problem: null });
  const { test, busy } = usePatternTest(fields.pattern, replaces);
  const problem = test && !test.ok ? test.problem : fields.pattern.trim() === "" ? said.problem : null;
  const dirty = JSON.stringify(fields) !== JSON.stringify(begun);

  useEffect(() => {
    if (!answer) return;
    setSaid(answer);
    setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);
  }, [answer]);

  function change(changes: Partial<PatternFields>) {
    setFields((before) => withProgram({ ...before, ...changes }, creators));
    setSaid((before) => ({ errors: before.errors.filter((error) => !(error.field in changes) && error.field !== "form"), problem: "pattern" in changes ? null : before.problem }));
  }

  const wrong = useFieldErrors(said.errors);
  const part = { fields, change, errors: said.errors };
  const results = <ResultsOfPattern test={test} busy={busy} typed={fields.pattern.trim() !== ""} />;
  return (
    <>
      <SaveBar id={SAVE_BAR} open={dirty && !saving}>
        <button variant="primary" onClick={() => onSave(fields)}>{t(replaces ? "pattern.save_change" : "pattern.save")}</button>
        <button onClick={() => setFields(begun)}>{t("pattern.discard")}</button>
      </SaveBar>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <Problems errors={said.errors} count={said.errors.length + (said.problem ? 1 : 0)} />
            <PatternPart {...part} problem={problem} />
            {mdDown ? results : null}
            <OwnerPart {...part} creators={creators} />
            <PolicyPart
              title={t("pattern.form.policy.title")}
              policy={fields.policy}
              onPolicy={(policy) => change({ policy })}
              error={wrong("policy")}
              inNetwork={(programOf(fields, creators)?.network ?? "none") !== "none"}
            />
            <DatesPart {...part} timezone={timezone} />
          </BlockStack>
        </Layout.Section>
        {mdDown ? null : <Layout.Section variant="oneThird">{results}</Layout.Section>}
        <Layout.Section>
          <PageActions
            primaryAction={{ content: t(replaces ? "pattern.save_change" : "pattern.save"), onAction: () => onSave(fields), loading: saving, disabled: problem !== null && fields.pattern.trim() !== "" }}
            secondaryActions={[{ content: t("pattern.cancel"), onAction: () => navigate(back) }]}
          />
        </Layout.Section>
      </Layout>
    </>
  );
}

function programOf(fields: PatternFields, creators: PatternCreator[]): PatternCreator["programs"][number] | null {
  return creators.find((creator) => creator.id === fields.creatorId)?.programs.find((program) => program.id === fields.programId) ?? null;
}

/** Who has joined one program has no choice to make; a program that the creator has not joined is none. */
function withProgram(fields: PatternFields, creators: PatternCreator[]): PatternFields {
  const programs = creators.find((creator) => creator.id === fields.creatorId)?.programs ?? [];
  if (programs.some((program) => program.id === fields.programId)) return fields;
  return { ...fields, programId: programs.length === 1 ? programs[0]!.id : "" };
}

type PartProps = { fields: PatternFields; change: (changes: Partial<PatternFields>) => void; errors: FieldError[] };

/** What is wrong with no field of the form stands here; what is wrong with one is counted here and said at the field. */
function Problems({ errors, count }: { errors: FieldError[]; count: number }) {
  const t = useT("codes");
  const tErrors = useT("errors");
  if (count === 0) return null;
  const other = errors.filter((error) => error.field === "form");
  return (
    <Banner tone="critical" title={t("pattern.not_made", { count })}>
      {other.length > 0 ? (
        <List>
          {other.map((error) => (
            <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>
          ))}
        </List>
      ) : null}
    </Banner>
  );
}

function PatternPart({ fields, change, errors, problem }: PartProps & { problem: PatternProblem | null }) {
  const t = useT("codes");
  const wrong = useFieldErrors(errors)("pattern");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("pattern.form.pattern.title")}
        </Text>
        <TextField
          label={t("pattern.form.pattern.label")}
          helpText={t("pattern.form.pattern.help")}
          value={fields.pattern}
          onChange={(pattern) => change({ pattern })}
          error={problem ? <PatternProblemWords pattern={fields.pattern.trim()} problem={problem} /> : wrong}
          monospaced
          autoComplete="off"
          spellCheck={false}
          requiredIndicator
        />
        <Text as="p" tone="subdued" breakWord>
          {t("pattern.form.pattern.example")}
        </Text>
        <Text as="p" tone="subdued">
          {t("pattern.form.pattern.not_in_store")}
        </Text>
      </BlockStack>
    </Card>
  );
}

function OwnerPart({ fields, change, errors, creators }: PartProps & { creators: PatternCreator[] }) {
  const t = useT("codes");
  const wrong = useFieldErrors(errors);
  const programs = creators.find((creator) => creator.id === fields.creatorId)?.programs ?? [];
  const program = programOf(fields, creators);
  const help = !program ? t("pattern.form.owner.program_help") : t(program.network === "none" ? "pattern.form.owner.no_network" : "pattern.form.owner.in_network", { program: program.name });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("pattern.form.owner.title")}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <Select
            label={t("pattern.form.owner.creator")}
            placeholder={t("pattern.form.owner.choose")}
            options={creators.map((creator) => ({ value: creator.id, label: creator.handle ? `${creator.name} (${creator.handle})` : creator.name }))}
            value={creators.some((creator) => creator.id === fields.creatorId) ? fields.creatorId : ""}
            onChange={(creatorId) => change({ creatorId })}
            error={wrong("creatorId")}
            requiredIndicator
          />
          <Select
            label={t("pattern.form.owner.program")}
            placeholder={t("pattern.form.owner.choose_program")}
            helpText={help}
            options={programs.map((each) => ({ value: each.id, label: each.name }))}
            value={fields.programId}
            onChange={(programId) => change({ programId })}
            disabled={programs.length === 0}
            error={wrong("programId")}
            requiredIndicator
          />
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}

function DatesPart({ fields, change, errors, timezone }: PartProps & { timezone: string }) {
  const t = useT("codes");
  const wrong = useFieldErrors(errors);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("pattern.form.dates.title")}
        </Text>
        <Text as="p" tone="subdued">
          {t("pattern.form.dates.help", { timezone: timezone.replace(/_/g, " ") })}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <TextField label={t("pattern.form.dates.start")} type="date" value={fields.startDate} onChange={(startDate) => change({ startDate })} error={wrong("startDate")} autoComplete="off" />
          <TextField label={t("pattern.form.dates.end")} type="date" value={fields.endDate} onChange={(endDate) => change({ endDate })} error={wrong("endDate")} autoComplete="off" />
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}
