// The form of a new deal: every choice with a line that explains it, every error at its field.
import { BlockStack, Box, Card, Checkbox, ChoiceList, FormLayout, InlineGrid, Select, Text, TextField } from "@shopify/polaris";
import type { DealFields } from "../../domain/deal-form.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useCurrency } from "../currency.ts";

export type ProgramChoice = { id: string; name: string; kind: string; network: string };

type FormProps = {
  fields: DealFields;
  change: (changes: Partial<DealFields>) => void;
  errors: FieldError[];
  programs: ProgramChoice[];
  timezone: string;
};

type PartProps = Omit<FormProps, "programs" | "timezone"> & { wrong: (field: keyof DealFields) => string | undefined };

export function DealForm({ fields, change, errors, programs, timezone }: FormProps) {
  const wrong = useFieldErrors(errors);
  const part: PartProps = { fields, change, errors, wrong };
  return (
    <BlockStack gap="400">
      <NamePart {...part} programs={programs} />
      <ValuePart {...part} />
      <MinimumPart {...part} />
      <LimitsPart {...part} />
      <CombinesPart {...part} />
      <DatesPart {...part} timezone={timezone} />
    </BlockStack>
  );
}

/** The words of a field's first error. Keys that begin with "form." are this page's, the others belong to errors.json. */
function useFieldErrors(errors: FieldError[]): (field: string) => string | undefined {
  const t = useT("deals");
  const tErrors = useT("errors");
  return (field) => {
    const error = errors.find((each) => each.field === field);
    if (!error) return undefined;
    return error.key.startsWith("form.") ? t(error.key, error.values ?? {}) : tErrors(error.key, error.values ?? {});
  };
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {title}
        </Text>
        {children}
      </BlockStack>
    </Card>
  );
}

function NamePart({ fields, change, wrong, programs }: PartProps & { programs: ProgramChoice[] }) {
  const t = useT("deals");
  const options = [...programs.map((program) => ({ value: program.id, label: program.name })), { value: "", label: t("form.program.none") }];
  const chosen = programs.find((program) => program.id === fields.programId);
  const help = chosen ? t(chosen.network === "none" ? "form.program.help_without_network" : "form.program.help", { program: chosen.name }) : t("form.program.help_none");
  return (
    <Part title={t("form.name.title")}>
      <FormLayout>
        <TextField label={t("form.name.label")} helpText={t("form.name.help")} value={fields.name} onChange={(name) => change({ name })} error={wrong("name")} autoComplete="off" requiredIndicator />
        <Select label={t("form.program.label")} helpText={help} options={options} value={fields.programId} onChange={(programId) => change({ programId })} error={wrong("programId")} />
      </FormLayout>
    </Part>
  );
}

function ValuePart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  const { sign } = useCurrency();
  const kinds = ["percentage", "fixed_order", "fixed_item", "free_shipping"];
  return (
    <Part title={t("form.kind.title")}>
      <ChoiceList
        title={t("form.kind.title")}
        titleHidden
        name="kind"
        choices={kinds.map((kind) => ({ value: kind, label: t(`form.kind.${kind}.label`), helpText: t(`form.kind.${kind}.help`) }))}
        selected={[fields.kind]}
        onChange={([kind]) => change({ kind: kind! })}
      />
      {fields.kind === "percentage" ? (
        <Box maxWidth="240px">
          <TextField label={t("form.percent.label")} suffix="%" inputMode="decimal" value={fields.percent} onChange={(percent) => change({ percent })} error={wrong("percent")} autoComplete="off" requiredIndicator />
        </Box>
      ) : null}
      {fields.kind === "fixed_order" || fields.kind === "fixed_item" ? (
        <Box maxWidth="240px">
          <TextField label={t("form.amount.label")} prefix={sign} inputMode="decimal" value={fields.amount} onChange={(amount) => change({ amount })} error={wrong("amount")} autoComplete="off" requiredIndicator />
        </Box>
      ) : null}
    </Part>
  );
}

function MinimumPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  const { sign } = useCurrency();
  const choices = ["none", "subtotal", "quantity"];
  return (
    <Part title={t("form.minimum.title")}>
      <ChoiceList
        title={t("form.minimum.title")}
        titleHidden
        name="minimum"
        choices={choices.map((minimum) => ({ value: minimum, label: t(`form.minimum.${minimum}.label`), helpText: t(`form.minimum.${minimum}.help`) }))}
        selected={[fields.minimum]}
        onChange={([minimum]) => change({ minimum: minimum! })}
      />
      {fields.minimum === "subtotal" ? (
        <Box maxWidth="240px">
          <TextField label={t("form.minimum.amount_label")} prefix={sign} inputMode="decimal" value={fields.minimumAmount} onChange={(minimumAmount) => change({ minimumAmount })} error={wrong("minimumAmount")} autoComplete="off" requiredIndicator />
        </Box>
      ) : null}
      {fields.minimum === "quantity" ? (
        <Box maxWidth="240px">
          <TextField label={t("form.minimum.quantity_label")} inputMode="numeric" value={fields.minimumQuantity} onChange={(minimumQuantity) => change({ minimumQuantity })} error={wrong("minimumQuantity")} autoComplete="off" requiredIndicator />
        </Box>
      ) : null}
    </Part>
  );
}

function LimitsPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <Part title={t("form.limits.title")}>
      <Checkbox label={t("form.once.label")} helpText={t("form.once.help")} checked={fields.oncePerCustomer} onChange={(oncePerCustomer) => change({ oncePerCustomer })} />
      <Checkbox label={t("form.limit.label")} helpText={t("form.limit.help")} checked={fields.limited} onChange={(limited) => change({ limited })} />
      {fields.limited ? (
        <Box maxWidth="240px" paddingInlineStart="600">
          <TextField label={t("form.limit.count_label")} inputMode="numeric" value={fields.usageLimit} onChange={(usageLimit) => change({ usageLimit })} error={wrong("usageLimit")} autoComplete="off" requiredIndicator />
        </Box>
      ) : null}
    </Part>
  );
}

function CombinesPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  const shippingDeal = fields.kind === "free_shipping";
  return (
    <Part title={t("form.combines.title")}>
      <Text as="p" tone="subdued">
        {t("form.combines.help")}
      </Text>
      <BlockStack gap="100">
        <Checkbox label={t("form.combines.product.label")} helpText={t("form.combines.product.help")} checked={fields.combinesProduct} onChange={(combinesProduct) => change({ combinesProduct })} />
        <Checkbox label={t("form.combines.order.label")} helpText={t("form.combines.order.help")} checked={fields.combinesOrder} onChange={(combinesOrder) => change({ combinesOrder })} />
        <Checkbox
          label={t("form.combines.shipping.label")}
          helpText={t(shippingDeal ? "form.combines.shipping.not_here" : "form.combines.shipping.help")}
          checked={!shippingDeal && fields.combinesShipping}
          disabled={shippingDeal}
          onChange={(combinesShipping) => change({ combinesShipping })}
          error={wrong("combinesShipping")}
        />
      </BlockStack>
    </Part>
  );
}

function DatesPart({ fields, change, wrong, timezone }: PartProps & { timezone: string }) {
  const t = useT("deals");
  return (
    <Part title={t("form.dates.title")}>
      <Text as="p" tone="subdued">
        {t("form.dates.help", { timezone: timezone.replace(/_/g, " ") })}
      </Text>
      <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
        <TextField label={t("form.dates.start_date")} type="date" value={fields.startDate} onChange={(startDate) => change({ startDate })} error={wrong("startDate")} autoComplete="off" requiredIndicator />
        <TextField label={t("form.dates.start_time")} type="time" value={fields.startTime} onChange={(startTime) => change({ startTime })} error={wrong("startTime")} autoComplete="off" requiredIndicator />
      </InlineGrid>
      <Checkbox label={t("form.dates.ends")} helpText={t("form.dates.ends_help")} checked={fields.ends} onChange={(ends) => change({ ends })} />
      {fields.ends ? (
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <TextField label={t("form.dates.end_date")} type="date" value={fields.endDate} onChange={(endDate) => change({ endDate })} error={wrong("endDate")} autoComplete="off" requiredIndicator />
          <TextField label={t("form.dates.end_time")} type="time" value={fields.endTime} onChange={(endTime) => change({ endTime })} error={wrong("endTime")} autoComplete="off" requiredIndicator />
        </InlineGrid>
      ) : null}
    </Part>
  );
}
