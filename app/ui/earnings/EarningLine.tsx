// What the network pays for one conversion, with its state, and why.
import { Badge, type BadgeProps, BlockStack, InlineStack, Text } from "@shopify/polaris";
import type { Earning } from "../../domain/earnings.ts";
import { useT } from "../../i18n.ts";
import { useEarningWords } from "./words.ts";

const TONES: Record<string, BadgeProps["tone"]> = { pending: "attention", approved: "success" };

export function EarningLine({ earning }: { earning: Earning }) {
  const t = useT("earnings");
  const { headline, reasons } = useEarningWords()(earning);
  const tone = TONES[earning.state];
  return (
    <BlockStack gap="050">
      <InlineStack gap="200" blockAlign="start" wrap={false}>
        {earning.state === "unknown" ? null : <Badge {...(tone ? { tone } : {})}>{t(`state.${earning.state}`)}</Badge>}
        <Text as="span">{headline}</Text>
      </InlineStack>
      {reasons.map((reason) => (
        <Text key={reason} as="p" tone="subdued">
          {reason}
        </Text>
      ))}
    </BlockStack>
  );
}
