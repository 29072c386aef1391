// Beside the proof: what the store says of the order, the rules that held, and the deliveries that told us.
import { BlockStack, Button, Card, InlineStack, Link, List, Text } from "@shopify/polaris";
import { useState } from "react";
import type { OrderProof } from "../../domain/explain.ts";
import type { DeliveryRow, OrderHead, ProofWords } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useRulesInForce } from "./rules-in-force.ts";
import { useTopicWords } from "./topics.ts";
import { inARow } from "./words.ts";

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

/** What the store told of disputes about the payment. */
export function DisputesCard({ words }: { words: ProofWords }) {
  const t = useT("orders");
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("dispute.title")}
        </Text>
        {words.disputes.map((sentence) => (
          <Text key={sentence} as="p" breakWord>
            {sentence}
          </Text>
        ))}
      </BlockStack>
    </Card>
  );
}

export function RulesCard({ proof }: { proof: OrderProof }) {
  const t = useT("orders");
  const rules = useRulesInForce()(proof);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t(rules.title)}
        </Text>
        {rules.chosen.map((one) => (
          <Text key={one.id} as="p">
            {inARow([one.sentence, ...one.settings], t)} <Link url={`/app/what-if/${one.id}`}>{t("rules.open_what_if")}</Link>
          </Text>
        ))}
        <BlockStack gap="100">
          <Text as="p" tone="subdued" variant="bodySm">
            {rules.intro}
          </Text>
          <List>
            {rules.shop.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </BlockStack>
        {rules.programs.map((one) => (
          <BlockStack key={one.id} gap="100">
            <Text as="p" tone="subdued" variant="bodySm">
              {[`${one.name}${t("line.stop")}`, one.since].filter(Boolean).join(" ")}
            </Text>
            <List>
              {one.sentences.map((sentence) => (
                <List.Item key={sentence}>{sentence}</List.Item>
              ))}
            </List>
          </BlockStack>
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
