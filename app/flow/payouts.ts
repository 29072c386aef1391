// Reads back what the networks will pay: whole lists of a program's actions, page by page, for conversions whose payout is unknown or may
// still change. It comes last: what is to be told goes before it, so a part of the account's hour is always left.
import { nowMs } from "../clock.ts";
import { setConnectionState } from "../db/connection.ts";
import { withLock } from "../db/lock.ts";
import { actionsToRead, daysToRead, notePayouts, programsToRead, type DueProgram, type ReadPayout } from "../db/payout.ts";
import { halves, windowsOfDays, type Span } from "../domain/payout-windows.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import type { ActionInfo, Network, NetworkFault } from "../networks/port.ts";
import { budgetKey } from "./budget.ts";
import { startLoop, type Loop } from "./loop.ts";
import { networkProblem } from "./network-faults.ts";
import { openConnection } from "./networks.ts";
import { inParallel } from "./parallel.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EVERY_MS = 30_000;
/** What is new is read sooner than the hour: conversions come in all the time, and one list shows many of them. */
const SOONEST_MS = 10 * MINUTE_MS;
const MOST_ACCOUNTS_AT_ONCE = 4;
/** What no list shows is asked for by itself, but never by the thousand. */
const MOST_SINGLE = 20;
const CHUNK = 1_000;

/** Until when an account, a shop's connection to it or a program is left alone, by its key. Forgotten at a restart: then it is asked once more. */
type Rests = Map<string, number>;

/** `rest`: the key of what has to wait. */
type End = { ok: true } | { ok: false; rest: string; untilMs: number };

/** Reads for as long as the process lives. */
export function startReadingPayouts({ shop }: { shop?: string } = {}): Loop {
  const rests: Rests = new Map();
  return startLoop({ name: "payouts", everyMs: EVERY_MS, work: () => readPayouts({ shop, rests }) });
}

/** Reads every program that is due once; returns of how many all was read. shop: only this one. */
export async function readPayouts({ shop, rests = new Map() }: { shop?: string; rests?: Rests } = {}): Promise<number> {
  const at = nowMs();
  const due = (await programsToRead(shop ?? null, new Date(at - HOUR_MS))).filter((program) => isFree(program, rests, at));
  const faults: unknown[] = [];
  let read = 0;
  // One account's trouble is nobody else's: each is read by itself, and a fault is thrown only when all had their turn.
  await inParallel([...Map.groupBy(due, accountOf).entries()], MOST_ACCOUNTS_AT_ONCE, async ([account, programs]) => {
    const done = await withLock(`payouts ${account}`, () => readAccount(programs, rests)).catch((fault: unknown) => {
      faults.push(fault);
      rests.set(account, nowMs() + SOONEST_MS);
      return 0;
    });
    read += done ?? 0;
    return true;
  });
  if (faults.length > 0) throw faults[0];
  return read;
}

function accountOf({ network, accountSid }: DueProgram): string {
  return budgetKey(network, accountSid);
}

/** Several shops may share an account, each with a token of its own. */
function connectionOf({ shop, connectionId }: DueProgram): string {
  return `connection ${shop} ${connectionId}`;
}

function programOf({ shop, programId }: DueProgram): string {
  return `program ${shop} ${programId}`;
}

function isFree(program: DueProgram, rests: Rests, atMs: number): boolean {
  return [accountOf(program), connectionOf(program), programOf(program)].every((key) => (rests.get(key) ?? 0) <= atMs);
}

async function readAccount(programs: readonly DueProgram[], rests: Rests): Promise<number> {
  let read = 0;
  for (const program of programs) {
    if (!isFree(program, rests, nowMs())) continue;
    rests.set(programOf(program), nowMs() + SOONEST_MS);
    const end = await readProgram(program);
    if (end.ok) read += 1;
    else rests.set(end.rest, end.untilMs);
  }
  return read;
}

async function readProgram(program: DueProgram): Promise<End> {
  const { shop, programId } = program;
  const readBefore = new Date(nowMs() - HOUR_MS);
  const connection = await openConnection(shop, program.connectionId);
  const network = connection.about({ about: "account", aboutId: programId });
  const waiting = windowsOfDays(await daysToRead(shop, programId, readBefore)).reverse();
  for (let span = waiting.pop(); span !== undefined; span = waiting.pop()) {
    const end = await readWindow(program, network, span);
    if (end.ok) continue;
    // It may hold more actions than the network lists at once; whatever else it minds, it will mind in the shortest window too.
    const parts = end.fault.kind === "invalid" ? halves(span) : null;
    if (parts === null) return giveWay(program, end.fault);
    waiting.push(parts[1], parts[0]);
  }
  return readSingle(program, network, readBefore);
}

type WindowEnd = { ok: true } | { ok: false; fault: NetworkFault };

async function readWindow(program: DueProgram, network: Network, { fromMs, toMs }: Span): Promise<WindowEnd> {
  const window = { by: "event" as const, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  for (let page = 1, pages = 1; page <= pages; page++) {
    const askedAt = new Date(nowMs()); // what changes while the answer is under way is read again
    const answer = await network.actions(program.programExternalId, window, page);
    if (!answer.ok) return { ok: false, fault: answer.fault };
    for (let from = 0; from < answer.value.actions.length; from += CHUNK) await keep(program, answer.value.actions.slice(from, from + CHUNK), askedAt);
    pages = answer.value.pages;
  }
  return { ok: true };
}

/** What the lists did not show: it was dated otherwise, or the network holds it no more. Then its payout is unknown, and said to be. */
async function readSingle(program: DueProgram, network: Network, readBefore: Date): Promise<End> {
  const { shop, programId } = program;
  for (const actionId of await actionsToRead(shop, programId, readBefore, MOST_SINGLE)) {
    const askedAt = new Date(nowMs());
    const answer = await network.action(actionId);
    if (answer.ok) await keep(program, [{ ...answer.value, actionId }], askedAt);
    else if (answer.fault.kind === "not_found") await notePayouts(shop, programId, [{ actionId, payout: null, currency: null, state: null }], askedAt);
    else return giveWay(program, answer.fault);
  }
  return { ok: true };
}

async function keep({ shop, programId }: DueProgram, actions: readonly ActionInfo[], readAt: Date): Promise<void> {
  const unreadable = actions.filter((action) => action.payout === null).length;
  if (unreadable > 0) log.warn({ shop, programId, actions: unreadable }, "the network shows payouts that cannot be read; they count as unknown");
  await notePayouts(shop, programId, actions.map(payoutOf), readAt);
}

function payoutOf({ actionId, payout, currency, state }: ActionInfo): ReadPayout {
  return { actionId, payout, currency: payout === null ? null : currency, state: state === "other" ? null : state };
}

/** What a fault means: who has to wait, and until when. */
async function giveWay(program: DueProgram, fault: NetworkFault): Promise<End> {
  const { shop, programId, connectionId } = program;
  const at = nowMs();
  log.warn({ shop, programId, fault: fault.kind }, "payouts could not be read and are asked for again later");
  switch (fault.kind) {
    case "unauthorized": {
      const problem = networkProblem(fault);
      await setConnectionState(shop, connectionId, "refused", writeProblem(problem.key, problem.values), new Date(at));
      return { ok: false, rest: connectionOf(program), untilMs: at + HOUR_MS };
    }
    case "forbidden":
      return { ok: false, rest: connectionOf(program), untilMs: at + HOUR_MS };
    case "limited":
      return { ok: false, rest: accountOf(program), untilMs: at + Math.max(MINUTE_MS, fault.resetSeconds * 1_000) };
    case "timeout":
    case "unavailable":
      return { ok: false, rest: accountOf(program), untilMs: at + SOONEST_MS };
    default:
      return { ok: false, rest: programOf(program), untilMs: at + HOUR_MS };
  }
}
