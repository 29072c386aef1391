// The orders of the fault run: what each is and what becomes of it, drawn from the seed. Refunds of pieces and of money, full refunds, cancellations,
// and some of each that the store takes back later, so that the credit comes again.
import { chance } from "#test/local/network/faults.ts";
import { money, orderBody, type LineSketch } from "#test/support/orders.ts";

const HOUR = 3_600_000;
/** Orders come in so short a time that the hour's budget does not suffice for them. */
const SELLING_HOURS = 8;
const CREATORS = 12;

export type OrderEvent = { atMs: number; order: number; body: Record<string, unknown> };

type Line = { id: string; cents: number; quantity: number; off: number };
/** What an order is from a time on: pieces that came back by line, money that was given back without a line, cancelled. */
type State = { back: number[]; cents: number; cancelled: boolean };

const NOTHING: State = { back: [], cents: 0, cancelled: false };

/** Two of three lines share a SKU with another line of any order; the network's items are keyed by it. */
export function skuOfLine(lineId: string): string {
  return `SKU-${["A", "A", "B", "C"][Number(lineId) - 1]}`;
}

/** All states of all orders, by the time at which the store tells of them. */
export function eventsOf(orders: number, seed: number, beginMs: number): OrderEvent[] {
  return Array.from({ length: orders }, (_, order) => statesOf(order, seed, beginMs)).flat().sort((a, b) => a.atMs - b.atMs || a.order - b.order);
}

function statesOf(order: number, seed: number, beginMs: number): OrderEvent[] {
  let turn = 0;
  const draw = () => chance(seed * 7_919 + order, turn++);
  const lines = Array.from({ length: 1 + Math.floor(draw() * 4) }, (_, at): Line => {
    const [cents, quantity] = [100 + Math.floor(draw() * 9_900), 1 + Math.floor(draw() * 3)];
    return { id: String(at + 1), cents, quantity, off: Math.floor(draw() * cents * quantity * 0.3) };
  });
  const some = (): State => ({ back: lines.map(({ quantity }) => Math.floor(draw() * (quantity + 1))), cents: draw() < 0.3 ? 1 + Math.floor(draw() * 90) : 0, cancelled: false });
  // Of what comes back again later a piece of each line stayed: an item that the network does not know cannot be added.
  const few = (): State => ({ back: lines.map(({ quantity }) => Math.floor(draw() * quantity)), cents: 1 + Math.floor(draw() * 90), cancelled: false });
  const all: State = { back: lines.map(({ quantity }) => quantity), cents: 0, cancelled: false };
  const fallen: State = { ...NOTHING, cancelled: true };
  const fate = draw();
  const states = fate < 0.35 ? [] : fate < 0.55 ? [some()] : fate < 0.63 ? [few(), some()] : fate < 0.73 ? [all] : fate < 0.82 ? [fallen] : fate < 0.88 ? [few(), NOTHING] : fate < 0.95 ? [all, NOTHING] : [fallen, NOTHING];
  const createdMs = beginMs + Math.floor(draw() * SELLING_HOURS * HOUR);
  let atMs = createdMs + 4_000;
  return [NOTHING, ...states].map((state, index) => {
    if (index > 0) atMs += Math.floor((0.02 + draw() * draw()) * 40 * HOUR); // some before the order was even told
    return { atMs, order, body: bodyOf(order, lines, state, createdMs, atMs) };
  });
}

function bodyOf(order: number, lines: readonly Line[], state: State, createdMs: number, atMs: number): Record<string, unknown> {
  const back = lines.map((line, at) => ({ line, pieces: state.back[at] ?? 0 })).filter(({ pieces }) => pieces > 0);
  const refund = {
    id: 1, admin_graphql_api_id: "gid://shopify/Refund/1", created_at: new Date(atMs).toISOString(),
    refund_line_items: back.map(({ line, pieces }) => ({ line_item_id: Number(line.id), quantity: pieces, subtotal_set: money(decimal(worth(line, pieces))), total_tax_set: money("0.00") })),
    order_adjustments: state.cents === 0 ? [] : [{ kind: "refund_discrepancy", amount_set: money(decimal(-state.cents)), tax_amount_set: money("0.00") }],
  };
  const refunded = back.length > 0 || state.cents > 0;
  return orderBody({
    id: String(6_000_000_000_000 + order), codes: [`CREATOR${order % CREATORS}`], email: `buyer${order}@mail.example`,
    created_at: new Date(createdMs).toISOString(), updated_at: new Date(atMs).toISOString(), cancelled_at: state.cancelled ? new Date(atMs).toISOString() : null,
    financial_status: refunded ? "partially_refunded" : "paid", refunds: refunded ? [refund] : [],
    lines: lines.map(({ id, cents, quantity, off }, at): LineSketch => ({
      id, price: decimal(cents), quantity, currentQuantity: quantity - (state.back[at] ?? 0), sku: skuOfLine(id), off: [[0, decimal(off)]],
    })),
  });
}

/** What so many pieces of a line are refunded with; all of them with all of it. */
function worth({ cents, quantity, off }: Line, pieces: number): number {
  const whole = cents * quantity - off;
  return pieces === quantity ? whole : Math.floor((whole * pieces) / quantity);
}

function decimal(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
