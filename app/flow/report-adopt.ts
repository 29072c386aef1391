// An action is taken for a conversion's own: what it holds is known from then on, and kept in step.
import { isTakenElsewhere, type Conversion, type Found, type Move, type Progress } from "../db/conversion.ts";
import { hasMoneyWithoutPieces, sameHeld, total, UNKNOWN_AMOUNT } from "../domain/plan-report.ts";
import type { ReportItem } from "../domain/report.ts";
import { partnerReason } from "../domain/verdict.ts";
import type { ActionInfo, ActionItem } from "../networks/port.ts";
import { isOthers } from "./report-actions.ts";
import { about, ACCEPTED, after, askLater, move, noteAnswer, OVER, rejected, stick, type Turn } from "./report-turn.ts";
import { noteCredited, noteRefused } from "./verdict.ts";

/** Takes an action for the conversion's own. `errors`: with which the network answered the request, though the action is there. */
export async function adopt(turn: Turn, row: Conversion, action: ActionInfo, errors: string[] = []): Promise<void> {
  if (await isTakenElsewhere(row, action.actionId)) return notOurs(row, action, "CONV_DUPLICATE");
  const how: Move = { end: { outcome: "accepted", errors }, found: foundOf(action) };
  const found = { ...OVER, actionId: action.actionId, lockAt: action.lockAt === null ? null : new Date(action.lockAt), attempts: 0, problem: null, problemDetail: null };
  if (action.state === "reversed") {
    await noteRefused(row, "reversed", action.actionId);
    return endReversed(row, found, how);
  }
  const later = action.createdAt !== null && row.opAt !== null && Date.parse(action.createdAt) >= row.opAt.getTime();
  if (isOthers(row, action)) return notOurs(row, action, later ? "OTHER_REF_PRIORITIZED" : "CONV_DUPLICATE");
  // Before the row says so: whoever dies in between finds it once more.
  await noteCredited(row, action.actionId);
  let sent = row.opItems ?? [];
  // Another integration may have told the same order meanwhile: then it shows in the amount, and the items are read.
  const ours = later && (action.amount === null || action.currency !== row.currency || action.amount === total(sent).toString());
  if (!ours || hasMoneyWithoutPieces(sent)) {
    const items = await about(turn, row).actionItems(action.actionId, row.currency);
    await noteAnswer(turn, items);
    if (!items.ok) return askLater(turn, row, items.fault);
    const held = items.value.map(asReported);
    if (ours && !sameHeld(held, sent)) return stick(row, "partly_kept", null, { ...found, sent: held }, how);
    sent = held;
  }
  await move(row, { ...found, state: "reported", sent, nextAt: sameHeld(row.target, sent) ? null : after(0) }, how);
}

/** The order's action credits somebody else. One that was there before ours was sent was told by another: that decides nothing. */
async function notOurs(row: Conversion, action: ActionInfo, code: "OTHER_REF_PRIORITIZED" | "CONV_DUPLICATE"): Promise<void> {
  if (code === "OTHER_REF_PRIORITIZED") await noteRefused(row, partnerReason(action.partnerId), action.actionId);
  await stick(row, "rejected", code, OVER, { end: rejected([code]) });
}

function foundOf({ eventAt, payout, currency, state }: ActionInfo): Found {
  return { eventThere: eventAt === null ? null : new Date(eventAt), payout, payoutCurrency: payout === null ? null : currency, payoutState: state === "other" ? null : state };
}

/** Reversed is final. Where something was still to be held, a person is told: only a new conversion could hold it. */
export async function endReversed(row: Conversion, change: Partial<Progress>, how: Move): Promise<void> {
  const left = total(row.target) !== 0n;
  await move(row, { ...change, ...OVER, state: "reversed", sent: [], attempts: 0, nextAt: null, problem: left ? "partly_kept" : null, problemDetail: null }, how);
}

/** An amount that the network shows in another currency is not known: an edit in absolute values sets it right. */
export function asReported(item: ActionItem): ReportItem {
  return { sku: item.sku, name: item.name, category: item.category, quantity: item.quantity, amount: item.amount ?? UNKNOWN_AMOUNT };
}

export async function edited(row: Conversion, held: ReportItem[]): Promise<void> {
  // An edit leaves the categories as they were told.
  const sent = held.map((item) => ({ ...item, category: item.category ?? row.sent?.find((before) => before.sku === item.sku)?.category ?? null }));
  await move(row, { ...OVER, state: "reported", sent, attempts: 0, problem: null, problemDetail: null, nextAt: sameHeld(row.target, sent) ? null : after(0) }, { end: ACCEPTED });
}
