// Amounts of several currencies in one cell: beneath one another, never added.
import { BlockStack, Text } from "@shopify/polaris";
import type { PayoutSummary, SumsText } from "../../domain/statement-page.ts";
import { useFormat } from "../format.tsx";

export type CurrencySums = SumsText & { currency: string };

export function Amounts({ sums, of }: { sums: readonly CurrencySums[]; of: keyof SumsText }) {
  const format = useFormat();
  return <Stacked amounts={sums.map((each) => ({ shown: format.money(each[of], each.currency), zero: each[of] === "0" }))} />;
}

/** What is pending and approved; a dash where nothing is known. */
export function ToPay({ payouts }: { payouts: PayoutSummary }) {
  const format = useFormat();
  return <Stacked amounts={payouts.sums.map((sum) => ({ shown: format.money(sum.toPay, sum.currency), zero: sum.toPay === "0" }))} />;
}

function Stacked({ amounts }: { amounts: { shown: string; zero: boolean }[] }) {
  return (
    <BlockStack>
      {(amounts.length > 0 ? amounts : [{ shown: "–", zero: true }]).map(({ shown, zero }, index) => (
        <Text key={index} as="span" alignment="end" numeric {...(zero ? { tone: "subdued" as const } : {})}>
          {shown}
        </Text>
      ))}
    </BlockStack>
  );
}
