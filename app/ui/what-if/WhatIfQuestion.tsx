// Beside the form: the question that is being asked, in words.
import { BlockStack, Button, Card, InlineError, List, Text } from "@shopify/polaris";
import type { FieldError } from "../../domain/problem.ts";
import { AS_IT_IS, SETTING_NAMES, type WhatIfFields } from "../../domain/what-if-form.ts";
import type { WhatIfProgram } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { usePeriodWords, useSettingWords } from "./words.ts";

type QuestionProps = { fields: WhatIfFields; program: WhatIfProgram | null; errors: FieldError[]; saving: boolean; onCompute: () => void };

export function WhatIfQuestion({ fields, program, errors, saving, onCompute }: QuestionProps) {
  const t = useT("whatif");
  const tErrors = useT("errors");
  const words = useSettingWords();
  const period = usePeriodWords();
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  const sentences = SETTING_NAMES.filter((name) => fields[name] !== AS_IT_IS).map((name) => words.sentence(name, fields[name], Number(fields.clickWindowDays) || 0));
  const nothing = errors.find((error) => error.field === "settings" || error.field === "id");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("new.summary")}
        </Text>
        <div aria-live="polite">
          <BlockStack gap="200">
            {program && isDay(fields.fromDate) && isDay(fields.toDate) ? (
              <Text as="p" breakWord>
                {t("new.what_if", { program: program.name, period: period({ from: fields.fromDate, to: fields.toDate }) })}
              </Text>
            ) : null}
            {sentences.length > 0 ? (
              <List>
                {sentences.map((sentence) => (
                  <List.Item key={sentence}>{sentence}</List.Item>
                ))}
              </List>
            ) : (
              <Text as="p" tone="subdued">
                {t("new.hint")}
              </Text>
            )}
          </BlockStack>
        </div>
        {nothing ? <InlineError fieldID="what-if-settings" message={tErrors(nothing.key, nothing.values ?? {})} /> : null}
        <Button variant="primary" onClick={onCompute} loading={saving} fullWidth>
          {t("new.compute")}
        </Button>
      </BlockStack>
    </Card>
  );
}
