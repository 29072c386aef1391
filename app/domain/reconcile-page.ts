// The shapes of the page of reconciliations: types only, plain JSON. Times are ISO 8601, days "2026-06-10", amounts minor units as strings.
import type { Paged } from "./pages.ts";
import type { Cause } from "./reconcile.ts";
import type { ProgramSums, Sums } from "./reconcile-sums.ts";
import type { WorkRow } from "./worklist-page.ts";

export type RunHead = {
  id: string;
  /** The first and the last day. */
  from: string;
  to: string;
  /** The period ends at this instant: before the end of the last day where that had not passed. */
  until: string;
  state: "waiting" | "running" | "done" | "stopped" | "failed";
  stage: "networks" | "store" | "app" | "orders" | "rest";
  problem: string | null;
  total: number;
  done: number;
  who: string;
  createdAt: string;
  doneAt: string | null;
  counts: { all: number; you: number; unexplained: number };
};

export type RunSums = Omit<Sums, "programs" | "reads"> & { programs: (ProgramSums & { program: string; network: string })[]; reads: { program: string; readAt: string | null; problem: string | null; account: string | null; isOld: boolean }[] };

/** `live`: what became of it since: asked (the store is being asked), mended, under_way (a repair that a person chose), or null. `work`: what the worklist has of it now. */
export type DifferenceRow = {
  id: string;
  cause: Cause;
  order: { id: string; name: string } | null;
  orderRef: string;
  orderAt: string | null;
  program: string | null;
  creator: { id: string; name: string } | null;
  actionId: string | null;
  currency: string | null;
  here: string | null;
  there: string | null;
  detail: Record<string, string | number | boolean>;
  live: "asked" | "mended" | "under_way" | null;
  work: WorkRow | null;
};

/** The differences of one cause: the first ones, or a page of them where only they are shown. */
export type CauseGroup = { cause: Cause } & Paged<DifferenceRow>;

export type Reconciliation = RunHead & { sums: RunSums | null; groups: CauseGroup[]; cause: string };
