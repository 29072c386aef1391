// How a file's rows are taken over: into which program, for which deal, under which names.
import { BlockStack, Card, Checkbox, Select, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { WHEN_TAKEN, type WhenTaken } from "../../domain/naming-pattern.ts";
import { type FileChoices, POLICIES, type Policy } from "../../domain/sheet-page.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";
import { useFormat } from "../format.tsx";

export type ProgramChoice = { id: string; name: string; network: string };
type OptionsProps = { choices: FileChoices; programs: ProgramChoice[]; deals: { id: string; name: string }[]; onChange: (change: Partial<FileChoices>) => void };

export function OptionsCard(props: OptionsProps) {
  const t = useT("files");
  const { purpose } = props.choices;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm">
          {t("option.title")}
        </Text>
        {purpose === "creators" ? null : <DealOption {...props} />}
        {purpose === "platform" ? <NamingOption {...props} /> : null}
        {purpose === "creators" ? null : <HyphensOption {...props} />}
        {purpose === "creators" ? null : <PolicyOption {...props} />}
        {purpose === "creators" ? null : <Checkbox label={t("option.missing")} checked={props.choices.addMissing} onChange={(addMissing) => props.onChange({ addMissing })} />}
        {purpose === "creators" || props.choices.addMissing ? <ProgramOption {...props} /> : null}
        {purpose === "platform" ? <Checkbox label={t("option.overwrite")} helpText={t("option.overwrite_help")} checked={props.choices.overwrite} onChange={(overwrite) => props.onChange({ overwrite })} /> : null}
      </BlockStack>
    </Card>
  );
}

const NEW = "new";

function DealOption({ choices, deals, programs, onChange }: OptionsProps) {
  const t = useT("files");
  const { code: currency } = useCurrency();
  const [making, setMaking] = useState(choices.dealId === null && (choices.newDeal !== "" || deals.length === 0));
  const usual = choices.purpose === "codes" && choices.columns.deal !== undefined;
  const options = [...deals.map(({ id, name }) => ({ value: id, label: name })), { value: NEW, label: t("option.deal_new") }];
  function choose(value: string) {
    setMaking(value === NEW);
    onChange(value === NEW ? { dealId: null } : { dealId: value || null, newDeal: "" });
  }
  return (
    <BlockStack gap="200">
      <Select label={t(usual ? "option.deal_default" : "option.deal")} placeholder={t("option.deal_choose")} options={options} value={choices.dealId ?? (making ? NEW : "")} onChange={choose} />
      {making && choices.dealId === null ? (
        <TextField label={t("option.new_deal")} value={choices.newDeal} onChange={(newDeal) => onChange({ newDeal })} placeholder="10 %" helpText={t("option.new_deal_help", { currency })} autoComplete="off" maxLength={100} />
      ) : null}
      {usual || (making && choices.dealId === null) ? (
        <Select
          label={t("option.new_deal_program")}
          options={[{ value: "", label: t("option.new_deal_program_any") }, ...programs.map(({ id, name }) => ({ value: id, label: name }))]}
          value={choices.newDealProgramId ?? ""}
          onChange={(value) => onChange({ newDealProgramId: value || null })}
        />
      ) : null}
    </BlockStack>
  );
}

function NamingOption({ choices, onChange }: OptionsProps) {
  const t = useT("files");
  const format = useFormat();
  const { naming } = choices;
  return (
    <BlockStack gap="200">
      <TextField label={t("option.naming")} value={naming.pattern} onChange={(pattern) => onChange({ naming: { ...naming, pattern } })} helpText={t("option.naming_help", { words: format.list(["{FIRST}", "{LAST}", "{HANDLE}", "{AMOUNT}", "{RANDOM:4}"]) })} autoComplete="off" monospaced maxLength={100} />
      <Select label={t("option.taken")} options={WHEN_TAKEN.map((value) => ({ value, label: t(`option.taken_${value}`) }))} value={naming.whenTaken} onChange={(whenTaken) => onChange({ naming: { ...naming, whenTaken: whenTaken as WhenTaken } })} />
    </BlockStack>
  );
}

function HyphensOption({ choices: { naming }, onChange }: OptionsProps) {
  const t = useT("files");
  return <Checkbox label={t("option.hyphens")} helpText={t("option.hyphens_help")} checked={naming.hyphens} onChange={(hyphens) => onChange({ naming: { ...naming, hyphens } })} />;
}

function PolicyOption({ choices, onChange }: OptionsProps) {
  const t = useT("files");
  const tCodes = useT("codes");
  return <Select label={t("option.policy")} options={POLICIES.map((value) => ({ value, label: tCodes(`policy.${value}.label`) }))} helpText={tCodes(`policy.${choices.policy}.help`)} value={choices.policy} onChange={(policy) => onChange({ policy: policy as Policy })} />;
}

function ProgramOption({ choices, programs, onChange }: OptionsProps) {
  const t = useT("files");
  const own = programs.filter((program) => program.network === "none");
  const options = [{ value: "", label: t(choices.purpose === "creators" ? "option.program_none" : "option.program_of_deal") }, ...own.map(({ id, name }) => ({ value: id, label: name }))];
  return <Select label={t(choices.purpose === "creators" ? "option.program" : "option.program_new")} options={options} value={choices.programId ?? ""} helpText={t("option.program_help")} onChange={(value) => onChange({ programId: value === "" ? null : value })} />;
}
