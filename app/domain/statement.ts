// Statements: what a creator was credited in a month, from the ledger's entries by the time at which they were written, and what the
// network will pay for it. A month is the shop's: it begins and ends at midnight in its time zone. Pure; amounts are minor units.
import type { PayoutSummary } from "./statement-page.ts";
import { instantOfWall, wallTime } from "./zone.ts";

export type Mark = "hand" | "what_if";

/** A sum of entries of one order, code, currency and kind; a single entry is the sum of itself. `cause`: of the entries, as far as it says who wrote them. */
export type EntrySum = { orderId: string; codeId: string; currency: string; kind: string; cause: string | null; amount: bigint };

export type Sums = { credited: bigint; reversed: bigint; adjusted: bigint; net: bigint };

/** What became of one code on one order within the month. Of two currencies there are two lines. */
export type StatementLine = Sums & { orderId: string; codeId: string; currency: string; marks: Mark[] };

export type Span = { from: Date; to: Date };

/** Who wrote an entry, where it was no delivery: a person, or a what-if that was applied. */
export function markOf(cause: string | null): Mark | null {
  if (cause?.startsWith("hand:")) return "hand";
  return cause?.startsWith("what-if:") ? "what_if" : null;
}

/** The month of an instant in a time zone: "2026-10". */
export function monthOf(at: Date, timeZone: string): string {
  return wallTime(at, timeZone).date.slice(0, 7);
}

/** The month so many months later (or, below 0, earlier). */
export function monthAfter(month: string, by: number): string {
  const [year = 0, of = 1] = month.split("-").map(Number);
  const count = year * 12 + (of - 1) + by;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
}

/** From the first instant of a month until before the first of the next one; null: the text is no month of these centuries. */
export function spanOfMonth(month: string, timeZone: string): Span | null {
  if (!/^2\d{3}-(0[1-9]|1[0-2])$/.test(month)) return null;
  const [from, to] = [month, monthAfter(month, 1)].map((each) => instantOfWall({ date: `${each}-01`, time: "00:00" }, timeZone));
  return from && to ? { from, to } : null;
}

const NOTHING: Sums = { credited: 0n, reversed: 0n, adjusted: 0n, net: 0n };

function plus(sums: Sums, kind: string, amount: bigint): Sums {
  const to = { ...sums, net: sums.net + amount };
  if (kind === "credit") to.credited += amount;
  else if (kind === "reversal") to.reversed += amount;
  else to.adjusted += amount;
  return to;
}

/** The lines of a month from its entries, in the order in which their orders and codes first come. */
export function statementLines(entries: Iterable<EntrySum>): StatementLine[] {
  const lines = new Map<string, StatementLine>();
  for (const { orderId, codeId, currency, kind, cause, amount } of entries) {
    const key = JSON.stringify([orderId, codeId, currency]);
    const line = lines.get(key) ?? { ...NOTHING, orderId, codeId, currency, marks: [] };
    const mark = markOf(cause);
    lines.set(key, { ...line, ...plus(line, kind, amount), marks: mark === null || line.marks.includes(mark) ? line.marks : [...line.marks, mark] });
  }
  return [...lines.values()];
}

/** Sums by currency, which are never added to one another; in the order of the currencies' codes. */
export function sumsByCurrency(entries: Iterable<Pick<EntrySum, "currency" | "kind" | "amount">>): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const { currency, kind, amount } of entries) sums.set(currency, plus(sums.get(currency) ?? NOTHING, kind, amount));
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the network says of conversions that it says the same of: `payout` null is unknown, whatever the rest says. */
export type ToldPayout = { payout: bigint | null; currency: string | null; state: string | null; readAt: Date | null; count: number };

export type PayoutSum = { currency: string; pending: bigint; approved: bigint; reversed: bigint; reversals: number };
/** `unknown`: so many conversions of which the network has not said what it will pay, or not so that it could be read. */
export type Payouts = { sums: PayoutSum[]; conversions: number; unknown: number; readAt: Date | null };

export const NO_PAYOUTS: Payouts = { sums: [], conversions: 0, unknown: 0, readAt: null };

/** Where a payout stands: reversed ones are not paid, and of an unknown one nothing is said. */
export function payoutState({ payout, currency, state }: Pick<ToldPayout, "payout" | "currency" | "state">): "pending" | "approved" | "reversed" | "unknown" {
  return payout !== null && currency !== null && (state === "pending" || state === "approved" || state === "reversed") ? state : "unknown";
}

/** Payouts by currency, and when the newest of them was read. */
export function payoutsOf(told: Iterable<ToldPayout>): Payouts {
  const sums = new Map<string, PayoutSum>();
  const all = { ...NO_PAYOUTS };
  for (const each of told) {
    const state = payoutState(each);
    all.conversions += each.count;
    if (each.readAt !== null && (all.readAt === null || each.readAt > all.readAt)) all.readAt = each.readAt;
    if (state === "unknown") {
      all.unknown += each.count;
      continue;
    }
    const sum = sums.get(each.currency!) ?? { currency: each.currency!, pending: 0n, approved: 0n, reversed: 0n, reversals: 0 };
    sum[state] += each.payout!;
    if (state === "reversed") sum.reversals += each.count;
    sums.set(each.currency!, sum);
  }
  return { ...all, sums: [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)) };
}

/** The same as text. */
export function payoutSummary({ sums, conversions, unknown, readAt }: Payouts): PayoutSummary {
  return {
    sums: sums.map(({ currency, pending, approved, reversed, reversals }) => ({ currency, pending: pending.toString(), approved: approved.toString(), reversed: reversed.toString(), reversals, toPay: (pending + approved).toString() })),
    conversions,
    unknown,
    readAt: readAt?.toISOString() ?? null,
  };
}
