// How an order's credit came about, line by line: the same arithmetic as settling, told instead of posted. Amounts are minor units as strings.
import type { Reason, Settlement } from "./credit.ts";
import { orderCodes } from "./match.ts";
import type { DiscountKind, OrderFacts } from "./order.ts";
import type { StackingRule } from "./rule-book.ts";

/** One discount of the order, and what it took off in all. `name`: the code, or the title of a discount without one. */
export type DiscountProof = { index: number; kind: DiscountKind; name: string; onShipping: boolean; amount: string };

/** "Hoodie, 2 x 40.00, minus 8.00 by MARIE10, tax 11.50 inside, base 60.50; one returned, minus 30.25". */
export type LineProof = {
  lineId: string;
  title: string;
  sku: string | null;
  quantity: number;
  price: string;
  gross: string;
  discounts: { name: string; kind: DiscountKind; amount: string }[];
  tax: string; // the line's tax, inside or on top
  taxInside: string; // what was taken off for it
  noBase: "gift_card" | "tip" | null;
  base: string;
  returned: { quantity: number; amount: string } | null;
  removed: { quantity: number; amount: string } | null;
  goodwill: string; // its share of what was refunded without a line
  left: string;
  credited: { codeId: string; amount: string }[];
};

export type CodeProof = {
  codeId: string | null;
  creatorId: string | null;
  programId: string | null;
  reason: Reason | null; // null: credited
  place: number;
  discount: string; // what the code itself took off
  credited: string;
};

export type OrderProof = {
  currency: string;
  taxesIncluded: boolean;
  stackingRule: StackingRule;
  discounts: DiscountProof[];
  lines: LineProof[];
  codes: CodeProof[];
  credited: string;
};

/** Explains a settlement of these facts (domain/credit.ts settleOrder). */
export function explainOrder(facts: OrderFacts, settlement: Settlement): OrderProof {
  const names = facts.applications.map((application) => application.code ?? application.title ?? "");
  const standing = orderCodes(facts);
  const credited = Map.groupBy(
    settlement.credits.flatMap((credit) => credit.lines.map((line) => ({ lineId: line.lineId, codeId: credit.codeId, amount: line.amount.toString() }))),
    (line) => line.lineId,
  );
  const total = (codeId: string | null) => settlement.credits.filter((credit) => credit.codeId === codeId).reduce((sum, credit) => sum + credit.lines.reduce((own, line) => own + line.amount, 0n), 0n);
  return {
    currency: facts.currency,
    taxesIncluded: facts.taxesIncluded,
    stackingRule: settlement.shopRule.stackingRule,
    discounts: facts.applications.map((application, index) => ({
      index,
      kind: application.kind,
      name: names[index]!,
      onShipping: application.target === "shipping_line",
      amount: [...facts.lines.flatMap((line) => line.allocations), ...facts.shipping].reduce((sum, entry) => (entry.application === index ? sum + BigInt(entry.amount) : sum), 0n).toString(),
    })),
    lines: settlement.bases.map((entry): LineProof => ({
      lineId: entry.line.id,
      title: entry.line.title,
      sku: entry.line.sku,
      quantity: entry.line.quantity,
      price: entry.line.price,
      gross: entry.gross.toString(),
      discounts: entry.line.allocations.map((one) => ({ name: names[one.application] ?? "", kind: facts.applications[one.application]?.kind ?? "manual", amount: one.amount })),
      tax: entry.line.tax,
      taxInside: entry.taxInside.toString(),
      noBase: entry.line.giftCard ? "gift_card" : entry.line.tip ? "tip" : null,
      base: entry.base.toString(),
      returned: entry.refundedQuantity > 0 || entry.returned !== 0n ? { quantity: entry.refundedQuantity, amount: entry.returned.toString() } : null,
      removed: entry.removed !== 0n ? { quantity: entry.line.quantity - entry.line.currentQuantity - entry.refundedQuantity, amount: entry.removed.toString() } : null,
      goodwill: entry.goodwill.toString(),
      left: entry.left.toString(),
      credited: (credited.get(entry.line.id) ?? []).map(({ codeId, amount }) => ({ codeId, amount })),
    })),
    codes: settlement.decisions.map((decision) => ({
      codeId: decision.codeId,
      creatorId: decision.creatorId,
      programId: decision.programId,
      reason: decision.reason,
      place: decision.place,
      discount: (standing.find((code) => code.place === decision.place)?.discount ?? 0n).toString(),
      credited: total(decision.codeId).toString(),
    })),
    credited: settlement.credits.reduce((sum, credit) => sum + credit.lines.reduce((own, line) => own + line.amount, 0n), 0n).toString(),
  };
}
