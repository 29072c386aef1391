// Asking the network what became of a request: by the program's actions, by the submission, or by the action itself.
import { nowMs } from "../clock.ts";
import { listCreating, type Conversion } from "../db/conversion.ts";
import { hasMoneyWithoutPieces, lookDelayMs, REPORTING, sameHeld, type Step } from "../domain/plan-report.ts";
import type { ReportItem } from "../domain/report.ts";
import type { ActionWindow } from "../networks/port.ts";
import { actionOf, duplicateOf, readActions, windowsSince } from "./report-actions.ts";
import { adopt, asReported, edited, endReversed } from "./report-adopt.ts";
import { keyOf } from "./report-beside.ts";
import { sendCreate } from "./report-send.ts";
import { about, ACCEPTED, after, alone, askLater, defer, giveUp, LOST, move, noteAnswer, OVER, rejected, stick, type Turn } from "./report-turn.ts";
import { noteRefusal, noteRefused } from "./verdict.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** An action cannot be there sooner than this after its submission. */
const SOONEST_MS = 3 * MINUTE;
const MOST_CREATING = 20_000;

type Look = { row: Conversion; missing: Extract<Step, { do: "look" }>["missing"] };

/** Finds the actions of conversions that were sent: one read of a program's newest actions serves all that wait, due or not. */
export async function lookForActions(turn: Turn, looks: readonly Look[]): Promise<void> {
  const first = looks[0]!.row;
  const oldest = Math.min(...looks.map(({ row }) => firstSentMs(row)));
  const read = await readActions(turn, first, windowsSince(oldest, turn.connection.limits));
  if (!read.ok) {
    for (const { row } of looks) await askLater(turn, row, read.fault);
    return;
  }
  const due = new Map(looks.map((look) => [keyOf(look.row), look]));
  const others = await listCreating(turn.shop, first.programId, new Date(nowMs() - SOONEST_MS), MOST_CREATING);
  const all = [...looks.map(({ row }) => row), ...others.filter((row) => !due.has(keyOf(row)))];
  for (const row of all) {
    const action = actionOf(read.value, row);
    if (!action) continue;
    due.delete(keyOf(row));
    await alone(row, () => adopt(turn, row, action));
  }
  for (const look of due.values()) await alone(look.row, () => notFound(turn, look));
}

async function notFound(turn: Turn, { row, missing }: Look): Promise<void> {
  if (turn.haltedUntil !== null) await defer(row, turn.haltedUntil - nowMs());
  else if (missing === "wait") await lookAgain(row);
  else if (missing === "poll") await pollCreate(turn, row);
  else if (missing === "linger") await defer(row, REPORTING.lingerMs);
  else if (missing === "forget") await move(row, { ...OVER, state: "waiting", attempts: 0, nextAt: null }, { end: LOST });
  else await sendCreate(turn, row, true);
}

/** What was sent more than once may have been taken in the first time. */
function firstSentMs(row: Conversion): number {
  return row.attempts > 0 ? row.createdAt.getTime() : (row.opAt?.getTime() ?? nowMs());
}

/** Looks fall together on a common grid: a program's actions are read once for all of them, however many there are. */
async function lookAgain(row: Conversion): Promise<void> {
  await defer(row, lookDelayMs(nowMs()));
}

/** Its action should be there by now: what does the submission say? */
async function pollCreate(turn: Turn, row: Conversion): Promise<void> {
  const answer = await about(turn, row).submission(row.submissionId!);
  await noteAnswer(turn, answer);
  if (!answer.ok && answer.fault.kind === "not_found") return void (await move(row, { submissionId: null, nextAt: after(REPORTING.firstAskMs) }));
  if (!answer.ok) return askLater(turn, row, answer.fault);
  const { state, errors, refusal } = answer.value;
  if (errors.includes("CONV_DUPLICATE")) return findDuplicate(turn, row);
  if (errors.length > 0) {
    // Where that is the network's verdict, settling sees to it that nothing is told any more, unless a person decided otherwise.
    if (refusal !== null) await noteRefusal(row, refusal);
    return stick(row, "rejected", errors.join(" "), OVER, { end: rejected(errors) });
  }
  if (state === "complete") return void (await move(row, { submissionId: null, nextAt: after(MINUTE) })); // it ended after the actions were read
  await defer(row, REPORTING.nextAskMs);
}

/** The network had the order id already: by a request of ours that got no answer, or by somebody else's. */
async function findDuplicate(turn: Turn, row: Conversion): Promise<void> {
  const event = row.eventAt.getTime();
  const windows: ActionWindow[] = [
    ...windowsSince(row.createdAt.getTime(), turn.connection.limits),
    { by: "event", from: new Date(event - 2 * DAY).toISOString(), to: new Date(event + 2 * DAY).toISOString() },
  ];
  const read = await readActions(turn, row, windows);
  if (!read.ok) return askLater(turn, row, read.fault);
  const action = duplicateOf(read.value, row);
  if (action) return adopt(turn, row, action, ["CONV_DUPLICATE"]);
  // The request that came first may still be under way.
  if (nowMs() - row.opAt!.getTime() < REPORTING.lostMs) await defer(row, REPORTING.nextAskMs);
  else await stick(row, "rejected", "CONV_DUPLICATE", OVER, { end: rejected(["CONV_DUPLICATE"]) });
}

/** Has an edit or a reversal ended, and how? */
export async function poll(turn: Turn, row: Conversion): Promise<void> {
  const answer = await about(turn, row).submission(row.submissionId!);
  await noteAnswer(turn, answer);
  if (!answer.ok && answer.fault.kind === "not_found") return compare(turn, row, "wait");
  if (!answer.ok) return askLater(turn, row, answer.fault);
  const { state, errors } = answer.value;
  if (errors.length > 0) return compare(turn, row, "keep", errors);
  if (state !== "complete") return defer(row, REPORTING.nextAskMs);
  if (row.op === "reverse") return endReversed(row, {}, { end: ACCEPTED });
  if (hasMoneyWithoutPieces(row.opItems ?? [])) return compare(turn, row, "keep");
  await edited(row, row.opItems ?? []);
}

/**
 * What does the action hold? Where it is not what was asked for: `wait` for it, `send` again what is missing (values are absolute, so a
 * repeat does no harm), or `keep` it and tell a person (the request has ended, with these errors or with something else than was asked for).
 */
export async function compare(turn: Turn, row: Conversion, undone: "wait" | "send" | "keep", errors: string[] = []): Promise<void> {
  const network = about(turn, row);
  const action = await network.action(row.actionId!);
  await noteAnswer(turn, action);
  if (!action.ok && action.fault.kind === "not_found") return stick(row, "rejected", "ACTION_REF_NOT_FOUND", OVER, { end: rejected(["ACTION_REF_NOT_FOUND"]) });
  if (!action.ok) return askLater(turn, row, action.fault);
  const lockAt = action.value.lockAt === null ? row.lockAt : new Date(action.value.lockAt);
  if (action.value.state === "reversed" && row.op !== "reverse") await noteRefused(row, "reversed", row.actionId);
  if (action.value.state === "reversed") return endReversed(row, { lockAt }, { end: row.op === "reverse" ? ACCEPTED : rejected(errors) });

  let held: ReportItem[] | null = null;
  if (row.op === "edit") {
    const items = await network.actionItems(row.actionId!, row.currency);
    await noteAnswer(turn, items);
    if (!items.ok) return askLater(turn, row, items.fault);
    held = items.value.map(asReported);
    if (sameHeld(held, row.opItems ?? [])) return edited({ ...row, lockAt }, row.opItems ?? []);
  }
  const isLocked = lockAt !== null && nowMs() >= lockAt.getTime(); // on its way
  if (undone === "keep") return stick(row, errors.length === 0 ? "partly_kept" : isLocked ? "after_lock" : "rejected", errors.join(" ") || null, { ...OVER, lockAt, sent: held ?? row.sent }, { end: rejected(errors) });
  if (undone !== "send") return defer(row, REPORTING.nextAskMs);
  const attempts = row.attempts + 1;
  if (attempts >= REPORTING.mostAttempts) return giveUp(row, null, attempts);
  await move(row, { ...OVER, lockAt, state: "reported", sent: held ?? row.sent, attempts, nextAt: after(0) }, { end: LOST });
}
