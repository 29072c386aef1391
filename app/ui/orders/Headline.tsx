// The order's answer in a sentence or two: who was credited with what, and why; or why nobody was.
import { Banner, BlockStack, Card, Text } from "@shopify/polaris";
import type { OrderHead, ProofWords } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { headlineSentences } from "./words.ts";

type HeadlineProps = { order: OrderHead; words: ProofWords | null };

export function Headline({ order, words }: HeadlineProps) {
  const t = useT("orders");
  const [first, ...others] = headlineSentences(order, words, t);
  if (order.outcome === "unreadable" || order.outcome === "missing") {
    return (
      <Banner tone="warning" title={first}>
        {others.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Banner>
    );
  }
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd" breakWord>
          {first}
        </Text>
        {others.map((sentence) => (
          <Text key={sentence} as="p" breakWord>
            {sentence}
          </Text>
        ))}
      </BlockStack>
    </Card>
  );
}
