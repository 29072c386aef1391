// The form's parts about what buyers get, and from which order on.
import { BlockStack, Box, Checkbox, Text } from "@shopify/polaris";
import { useMemo } from "react";
import { COUNTRIES } from "../../domain/countries.ts";
import { type DiscountKind } from "../../domain/deal-parts.ts";
import { useLanguage, useT } from "../../i18n.ts";
import { PickMany } from "../pick-many.tsx";
import { Choices, CountField, MoneyField, Part, type PartProps, PercentField } from "./form-parts.tsx";
import { ItemsChoice } from "./ItemsChoice.tsx";

const KINDS: Record<string, DiscountKind> = { percentage: "basic", fixed_order: "basic", fixed_item: "basic", free_shipping: "free_shipping", buy_get: "bxgy" };

/** `fixed`: the store has it in this kind, which cannot be changed; null: it can be any. */
export function ValuePart({ fields, change, wrong, fixed }: PartProps & { fixed: DiscountKind | null }) {
  const t = useT("deals");
  return (
    <Part title={t("form.kind.title")} {...(fixed ? { help: t("form.kind.fixed") } : {})}>
      <Choices
        title={t("form.kind.title")}
        name="kind"
        keys="form.kind"
        choices={Object.keys(KINDS)}
        chosen={fields.kind}
        onChange={(kind) => change({ kind })}
        error={wrong("kind")}
        disabled={(kind) => fixed !== null && KINDS[kind] !== fixed}
      />
      {fields.kind === "percentage" ? <PercentField label={t("form.percent.label")} value={fields.percent} onChange={(percent) => change({ percent })} error={wrong("percent")} /> : null}
      {fields.kind === "fixed_order" || fields.kind === "fixed_item" ? <MoneyField label={t("form.amount.label")} value={fields.amount} onChange={(amount) => change({ amount })} error={wrong("amount")} /> : null}
    </Part>
  );
}

/** On which items an amount or a percentage is taken off. */
export function ItemsPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <Part title={t("form.items.title")}>
      <ItemsChoice name="items" title={t("form.items.title")} items={fields.items} onChange={(items) => change({ items })} error={wrong("items")} />
    </Part>
  );
}

export function BuyGetParts({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <>
      <Part title={t("form.buys.title")} help={t("form.buys.help")}>
        <Choices title={t("form.buys.title")} name="buysBy" keys="form.buys" choices={["quantity", "amount"]} chosen={fields.buysBy} onChange={(buysBy) => change({ buysBy })} />
        {fields.buysBy === "quantity" ? (
          <CountField label={t("form.buys.quantity_label")} value={fields.buysQuantity} onChange={(buysQuantity) => change({ buysQuantity })} error={wrong("buysQuantity")} />
        ) : (
          <MoneyField label={t("form.buys.amount_label")} value={fields.buysAmount} onChange={(buysAmount) => change({ buysAmount })} error={wrong("buysAmount")} />
        )}
        <Text as="h3" variant="headingXs">
          {t("form.buys.items")}
        </Text>
        <ItemsChoice name="buysItems" title={t("form.buys.items")} everything={false} items={fields.buysItems} onChange={(buysItems) => change({ buysItems })} error={wrong("buysItems")} />
      </Part>
      <Part title={t("form.gets.title")} help={t("form.gets.help")}>
        <CountField label={t("form.gets.quantity_label")} value={fields.getsQuantity} onChange={(getsQuantity) => change({ getsQuantity })} error={wrong("getsQuantity")} />
        <ItemsChoice name="getsItems" title={t("form.gets.title")} everything={false} items={fields.getsItems} onChange={(getsItems) => change({ getsItems })} error={wrong("getsItems")} />
        <Text as="h3" variant="headingXs">
          {t("form.effect.title")}
        </Text>
        <Choices title={t("form.effect.title")} name="effect" keys="form.effect" choices={["free", "percentage", "amount"]} chosen={fields.effect} onChange={(effect) => change({ effect })} error={wrong("effect")} />
        {fields.effect === "percentage" ? <PercentField label={t("form.percent.label")} value={fields.effectPercent} onChange={(effectPercent) => change({ effectPercent })} error={wrong("effectPercent")} /> : null}
        {fields.effect === "amount" ? <MoneyField label={t("form.effect.amount_label")} value={fields.effectAmount} onChange={(effectAmount) => change({ effectAmount })} error={wrong("effectAmount")} /> : null}
        <Checkbox label={t("form.per_order.label")} helpText={t("form.per_order.help")} checked={fields.perOrderLimited} onChange={(perOrderLimited) => change({ perOrderLimited })} />
        {fields.perOrderLimited ? (
          <Indented>
            <CountField label={t("form.per_order.count_label")} value={fields.usesPerOrder} onChange={(usesPerOrder) => change({ usesPerOrder })} error={wrong("usesPerOrder")} />
          </Indented>
        ) : null}
      </Part>
    </>
  );
}

/** To which countries free shipping goes, and for which rates. */
export function ShippingPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  const language = useLanguage();
  const options = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: "region" });
    return COUNTRIES.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => a.label.localeCompare(b.label, language));
  }, [language]);
  return (
    <Part title={t("form.shipping.title")}>
      <Choices
        title={t("form.shipping.title")}
        name="countries"
        keys="form.shipping"
        choices={["everywhere", "countries"]}
        chosen={fields.countriesLimited ? "countries" : "everywhere"}
        onChange={(where) => change({ countriesLimited: where === "countries" })}
      />
      {fields.countriesLimited ? (
        <Indented>
          <PickMany
            label={t("form.shipping.countries_label")}
            placeholder={t("form.shipping.search")}
            nothing={t("form.choices.nothing")}
            options={options}
            chosen={fields.countries.map((code) => options.find(({ value }) => value === code) ?? { value: code, label: code })}
            onChange={(countries) => change({ countries: countries.map(({ value }) => value) })}
            error={wrong("countries")}
          />
        </Indented>
      ) : null}
      <Checkbox label={t("form.rate.label")} helpText={t("form.rate.help")} checked={fields.rateLimited} onChange={(rateLimited) => change({ rateLimited })} />
      {fields.rateLimited ? (
        <Indented>
          <MoneyField label={t("form.rate.amount_label")} value={fields.highestRate} onChange={(highestRate) => change({ highestRate })} error={wrong("highestRate")} />
        </Indented>
      ) : null}
    </Part>
  );
}

export function MinimumPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <Part title={t("form.minimum.title")}>
      <Choices title={t("form.minimum.title")} name="minimum" keys="form.minimum" choices={["none", "subtotal", "quantity"]} chosen={fields.minimum} onChange={(minimum) => change({ minimum })} error={wrong("minimum")} />
      {fields.minimum === "subtotal" ? <MoneyField label={t("form.minimum.amount_label")} value={fields.minimumAmount} onChange={(minimumAmount) => change({ minimumAmount })} error={wrong("minimumAmount")} /> : null}
      {fields.minimum === "quantity" ? <CountField label={t("form.minimum.quantity_label")} value={fields.minimumQuantity} onChange={(minimumQuantity) => change({ minimumQuantity })} error={wrong("minimumQuantity")} /> : null}
    </Part>
  );
}

export function Indented({ children }: { children: React.ReactNode }) {
  return (
    <Box paddingInlineStart="600">
      <BlockStack gap="200">{children}</BlockStack>
    </Box>
  );
}
