// Codes that are used without a click: a first sign that a code stands on a coupon site, or goes from hand to hand.

/**
 * Orders with a code. `seen`: those of which it is known whether its creator was clicked before; `without`: those of them with no click of the creator.
 * Orders of which no visit is known (no consent, nothing that came with the order) are in neither.
 */
export type ClickedOrders = { seen: number; without: number };

/** Fewer orders without a click may be chance. */
export const LEAST_WITHOUT = 10;
/** So many orders of other codes must be known to compare with. */
const LEAST_OTHERS = 10;

/**
 * Whether a code stands out: at least ten of its orders came without a click of its creator, and the part that came with one is at most half of what it is
 * for the shop's other codes. `all` is the sum over all codes, this one included. Whole numbers only, so that no rounding decides.
 */
export function standsOut(own: ClickedOrders, all: ClickedOrders): boolean {
  const others = { seen: all.seen - own.seen, with: all.seen - all.without - (own.seen - own.without) };
  if (own.without < LEAST_WITHOUT || others.seen < LEAST_OTHERS || others.with === 0) return false;
  return 2 * (own.seen - own.without) * others.seen <= others.with * own.seen;
}
