// What the page Deliveries shows: types only, plain JSON. Instants are ISO 8601.
import type { KeptProblem } from "./problem.ts";

export type SweepLine = {
  id: string;
  why: "start" | "schedule" | "installed" | "token" | "scopes" | "asked";
  kind: "pages" | "bulk";
  isOpen: boolean;
  begunAt: string;
  doneAt: string | null;
  /** how many changed orders the store named, was asked for as a whole, and had told of by no delivery */
  seen: number;
  asked: number;
  missed: number;
  /** their accounts are closed, as the shop's data was removed: skipped */
  closed: number;
  problem: KeptProblem | null;
};

export type GapLine = {
  id: string;
  cause: "lost" | "silent" | "uninstalled" | "token";
  from: string;
  to: string;
  orders: number;
  /** still to be settled */
  left: number;
  kind: "pages" | "bulk";
  foundAt: string;
  filledAt: string | null;
  /** the store gave no orders that were made before; null: it gave all */
  cutAt: string | null;
};

export type DeliveriesView = {
  /** when an order's delivery last came; null: none did yet */
  heardAt: string | null;
  /** up to when the store was last asked through */
  sweptAt: string | null;
  token: { problem: KeptProblem; since: string } | null;
  hooks: { problem: KeptProblem; since: string } | null;
  /** subscriptions that were made for this shop, as read back; `ours`: by this version */
  made: { topics: string[]; others: number; at: string | null };
  /** when the shop's own subscriptions were last read back */
  readAt: string | null;
  sweeps: SweepLine[];
  gaps: GapLine[];
  /** how many gaps there are in all, and how many are open */
  total: number;
  /** from when on the store shows orders; null: all */
  shownFrom: string | null;
};
