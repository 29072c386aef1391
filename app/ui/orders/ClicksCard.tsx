// The clicks of the buyer that were looked at: when, on whose link, and what each meant for the credit.
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import type { OrderProof } from "../../domain/explain.ts";
import type { ProofWords } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { clickRemarks, needsClick } from "./click-words.ts";
import { inARow } from "./words.ts";

const SHOWN_FIRST = 10;

export function ClicksCard({ proof, words }: { proof: OrderProof; words: ProofWords }) {
  const t = useT("orders");
  const format = useFormat();
  const [all, setAll] = useState(false);
  const isNeeded = proof.codes.some(needsClick);
  const shown = all ? proof.clicks : proof.clicks.slice(0, SHOWN_FIRST);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("clicks.title")}
        </Text>
        {clickRemarks(proof, t, format).map((remark) => (
          <Text key={remark} as="p" tone="subdued">
            {remark}
          </Text>
        ))}
        {shown.map((click, index) => (
          <BlockStack key={index}>
            <Text as="p" fontWeight="semibold">
              {format.dateTime(click.at)} · {click.creator ? click.creator.name : t("clicks.nobody")}
            </Text>
            <Text as="p" tone="subdued" breakWord>
              {inARow(words.sources[index]!, t)}
            </Text>
            {isNeeded ? (
              <Text as="p" breakWord>
                {inARow(words.clicks[index]!, t)}
              </Text>
            ) : null}
          </BlockStack>
        ))}
        {proof.clicks.length > shown.length ? (
          <Button variant="plain" textAlign="start" onClick={() => setAll(true)}>
            {t("clicks.more", { count: proof.clicks.length - shown.length })}
          </Button>
        ) : null}
      </BlockStack>
    </Card>
  );
}
