// Reads back what the networks hold: every change of a program's actions, and what changes without one; keeps it, compares it with what is known here, and
// from it takes what each sale will pay. One reader for an account; each page is kept before the next is asked for, so that a kill costs little.
import { nowMs } from "../clock.ts";
import { setConnectionState } from "../db/connection.ts";
import { withLock } from "../db/lock.ts";
import { noteReadProblem, programsToRead, type DueProgram } from "../db/read-back.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import type { NetworkFault } from "../networks/port.ts";
import { budgetKey } from "./budget.ts";
import { startLoop, type Loop } from "./loop.ts";
import { networkProblem } from "./network-faults.ts";
import { openConnection } from "./networks.ts";
import { inParallel } from "./parallel.ts";
import { compareProgram } from "./read-back-compare.ts";
import { readProgram, type Places } from "./read-back-program.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EVERY_MS = 10_000;
/** How often the network's changes are asked for. */
const CHANGES_MS = 20 * MINUTE_MS;
/** After a fault that passes. */
const AGAIN_MS = 10 * MINUTE_MS;
const MOST_ACCOUNTS_AT_ONCE = 4;

/** What this process remembers between turns; forgotten at a restart, which costs some questions and nothing else. */
export type ReaderState = {
  /** Until when an account, a shop's connection to it or a program is left alone, by its key. */
  rests: Map<string, number>;
  places: Places;
};

export function newReaderState(): ReaderState {
  return { rests: new Map(), places: new Map() };
}

/** Reads for as long as the process lives. */
export function startReadingBack({ shop }: { shop?: string } = {}): Loop {
  const state = newReaderState();
  return startLoop({ name: "read back", everyMs: EVERY_MS, work: () => readBack({ shop, state }) });
}

/** Reads every program that is due once; returns of how many something was read. shop: only this one. */
export async function readBack({ shop, state = newReaderState() }: { shop?: string; state?: ReaderState } = {}): Promise<number> {
  const at = nowMs();
  const due = await programsToRead(shop ?? null, new Date(at), new Date(at - CHANGES_MS));
  const faults: unknown[] = [];
  let read = 0;
  // One account's trouble is nobody else's: each is read by itself, and a fault is thrown only when all had their turn.
  await inParallel([...Map.groupBy(due, accountOf).entries()], MOST_ACCOUNTS_AT_ONCE, async ([account, programs]) => {
    const done = await withLock(`actions ${account}`, () => readAccount(programs, state)).catch((fault: unknown) => {
      faults.push(fault);
      state.rests.set(account, nowMs() + AGAIN_MS);
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

async function readAccount(programs: readonly DueProgram[], { rests, places }: ReaderState): Promise<number> {
  let read = 0;
  for (const program of programs) {
    const keys = [accountOf(program), connectionOf(program), programOf(program)];
    const asks = program.changesDue || program.payoutsDue || program.wanted > 0 || program.repairs;
    if (asks && keys.every((key) => (rests.get(key) ?? 0) <= nowMs())) {
      const connection = await openConnection(program.shop, program.connectionId);
      const end = await readProgram(program, connection, places);
      if (end.ok) read += end.asked > 0 ? 1 : 0;
      else await giveWay(program, end.fault, rests);
    }
    await compareProgram(program.shop, program.programId);
  }
  return read;
}

/** What a fault means: who has to wait, and until when. Whoever was told that the budget is used waits as long as was said, and goes on where he was. */
async function giveWay(program: DueProgram, fault: NetworkFault, rests: Map<string, number>): Promise<void> {
  const { shop, programId, connectionId } = program;
  const at = nowMs();
  const problem = networkProblem(fault);
  if (fault.kind !== "limited") {
    log.warn({ shop, programId, fault: fault.kind }, "actions could not be read and are asked for again later");
    await noteReadProblem(shop, programId, writeProblem(problem.key, problem.values));
  }
  switch (fault.kind) {
    case "unauthorized":
      await setConnectionState(shop, connectionId, "refused", writeProblem(problem.key, problem.values), new Date(at));
      return void rests.set(connectionOf(program), at + HOUR_MS);
    case "forbidden":
      return void rests.set(connectionOf(program), at + HOUR_MS);
    case "limited":
      return void rests.set(accountOf(program), at + Math.max(1, fault.resetSeconds) * 1_000);
    case "timeout":
    case "unavailable":
      return void rests.set(accountOf(program), at + AGAIN_MS);
    default:
      return void rests.set(programOf(program), at + HOUR_MS);
  }
}
