// The network's verdict on a conversion whose credit it decides (rules in force: clicks "network"): kept, and the order settled with it.
import { now } from "../clock.ts";
import { pool } from "../db.server.ts";
import { keepVerdict, type NewVerdict } from "../db/verdict.ts";
import { isVerdict, type Refusal } from "../domain/verdict.ts";

/** A conversion, as far as verdicts are concerned. Verdicts are only kept of those that the network decides about (`awaiting`). */
export type Judged = { shop: string; orderId: string; codeId: string; programId: string; awaiting: boolean };

/** The network holds an action that credits our partner with the code. */
export async function noteCredited(row: Judged, actionId: string): Promise<void> {
  await noteVerdict(row, { verdict: "credited", reason: null, actionId });
}

/** The network credits somebody else, or nobody (`reason`: domain/verdict.ts). `actionId`: of the action that shows it; null: there is none. */
export async function noteRefused(row: Judged, reason: string, actionId: string | null): Promise<void> {
  await noteVerdict(row, { verdict: "refused", reason, actionId });
}

/** How the code of a conversion stood in its program's network when the order was made. */
type Placed = { codeState: string | null; codeToldAt: Date | null; eventAt: Date };

/** The network refused a creation since the sale is another's, or nobody's. Where it knew enough to say so, that is its verdict. */
export async function noteRefusal(row: Judged & Placed, refusal: Refusal): Promise<void> {
  const knewCode = row.codeState === null || (row.codeState === "live" && (row.codeToldAt === null || row.codeToldAt < row.eventAt));
  if (isVerdict(refusal, knewCode)) await noteRefused(row, refusal, null);
}

/** Keeps what the network decided, and has the order settled again where that is new. Nothing happens where it is known, where a newer verdict is, or where the network was not to decide. */
export async function noteVerdict({ shop, orderId, codeId, programId, awaiting }: Judged, decided: Pick<NewVerdict, "verdict" | "reason" | "actionId">): Promise<void> {
  if (awaiting) await keepVerdict(pool(), { shop, orderId, codeId, programId, ...decided }, now());
}
