// Compares what was read back with what is known here, as soon as it can be said: nothing is asked of anybody for it.
import { now } from "../clock.ts";
import { listToCompare, noteCompared, takeStanding, type ComparedAction } from "../db/network-action.ts";
import { wantAction } from "../db/network-action-repair.ts";
import { pool } from "../db.server.ts";
import { factsOf, type FactsRow } from "../db/network-action-facts.ts";
import { compareAction, printOf } from "../domain/read-back.ts";
import { partnerReason } from "../domain/verdict.ts";
import { noteCredited, noteRefused } from "./verdict.ts";

const CHUNK = 1_000;

/** Compares all that waits to be in a program; returns how many differ. */
export async function compareProgram(shop: string, programId: string): Promise<number> {
  await takeStanding(shop, programId);
  let differ = 0;
  for (let after = "", more = true; more; ) {
    const rows = await listToCompare(shop, programId, after, CHUNK);
    more = rows.length === CHUNK;
    after = rows.at(-1)?.actionId ?? "";
    const at = now();
    const compared = rows.map((row) => ({ row, result: resultOf(row, at.getTime()) }));
    differ += compared.filter(({ result }) => result.problem !== null).length;
    await noteCompared(shop, programId, compared.map(({ result }) => result), at);
    // What a person waits to see in order is not left to the next list.
    for (const { row, result } of compared) if (result.wait && row.ownResting && (row.problem !== null || row.repair !== null)) await wantAction(pool(), shop, programId, row.actionId, at);
    for (const { row, result } of compared) if (row.ownOrderId !== null && row.ownAwaiting && !result.wait) await noteDecided(shop, row);
  }
  return differ;
}

function resultOf(row: FactsRow, nowMs: number): ComparedAction {
  const facts = factsOf(row);
  const found = compareAction(facts.held, facts.own, facts.place, nowMs);
  const { actionId, readAt } = row;
  if (found === "wait") return { actionId, readAt, problem: null, wait: true, over: false };
  const problem = found === "same" || printOf(found, facts.held, facts.own) === row.accepted ? null : found.kind;
  // A reversal under way ends with what the network shows (read-back-repair.ts); all else that was chosen is done by what was read since.
  const over = row.repair !== null && (problem === null || (row.repair !== "reverse" && row.repairAt !== null && readAt !== null && readAt > row.repairAt));
  return { actionId, readAt, problem, wait: false, over };
}

/** What the network decided of a sale whose credit it decides (its clicks are the network's). */
async function noteDecided(shop: string, row: FactsRow): Promise<void> {
  // What this app reversed itself says nothing of what the network would have decided.
  if (row.ownActionId !== row.actionId || (row.ownState !== "reported" && row.ownState !== "dropped")) return;
  const judged = { shop, orderId: row.ownOrderId!, codeId: row.ownCodeId, programId: row.programId, awaiting: row.ownAwaiting };
  const refused = row.state === "reversed" || (row.ownPartnerId !== null && row.partnerId !== "" && row.partnerId !== row.ownPartnerId);
  // It was refused before; only what stands there for our partner again is a new word.
  if (row.ownState === "dropped" && refused) return;
  if (row.state === "reversed") await noteRefused(judged, "reversed", row.actionId);
  else if (row.ownPartnerId !== null && row.partnerId !== "" && row.partnerId !== row.ownPartnerId) await noteRefused(judged, partnerReason(row.partnerId), row.actionId);
  else if (row.state === "pending" || row.state === "approved") await noteCredited(judged, row.actionId);
}
