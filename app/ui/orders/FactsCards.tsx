// Beside the proof: what the store says of the order, the rules that held, and the deliveries that told us.
import { BlockStack, Button, Card, InlineStack, List, Text } from "@shopify/polaris";
import { useState } from "react";
import type { OrderProof } from "../../domain/explain.ts";
import type { DeliveryRow, OrderHead } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useRuleSentences } from "../settings/sentences.ts";
import { useTopicWords } from "./topics.ts";

const PAYMENTS = ["pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided", "expired"];
const SHOWN_FIRST = 6;

export function FactsCard({ order }: { order: OrderHead }) {
  const t = useT("orders");
  const format = useFormat();
  const { facts } = order;
  const items = [
    { term: t("facts.placed"), description: format.dateTime(order.createdAt) },
    ...(facts
      ? [
          { term: t("facts.payment"), description: PAYMENTS.includes(facts.financialStatus) ? t(`payment.${facts.financialStatus}`) : facts.financialStatus },
          { term: t("facts.pieces"), description: format.number(facts.pieces) },
          ...(facts.presentment.total !== null ? [{ term: t("facts.buyer_paid"), description: format.money(facts.presentment.total, facts.presentment.currency) }] : []),
          ...(facts.cancelledAt ? [{ term: t("facts.cancelled"), description: format.dateTime(facts.cancelledAt) }] : []),
          ...(facts.test ? [{ term: t("facts.test"), description: t("facts.yes") }] : []),
        ]
      : []),
    { term: t("facts.settled"), description: order.settledAt ? format.dateTime(order.settledAt) : "–" },
  ];
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("facts.title")}
        </Text>
        {items.map(({ term, description }) => (
          <InlineStack key={term} align="space-between" gap="200">
            <Text as="span" tone="subdued">
              {term}
            </Text>
            <Text as="span">{description}</Text>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

/** The rules that held when the order was placed: the shop's, and those of each program whose codes stood on it. */
export function RulesCard({ proof }: { proof: OrderProof }) {
  const t = useT("orders");
  const format = useFormat();
  const { stacking, program } = useRuleSentences();
  const codes = proof.codes.filter((code, index) => proof.codes.findIndex((other) => other.program.id === code.program.id) === index);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("rules.title")}
        </Text>
        <List>
          <List.Item>{stacking(proof.shopRule.stackingRule)}</List.Item>
        </List>
        {codes.map((code) => (
          <BlockStack key={code.program.id} gap="100">
            <Text as="p" tone="subdued" variant="bodySm">
              {t("rules.of_program", { program: code.program.name })} {code.since === null ? "" : t("rules.since", { when: format.dateTime(code.since) })}
            </Text>
            <List>
              {program(code.rule, code.program.network).map((sentence) => (
                <List.Item key={sentence}>{sentence}</List.Item>
              ))}
            </List>
          </BlockStack>
        ))}
        {proof.overrides.map((override) => (
          <Text key={override.id} as="p">
            {t("rules.chosen_later", { program: override.program.name, when: format.dateTime(override.appliedAt) })}
          </Text>
        ))}
      </BlockStack>
    </Card>
  );
}

export function DeliveriesCard({ deliveries }: { deliveries: DeliveryRow[] }) {
  const t = useT("orders");
  const format = useFormat();
  const words = useTopicWords();
  const [all, setAll] = useState(false);
  const shown = all ? deliveries : deliveries.slice(0, SHOWN_FIRST);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("deliveries.title")}
        </Text>
        {deliveries.length === 0 ? <Text as="p" tone="subdued">{t("deliveries.none")}</Text> : null}
        {shown.map((delivery) => (
          <BlockStack key={delivery.id}>
            <Text as="p">{words(delivery.topic)}</Text>
            <Text as="p" tone="subdued" variant="bodySm">
              {format.dateTime(delivery.receivedAt)} · {t(`deliveries.${effectOf(delivery)}`)}
            </Text>
          </BlockStack>
        ))}
        {deliveries.length > SHOWN_FIRST && !all ? (
          <Button variant="plain" textAlign="start" onClick={() => setAll(true)}>
            {t("deliveries.more", { count: deliveries.length - SHOWN_FIRST })}
          </Button>
        ) : null}
      </BlockStack>
    </Card>
  );
}

/** What became of a delivery, as a key under "deliveries". */
function effectOf(delivery: DeliveryRow): string {
  if (delivery.state === "new") return "waiting";
  if (delivery.state === "unreadable") return "unreadable";
  return ["newest", "paid", "deleted", "resettle", "asked"].includes(delivery.reason ?? "") ? delivery.reason! : "nothing_new";
}
