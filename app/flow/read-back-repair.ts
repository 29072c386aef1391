// Carries out at the network what a person chose about an action that no conversion of ours is behind: it is reversed, and read back before that is believed.
// What is to be done is noted first; a request without an answer is looked at before it is sent again.
import { nowMs } from "../clock.ts";
import { keepGone } from "../db/network-action.ts";
import { dropOverruled, failRepair, listReversals, noteReversal, type ReversalDue } from "../db/network-action-repair.ts";
import { REPORTING } from "../domain/plan-report.ts";
import { writeProblem } from "../domain/problem.ts";
import type { NetworkFault } from "../networks/port.ts";
import { networkProblem } from "./network-faults.ts";
import { keepRead } from "./read-back-keep.ts";
import { asks, type Reading } from "./read-back-program.ts";

const MOST_A_TURN = 20;

export async function repairActions(reading: Reading): Promise<NetworkFault | null> {
  const { shop, programId } = reading.program;
  await dropOverruled(shop, programId);
  for (const row of await listReversals(shop, programId, MOST_A_TURN)) {
    const fault = row.sentAt === null ? await send(reading, row) : await look(reading, row, row.sentAt.getTime());
    if (fault !== null) return fault;
  }
  return null;
}

async function send(reading: Reading, { actionId, state, lockAt }: ReversalDue): Promise<NetworkFault | null> {
  const { shop, programId } = reading.program;
  if (state === "reversed" || state === "gone") return null; // comparing ends it
  if (lockAt !== null && lockAt.getTime() <= nowMs()) return failed(reading, actionId, writeProblem("worklist.locked"));
  const sentAt = new Date(nowMs());
  await noteReversal(shop, programId, actionId, sentAt, null);
  const answer = await asks(reading, reading.network.reverse(actionId, "order_error"));
  if (answer.ok) await noteReversal(shop, programId, actionId, sentAt, answer.value.submissionId);
  else if (answer.fault.kind === "invalid" || answer.fault.kind === "not_found") return failed(reading, actionId, problemOf(answer.fault));
  else {
    // Nothing was done where the account was turned away; else it is not known, and looked at.
    if (answer.fault.kind === "limited" || answer.fault.kind === "unauthorized" || answer.fault.kind === "forbidden") await noteReversal(shop, programId, actionId, null, null);
    return answer.fault;
  }
  return null;
}

/** Has it taken effect? The network takes its time, and may lose what it queued. */
async function look(reading: Reading, row: ReversalDue, sentMs: number): Promise<NetworkFault | null> {
  const { program, network } = reading;
  const { actionId, submissionId } = row;
  const age = nowMs() - sentMs;
  if (row.state === "reversed" || row.state === "gone" || age < REPORTING.firstAskMs || nowMs() - (row.readAt?.getTime() ?? 0) < REPORTING.firstAskMs) return null;
  const askedAt = new Date(nowMs());
  const action = await asks(reading, network.action(actionId));
  if (!action.ok && action.fault.kind !== "not_found") return action.fault;
  if (!action.ok) {
    await keepGone(program.shop, program.programId, actionId, askedAt);
    return null;
  }
  await keepRead(program, [{ ...action.value, actionId }], askedAt);
  if (action.value.state === "reversed") return null;
  if (submissionId !== null) {
    const ended = await asks(reading, network.submission(submissionId));
    if (!ended.ok && ended.fault.kind !== "not_found") return ended.fault;
    if (ended.ok && ended.value.errors.length > 0) return failed(reading, actionId, ended.value.errors.join(" "));
  }
  // Sent again it does no harm: what is reversed stays so.
  if (age > (submissionId === null ? REPORTING.doubtMs : REPORTING.lostMs)) await noteReversal(program.shop, program.programId, actionId, null, null);
  return null;
}

async function failed({ program }: Reading, actionId: string, problem: string): Promise<null> {
  await failRepair(program.shop, program.programId, actionId, problem);
  return null;
}

function problemOf(fault: NetworkFault): string {
  const { key, values } = networkProblem(fault);
  return writeProblem(key, values);
}
