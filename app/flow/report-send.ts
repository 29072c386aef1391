// Sending: a conversion, an edit, a reversal. The row says so before the request goes out; only then can a crash be told from a wait.
import { nowMs } from "../clock.ts";
import type { Conversion, Progress } from "../db/conversion.ts";
import { isForeignSale } from "../domain/click-parameter.ts";
import { lookDelayMs, REPORTING, type ReportOp, type Step } from "../domain/plan-report.ts";
import type { ReportItem } from "../domain/report.ts";
import { observeLag } from "../metrics.server.ts";
import type { Answer, Network, NetworkFault, NewConversion, Submitted } from "../networks/port.ts";
import { besideOf, keyOf } from "./report-beside.ts";
import { about, after, detailOf, giveUp, isAccountFault, LOST, move, noteAnswer, OVER, rejected, stick, type Turn } from "./report-turn.ts";

/** Tells the network of a new conversion. `again`: it was told before, and nothing came of it. */
export async function sendCreate(turn: Turn, row: Conversion, again = false): Promise<void> {
  const attribution = attributionOf(row);
  const { programExternalId, eventTypeId } = row;
  if (attribution === null || programExternalId === null || eventTypeId === null) return stick(row, eventTypeId === null ? "no_event_type" : isForeignSale(row) ? "foreign_click" : "no_partner", null, {});
  const { items, emailHash } = turn.beside.get(keyOf(row)) ?? (await besideOf(turn.shop, [row])).get(keyOf(row))!;
  const status = row.buyer.status ?? null;
  const conversion: NewConversion = {
    orderId: row.networkOrderId,
    eventTypeId,
    eventAt: row.eventAt.toISOString(),
    currency: row.currency,
    attribution,
    partnerId: row.partnerId,
    items,
    ...(status === null && emailHash === null ? {} : { customer: { status, emailHash } }),
  };
  await send(turn, row, { op: "create", opItems: items }, again, (network) => network.report(programExternalId, conversion));
}

/** Where the network takes no edit of an item, what is left of a sale is for a person; a sale of which nothing is left is reversed all the same. */
export async function sendEdit(turn: Turn, row: Conversion, { items, holds }: Extract<Step, { do: "edit" }>): Promise<void> {
  if (!turn.connection.can.edits) return stick(row, "no_edits", null);
  await send(turn, row, { op: "edit", opItems: holds }, false, (network) => network.edit(row.actionId!, row.currency, items));
}

export async function sendReverse(turn: Turn, row: Conversion): Promise<void> {
  await send(turn, row, { op: "reverse", opItems: [] }, false, (network) => network.reverse(row.actionId!, row.reason ?? "other"));
}

/**
 * A code names its partner, with the click that its policy asks for; a generic code's conversion carries the click and no code. Without either the partner
 * himself is named, but where the click is another network's. So he is where the network may not have had the code as his when the order was made: by the code
 * alone the sale would be nobody's, or that of an earlier owner, whose code is then left out.
 */
function attributionOf(row: Conversion): NewConversion["attribution"] | null {
  const { toldCode: code, clickId, partnerId } = row;
  const named = code !== null && partnerId !== null && mayHaveMissed(row);
  if (named && row.codeHadOthers) return { partnerId };
  if (code !== null) return { code, ...(clickId === null ? {} : { clickId }), ...(named ? { partnerId } : {}) };
  if (clickId !== null) return { clickId };
  if (isForeignSale(row)) return null;
  return partnerId === null ? null : { partnerId };
}

/** The network makes a code some time after it was told to, by a clock of its own. */
const UNSURE_MS = 10 * 60_000;

/** Was the code made in the network, or made anew, when the order was there already? Where the network is to decide itself, no partner is named: that would decide it. */
function mayHaveMissed({ awaiting, codeState, codeToldAt, eventAt }: Conversion): boolean {
  return !awaiting && codeState !== null && (codeState !== "live" || (codeToldAt !== null && codeToldAt.getTime() + UNSURE_MS >= eventAt.getTime()));
}

export function hasAttribution(row: Conversion): boolean {
  return attributionOf(row) !== null;
}

type Sending = { op: ReportOp; opItems: ReportItem[] };

async function send(turn: Turn, row: Conversion, { op, opItems }: Sending, again: boolean, call: (network: Network) => Promise<Answer<Submitted>>): Promise<void> {
  const attempts = again ? row.attempts + 1 : row.attempts;
  if (attempts >= REPORTING.mostAttempts) return giveUp(row, null, attempts);
  const begun: Partial<Progress> = { state: "sending", op, opItems, opAt: new Date(nowMs()), submissionId: null, attempts, nextAt: after(REPORTING.leaseMs), problem: null, problemDetail: null };
  if (!(await move(row, begun, { ifTarget: true, ...(again ? { end: LOST } : {}) }))) return; // settling or another process was there first; it is looked at again
  const sending: Conversion = { ...row, ...begun };

  const answer = await call(about(turn, row));
  await noteAnswer(turn, answer);
  if (answer.ok) {
    if (op === "create") observeLag("settled_to_told", row.createdAt, new Date(nowMs()));
    await move(sending, { state: "queued", submissionId: answer.value.submissionId, nextAt: after(firstAskMs(op)) });
  } else if (isAccountFault(answer.fault)) {
    await move(sending, { ...before(row), attempts: row.attempts, nextAt: new Date(turn.haltedUntil ?? nowMs()) });
  } else if (answer.fault.kind === "invalid" || answer.fault.kind === "not_found") {
    await stick(sending, "refused", detailOf(answer.fault), OVER, { end: rejected(fieldsOf(answer.fault)) });
  } else if (attempts + 1 >= REPORTING.mostAttempts) {
    await giveUp(sending, answer.fault, attempts + 1);
  } else {
    // What the network did is unknown: it is asked before anything is sent again.
    await move(sending, { attempts: attempts + 1, nextAt: after(firstAskMs(op)) });
  }
}

/** What a refusal names. */
function fieldsOf(fault: NetworkFault): string[] {
  return fault.kind === "invalid" ? [...new Set(fault.errors.flatMap((error) => error.field ?? []))] : [];
}

function firstAskMs(op: ReportOp): number {
  return op === "create" ? lookDelayMs(nowMs()) : REPORTING.firstAskMs;
}

/** Nothing was done: the row is what it was before the request. */
function before(row: Conversion): Partial<Progress> {
  const { state, op, opItems, opAt, submissionId, problem, problemDetail } = row;
  return { state, op, opItems, opAt, submissionId, problem, problemDetail };
}
