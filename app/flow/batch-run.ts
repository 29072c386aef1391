// The loop behind runs of codes: checks rows with the pre-flight, writes those that can be made, a chunk at a time, and says when all are where they
// can be. Placing brings them to store and network. Each chunk is written with what it brought, so that a run goes on where it was after kill -9.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { claimBatch, countOnTheWay, endPhase, failBatch, followRefused, haltUninstalled, holdBatch, leaveBatch, nextRows, noteChecked, type BatchRow, type ClaimedBatch } from "../db/code-batch.ts";
import { isPassing } from "../db/fault.ts";
import type { Finding } from "../domain/preflight.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import { isStopping } from "../stopping.server.ts";
import { after } from "./again.ts";
import { makeRows } from "./batch-make.ts";
import { startLoop, type Loop } from "./loop.ts";
import { openPreflight, type GiveRow, type OpenPreflight } from "./preflight.ts";

const REST_MS = 500;
const LEASE_MS = 60_000;
const HOLD_ON_MS = 20_000;
/** A turn is short, so that the app can stop. */
const CHUNKS_A_TURN = 10;
const CHECK_CHUNK = 250;
const MAKE_CHUNK = 1_000;
/** Codes are written no further ahead of the store than this: those that a person gives meanwhile wait for no whole run. */
const MOST_ON_THE_WAY = 20_000;
const LOOK_AGAIN_MS = 1_000;
/** What could not be asked is asked again after this. */
const ASK_AGAIN_MS = 30_000;

/** Starts the loop that works on runs. */
export function startBatches(): Loop {
  return startLoop({ name: "codes", everyMs: REST_MS, work: batchOnce });
}

/** Does one turn of the run that waits longest; 0 where none is due, or nothing could be done. */
export async function batchOnce(): Promise<number> {
  const at = now();
  await haltUninstalled(writeProblem("run.uninstalled"), at);
  const one = await claimBatch(at, after(at, LEASE_MS));
  if (one === null) return 0;
  const stopHolding = holdOn(one);
  try {
    return await turn(one);
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    const words = fault instanceof Error ? fault.message : String(fault);
    log.error({ shop: one.shop, batch: one.id, fault: words }, "a run of codes cannot go on");
    await failBatch(one, writeProblem("run.failed", { words: words.slice(0, 300) }), now());
    return 1;
  } finally {
    stopHolding();
  }
}

/** The lease is renewed while a step takes long, as the listing of a large network program may. */
function holdOn(one: ClaimedBatch): () => void {
  const timer = setInterval(() => void inTransaction((client) => keep(client, one)).catch(() => {}), HOLD_ON_MS);
  return () => clearInterval(timer);
}

/** Holds it anew within a transaction. False: it is ours no more. */
async function keep(client: Parameters<typeof holdBatch>[0], one: ClaimedBatch): Promise<boolean> {
  const lease = after(now(), LEASE_MS);
  const kept = await holdBatch(client, one, lease);
  if (kept) one.lease = lease;
  return kept;
}

async function turn(one: ClaimedBatch): Promise<number> {
  for (let chunks = 0; chunks < CHUNKS_A_TURN && !isStopping(); chunks++) {
    const unchecked = await nextRows(one, "new", CHECK_CHUNK);
    if (unchecked.length > 0) {
      const checked = await check(one, unchecked);
      if (checked === "done") continue;
      return checked === "waits" ? 0 : 1;
    }
    forget(one.id);
    if (one.state === "checking") return (await endPhase(one, "checked", now())) ? 1 : 0;

    const room = MOST_ON_THE_WAY - (await countOnTheWay(one, MOST_ON_THE_WAY));
    const rows = room > 0 ? await nextRows(one, "checked", Math.min(MAKE_CHUNK, room)) : [];
    if (rows.length > 0) {
      if (!(await inTransaction(async (client) => (await keep(client, one)) && makeRows(client, one, rows)))) return 1;
      continue;
    }
    if (room === MOST_ON_THE_WAY) {
      await followRefused(one);
      // A row that was tried again meanwhile is a reason to go on.
      if ((await nextRows(one, "checked", 1)).length === 0 && (await countOnTheWay(one, 1)) === 0) return (await endPhase(one, "done", now())) ? 1 : 0;
    }
    await leaveBatch(one, after(now(), LOOK_AGAIN_MS), null);
    return chunks;
  }
  await leaveBatch(one, now(), null);
  return 1;
}

/** A pre-flight reads much at its opening: it stays open from chunk to chunk, as long as the rows follow one another. */
const open = new Map<string, { preflight: OpenPreflight; nextN: number }>();

function forget(id: string): void {
  open.get(id)?.preflight.close();
  open.delete(id);
}

/** "waits": store or network could not be asked; "lost": the run is ours no more. */
async function check(one: ClaimedBatch, rows: BatchRow[]): Promise<"done" | "waits" | "lost"> {
  const { shop, id, dealId, settings, total } = one;
  const first = rows[0]!.n;
  const known = open.get(id);
  if (known?.nextN !== first) forget(id);
  const opened = known?.nextN === first ? known.preflight : await openPreflight(shop, dealId, { hyphens: settings.hyphens, rows: total, urgency: "background" });
  if (!opened.ok) {
    const { key, values } = opened.errors[0]!;
    await failBatch(one, writeProblem(key, values), now());
    return "lost";
  }
  const checked = await opened.check(rows.map(asked), first - 1);
  const unasked = checked.flatMap((row) => row.findings).find(couldNotAsk);
  if (unasked) {
    // Cut off by our own end it is no problem of theirs: whoever comes next asks at once.
    if (isStopping()) await leaveBatch(one, now(), null);
    else await leaveBatch(one, after(now(), ASK_AGAIN_MS), writeProblem(unasked.key, unasked.values));
    forget(id);
    return "waits";
  }
  const noted = rows.map((row, place) => ({ n: row.n, findings: checked[place]!.findings, blocked: checked[place]!.findings.some((finding) => finding.blocking) }));
  const kept = await inTransaction(async (client) => {
    if (!(await keep(client, one))) return false;
    await noteChecked(client, one, noted);
    return true;
  });
  if (kept) open.set(id, { preflight: opened, nextN: rows.at(-1)!.n + 1 });
  else forget(id);
  return kept ? "done" : "lost";
}

function asked({ creatorId, code, policy, startsAt, endsAt }: BatchRow): GiveRow {
  return { creatorId, code, policy, startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null };
}

/** It says nothing of the code: store or network did not answer, or let nobody in. */
function couldNotAsk(finding: Finding): boolean {
  return finding.blocking && (finding.later === true || /^(store|network|connect)\./.test(finding.key));
}
