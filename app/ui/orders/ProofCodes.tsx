// The creator codes on the order, each with what became of it; and every discount that the order carries.
import { Badge, BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { CodeProof, OrderProof } from "../../domain/explain.ts";
import type { ProofWords } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { hasItems, inARow } from "./words.ts";

export function CodesCard({ proof, words }: { proof: OrderProof; words: ProofWords }) {
  const t = useT("orders");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("codes.title")}
        </Text>
        {proof.codes.length === 0 ? <Text as="p" tone="subdued">{t("codes.none")}</Text> : null}
        {proof.codes.map((code) => (
          <BlockStack key={code.codeId} gap="050">
            <InlineStack gap="200" blockAlign="center">
              <Text as="h3" variant="headingSm" breakWord>
                <Link url={`/app/codes/${code.codeId}`} monochrome>
                  {code.code}
                </Link>
              </Text>
              <CodeBadge code={code} hasItems={hasItems(proof)} />
              {code.creator ? <Link url={`/app/creators/${code.creator.id}`}>{code.creator.name}</Link> : null}
              <Text as="span" tone="subdued">
                {code.program.name}
              </Text>
            </InlineStack>
            <Text as="p" breakWord>
              {inARow(words.codes[code.codeId]!, t)}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}

function CodeBadge({ code, hasItems }: { code: CodeProof; hasItems: boolean }) {
  const t = useT("orders");
  if (code.reason !== null) return <Badge>{t(`reason.${code.reason}.short`)}</Badge>;
  if (!hasItems) return <Badge>{t("outcome.nothing")}</Badge>;
  if (code.outcome === "awaiting_network") {
    return (
      <Badge tone="info" progress="partiallyComplete">
        {t("outcome.awaiting_network")}
      </Badge>
    );
  }
  return (
    <Badge tone="success" progress="complete">
      {t("outcome.credited")}
    </Badge>
  );
}

export function DiscountsCard({ proof }: { proof: OrderProof }) {
  const creatorCodes = new Set(proof.codes.flatMap((code) => code.onOrder));
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
              {discount.kind === "discount_code" && creatorCodes.has(discount.name) ? <Badge tone="info">{t("discounts.creator_code")}</Badge> : null}
            </InlineStack>
            <span style={{ whiteSpace: "nowrap" }}>
              <Text as="span" numeric>
                {format.money(discount.amount === "0" ? "0" : -BigInt(discount.amount), proof.currency)}
              </Text>
            </span>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}
