// The form of a campaign: instructions, who shares which code, how codes are named, and where links lead.
import { BlockStack, Card, ChoiceList, Link, Select, Text, TextField } from "@shopify/polaris";
import type { CampaignFields } from "../../domain/campaign.ts";
import { TEXT_WORDS } from "../../domain/campaign-text.ts";
import { readNaming, USUAL_NAMING } from "../../domain/naming-pattern.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { GiveNaming } from "../codes/GiveNaming.tsx";
import { PolicyPart } from "../codes/PolicyPart.tsx";
import { useGiveNames } from "../codes/use-give-names.ts";
import { useFieldErrors } from "../field-errors.ts";

export type CampaignProgram = { id: string; name: string; network: string };
export type CampaignDeal = { id: string; name: string; programId: string | null; phase: string };

type FormProps = {
  fields: CampaignFields;
  change: (changes: Partial<CampaignFields>) => void;
  errors: readonly FieldError[];
  programs: CampaignProgram[];
  deals: CampaignDeal[];
  /** The campaign is there already: its program stays. */
  made: boolean;
};

export function CampaignForm({ fields, change, errors, programs, deals, made }: FormProps) {
  const t = useT("campaigns");
  const wrong = useFieldErrors(errors);
  const program = programs.find((each) => each.id === fields.programId) ?? null;
  return (
    <BlockStack gap="400">
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingSm">
            {t("form.about")}
          </Text>
          <TextField label={t("form.name")} helpText={t("form.name_help")} value={fields.name} onChange={(name) => change({ name })} error={wrong("name")} autoComplete="off" requiredIndicator />
          <Select
            label={t("form.program")}
            helpText={t("form.program_help")}
            options={programs.map(({ id, name }) => ({ value: id, label: name }))}
            value={fields.programId}
            onChange={(programId) => change({ programId, ...(dealFits(deals, fields.dealId, programId) ? {} : { dealId: "" }) })}
            error={wrong("programId")}
            disabled={made}
          />
        </BlockStack>
      </Card>
      <Instructions fields={fields} change={change} wrong={wrong} />
      <Codes fields={fields} change={change} wrong={wrong} deals={deals} />
      <GiveNaming title={t(fields.codes === "one" ? "form.naming_one" : "form.naming")} settings={fields.naming} inNetwork={fields.codes === "each" && program !== null && program.network !== "none"} each={fields.codes === "each"} onSettings={(naming) => change({ naming })} />
      <NamesPreview fields={fields} />
      {fields.codes === "each" ? <PolicyPart title={t("form.policy")} policy={fields.policy} inNetwork={program !== null && program.network !== "none"} error={wrong("policy")} onPolicy={(policy) => change({ policy: policy as CampaignFields["policy"] })} /> : null}
      <Card>
        <TextField label={t("form.landing")} helpText={t("form.landing_help")} value={fields.landing} onChange={(landing) => change({ landing })} error={wrong("landing")} autoComplete="off" />
      </Card>
    </BlockStack>
  );
}

function dealFits(deals: CampaignDeal[], dealId: string, programId: string): boolean {
  const deal = deals.find((each) => each.id === dealId);
  return deal === undefined || deal.programId === null || deal.programId === programId;
}

type PartProps = Pick<FormProps, "fields" | "change"> & { wrong: (field: string) => string | undefined };

function Instructions({ fields, change, wrong }: PartProps) {
  const t = useT("campaigns");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("form.instructions")}
        </Text>
        <TextField label={t("form.title")} helpText={t("form.title_help")} value={fields.title} onChange={(title) => change({ title })} error={wrong("title")} autoComplete="off" />
        <TextField
          label={t("form.description")}
          helpText={t("form.description_help", { words: TEXT_WORDS.map((word) => `{${word}}`).join(", ") })}
          value={fields.description}
          onChange={(description) => change({ description })}
          error={wrong("description")}
          multiline={6}
          autoComplete="off"
        />
      </BlockStack>
    </Card>
  );
}

function Codes({ fields, change, wrong, deals }: PartProps & { deals: CampaignDeal[] }) {
  const t = useT("campaigns");
  const tCodes = useT("codes");
  const tDeals = useT("deals");
  const own = deals.filter((deal) => deal.programId === fields.programId || (deal.programId === null && fields.codes === "each"));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("form.codes")}
        </Text>
        <ChoiceList
          title={t("form.codes")}
          titleHidden
          choices={[
            { value: "each", label: t("codes.each"), helpText: t("form.each_help") },
            { value: "one", label: t("codes.one"), helpText: t("form.one_help") },
          ]}
          selected={[fields.codes]}
          onChange={([codes]) => change(withUsualNaming(fields, codes === "one" ? "one" : "each"))}
        />
        <Select
          label={t("form.deal")}
          helpText={
            own.length > 0 ? t("form.deal_help") : (
              <>
                {t("form.deal_missing")} <Link url="/app/deals/new">{t("form.deal_new")}</Link>
              </>
            )
          }
          options={[{ value: "", label: t("form.deal_none") }, ...own.map(({ id, name, phase }) => ({ value: id, label: phase === "active" ? name : tCodes("give.deal.in_phase", { deal: name, phase: tDeals(`phase.${phase}`) }) }))]}
          value={own.some((deal) => deal.id === fields.dealId) ? fields.dealId : ""}
          onChange={(dealId) => change({ dealId })}
          error={wrong("dealId")}
        />
      </BlockStack>
    </Card>
  );
}

const FOR_ALL = "{DEAL}{AMOUNT}";

/** One code for all has no creator's name in it: the usual pattern goes with the choice, one of the merchant's own stays. */
function withUsualNaming({ naming }: CampaignFields, codes: CampaignFields["codes"]): Partial<CampaignFields> {
  const [usual, other] = codes === "one" ? [USUAL_NAMING.pattern, FOR_ALL] : [FOR_ALL, USUAL_NAMING.pattern];
  return { codes, ...(naming.pattern === usual ? { naming: { ...naming, pattern: other } } : {}) };
}

const SHOWN = 6;

/** What the pattern makes of the first creators who would get a code. */
function NamesPreview({ fields }: { fields: CampaignFields }) {
  const t = useT("campaigns");
  const { dealId, naming, codes } = fields;
  const asked = dealId === "" || !readNaming(naming.pattern).ok ? null : { dealId, chosen: codes === "one" ? { kind: "everybody" as const } : { kind: "without_code" as const, search: "" }, settings: naming, seed: "campaign", kept: [] };
  const { answer, busy } = useGiveNames(asked);
  const rows = answer?.rows.slice(0, SHOWN) ?? [];
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h3" variant="headingXs">
          {t(codes === "one" ? "form.preview_one" : "form.preview")}
        </Text>
        <div aria-live="polite" style={{ opacity: busy ? 0.6 : 1 }}>
          {asked === null ? (
            <Text as="p" tone="subdued">
              {t("form.preview_none")}
            </Text>
          ) : null}
          {asked !== null && answer !== null && rows.length === 0 ? (
            <Text as="p" tone="subdued">
              {t("form.preview_nobody")}
            </Text>
          ) : null}
          <BlockStack gap="100">
            {(asked === null ? [] : rows).map((row) => (
              <Text as="p" key={row.creatorId ?? ""} breakWord>
                <Text as="span" fontWeight="semibold">
                  {row.code}
                </Text>
                {row.name ? ` · ${row.name}` : ""}
              </Text>
            ))}
            {asked !== null && answer !== null && answer.total > rows.length ? (
              <Text as="p" tone="subdued">
                {t("form.preview_more", { count: answer.total - rows.length })}
              </Text>
            ) : null}
          </BlockStack>
        </div>
      </BlockStack>
    </Card>
  );
}
