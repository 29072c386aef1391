// Which period is compared, and whether the networks are read first.
import { BlockStack, Button, Card, Checkbox, InlineGrid, InlineStack, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";

export type PeriodFields = { fromDate: string; toDate: string };
type PeriodCardProps = { first: PeriodFields; timezone: string; errors: FieldError[]; busy: boolean; onCompare: (fields: PeriodFields, readNetworks: boolean) => void };

export function PeriodCard({ first, timezone, errors, busy, onCompare }: PeriodCardProps) {
  const t = useT("reconcile");
  const tErrors = useT("errors");
  const [fields, setFields] = useState(first);
  const [read, setRead] = useState(false);
  const wrong = (field: string) => errors.filter((error) => error.field === field).map((error) => tErrors(error.key, error.values ?? {}))[0];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("form.title")}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <TextField label={t("form.from")} type="date" value={fields.fromDate} onChange={(fromDate) => setFields((before) => ({ ...before, fromDate }))} error={wrong("fromDate")} autoComplete="off" />
          <TextField label={t("form.to")} type="date" value={fields.toDate} onChange={(toDate) => setFields((before) => ({ ...before, toDate }))} error={wrong("toDate")} autoComplete="off" />
        </InlineGrid>
        <Checkbox label={t("form.read")} helpText={t("form.read_help")} checked={read} onChange={setRead} />
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="p" tone="subdued" variant="bodySm">
            {t("form.zone", { timezone: timezone.replace(/_/g, " ") })}
          </Text>
          <Button variant="primary" loading={busy} onClick={() => onCompare(fields, read)}>
            {t("form.compare")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
