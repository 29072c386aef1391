// The form of a what-if: which orders, and for each setting whether it stays as it is or takes another value, described in a sentence.
import { BlockStack, Box, Card, InlineGrid, Select, Text, TextField } from "@shopify/polaris";
import type { FieldError } from "../../domain/problem.ts";
import { AS_AT_THE_TIME, AS_IT_IS, CHOICES, SETTING_NAMES, type SettingName, type WhatIfFields } from "../../domain/what-if-form.ts";
import type { WhatIfProgram } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { useSettingWords } from "./words.ts";

type FormProps = { fields: WhatIfFields; change: (changes: Partial<WhatIfFields>) => void; errors: FieldError[]; programs: WhatIfProgram[]; timezone: string };

export function WhatIfForm({ fields, change, errors, programs, timezone }: FormProps) {
  const t = useT("whatif");
  const tErrors = useT("errors");
  const wrong = (field: string) => errors.filter((error) => error.field === field).map((error) => tErrors(error.key, error.values ?? {}))[0];
  const program = programs.find((each) => each.id === fields.programId);
  return (
    <BlockStack gap="400">
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingSm">
            {t("new.which")}
          </Text>
          <Select label={t("new.program")} helpText={t("new.program_help")} options={programs.map(({ id, name }) => ({ value: id, label: name }))} value={fields.programId} onChange={(programId) => change({ programId })} error={wrong("programId")} />
          <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
            <TextField label={t("new.first_day")} type="date" value={fields.fromDate} onChange={(fromDate) => change({ fromDate })} error={wrong("fromDate")} autoComplete="off" />
            <TextField label={t("new.last_day")} type="date" value={fields.toDate} onChange={(toDate) => change({ toDate })} error={wrong("toDate")} autoComplete="off" />
          </InlineGrid>
          <Text as="p" tone="subdued">
            {t("new.zone", { timezone: timezone.replace(/_/g, " ") })}
          </Text>
        </BlockStack>
      </Card>
      <Card>
        <BlockStack gap="400">
          <BlockStack gap="100">
            <Text as="h2" variant="headingSm">
              {t("new.settings")}
            </Text>
            <Text as="p" tone="subdued">
              {t("new.settings_help")}
            </Text>
          </BlockStack>
          {SETTING_NAMES.map((name) => (
            <Setting key={name} name={name} fields={fields} change={change} wrong={wrong} withHistory={program?.applied === true || fields[name] === AS_AT_THE_TIME} />
          ))}
        </BlockStack>
      </Card>
    </BlockStack>
  );
}

type SettingProps = Pick<FormProps, "fields" | "change"> & { name: SettingName; wrong: (field: string) => string | undefined; withHistory: boolean };

function Setting({ name, fields, change, wrong, withHistory }: SettingProps) {
  const t = useT("whatif");
  const words = useSettingWords();
  const chosen = fields[name];
  const options = [
    { value: AS_IT_IS, label: t("setting.as_it_is") },
    ...CHOICES[name].map((value) => ({ value: value as string, label: words.label(name, value) })),
    ...(withHistory ? [{ value: AS_AT_THE_TIME, label: t("setting.history") }] : []),
  ];
  const help = chosen === AS_IT_IS ? undefined : chosen === AS_AT_THE_TIME ? t("setting.help_history") : name === "window" ? undefined : words.sentence(name, chosen, null);
  return (
    <BlockStack gap="200">
      <Select label={t(`setting.${name}.title`)} options={options} value={chosen} onChange={(value) => change({ [name]: value })} helpText={help} error={wrong(name)} />
      {name === "window" && chosen === "days" ? (
        <Box maxWidth="240px">
          <TextField label={t("new.days")} helpText={t("new.days_help")} inputMode="numeric" value={fields.clickWindowDays} onChange={(clickWindowDays) => change({ clickWindowDays })} error={wrong("clickWindowDays")} autoComplete="off" />
        </Box>
      ) : null}
    </BlockStack>
  );
}
