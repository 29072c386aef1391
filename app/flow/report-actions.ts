// Reading a program's actions in pages, and finding a conversion's own among them: there is no question by order id.
import { nowMs } from "../clock.ts";
import type { Conversion } from "../db/conversion.ts";
import { codeKey } from "../domain/code.ts";
import type { WindowLimits } from "../domain/read-windows.ts";
import { isSameOrder } from "../domain/report.ts";
import type { ActionInfo, ActionWindow, Answer } from "../networks/port.ts";
import { noteAnswer, type Turn } from "./report-turn.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** The network's clock and ours need not agree. */
const SKEW_MS = 10 * MINUTE;

/** Windows of the last change, up to a little in the future, none longer than the network allows. */
export function windowsSince(fromMs: number, { longestWindowDays }: WindowLimits): ActionWindow[] {
  const longest = Math.max(1, longestWindowDays - 1) * DAY;
  const windows: ActionWindow[] = [];
  const end = nowMs() + SKEW_MS;
  for (let from = fromMs - SKEW_MS; from < end; from += longest) {
    windows.push({ by: "updated", from: new Date(from).toISOString(), to: new Date(Math.min(end, from + longest)).toISOString() });
  }
  return windows;
}

/** The program's actions in some windows, by the order id that the network was given. */
export async function readActions(turn: Turn, { programId, programExternalId }: Conversion, windows: readonly ActionWindow[]): Promise<Answer<Map<string, ActionInfo[]>>> {
  const found = new Map<string, ActionInfo[]>();
  const network = turn.connection.about({ about: "account", aboutId: programId }, "reports");
  for (const window of windows) {
    for (let page = 1, pages = 1; page <= pages; page++) {
      const answer = await network.actions(programExternalId ?? "", window, page);
      await noteAnswer(turn, answer);
      if (!answer.ok) return answer;
      for (const action of answer.value.actions) found.set(action.orderId, [...(found.get(action.orderId) ?? []), action]);
      pages = answer.value.pages;
    }
  }
  return { ok: true, value: found };
}

/** The conversion's action: an order id is the merchant's own per event type. One that stands comes before one that was reversed. */
export function actionOf(actions: Map<string, ActionInfo[]>, row: Conversion): ActionInfo | null {
  return ownAmong(actions.get(row.networkOrderId) ?? [], row);
}

/** The same where the network says that it has the order already: it may know it under another form of its id. */
export function duplicateOf(actions: Map<string, ActionInfo[]>, row: Conversion): ActionInfo | null {
  return actionOf(actions, row) ?? ownAmong([...actions].flatMap(([ref, all]) => (isSameOrder(ref, row) ? all : [])), row);
}

function ownAmong(all: readonly ActionInfo[], row: Conversion): ActionInfo | null {
  const own = all.filter((action) => action.eventTypeId === "" || action.eventTypeId === row.eventTypeId);
  // It may have been sent when the program had another event type: told again under the new one, it would be paid twice.
  const same = own.length > 0 ? own : all.filter((action) => !isOthers(row, action) && action.createdAt !== null && Date.parse(action.createdAt) >= row.createdAt.getTime());
  return same.find((action) => action.state !== "reversed") ?? same[0] ?? null;
}

/** An action that credits neither our partner nor our code is somebody else's. */
export function isOthers(row: Conversion, action: ActionInfo): boolean {
  const samePartner = row.partnerId === action.partnerId;
  const sameCode = row.toldCode !== null && action.code !== null && codeKey(row.toldCode) === codeKey(action.code);
  return !samePartner && !sameCode;
}
