// "Buy X get Y": which pieces of a cart are bought for it, and which are had for less. How the real store chooses among several pieces is not documented:
// here the cheapest are had for less, and a piece is either bought for it or had for less, never both; where not all of Y are in the cart, none is.
import { minorOf } from "./amounts.ts";
import { type Cart, type CartLine, entitled, min, names, percentOf } from "./discounting.ts";
import type { Buys, CodeRefusal, Discount, DiscountValue } from "./types.ts";

type Bxgy = DiscountValue & { kind: "bxgy" };
type Piece = { line: number; unit: bigint; buys: boolean; gets: boolean };

function bought({ items, oneTime, subscription }: Buys, line: CartLine): boolean {
  return line.discountable && (line.subscription ? subscription : oneTime) && names(items, line);
}

/** What each line is had for less, in all its uses together; null for a line that it is not on. */
export function bxgyOffer(discount: Discount, value: Bxgy, cart: Cart): (bigint | null)[] {
  const offer = cart.lines.map((line): bigint | null => (entitled(discount, line) ? 0n : null));
  for (const { line, unit } of had(value, pieces(cart, (line) => entitled(discount, line), value.buys), cart.currency)) {
    const off = value.effect.kind === "percentage" ? percentOf(unit, value.effect.percentage) : min(unit, minorOf(value.effect.amount, cart.currency));
    offer[line] = (offer[line] ?? 0n) + off;
  }
  return offer.map((amount) => (amount === 0n ? null : amount));
}

/** Why a cart is not enough for it; `gets` are the lines that it could take something off. */
export function bxgyRefusal(value: Bxgy, gets: CartLine[], cart: Cart): CodeRefusal | null {
  if (!cart.lines.some((line) => bought(value.buys, line))) return "not_applicable";
  if (had(value, pieces(cart, (line) => gets.includes(line), value.buys), cart.currency).length > 0) return null;
  return value.buys.need.kind === "amount" ? "minimum_subtotal" : "minimum_quantity";
}

function pieces(cart: Cart, gets: (line: CartLine) => boolean, buys: Buys): Piece[] {
  return cart.lines.flatMap((line, at) => {
    const piece = { line: at, unit: line.unit, buys: bought(buys, line), gets: gets(line) };
    return piece.buys || piece.gets ? Array.from({ length: line.quantity }, () => piece) : [];
  });
}

/** The pieces that are had for less. */
function had({ buys: { need }, quantity, usesPerOrder }: Bxgy, all: Piece[], currency: string): Piece[] {
  const cheapest = [...all].sort((a, b) => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : a.line - b.line));
  const used = new Set<number>(); // places in `cheapest`
  const places = (fits: (piece: Piece) => boolean) => cheapest.flatMap((piece, at) => (!used.has(at) && fits(piece) ? [at] : []));
  const result: Piece[] = [];
  for (let use = 0; usesPerOrder === null || use < usesPerOrder; use++) {
    const gets = places((piece) => piece.gets).slice(0, quantity);
    if (gets.length < quantity) break;
    // First what can only be bought for it, and of that the dearest.
    const rest = places((piece) => piece.buys).filter((at) => !gets.includes(at)).reverse();
    const candidates = [...rest.filter((at) => !cheapest[at]!.gets), ...rest.filter((at) => cheapest[at]!.gets)];
    const taken = enough(candidates, (at) => (need.kind === "quantity" ? 1n : cheapest[at]!.unit), need.kind === "quantity" ? BigInt(need.quantity) : minorOf(need.amount, currency));
    if (taken === null) break;
    for (const at of [...gets, ...taken]) used.add(at);
    result.push(...gets.map((at) => cheapest[at]!));
  }
  return result;
}

/** As many from the head of the list as come to the sum; null where all of them do not. */
function enough(places: number[], worth: (at: number) => bigint, sum: bigint): number[] | null {
  let left = sum;
  const taken = places.filter((at) => {
    if (left <= 0n) return false;
    left -= worth(at);
    return true;
  });
  return left <= 0n ? taken : null;
}
