// The rules of one program: in sentences, and to be edited.
import { Badge, Banner, BlockStack, Box, Button, Card, ChoiceList, Collapsible, InlineStack, List, Text, TextField } from "@shopify/polaris";
import { useId, useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import type { ProgramFields } from "../../domain/rule-form.ts";
import type { ProgramRulesView } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { History } from "./History.tsx";
import { useRuleSentences } from "./sentences.ts";

type ProgramProps = { program: ProgramRulesView; value: ProgramFields; errors: FieldError[]; onChange: (changes: Partial<ProgramFields>) => void };

export function ProgramCard({ program, value, errors, onChange }: ProgramProps) {
  const t = useT("settings");
  const sentences = useRuleSentences();
  const [wanted, setOpen] = useState(false);
  const open = wanted || errors.length > 0;
  const id = useId();
  const shown = { ...value, clickWindowDays: Number(value.clickWindowDays) || 0 };
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <InlineStack gap="200" blockAlign="center">
            <Text as="h3" variant="headingSm" breakWord>
              {program.name}
            </Text>
            <Badge>{t(program.network === "none" ? "programs.no_network" : program.kind === "performance" ? "programs.performance" : "programs.creator")}</Badge>
            {program.state === "ended" ? <Badge tone="warning">{t("programs.ended")}</Badge> : null}
          </InlineStack>
          <Button onClick={() => setOpen(!open)} ariaExpanded={open} ariaControls={id} accessibilityLabel={t(open ? "programs.close_named" : "programs.change_named", { program: program.name })}>
            {t(open ? "programs.close" : "programs.change")}
          </Button>
        </InlineStack>
        <List>
          {sentences.program(shown, program.network).map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
        <Collapsible open={open} id={id}>
          <ProgramForm program={program} value={value} errors={errors} onChange={onChange} />
        </Collapsible>
        <History history={program.history.map((entry) => ({ from: entry.from, sentences: sentences.program(entry.value, program.network) }))} />
      </BlockStack>
    </Card>
  );
}

function ProgramForm({ program, value, errors, onChange }: ProgramProps) {
  const t = useT("settings");
  const wrong = useFieldErrors(errors);
  const choices = (group: string, values: string[]) => values.map((one) => ({ value: one, label: t(`${group}.${one}.label`), helpText: t(`${group}.${one}.help`) }));
  return (
    <Box paddingBlockStart="200">
      <BlockStack gap="400">
        <ChoiceList title={t("credit_on.title")} name={`${program.id}-creditOn`} choices={choices("credit_on", ["paid", "created"])} selected={[value.creditOn]} onChange={([creditOn]) => onChange({ creditOn: creditOn! })} />
        <ChoiceList title={t("scope.title")} name={`${program.id}-scope`} choices={choices("scope", ["order", "discounted_lines"])} selected={[value.scope]} onChange={([scope]) => onChange({ scope: scope! })} />
        <Box maxWidth="240px">
          <TextField label={t("window.label")} helpText={t("window.help")} suffix={t("window.days")} inputMode="numeric" value={value.clickWindowDays} onChange={(clickWindowDays) => onChange({ clickWindowDays })} error={wrong("clickWindowDays")} autoComplete="off" />
        </Box>
        <ChoiceList
          title={t("self_referral.title")}
          name={`${program.id}-self`}
          choices={choices("self_referral", ["blocked", "allowed"])}
          selected={[value.blockSelfReferral ? "blocked" : "allowed"]}
          onChange={([chosen]) => onChange({ blockSelfReferral: chosen === "blocked" })}
        />
        <ChoiceList title={t("renewals.title")} name={`${program.id}-renewals`} choices={choices("renewals", ["first", "every", "none"])} selected={[value.renewals]} onChange={([renewals]) => onChange({ renewals: renewals! })} />
        <ChoiceList
          title={t("customers.title")}
          name={`${program.id}-customers`}
          choices={choices("customers", ["all", "new"])}
          selected={[value.newCustomersOnly ? "new" : "all"]}
          onChange={([chosen]) => onChange({ newCustomersOnly: chosen === "new" })}
        />
        <ChoiceList title={t("chargebacks.title")} name={`${program.id}-chargebacks`} choices={choices("chargebacks", ["reverse", "keep"])} selected={[value.chargebacks]} onChange={([chargebacks]) => onChange({ chargebacks: chargebacks! })} />
        {program.network === "none" ? null : <ToldForm program={program} value={value} choices={choices} onChange={onChange} />}
      </BlockStack>
    </Box>
  );
}

type ToldProps = Omit<ProgramProps, "errors"> & { choices: (group: string, values: string[]) => { value: string; label: string; helpText: string }[] };

/** What the network is told, and what is left to it. */
function ToldForm({ program, value, choices, onChange }: ToldProps) {
  const t = useT("settings");
  const mode = <ChoiceList title={t("mode.title")} name={`${program.id}-mode`} choices={choices("mode", ["full", "codes_only"])} selected={[value.mode]} onChange={([mode]) => onChange({ mode: mode! })} />;
  if (value.mode !== "full") return mode;
  return (
    <>
      {mode}
      <ChoiceList title={t("order_id.title")} name={`${program.id}-order`} choices={choices("order_id", ["id", "name"])} selected={[value.orderIdForm]} onChange={([orderIdForm]) => onChange({ orderIdForm: orderIdForm! })} />
      <BlockStack gap="200">
        <ChoiceList title={t("clicks.title")} name={`${program.id}-clicks`} choices={choices("clicks", ["own", "network"])} selected={[value.clicks]} onChange={([clicks]) => onChange({ clicks: clicks! })} />
        {value.clicks === "network" ? (
          <Banner tone="info">
            <p>{t("clicks.warning")}</p>
          </Banner>
        ) : null}
      </BlockStack>
      <ChoiceList
        title={t("email_hash.title")}
        name={`${program.id}-email`}
        choices={choices("email_hash", ["off", "on"])}
        selected={[value.emailHash ? "on" : "off"]}
        onChange={([chosen]) => onChange({ emailHash: chosen === "on" })}
      />
    </>
  );
}
