// The clicks of the buyer that were looked at: when, on whose link, and what each meant for the credit.
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import type { OrderProof } from "../../domain/explain.ts";
import type { ProofWords } from "../../domain/orders-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";
import { codeWord, evidenceSentence, needsClick } from "./click-words.ts";
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

/** What is to be said of the clicks as a whole: where they are known from; that none is needed, or none known. */
export function clickRemarks(proof: OrderProof, t: Translate, format: Format): string[] {
  const left = proof.codes.filter((code) => code.network !== null).map(codeWord);
  const unneeded = proof.codes.filter((code) => !needsClick(code)).map(codeWord);
  const evidence = evidenceSentence(proof, t, format);
  const isKnown = proof.evidence.source !== null;
  return [
    ...(isKnown ? [evidence] : []),
    ...(unneeded.length > 0 ? [t("clicks.not_needed", { codes: format.list(unneeded) })] : []),
    ...(left.length > 0 ? [t("clicks.by_network", { codes: format.list(left) })] : []),
    ...(proof.clicks.length > 0 ? [] : [isKnown ? t("clicks.none") : evidence]),
  ];
}
