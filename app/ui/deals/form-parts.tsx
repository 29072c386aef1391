// What the parts of a deal's form share.
import { BlockStack, Box, Card, ChoiceList, Text, TextField } from "@shopify/polaris";
import type { DealFields } from "../../domain/deal-form.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";

export type PartProps = { fields: DealFields; change: (changes: Partial<DealFields>) => void; wrong: (field: keyof DealFields) => string | undefined };

/** The words of a field's first error. Keys that begin with "form." are this page's, the others belong to errors.json. */
export function useDealErrors(errors: FieldError[]): (field: string) => string | undefined {
  const t = useT("deals");
  const tErrors = useT("errors");
  return (field) => {
    const error = errors.find((each) => each.field === field);
    if (!error) return undefined;
    return error.key.startsWith("form.") ? t(error.key, error.values ?? {}) : tErrors(error.key, error.values ?? {});
  };
}

export function Part({ title, help, children }: { title: string; help?: string; children: React.ReactNode }) {
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {title}
          </Text>
          {help ? (
            <Text as="p" tone="subdued">
              {help}
            </Text>
          ) : null}
        </BlockStack>
        {children}
      </BlockStack>
    </Card>
  );
}

type ChoicesProps = { title: string; name: string; keys: string; choices: readonly string[]; chosen: string; onChange: (chosen: string) => void; error?: string | undefined; disabled?: (choice: string) => boolean };

/** One of several, each with a line that explains it: the texts are `<keys>.<choice>.label` and `.help`. */
export function Choices({ title, name, keys, choices, chosen, onChange, error, disabled }: ChoicesProps) {
  const t = useT("deals");
  return (
    <ChoiceList
      title={title}
      titleHidden
      name={name}
      choices={choices.map((choice) => ({ value: choice, label: t(`${keys}.${choice}.label`), helpText: t(`${keys}.${choice}.help`), disabled: disabled?.(choice) ?? false }))}
      selected={[chosen]}
      onChange={([choice]) => onChange(choice!)}
      error={error ?? ""}
    />
  );
}

type FieldProps = { label: string; value: string; onChange: (value: string) => void; error: string | undefined; help?: string };

function Field({ label, value, onChange, error, help, prefix, suffix, numeric }: FieldProps & { prefix?: string; suffix?: string; numeric: "decimal" | "numeric" }) {
  return (
    <Box maxWidth="240px">
      <TextField
        label={label}
        inputMode={numeric}
        value={value}
        onChange={onChange}
        error={error ?? false}
        autoComplete="off"
        requiredIndicator
        {...(help ? { helpText: help } : {})}
        {...(prefix ? { prefix } : {})}
        {...(suffix ? { suffix } : {})}
      />
    </Box>
  );
}

export function MoneyField(props: FieldProps) {
  const { sign } = useCurrency();
  return <Field {...props} prefix={sign} numeric="decimal" />;
}

export function PercentField(props: FieldProps) {
  return <Field {...props} suffix="%" numeric="decimal" />;
}

export function CountField(props: FieldProps) {
  return <Field {...props} numeric="numeric" />;
}
