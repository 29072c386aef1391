// A creator's contracts: from when to when, and what each pays for what.
import { Badge, BlockStack, Card, Divider, InlineStack, Text } from "@shopify/polaris";
import type { ContractLine, PayLine, PayRate } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { rulesWords } from "../earnings/words.ts";
import { useFormat } from "../format.tsx";

export function ContractsCard({ contracts }: { contracts: ContractLine[] }) {
  const t = useT("contracts");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("card.title")}
        </Text>
        {contracts.map((contract, index) => (
          <BlockStack key={`${contract.programId} ${contract.contractId}`} gap="300">
            {index > 0 ? <Divider /> : null}
            <Contract contract={contract} />
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}

const TONES: Record<string, "success" | "attention" | undefined> = { active: "success", pending: "attention" };

function Contract({ contract }: { contract: ContractLine }) {
  const t = useT("contracts");
  const format = useFormat();
  const { startsAt, endsAt } = contract;
  const tone = TONES[contract.state];
  const state = contract.word === null ? t(`card.state.${["active", "pending", "expired"].includes(contract.state) ? contract.state : "other"}`) : t("card.state.word", { word: contract.word });
  const dates = { from: format.date(startsAt), to: format.date(endsAt) };
  return (
    <BlockStack gap="150">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" fontWeight="semibold" breakWord>
          {contract.programName}
        </Text>
        <Badge {...(tone ? { tone } : {})}>{state}</Badge>
      </InlineStack>
      <Text as="p" tone="subdued" variant="bodySm">
        {[contract.name, t(startsAt && endsAt ? "card.from_to" : startsAt ? "card.from" : endsAt ? "card.to" : "card.open", dates)].filter(Boolean).join(" · ")}
      </Text>
      {contract.payouts.length === 0 ? <Text as="p">{t("card.no_pay")}</Text> : contract.payouts.map((pay, index) => <Pay key={`${pay.eventTypeId} ${index}`} pay={pay} />)}
      <Text as="p" tone="subdued" variant="bodySm">
        {t("card.read", { when: format.ago(contract.readAt) })}
      </Text>
    </BlockStack>
  );
}

const LEVELS = ["item", "order", "click", "call"];

function Pay({ pay }: { pay: PayLine }) {
  const t = useT("contracts");
  const tEarnings = useT("earnings");
  const format = useFormat();
  const { during } = pay;
  const level = LEVELS.includes(pay.level) ? pay.level : "other";
  const words = (rate: PayRate) => {
    if (rate === null) return t("card.unreadable");
    return rate.kind === "percent" ? t(`card.percent.${level}`, { rate: format.percent(rate.basisPoints) }) : t(`card.fixed.${level}`, { rate: format.money(rate.amount, rate.currency) });
  };
  return (
    <BlockStack gap="050">
      <Text as="p" breakWord>
        {pay.eventTypeName}
        {during ? ` (${[during.name, t(during.from && during.to ? "card.from_to" : during.from ? "card.from" : "card.to", { from: format.date(during.from), to: format.date(during.to) })].filter(Boolean).join(", ")})` : ""}: {words(pay.default)}
      </Text>
      {pay.groups.map((group, index) => (
        <Text key={index} as="p" tone="subdued" variant="bodySm" breakWord>
          {group.rules.length === 0 ? t("card.instead_always", { rate: words(group.rate) }) : t("card.instead", { rate: words(group.rate), rules: rulesWords(group.rules, tEarnings, format) })}
        </Text>
      ))}
    </BlockStack>
  );
}
