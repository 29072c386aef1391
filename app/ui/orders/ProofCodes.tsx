// The creator codes on the order, each with what became of it; and every discount that the order carries.
import { Badge, BlockStack, Box, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { OrderProof } from "../../domain/explain.ts";
import type { CodeNames } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { reasonSentence } from "./Headline.tsx";

export function CodesCard({ proof, codes }: { proof: OrderProof; codes: CodeNames[] }) {
  const t = useT("orders");
  const format = useFormat();
  const matched = proof.codes.filter((code) => code.codeId !== null);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("codes.title")}
        </Text>
        {matched.length === 0 ? <Text as="p" tone="subdued">{t("codes.none")}</Text> : null}
        {matched.map((entry) => {
          const code = codes.find((one) => one.codeId === entry.codeId);
          const values = { took: format.money(entry.discount, proof.currency), credited: format.money(entry.credited, proof.currency) };
          return (
            <BlockStack key={entry.codeId} gap="050">
              <InlineStack gap="200" blockAlign="center">
                <Text as="h3" variant="headingSm">
                  {code?.code ?? ""}
                </Text>
                <Badge {...(entry.reason === null ? { tone: "success" as const, progress: "complete" as const } : {})}>{entry.reason === null ? t("outcome.credited") : t(`reason.${entry.reason}.short`)}</Badge>
                {code?.creator ? <Link url={`/app/creators/${code.creator.id}`}>{code.creator.name}</Link> : null}
                {code?.program ? (
                  <Text as="span" tone="subdued">
                    {code.program.name}
                  </Text>
                ) : null}
              </InlineStack>
              <Text as="p">{entry.reason === null ? t("codes.credited", values) : `${t("codes.took", values)} ${reasonSentence(entry.reason, code, t)}`}</Text>
            </BlockStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}

export function DiscountsCard({ proof, creatorCodes }: { proof: OrderProof; creatorCodes: Set<string> }) {
  const t = useT("orders");
  const format = useFormat();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("discounts.title")}
        </Text>
        {proof.discounts.length === 0 ? <Text as="p" tone="subdued">{t("discounts.none")}</Text> : null}
        {proof.discounts.map((discount) => (
          <InlineStack key={discount.index} align="space-between" blockAlign="start" gap="200" wrap={false}>
            <InlineStack gap="200" blockAlign="center">
              <Text as="span" fontWeight="semibold" breakWord>
                {discount.name || t(`kind.${discount.kind}`)}
              </Text>
              <Text as="span" tone="subdued">
                {t(discount.onShipping ? "discounts.on_shipping" : "discounts.on_items", { kind: t(`kind.${discount.kind}`) })}
              </Text>
              {discount.kind === "discount_code" && creatorCodes.has(discount.name.toUpperCase()) ? <Badge tone="info">{t("discounts.creator_code")}</Badge> : null}
            </InlineStack>
            <Box>
              <Text as="span" numeric>
                {format.money(discount.amount === "0" ? "0" : -BigInt(discount.amount), proof.currency)}
              </Text>
            </Box>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}
