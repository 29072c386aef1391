// Which performance program the creators of a creator program are hired through: then each of its codes stands in both, there as the media source's.
import { now } from "../clock.ts";
import { inTransaction, pool } from "../db.server.ts";
import { addLog, insertLog } from "../db/log.ts";
import { NO_PAIR, addToPairs, countToCome, dropPlanned, setMediaSourceRefused, setPair, tryByHandAgain } from "../db/pair.ts";
import { lookAgainAt } from "../db/placement-network.ts";
import { findProgram } from "../db/program.ts";
import type { Failed } from "./connected.ts";

/** Tells how many codes a pair would bring to the performance program. Nothing is written. */
export async function previewPair(shop: string, programId: string, pairId: string): Promise<{ ok: true; count: number } | Failed> {
  const problem = await problemOf(shop, programId, pairId);
  if (problem !== null) return problem;
  return { ok: true, count: pairId === NO_PAIR ? 0 : await countToCome(shop, programId, pairId, now()) };
}

/** Pairs a creator program with a performance program of its account (`pairId` "": its creators are its own). Its codes come to the other program in the background, some in a turn. */
export async function choosePair(shop: string, programId: string, pairId: string, who: string): Promise<{ ok: true; count: number } | Failed> {
  const problem = await problemOf(shop, programId, pairId);
  if (problem !== null) return problem;
  const at = now();
  const [program, pair] = [await findProgram(shop, programId), await findProgram(shop, pairId)];
  const count = pairId === NO_PAIR ? 0 : await countToCome(shop, programId, pairId, at);
  await inTransaction(async (client) => {
    if (!(await setPair(client, shop, programId, pairId))) return;
    await dropPlanned(client, shop, programId);
    await addLog(client, shop, at, { who, what: pair ? "program.paired" : "program.unpaired", detail: { programId, name: program!.name, pair: pair?.name ?? null, count } });
  });
  return { ok: true, count };
}

async function problemOf(shop: string, programId: string, pairId: string): Promise<Failed | null> {
  const program = await findProgram(shop, programId);
  if (program?.kind !== "creator" || program.connectionId === null) return { ok: false, errors: [{ field: "programId", key: "program.not_found" }] };
  if (pairId === NO_PAIR) return null;
  const pair = await findProgram(shop, pairId);
  const fits = pair?.kind === "performance" && pair.connectionId === program.connectionId && pair.state === "active";
  return fits ? null : { ok: false, errors: [{ field: "pairId", key: "program.no_pair", values: { name: pair?.name ?? pairId } }] };
}

/** A person wants to know now whether the steps in a program are done. Returns how many codes wait there. */
export function lookAtSteps(shop: string, programId: string): Promise<number> {
  return lookAgainAt(shop, programId, now());
}

/** The network is to be asked once more whether its API takes codes for the media source. Returns how many codes wait for that. */
export async function tryMediaSource(shop: string, programId: string, who: string): Promise<number> {
  const at = now();
  await setMediaSourceRefused(shop, programId, null);
  const count = await tryByHandAgain(shop, programId, at);
  await insertLog(shop, at, { who, what: "placing.tried_again", detail: { count } });
  return count;
}

const REST_MS = 5_000;
let foundNoneAt: Date | null = null;

/**
 * Codes of paired programs that are not on the other program's list yet come on it, some in a turn. Returns how many. Codes that are written come on it
 * with their writing (db/code.ts); this is for those that were there when the pair was chosen, and for what comes back.
 */
export async function fillPairs(): Promise<number> {
  const at = now();
  if (foundNoneAt !== null && Math.abs(at.getTime() - foundNoneAt.getTime()) < REST_MS) return 0;
  const count = await addToPairs(pool(), at);
  foundNoneAt = count === 0 ? at : null;
  return count;
}
