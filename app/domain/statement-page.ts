// The shapes of statements as the pages and the files get them: plain JSON, amounts in minor units as text, instants in ISO 8601.
import type { Earning } from "./earnings.ts";

export type SumsText = { credited: string; reversed: string; adjusted: string; net: string };

/** One currency of a statement: what stood before the month, what came, and what stands at its end. */
export type CurrencyRow = SumsText & { currency: string; opening: string; closing: string };

/** `why`: what is not paid by the contract's plain rate. */
export type PayoutText = { state: "pending" | "approved" | "reversed" | "unknown"; amount: string | null; currency: string | null; readAt: string | null; why: Earning[] };

export type LineRow = SumsText & {
  orderId: string;
  orderName: string;
  orderAt: string | null;
  /** As it stood on the order where it is known; null: one that a pattern found, of which it is not. */
  code: string | null;
  currency: string;
  marks: ("hand" | "what_if")[];
  /** What the network will pay for it; empty: it was told nothing of it, or `payoutMonth` says on which statement the payout stands. */
  payouts: PayoutText[];
  payoutMonth: string | null;
};

export type PayoutSummary = {
  sums: { currency: string; pending: string; approved: string; reversed: string; reversals: number; toPay: string }[];
  conversions: number;
  unknown: number;
  readAt: string | null;
};

export type StatementHead = {
  month: string;
  /** The first day and the last one, which for the month under way is still to come. */
  firstDay: string;
  lastDay: string;
  underWay: boolean;
  shopName: string;
  timezone: string;
};

export type StatementPage = StatementHead & {
  creator: { id: string; name: string };
  currencies: CurrencyRow[];
  lines: LineRow[];
  /** How many lines there are in all. */
  total: number;
  payouts: PayoutSummary;
  /** Orders placed by the end of the month that the network has yet to decide about, as it is now: they are in no amount. */
  awaiting: number;
  previous: string | null;
  next: string | null;
};

export type MonthRow = { month: string; currencies: (SumsText & { currency: string })[]; payouts: PayoutSummary };

export type OverviewRow = { creator: { id: string; name: string }; orders: number; currencies: (SumsText & { currency: string })[]; payouts: PayoutSummary };

export type OverviewPage = StatementHead & {
  rows: OverviewRow[];
  total: number;
  page: number;
  pages: number;
  currencies: (SumsText & { currency: string })[];
  payouts: PayoutSummary;
  /** The months to choose from, the newest first. */
  months: string[];
};

/** The columns of the files, in their order. */
export const FILE_COLUMNS = ["creator", "date", "order", "code", "currency", "credited", "reversed", "adjusted", "net", "note", "payout", "payout_currency", "payout_state", "payout_read", "payout_note", "order_id"] as const;
export type FileColumn = (typeof FILE_COLUMNS)[number];

/** Everything that a person reads in a file, in one language. */
export type FileWords = {
  column: Record<FileColumn, string>;
  mark: Record<"hand" | "what_if", string>;
  state: Record<PayoutText["state"], string>;
  /** Of an order that a pattern found, whose own code is not known. */
  pattern: string;
  payoutWith: (month: string) => string;
  /** Why something else is paid than the plain rate; days by the clock of the time zone. */
  why: (earning: Earning, timezone: string) => string;
  sheet: { orders: string; summary: string };
  summary: Record<"shop" | "creator" | "period" | "timezone" | "orders" | "opening" | "closing" | "pending" | "approved" | "reversed" | "reversals" | "unknown" | "awaiting" | "amounts", string>;
  /** Without its ending. */
  fileName: (creator: string | null, month: string) => string;
};
