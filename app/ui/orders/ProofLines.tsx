// The order line by line: in words, and the same as a table. Amounts are of the shop's currency, which the head names.
import { BlockStack, Card, DataTable, List, Text, useBreakpoints } from "@shopify/polaris";
import type { LineProof, OrderProof } from "../../domain/explain.ts";
import type { ProofWords } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function LinesCard({ proof, words }: { proof: OrderProof; words: ProofWords }) {
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
            <List.Item key={line.lineId}>{words.lines[line.lineId]}</List.Item>
          ))}
        </List>
        {proof.awaited === "0" ? null : <Text as="p">{t("lines.awaited", { amount: format.money(proof.awaited, proof.currency) })}</Text>}
        {smUp ? (
          <DataTable
            columnContentTypes={["text", "numeric", "numeric", "numeric", "numeric", "numeric", "numeric"]}
            headings={[t("lines.item"), t("lines.gross"), t("lines.discounts"), t("lines.tax"), t("lines.base"), t("lines.off"), t("lines.credited")]}
            rows={proof.lines.map((line) => [`${line.title} × ${format.number(line.quantity)}`, ...columns([line]).map(amount)])}
            totals={["", ...columns(proof.lines).map(amount)]}
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

/** Gross, discounts, tax inside, base, what was taken off, credited: of one line, or summed over several. */
export function columns(lines: LineProof[]): bigint[] {
  const sumOf = (amounts: string[]) => amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
  const [left, base] = [sumOf(lines.map((line) => line.left)), sumOf(lines.map((line) => line.base))];
  return [
    sumOf(lines.map((line) => line.gross)),
    -sumOf(lines.flatMap((line) => line.discounts.map((discount) => discount.amount))),
    -sumOf(lines.map((line) => line.taxInside)),
    base,
    left - base,
    sumOf(lines.flatMap((line) => line.credited.map((credit) => credit.amount))),
  ];
}
