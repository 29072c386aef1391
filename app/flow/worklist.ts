// A person's repairs: what was shown is what is done. Each is checked against what is known by now; where that is otherwise, nothing is done and the new effect
// is shown. What is done is written as an intent, and carried out by reporting and by reading back; a second click finds nothing more to do.
import { now } from "../clock.ts";
import { addLog } from "../db/log.ts";
import { findFacts } from "../db/network-action.ts";
import { factsOf, type FactsRow } from "../db/network-action-facts.ts";
import { compareAgain, noteAccepted, noteRepair, takeUpAccepted, wantAction } from "../db/network-action-repair.ts";
import { findStuck } from "../db/reads/worklist.ts";
import { readActionsSoon } from "../db/read-back.ts";
import { stuckFactsOf, type RawStuck } from "../db/reads/worklist-rows.ts";
import { endReversed, forgetAction, handOver, hasSuccessor, insertAnew, leaveConversion, lookNow, nextNumber, sendAgain, setHeld, tellAnew } from "../db/worklist.ts";
import { inTransaction, type Queryable } from "../db.server.ts";
import { compareAction, printOf, type Difference } from "../domain/read-back.ts";
import { offersFor, offersForStuck, REPAIRS, refAfter, sentThere, versionOf, versionOfStuck, type ActionFacts, type Repair } from "../domain/worklist.ts";
import type { RepairAnswer } from "../domain/worklist-page.ts";

const STALE: RepairAnswer = { done: null, stale: true };

/** `key`: as the worklist's row has it; `repair`: one of its offers, or "take_up": what was accepted is asked again; `version`: what was shown. */
export async function repairAsked(shop: string, who: string, asked: { key: string; repair: string; version: string }): Promise<RepairAnswer> {
  const about = readKey(asked.key);
  if (about === null) return STALE;
  return inTransaction((client) => (about.is === "action" ? repairAction(client, shop, who, about, asked) : repairConversion(client, shop, who, about, asked)));
}

/** A person wants to know now: the next turn of reading back asks the networks for what changed. Returns in how many programs that was not asked for already. */
export async function readBackNow(shop: string): Promise<number> {
  return readActionsSoon(shop);
}

type About = { is: "action"; programId: string; actionId: string } | { is: "conversion"; orderId: string; n: number };

function readKey(key: string): About | null {
  try {
    const [is, a, b] = JSON.parse(key) as unknown[];
    if (is === "action" && typeof a === "string" && typeof b === "string") return { is, programId: a, actionId: b };
    if (is === "conversion" && typeof a === "string" && Number.isInteger(b)) return { is, orderId: a, n: Number(b) };
  } catch {
    // Not one of ours.
  }
  return null;
}

async function repairAction(client: Queryable, shop: string, who: string, { programId, actionId }: Extract<About, { is: "action" }>, asked: { repair: string; version: string }): Promise<RepairAnswer> {
  const row = await findFacts(client, shop, programId, actionId, true);
  if (row === null) return STALE;
  const at = now();
  const facts = factsOf(row);
  const found = compareAction(facts.held, facts.own, facts.place, at.getTime());
  if (asked.repair === "take_up") {
    await takeUpAccepted(client, shop, programId, actionId, typeof found === "string" ? null : found.kind, at);
    return { done: null, stale: false };
  }
  // The very same was chosen a moment ago.
  if (row.repair === asked.repair) return { done: row.repair as Repair, stale: false };
  const repair = REPAIRS.find((one) => one === asked.repair);
  if (typeof found === "string" || repair === undefined || row.repair !== null) return STALE;
  const offered = offersFor(found, facts, at.getTime()).some((one) => one.repair === repair);
  if (!offered || versionOf(facts, at.getTime()) !== asked.version) return STALE;
  const n = await carryOut(client, shop, who, row, facts, found, repair, at);
  if (n === null) return STALE;
  if (repair !== "look") await addLog(client, shop, at, { who, what: `worklist.${repair}`, detail: { orderId: row.orderId, n, order: row.orderName || row.orderRef, program: programId, action: actionId } });
  return { done: repair, stale: false };
}

/** Writes the intent; the number of the conversion that carries it out, or null where the conversion is not what it was. */
async function carryOut(client: Queryable, shop: string, who: string, row: FactsRow, facts: ActionFacts, found: Difference, repair: Repair, at: Date): Promise<number | null> {
  const { programId, actionId } = row;
  const { held, own } = facts;
  const key = { shop, orderId: row.ownOrderId ?? "", n: row.ownOrderId === null ? 0 : row.ownN };
  const isOwn = own !== null && own.actionId === held.actionId;
  switch (repair) {
    case "look":
      await wantAction(client, shop, programId, actionId, at);
      return key.n;
    case "accept":
      await noteAccepted(client, shop, programId, actionId, printOf(found, held, own), who, at);
      return key.n;
    case "send_again":
      if (!(await tellAnew(client, key, actionId, at))) return null;
      await forgetAction(client, shop, programId, actionId);
      return key.n;
    case "send_anew": {
      const next = await sendAnew(client, key, facts.networkOrderId, at);
      if (next !== null) await compareAgain(client, shop, programId, actionId);
      return next;
    }
    case "edit":
      if (!(await setHeld(client, key, actionId, sentThere(held, own!), at))) return null;
      break;
    case "reverse":
      if (isOwn && !(await setHeld(client, key, actionId, held.items ?? [{ sku: "-", name: "", category: null, quantity: 1, amount: held.amount ?? "1" }], at))) return null;
      await noteRepair(client, shop, programId, actionId, { repair: isOwn ? "edit" : "reverse", version: versionOf(facts, at.getTime()), who }, at);
      return key.n;
  }
  await noteRepair(client, shop, programId, actionId, { repair, version: versionOf(facts, at.getTime()), who }, at);
  return key.n;
}

/** The reversed one stays what it is; a new one takes the next number, which is returned. */
async function sendAnew(client: Queryable, key: { shop: string; orderId: string; n: number }, told: string, at: Date): Promise<number | null> {
  // Settling may have put a new one in its place already, when the order changed: two would be paid twice.
  if (await hasSuccessor(client, key)) return null;
  if (!(await endReversed(client, key, at))) return null;
  const next = await nextNumber(client, key.shop, key.orderId);
  await insertAnew(client, key, next, refAfter(told, key.n, next), at);
  await handOver(client, key); // else settling would take the reversed one for the one that carries the sale
  return next;
}

async function repairConversion(client: Queryable, shop: string, who: string, { orderId, n }: Extract<About, { is: "conversion" }>, asked: { repair: string; version: string }): Promise<RepairAnswer> {
  const row = await findStuck(client, shop, orderId, n);
  if (row === null) return STALE;
  const at = now();
  const key = { shop, orderId, n };
  if (asked.repair === "take_up") {
    await leaveConversion(client, key, null, null);
    return { done: null, stale: false };
  }
  const facts = stuckFactsOf(row);
  const repair = offersForStuck(facts, at.getTime()).find((one) => one.repair === asked.repair)?.repair;
  if (repair === undefined || versionOfStuck(facts, at.getTime()) !== asked.version) return STALE;
  const told = await carryOutStuck(client, key, who, row, repair, at);
  if (told === null) return STALE;
  if (repair !== "look") await addLog(client, shop, at, { who, what: `worklist.${repair}`, detail: { orderId, n: told, order: row.orderName || row.networkOrderId } });
  return { done: repair, stale: false };
}

async function carryOutStuck(client: Queryable, key: { shop: string; orderId: string; n: number }, who: string, row: RawStuck, repair: Repair, at: Date): Promise<number | null> {
  if (repair === "send_anew") return sendAnew(client, key, row.networkOrderId, at);
  if (repair === "accept") await leaveConversion(client, key, who, at);
  else if (repair === "send_again") await sendAgain(client, key, at);
  else if (repair === "look") await lookNow(client, key, at);
  return key.n;
}
