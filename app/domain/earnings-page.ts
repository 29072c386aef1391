// The shapes of a creator's earnings as the page gets them: plain JSON, amounts in minor units as text, instants in ISO 8601.
import type { Reason } from "./earnings.ts";
import type { PayLine } from "./pages.ts";
import type { PayoutSummary } from "./statement-page.ts";

/** In one program. `term`: what the contract in force pays; null: no contract is known. */
export type ProgramEarnings = { programId: string; name: string; network: string; credited: { currency: string; amount: string; orders: number }[]; payouts: PayoutSummary; term: PayLine | null };

export type EarningsPage = {
  programs: ProgramEarnings[];
  /** Why sales pay something else than the plain rate, by reason: how many there are and the newest of them. Looked for among the newest `looked` sales. */
  others: { key: Reason["key"]; count: number; orders: { id: string; name: string }[] }[];
  looked: number;
};
