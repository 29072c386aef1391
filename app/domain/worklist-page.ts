// What the worklist of the networks shows: types only, plain JSON. Times are ISO 8601, amounts are minor units as strings.
import type { Paged } from "./pages.ts";
import type { Offer, Repair } from "./worklist.ts";

/** How a row is grouped, in the order of the tabs; under_way and accepted are in views of their own. */
export const GROUPS = ["near_lock", "not_taken", "missing", "amount", "partner", "state", "extra", "after_lock", "under_way", "accepted"] as const;
export type Group = (typeof GROUPS)[number];

export type WorkRow = {
  /** How a repair names it: an action of a program, or a conversion of an order. */
  key: string;
  group: string;
  /** Of a conversion that waits: why (network.json "problem"); null: it is about an action. */
  problem: string | null;
  detail: string | null;
  /** Of an action: how it differs; null where it does not by now. */
  difference: { kind: string; how: string | null } | null;
  order: { id: string; name: string } | null;
  /** The order id that the network was told. */
  orderRef: string;
  program: string;
  /** The network's id: its own words lie under it. */
  network: string;
  creator: { id: string; name: string } | null;
  /** Whom the network credits, where that is somebody else. */
  partner: string;
  code: string | null;
  /** The network's own word for a state that is not known here. */
  word: string | null;
  currency: string;
  here: string | null;
  there: { amount: string | null; currency: string } | null;
  lockAt: string | null;
  near: boolean;
  locked: boolean;
  since: string | null;
  readAt: string | null;
  version: string;
  offers: Offer[];
  /** Its account is disconnected: nothing can be sent, so that nothing of the kind is offered. */
  offline: boolean;
  /** What a person chose, and is being done. */
  chosen: { repair: string; who: string; at: string | null } | null;
  /** Why what was chosen could not be done. */
  failed: string | null;
};

export type WorkCounts = Partial<Record<Group | "all", number>>;

/** Up to when the networks' sales were read back everywhere; null: somewhere they never were. `asked`: they are to be read now. `problem`: domain/problem.ts, of the last try that failed. */
export type ReadState = { at: string | null; asked: boolean; problem: string | null };

export type Worklist = Paged<WorkRow> & { counts: WorkCounts; read: ReadState | null };

/** `stale`: it is otherwise than it was shown; the page shows the new effect. */
export type RepairAnswer = { done: Repair | null; stale: boolean };

/** Two seem to send the same sales, or nobody does: what a program's mode and the network's actions say together. */
export type SendersWarning = { kind: "both" | "nobody"; programId: string; program: string; count: number };
