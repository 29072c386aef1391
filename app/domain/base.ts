// What is left of each line of an order to be credited (rules, section 6). Minor units of the shop's currency throughout.
import { atLeastZero, scale, share, sum } from "./money.ts";
import type { Line, OrderFacts, RefundLine } from "./order.ts";

export type LineBase = {
  line: Line;
  gross: bigint;
  discounts: bigint;
  taxInside: bigint; // what is taken off for tax: 0 where prices are without tax
  base: bigint;
  returned: bigint; // by refunds of the line, its own tax taken off
  removed: bigint; // by edits, without a refund
  goodwill: bigint; // its share of what was refunded without a line
  left: bigint;
  refundedQuantity: number;
  quantityLeft: number;
};

/** Every line's base, and what returns, removals and refunds without a line took off it. Nothing falls below 0. */
export function lineBases(facts: OrderFacts): LineBase[] {
  const refunded = Map.groupBy(facts.refunds.flatMap((refund) => refund.lines), (entry) => entry.lineId);
  const bases = facts.lines.map((line) => lineBase(facts, line, refunded.get(line.id) ?? []));
  takeGoodwill(facts, bases);
  return bases;
}

function lineBase(facts: OrderFacts, line: Line, refunded: readonly RefundLine[]): LineBase {
  const quantity = BigInt(line.quantity);
  const gross = BigInt(line.price) * quantity;
  const discounts = sum(line.allocations.map((allocation) => BigInt(allocation.amount)));
  const taxInside = facts.taxesIncluded ? BigInt(line.tax) : 0n;
  // A gift card is money in another form, and a tip is no goods: neither has a base.
  const base = line.giftCard || line.tip ? 0n : atLeastZero(gross - discounts - taxInside);

  const returned = sum(refunded.map((entry) => BigInt(entry.subtotal) - (facts.taxesIncluded ? BigInt(entry.tax) : 0n)));
  const refundedQuantity = refunded.reduce((total, entry) => total + entry.quantity, 0);
  const gone = line.quantity - line.currentQuantity - refundedQuantity;
  const removed = gone > 0 ? scale(base, BigInt(gone), quantity) : 0n;

  return {
    line,
    gross,
    discounts,
    taxInside,
    base,
    returned: base === 0n ? 0n : returned,
    removed,
    goodwill: 0n,
    // A return whose tax is above its subtotal cannot make a line worth more than it was.
    left: base === 0n ? 0n : atLeastZero(base - atLeastZero(returned + removed)),
    refundedQuantity,
    quantityLeft: Math.max(0, Math.min(line.currentQuantity, line.quantity - refundedQuantity)),
  };
}

/**
 * What was refunded without a line: the store books it as negative adjustments, beside pairs that cancel each other, so only the sum
 * over the whole order says anything. It was given with its tax, so each line loses its share less the tax in it.
 */
function takeGoodwill(facts: OrderFacts, bases: LineBase[]): void {
  const refunded = -sum(facts.refunds.map((refund) => BigInt(refund.adjustment)));
  if (refunded <= 0n) return;
  const open = bases.filter((entry) => entry.left > 0n);
  const withTax = open.map((entry) => entry.left + scale(BigInt(entry.line.tax), entry.left, entry.base));
  const most = sum(withTax);
  if (most === 0n) return;
  const shares = share(refunded < most ? refunded : most, withTax);
  open.forEach((entry, index) => {
    entry.goodwill = scale(shares[index]!, entry.left, withTax[index]!);
    entry.left = atLeastZero(entry.left - entry.goodwill);
  });
}
