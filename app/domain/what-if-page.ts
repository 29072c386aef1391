// The shapes of the pages of what-ifs: types only, plain JSON. Times are ISO 8601, days "2026-06-10", amounts minor units as strings.
import type { OverrideSettings } from "./rule-book.ts";
import type { Since, WhatIfState, WhatIfSums, WhatIfSummary } from "./what-if.ts";

/** What holds of a what-if wherever it is shown. `from` and `to` are the first and the last day of the period. */
export type WhatIfHead = {
  id: string;
  program: { id: string; name: string; network: string };
  from: string;
  to: string;
  settings: OverrideSettings;
  state: WhatIfState;
  problem: string | null;
  total: number;
  done: number;
  who: string;
  createdAt: string;
  doneAt: string | null;
  appliedAt: string | null;
  appliedBy: string | null;
  /** Once applied: the later one that took its place, if one did. */
  since: Since | null;
};

export type CreatorSum = { creatorId: string; name: string; currency: string; changed: number } & WhatIfSums;

/** In a list: with the first of those whose sum would change, and how many more there are. */
export type WhatIfLine = WhatIfHead & { result: { orders: number; changed: number; asks: number; creators: CreatorSum[]; more: number } | null };

export type WhatIfDetail = WhatIfHead & {
  summary: (Omit<WhatIfSummary, "creators"> & { creators: CreatorSum[] }) | null;
  /** Another was applied to orders of this period after this one was computed. */
  outdated: boolean;
  /** Orders of the period that were settled since it was computed, while it is not applied. */
  settledSince: number;
  /** Once applied: orders that are still to be settled anew, and those whose settling failed. */
  waiting: number;
  failed: number;
};

export type WhatIfOrderRow = {
  orderId: string;
  name: string;
  at: string;
  currency: string;
  changes: ({ code: string; creator: { id: string; name: string } } & WhatIfSums)[];
};

export type WhatIfProgram = { id: string; name: string; kind: string; network: string; /** one was applied to its orders before */ applied: boolean };
