// The form of a deal: every choice with a line that explains it, every error at its field.
import { BlockStack, FormLayout, Select, TextField } from "@shopify/polaris";
import type { DealFields } from "../../domain/deal-form.ts";
import type { DiscountKind } from "../../domain/deal-parts.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { Part, type PartProps, useDealErrors } from "./form-parts.tsx";
import { BuyGetParts, ItemsPart, MinimumPart, ShippingPart, ValuePart } from "./ValueParts.tsx";
import { BuyersPart, CombinesPart, DatesPart, LimitsPart, PurchasePart, TagsPart } from "./WhoParts.tsx";

export type ProgramChoice = { id: string; name: string; kind: string; network: string };

type FormProps = {
  fields: DealFields;
  change: (changes: Partial<DealFields>) => void;
  errors: FieldError[];
  programs: ProgramChoice[];
  timezone: string;
  /** Of a deal that is there: its program and the kind of its discount stay. */
  edited?: { kind: DiscountKind | null; program: string | null };
};

export function DealForm({ fields, change, errors, programs, timezone, edited }: FormProps) {
  const wrong = useDealErrors(errors);
  const part: PartProps = { fields, change, wrong };
  const takesOff = fields.kind === "percentage" || fields.kind === "fixed_order" || fields.kind === "fixed_item";
  return (
    <BlockStack gap="400">
      <NamePart {...part} programs={programs} {...(edited ? { program: edited.program } : {})} />
      <ValuePart {...part} fixed={edited?.kind ?? null} />
      {takesOff ? <ItemsPart {...part} /> : null}
      {fields.kind === "buy_get" ? <BuyGetParts {...part} /> : null}
      {fields.kind === "free_shipping" ? <ShippingPart {...part} /> : null}
      {fields.kind === "buy_get" ? null : <MinimumPart {...part} />}
      <BuyersPart {...part} />
      <PurchasePart {...part} />
      <LimitsPart {...part} />
      <CombinesPart {...part} />
      <DatesPart {...part} timezone={timezone} />
      <TagsPart {...part} />
    </BlockStack>
  );
}

/** `program`: of a deal that is there, where it stays; left out: it is chosen. */
function NamePart({ fields, change, wrong, programs, program }: PartProps & { programs: ProgramChoice[]; program?: string | null }) {
  const t = useT("deals");
  const options = [...programs.map((each) => ({ value: each.id, label: each.name })), { value: "", label: t("form.program.none") }];
  const chosen = programs.find((each) => each.id === fields.programId);
  const help = chosen ? t(chosen.network === "none" ? "form.program.help_without_network" : "form.program.help", { program: chosen.name }) : t("form.program.help_none");
  return (
    <Part title={t("form.name.title")}>
      <FormLayout>
        <TextField label={t("form.name.label")} helpText={t("form.name.help")} value={fields.name} onChange={(name) => change({ name })} error={wrong("name") ?? false} autoComplete="off" requiredIndicator />
        {program === undefined ? (
          <Select label={t("form.program.label")} helpText={help} options={options} value={fields.programId} onChange={(programId) => change({ programId })} error={wrong("programId") ?? false} />
        ) : (
          <TextField label={t("form.program.label")} helpText={t("form.program.stays")} value={program ?? t("form.program.none")} disabled autoComplete="off" />
        )}
      </FormLayout>
    </Part>
  );
}
