// What the pages of runs show: types only, plain JSON. Times are ISO 8601.
import type { BatchState, HourlyBudget, Progress, RowState } from "./code-batch.ts";
import type { Finding } from "./preflight.ts";

export type RunHead = {
  id: string;
  deal: { id: string; name: string };
  state: BatchState;
  problem: string | null;
  who: string;
  createdAt: string;
  startedAt: string | null;
  doneAt: string | null;
  progress: Progress;
  /** How many rows or codes a second the phase at hand takes of late; null: that cannot be told yet. */
  perSecond: number | null;
};

/** What keeps codes from getting on: a problem, and when it is tried again. */
export type Hindrance = { problem: string; nextAt: string | null };

/** The codes of a run in a program's network, and the hourly budget that they wait for. `endsAt`: when the last of them will have been sent, if nothing else is; `byHand`: those that wait for a person's step. */
export type NetworkQueue = { programId: string; name: string; total: number; live: number; refused: number; waiting: number; byHand: number; budget: HourlyBudget | null; endsAt: string; problem: string | null };

export type RunDetail = RunHead & { file: { id: string; name: string } | null; hindrance: Hindrance | null; queues: NetworkQueue[] };

export type RunRow = {
  n: number;
  fileRow: number | null;
  code: string;
  codeId: string | null;
  creator: { id: string; name: string } | null; // null: for everybody
  startsAt: string | null;
  endsAt: string | null;
  state: RowState;
  findings: Finding[];
  problem: string | null;
  store: string | null; // a placement's state
  network: { state: string; problem: string | null } | null;
};

/** The run that the bar on every page is about: the one that was begun last, and how many more are under way. */
export type RunUnderWay = Pick<RunHead, "id" | "state" | "progress" | "perSecond"> & { deal: string; others: number; hindered: boolean };
