// Of which deal, and for whom: one code for each creator, or one for everybody.
import { BlockStack, Button, Card, ChoiceList, InlineGrid, InlineStack, Select, Text, TextField } from "@shopify/polaris";
import type { GiveDeal } from "../../domain/pages.ts";
import type { Finding } from "../../domain/preflight.ts";
import { useT } from "../../i18n.ts";
import { useOffer } from "../offer.ts";
import { endsBefore, type OwnDates } from "./give-state.ts";
import { useFindingWords } from "./GiveFindings.tsx";

export function DealPart({ deals, deal, onDeal }: { deals: GiveDeal[]; deal: GiveDeal | null; onDeal: (deal: GiveDeal | null) => void }) {
  const t = useT("codes");
  const tDeals = useT("deals");
  const offer = useOffer();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("give.deal.title")}
        </Text>
        <Select
          label={t("give.deal.label")}
          labelHidden
          placeholder={t("give.deal.choose")}
          options={deals.map((each) => ({ value: each.id, label: each.phase === "active" ? each.name : t("give.deal.in_phase", { deal: each.name, phase: tDeals(`phase.${each.phase}`) }) }))}
          value={deal?.id ?? ""}
          onChange={(id) => onDeal(deals.find((each) => each.id === id) ?? null)}
        />
        {deal ? (
          <BlockStack gap="050">
            <Text as="p">{offer(deal.terms, deal)}</Text>
            <Text as="p" tone="subdued">
              {deal.program ? t("give.deal.program", { program: deal.program.name }) : t("give.deal.no_program")}
            </Text>
          </BlockStack>
        ) : (
          <InlineStack gap="200" blockAlign="center">
            <Text as="span" tone="subdued">
              {t("give.deal.or")}
            </Text>
            <Button variant="plain" url="/app/deals/new">
              {t("give.deal.new")}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}

/** `inNetwork`: the deal's program is one of a network. */
export function WhoPart({ everybody, program, inNetwork, onEverybody }: { everybody: boolean; program: string | null; inNetwork: boolean; onEverybody: (everybody: boolean) => void }) {
  const t = useT("codes");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("give.who.title")}
        </Text>
        <ChoiceList
          title={t("give.who.title")}
          titleHidden
          name="who"
          choices={[
            { value: "each", label: t("give.who.each"), helpText: t("give.who.each_help") },
            { value: "everybody", label: t("give.who.everybody"), helpText: program === null ? t("give.who.everybody_help") : t(inNetwork ? "give.who.everybody_help_program" : "give.who.everybody_help_own", { program }) },
          ]}
          selected={[everybody ? "everybody" : "each"]}
          onChange={([chosen]) => onEverybody(chosen === "everybody")}
        />
      </BlockStack>
    </Card>
  );
}

/** `wrong`: a date that is none. `found`: what was found about the dates when the codes were checked. */
type DatesProps = { dates: OwnDates; timezone: string; wrong: { startDate: boolean; endDate: boolean }; found: Finding | null; onDates: (dates: OwnDates) => void };

export function DatesPart({ dates, timezone, wrong, found, onDates }: DatesProps) {
  const t = useT("codes");
  const tErrors = useT("errors");
  const words = useFindingWords();
  const error = (is: boolean) => (is ? tErrors("give.date_form") : undefined);
  const reversed = endsBefore(dates) ? words({ key: "give.ends_before_start", values: { from: dates.startDate, to: dates.endDate } }) : undefined;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("give.dates.title")}
        </Text>
        <Text as="p" tone="subdued">
          {t("give.dates.help", { timezone: timezone.replace(/_/g, " ") })}
        </Text>
        <InlineGrid columns={1} gap="300">
          <TextField label={t("give.dates.start")} type="date" value={dates.startDate} onChange={(startDate) => onDates({ ...dates, startDate })} error={error(wrong.startDate)} autoComplete="off" />
          <TextField label={t("give.dates.end")} type="date" value={dates.endDate} onChange={(endDate) => onDates({ ...dates, endDate })} error={error(wrong.endDate) ?? reversed ?? (found ? words(found) : undefined)} autoComplete="off" />
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}
