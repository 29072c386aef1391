// What became of the requests that a network was sent, by day, as the page Network shows it.

/** Requests that ended on this day of the shop's time zone. */
export type ReportDay = { day: string; accepted: number; rejected: number; lost: number };

/** An error code of a network, how often it ended a request of the period, and the newest of these. */
export type ReportError = { network: string; code: string; count: number; orderId: string; orderName: string; at: string };

export type ReportDays = {
  days: ReportDay[];
  /** Sent, and not ended yet. */
  open: number;
  /** By kind, those that ended in the period. */
  kinds: { create: number; edit: number; reverse: number };
  /** The most frequent first. */
  errors: ReportError[];
};
