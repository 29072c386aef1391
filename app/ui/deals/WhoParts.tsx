// The form's parts about who can use a deal, on which payments, how often, with what else, and when.
import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Checkbox, InlineGrid, TextField } from "@shopify/polaris";
import { useEffect, useRef } from "react";
import type { DealFields } from "../../domain/deal-form.ts";
import type { ChoicesAnswer } from "../../domain/deal-page.ts";
import { useT } from "../../i18n.ts";
import { useProblemWords } from "../marks.tsx";
import { PickMany } from "../pick-many.tsx";
import { Choices, CountField, Part, type PartProps } from "./form-parts.tsx";
import { Indented } from "./ValueParts.tsx";

export function BuyersPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <Part title={t("form.buyers.title")}>
      <Choices title={t("form.buyers.title")} name="buyers" keys="form.buyers" choices={["all", "segments", "markets"]} chosen={fields.buyers} onChange={(buyers) => change({ buyers })} />
      {fields.buyers === "segments" || fields.buyers === "markets" ? (
        <Indented>
          <StoreChoices key={fields.buyers} kind={fields.buyers} fields={fields} change={change} error={wrong("buyers")} />
        </Indented>
      ) : null}
    </Part>
  );
}

const PAUSE_MS = 250;

/** The store's segments or markets, read when they are needed. */
function StoreChoices({ kind, fields, change, error }: { kind: "segments" | "markets"; fields: DealFields; change: PartProps["change"]; error: string | undefined }) {
  const t = useT("deals");
  const words = useProblemWords();
  const fetcher = useFetcher<ChoicesAnswer>();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const load = (q: string) => fetcher.load(`/app/deals/choices?${new URLSearchParams({ kind, q })}`);
  useEffect(() => {
    load("");
    return () => clearTimeout(timer.current);
  }, [kind]);
  const answer = fetcher.data;
  const option = ({ id, title }: { id: string; title: string }) => ({ value: id, label: title });
  return (
    <BlockStack gap="200">
      {answer?.problem ? <Banner tone="warning">{words(answer.problem)}</Banner> : null}
      <PickMany
        label={t(`form.buyers.${kind}.choose`)}
        placeholder={t(`form.buyers.${kind}.search`)}
        nothing={t(answer ? "form.choices.nothing" : "form.choices.reading")}
        options={(answer?.choices ?? []).map(option)}
        chosen={fields[kind].map(option)}
        onChange={(chosen) => change({ [kind]: chosen.map(({ value, label }) => ({ id: value, title: label })) })}
        onSearch={(q) => {
          clearTimeout(timer.current);
          if (answer?.more || q === "") timer.current = setTimeout(() => load(q), PAUSE_MS);
        }}
        loading={fetcher.state !== "idle" && !answer}
        error={error}
      />
    </BlockStack>
  );
}

export function PurchasePart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  const counts = fields.purchase !== "one_time" && fields.kind !== "buy_get";
  return (
    <Part title={t("form.purchase.title")}>
      <Choices title={t("form.purchase.title")} name="purchase" keys="form.purchase" choices={["one_time", "both", "subscription"]} chosen={fields.purchase} onChange={(purchase) => change({ purchase })} error={wrong("purchase" as keyof DealFields)} />
      {counts ? (
        <Indented>
          <Checkbox label={t("form.cycles.label")} helpText={t("form.cycles.help")} checked={fields.cyclesLimited} onChange={(cyclesLimited) => change({ cyclesLimited })} />
          {fields.cyclesLimited ? <CountField label={t("form.cycles.count_label")} value={fields.cycles} onChange={(cycles) => change({ cycles })} error={wrong("cycles")} /> : null}
        </Indented>
      ) : null}
    </Part>
  );
}

export function LimitsPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <Part title={t("form.limits.title")}>
      <Checkbox label={t("form.once.label")} helpText={t("form.once.help")} checked={fields.oncePerCustomer} onChange={(oncePerCustomer) => change({ oncePerCustomer })} />
      <Checkbox label={t("form.limit.label")} helpText={t("form.limit.help")} checked={fields.limited} onChange={(limited) => change({ limited })} />
      {fields.limited ? (
        <Indented>
          <CountField label={t("form.limit.count_label")} value={fields.usageLimit} onChange={(usageLimit) => change({ usageLimit })} error={wrong("usageLimit")} />
        </Indented>
      ) : null}
    </Part>
  );
}

export function CombinesPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  const shippingDeal = fields.kind === "free_shipping";
  return (
    <Part title={t("form.combines.title")} help={t("form.combines.help")}>
      <BlockStack gap="100">
        <Checkbox label={t("form.combines.product.label")} helpText={t("form.combines.product.help")} checked={fields.combinesProduct} onChange={(combinesProduct) => change({ combinesProduct })} />
        <Checkbox label={t("form.combines.order.label")} helpText={t("form.combines.order.help")} checked={fields.combinesOrder} onChange={(combinesOrder) => change({ combinesOrder })} />
        <Checkbox
          label={t("form.combines.shipping.label")}
          helpText={t(shippingDeal ? "form.combines.shipping.not_here" : "form.combines.shipping.help")}
          checked={!shippingDeal && fields.combinesShipping}
          disabled={shippingDeal}
          onChange={(combinesShipping) => change({ combinesShipping })}
          error={wrong("combinesShipping") ?? false}
        />
      </BlockStack>
    </Part>
  );
}

export function DatesPart({ fields, change, wrong, timezone }: PartProps & { timezone: string }) {
  const t = useT("deals");
  return (
    <Part title={t("form.dates.title")} help={t("form.dates.help", { timezone: timezone.replace(/_/g, " ") })}>
      <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
        <TextField label={t("form.dates.start_date")} type="date" value={fields.startDate} onChange={(startDate) => change({ startDate })} error={wrong("startDate") ?? false} autoComplete="off" requiredIndicator />
        <TextField label={t("form.dates.start_time")} type="time" value={fields.startTime} onChange={(startTime) => change({ startTime })} error={wrong("startTime") ?? false} autoComplete="off" requiredIndicator />
      </InlineGrid>
      <Checkbox label={t("form.dates.ends")} helpText={t("form.dates.ends_help")} checked={fields.ends} onChange={(ends) => change({ ends })} />
      {fields.ends ? (
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <TextField label={t("form.dates.end_date")} type="date" value={fields.endDate} onChange={(endDate) => change({ endDate })} error={wrong("endDate") ?? false} autoComplete="off" requiredIndicator />
          <TextField label={t("form.dates.end_time")} type="time" value={fields.endTime} onChange={(endTime) => change({ endTime })} error={wrong("endTime") ?? false} autoComplete="off" requiredIndicator />
        </InlineGrid>
      ) : null}
    </Part>
  );
}

export function TagsPart({ fields, change, wrong }: PartProps) {
  const t = useT("deals");
  return (
    <Part title={t("form.tags.title")}>
      <TextField label={t("form.tags.label")} helpText={t("form.tags.help")} value={fields.tags} onChange={(tags) => change({ tags })} error={wrong("tags") ?? false} autoComplete="off" />
    </Part>
  );
}
