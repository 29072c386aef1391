// What a person does with a what-if: plans it, stops it, lets it go on, has it computed anew, and applies it to the past.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { letTakeLong } from "../db/limits.ts";
import { addLog } from "../db/log.ts";
import { findProgram } from "../db/program.ts";
import { findShop } from "../db/shop.ts";
import { insertWhatIf, restartWhatIf, resumeWhatIf, stateOfWhatIf, stopWhatIf, type WhatIfKey } from "../db/what-if.ts";
import { holdRulesAlone } from "../db/rules-lock.ts";
import { lastApplied, lockWhatIf, markApplied, settleAnew, type LockedWhatIf } from "../db/what-if-apply.ts";
import { daysOf, readWhatIfForm, type WhatIfFields } from "../domain/what-if-form.ts";
import type { Failed } from "./connected.ts";

/** A settling that had read an order before the what-if did may have written it afterwards, under an earlier time. */
const SETTLING_MS = 10 * 60_000;

/** Keeps a what-if to be computed. */
export async function planWhatIf(shop: string, fields: WhatIfFields, who: string): Promise<{ ok: true; id: string } | Failed> {
  const at = now();
  const read = readWhatIfForm(fields, (await findShop(shop))?.timezone || "UTC", at);
  if (!read.ok) return read;
  if ((await findProgram(shop, read.whatIf.programId)) === null) return refused("programId", "program.not_found");
  const id = randomUUID();
  await insertWhatIf({ shop, id, ...read.whatIf }, who, at);
  return { ok: true, id };
}

/** Stops the computing after the page at hand. */
export async function haltWhatIf(shop: string, id: string): Promise<{ ok: true } | Failed> {
  return done({ shop, id }, await stopWhatIf({ shop, id }));
}

/** Goes on where it was stopped. */
export async function continueWhatIf(shop: string, id: string): Promise<{ ok: true } | Failed> {
  return done({ shop, id }, await resumeWhatIf({ shop, id }));
}

/** Computes it once more from the beginning: orders or rules have changed since. */
export async function computeAnew(shop: string, id: string): Promise<{ ok: true } | Failed> {
  return done({ shop, id }, await inTransaction((client) => restartWhatIf(client, { shop, id })));
}

/**
 * Makes the what-if one of the rules for the orders of its period, and has those settled anew that differ or were settled since it was
 * computed: the differences are appended as adjustments, and the network is told. Done at most once, and only with what a person has seen.
 */
export async function applyWhatIf(shop: string, id: string, who: string): Promise<{ ok: true; orders: number } | Failed> {
  return inTransaction(async (client) => {
    await letTakeLong(client);
    await holdRulesAlone(client, shop);
    const one = await lockWhatIf(client, { shop, id });
    if (one === null) return refused("id", "what_if.not_found");
    if (one.state === "applied") return refused("id", "what_if.applied_before");
    if (one.state !== "done" || one.readAt === null) return refused("id", "what_if.not_done");
    const last = await lastApplied(client, one);
    if (last.overlapping !== null && last.overlapping >= one.readAt) return refused("id", "what_if.outdated");
    // The order in which they were applied is the order in which they hold: never at one instant with another.
    const at = new Date(Math.max(now().getTime(), (last.any?.getTime() ?? 0) + 1));
    const orders = await settleAnew(client, one, new Date(one.readAt.getTime() - SETTLING_MS), at);
    await markApplied(client, { shop, id }, who, at, orders);
    await addLog(client, shop, at, { who, what: "what_if.applied", detail: await detailOf(one) });
    return { ok: true, orders };
  });
}

async function detailOf(one: LockedWhatIf): Promise<Record<string, string | number>> {
  const [program, shop] = await Promise.all([findProgram(one.shop, one.programId), findShop(one.shop)]);
  return { id: one.id, program: program?.name ?? one.programId, ...daysOf(one, shop?.timezone || "UTC"), settings: JSON.stringify(one.settings), count: one.summary?.changed ?? 0 };
}

async function done(key: WhatIfKey, did: boolean): Promise<{ ok: true } | Failed> {
  if (did) return { ok: true };
  const state = await stateOfWhatIf(key);
  return refused("id", state === null ? "what_if.not_found" : state === "applied" ? "what_if.applied_before" : "what_if.other_state");
}

function refused(field: string, key: string): Failed {
  return { ok: false, errors: [{ field, key }] };
}
