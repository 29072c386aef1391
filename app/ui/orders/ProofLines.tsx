// The order line by line: in words, and the same as a table. Amounts are of the shop's currency, which the head names.
import { BlockStack, Card, DataTable, List, Text, useBreakpoints } from "@shopify/polaris";
import type { LineProof, OrderProof } from "../../domain/explain.ts";
import type { CodeNames } from "../../domain/orders-page.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";

export function LinesCard({ proof, codes }: { proof: OrderProof; codes: CodeNames[] }) {
  const t = useT("orders");
  const format = useFormat();
  const { smUp } = useBreakpoints();
  const amount = (minor: string | bigint) => format.decimal(minor, proof.currency);
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("lines.title", { currency: proof.currency })}
          </Text>
          <Text as="p" tone="subdued">
            {t(proof.taxesIncluded ? "lines.taxes_included" : "lines.taxes_on_top")}
          </Text>
        </BlockStack>
        <List>
          {proof.lines.map((line) => (
            <List.Item key={line.lineId}>{lineSentence(line, proof, codes, t, format)}</List.Item>
          ))}
        </List>
        {smUp ? (
          <DataTable
            columnContentTypes={["text", "numeric", "numeric", "numeric", "numeric", "numeric", "numeric"]}
            headings={[t("lines.item"), t("lines.gross"), t("lines.discounts"), t("lines.tax"), t("lines.base"), t("lines.off"), t("lines.credited")]}
            rows={proof.lines.map((line) => [
              `${line.title} × ${format.number(line.quantity)}`,
              amount(line.gross),
              amount(minus(sumOf(line.discounts.map((discount) => discount.amount)))),
              amount(minus(BigInt(line.taxInside))),
              amount(line.base),
              amount(BigInt(line.left) - BigInt(line.base)),
              amount(sumOf(line.credited.map((credit) => credit.amount))),
            ])}
            totals={[
              "",
              amount(sumOf(proof.lines.map((line) => line.gross))),
              amount(minus(sumOf(proof.lines.flatMap((line) => line.discounts.map((discount) => discount.amount))))),
              amount(minus(sumOf(proof.lines.map((line) => line.taxInside)))),
              amount(sumOf(proof.lines.map((line) => line.base))),
              amount(sumOf(proof.lines.map((line) => line.left)) - sumOf(proof.lines.map((line) => line.base))),
              amount(proof.credited),
            ]}
            totalsName={{ singular: t("lines.total"), plural: t("lines.total") }}
            showTotalsInFooter
            increasedTableDensity
          />
        ) : (
          <Text as="p" fontWeight="semibold">
            {t("lines.total_credited", { amount: format.money(proof.credited, proof.currency) })}
          </Text>
        )}
      </BlockStack>
    </Card>
  );
}

function sumOf(amounts: string[]): bigint {
  return amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
}

function minus(amount: bigint): bigint {
  return amount === 0n ? 0n : -amount;
}

/** "Hoodie, 2 × 40.00, minus 8.00 by MARIE10, tax 11.50 inside, base 60.50; one returned, minus 30.25; credited 30.25" */
function lineSentence(line: LineProof, proof: OrderProof, codes: CodeNames[], t: Translate, format: Format): string {
  const amount = (minor: string) => format.decimal(minor, proof.currency);
  const first = [
    t("line.gross", { title: line.title, quantity: format.number(line.quantity), price: amount(line.price) }),
    ...line.discounts.filter((discount) => discount.amount !== "0").map((discount) => t("line.discount", { amount: amount(discount.amount), name: discount.name || t(`kind.${discount.kind}`) })),
    ...(line.noBase === null && line.taxInside !== "0" ? [t("line.tax", { amount: amount(line.taxInside) })] : []),
    line.noBase === null ? t("line.base", { amount: amount(line.base) }) : t(`line.no_base.${line.noBase}`),
  ];
  const later = [
    ...(line.returned ? [t("line.returned", { count: line.returned.quantity, amount: amount(line.returned.amount) })] : []),
    ...(line.removed ? [t("line.removed", { count: line.removed.quantity, amount: amount(line.removed.amount) })] : []),
    ...(line.goodwill !== "0" ? [t("line.goodwill", { amount: amount(line.goodwill) })] : []),
  ];
  const several = line.credited.length > 1;
  const credited = line.credited.map((credit) => {
    const name = codes.find((code) => code.codeId === credit.codeId)?.creator?.name ?? "";
    return several ? t("line.credited_to", { amount: amount(credit.amount), name }) : t("line.credited", { amount: amount(credit.amount) });
  });
  return [first.join(t("line.comma_joint")), ...later, ...credited].join(t("line.semicolon_joint")) + t("line.stop");
}
