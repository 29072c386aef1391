// One turn of reporting for one account at a network: the conversions that are due go through it one after the other, and stop where the account must wait.
import { nowMs } from "../clock.ts";
import { setConnectionState } from "../db/connection.ts";
import { deferConversions, type Conversion, type Move, type Progress, type RequestEnd } from "../db/conversion.ts";
import { isPassing } from "../db/fault.ts";
import { backoffMs, REPORTING } from "../domain/plan-report.ts";
import type { Problem } from "../domain/report.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import type { Answer, Network, NetworkFault } from "../networks/port.ts";
import { networkProblem } from "./network-faults.ts";
import type { OpenConnection } from "./networks.ts";
import type { ToldBeside } from "./report-beside.ts";
import { moveTogether } from "./report-together.ts";

const HOUR_MS = 3_600_000;
/** A budget that is said to be back at once is not believed: the answer that said so was a refusal. */
const LEAST_WAIT_MS = 5_000;
/** This many calls without an answer, and the rest of the turn is spared. */
const SILENT_CALLS = 3;
const SILENCE_MS = 60_000;

export type Turn = {
  shop: string;
  connection: OpenConnection;
  /** Until when the account must wait; null: it need not. */
  haltedUntil: number | null;
  silent: number;
  /** What those that are about to be told carry beside their facts, where it was asked for all of them at once. */
  beside: Map<string, ToldBeside>;
};

export function newTurn(shop: string, connection: OpenConnection): Turn {
  return { shop, connection, haltedUntil: null, silent: 0, beside: new Map() };
}

/** The network, with its exchanges logged for this conversion. */
export function about(turn: Turn, row: Conversion): Network {
  return turn.connection.about({ about: "conversion", aboutId: `${row.orderId}/${row.n}` });
}

export function after(ms: number): Date {
  return new Date(nowMs() + ms);
}

/** Moves a conversion on; the next look at it is at `nextAt`, null where nothing is left to do. */
export async function move(row: Conversion, change: Partial<Progress>, how: Move = {}): Promise<boolean> {
  return moveTogether({ seen: row, change, now: new Date(nowMs()), how });
}

/** The request is over: what it was is forgotten. */
export const OVER = { op: null, opItems: null, opAt: null, submissionId: null } satisfies Partial<Progress>;

/** The network took the request in and did as it was asked. */
export const ACCEPTED: RequestEnd = { outcome: "accepted", errors: [] };
/** The request left no trace. */
export const LOST: RequestEnd = { outcome: "lost", errors: [] };

export function rejected(errors: readonly string[]): RequestEnd {
  return { outcome: "rejected", errors: [...errors] };
}

/** A person has to look at it. `detail`: the network's error codes, or a kept problem (domain/problem.ts). */
export async function stick(row: Conversion, problem: Problem, detail: string | null, change: Partial<Progress> = OVER, how: Move = {}): Promise<void> {
  await move(row, { ...change, state: "stuck", problem, problemDetail: detail, nextAt: null }, how);
  log.warn({ shop: row.shop, order: row.orderId, n: row.n, problem }, "a conversion waits for a person");
}

export async function defer(row: Conversion, ms: number): Promise<void> {
  await deferConversions([row], after(ms));
}

/** Works on one conversion. A fault that its own data brings about is noted and holds up no other; it is looked at again after an hour. */
export async function alone(row: Conversion, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    log.error({ shop: row.shop, order: row.orderId, n: row.n, fault: fault instanceof Error ? fault.message : String(fault) }, "a conversion could not be worked on");
    await defer(row, HOUR_MS);
  }
}

/** Notes what an answer says about the account as a whole: whether it must wait, and whether its credentials are good. */
export async function noteAnswer(turn: Turn, answer: Answer<unknown>): Promise<void> {
  if (answer.ok) {
    turn.silent = 0;
    if (turn.connection.state === "refused" || turn.connection.problem !== null) await markConnection(turn, "connected", null);
    return;
  }
  const { fault } = answer;
  if (fault.kind === "limited") turn.haltedUntil = nowMs() + Math.max(LEAST_WAIT_MS, fault.resetSeconds * 1_000);
  if (fault.kind === "unauthorized" || fault.kind === "forbidden") {
    turn.haltedUntil = nowMs() + HOUR_MS;
    // A token that lacks one permission is good for the rest: codes are placed all the same.
    await markConnection(turn, fault.kind === "unauthorized" ? "refused" : "connected", fault);
  }
  if (fault.kind === "timeout" || fault.kind === "unavailable") {
    turn.silent += 1;
    if (turn.silent >= SILENT_CALLS) turn.haltedUntil = nowMs() + SILENCE_MS;
  }
}

async function markConnection(turn: Turn, state: "connected" | "refused", fault: NetworkFault | null): Promise<void> {
  const problem = fault === null ? null : networkProblem(fault);
  await setConnectionState(turn.shop, turn.connection.connectionId, state, problem && writeProblem(problem.key, problem.values), new Date(nowMs()));
  turn.connection.state = state;
  turn.connection.problem = problem && problem.key;
}

/** True for faults that concern the account: nothing was done, and it was nobody's fault but the time's. */
export function isAccountFault(fault: NetworkFault): boolean {
  return fault.kind === "limited" || fault.kind === "unauthorized" || fault.kind === "forbidden";
}

/** A question that was not answered: it is asked again later, and after many in a row a person is told. Each answer, whatever it says, begins the count anew (defer). */
export async function askLater(turn: Turn, row: Conversion, fault: NetworkFault): Promise<void> {
  if (isAccountFault(fault)) return deferConversions([row], new Date(turn.haltedUntil ?? nowMs() + HOUR_MS));
  const unanswered = row.unanswered + 1;
  if (unanswered >= REPORTING.mostAttempts) return giveUp(row, fault, row.attempts);
  await deferConversions([row], after(backoffMs(unanswered)), unanswered);
}

/** What was under way stays noted: should the conversion become due again, the network is asked before anything is sent. */
export async function giveUp(row: Conversion, fault: NetworkFault | null, attempts: number): Promise<void> {
  await stick(row, "gave_up", fault === null ? null : detailOf(fault), { attempts });
}

/** A fault as the worklist's detail: a kept problem, with the network's own words where it refused something. */
export function detailOf(fault: NetworkFault): string {
  const { key, values } = networkProblem(fault);
  return writeProblem(key, values);
}
