// A row of the worklist from what is known on both sides: what differs, and what each repair will do.
import { compareAction, isLocked, isNearLock } from "../../domain/read-back.ts";
import { total, type ReportState } from "../../domain/plan-report.ts";
import type { ReportItem } from "../../domain/report.ts";
import { offersFor, offersForStuck, versionOf, versionOfStuck, type Offer, type StuckFacts } from "../../domain/worklist.ts";
import type { WorkRow } from "../../domain/worklist-page.ts";
import { factsOf, type FactsRow } from "../network-action-facts.ts";
import { iso } from "./sold.ts";

export type RawStuck = {
  orderId: string;
  orderName: string | null;
  n: number;
  next: number;
  state: ReportState;
  problem: string | null;
  detail: string | null;
  currency: string;
  target: ReportItem[];
  sent: ReportItem[] | null;
  actionId: string | null;
  lockAt: Date | null;
  networkOrderId: string;
  changedAt: Date;
  code: string | null;
  leftBy: string | null;
  leftAt: Date | null;
  /** The newest choice of a person to send it, as the log has it. */
  sentBy: { what: string; who: string; at: string } | null;
};

type Names = { group: string; offline: boolean; orderName: string | null; program: string; network: string; creator: { id: string; name: string } | null };

/** How a repair names what it is about. */
export function actionKey(programId: string, actionId: string): string {
  return JSON.stringify(["action", programId, actionId]);
}

export function conversionKey(orderId: string, n: number): string {
  return JSON.stringify(["conversion", orderId, n]);
}

export function actionRow(row: FactsRow, { group, offline, orderName, program, network, creator }: Names, nowMs: number): WorkRow {
  const facts = factsOf(row);
  const { held, own } = facts;
  const found = compareAction(held, own, facts.place, nowMs);
  const differs = typeof found === "object" ? found : null;
  const chosen = row.repair !== null ? row.repair : group === "accepted" ? "accept" : null;
  return {
    key: actionKey(row.programId, row.actionId),
    group,
    problem: null,
    detail: null,
    difference: differs,
    order: row.orderId === null ? null : { id: row.orderId, name: orderName ?? "" },
    orderRef: row.orderRef,
    program,
    network,
    creator,
    partner: row.partnerName,
    code: row.code,
    word: row.word,
    currency: own?.currency ?? held.currency,
    here: own === null || own.actionId !== held.actionId ? null : total(own.target).toString(),
    there: held.state === "gone" || held.currency === "" ? null : { amount: held.amount, currency: held.currency },
    lockAt: held.lockAt,
    near: isNearLock(held.lockAt, nowMs),
    locked: isLocked(held, nowMs),
    since: iso(row.problemAt),
    readAt: iso(row.readAt),
    version: versionOf(facts, nowMs),
    offers: differs === null || chosen !== null ? [] : offered(offersFor(differs, facts, nowMs), offline),
    offline,
    chosen: chosen === null ? null : { repair: chosen, who: row.repairWho ?? "", at: iso(row.repairAt) },
    failed: row.repairProblem,
  };
}

/** Without an account it can only be left as it is. */
function offered(offers: Offer[], offline: boolean): Offer[] {
  return offline ? offers.filter(({ repair }) => repair === "accept") : offers;
}

export function stuckFactsOf(row: RawStuck): StuckFacts {
  return { ...row, problem: row.state === "stuck" || row.state === "reversed" ? row.problem : null, lockAt: iso(row.lockAt), changedAt: row.changedAt.toISOString() };
}

export function stuckRow(row: RawStuck, { group, offline, orderName, program, network, creator }: Names, nowMs: number): WorkRow {
  const facts = stuckFactsOf(row);
  const lockAt = facts.lockAt;
  const isSent = group === "under_way";
  return {
    key: conversionKey(row.orderId, row.n),
    group,
    problem: facts.problem ?? (isSent ? null : "near_lock"),
    detail: row.detail,
    difference: null,
    order: { id: row.orderId, name: orderName ?? "" },
    orderRef: row.networkOrderId,
    program,
    network,
    creator,
    partner: "",
    code: row.code,
    word: null,
    currency: row.currency,
    here: total(row.target).toString(),
    there: row.sent === null ? null : { amount: total(row.sent).toString(), currency: row.currency },
    lockAt,
    near: isNearLock(lockAt, nowMs),
    locked: lockAt !== null && Date.parse(lockAt) <= nowMs,
    since: row.changedAt.toISOString(),
    readAt: null,
    version: versionOfStuck(facts, nowMs),
    offers: group === "accepted" ? [] : offered(offersForStuck(facts, nowMs), offline),
    offline,
    chosen: group === "accepted" ? { repair: "accept", who: row.leftBy ?? "", at: iso(row.leftAt) } : isSent && row.sentBy ? { repair: row.sentBy.what.replace("worklist.", ""), who: row.sentBy.who, at: iso(new Date(row.sentBy.at)) } : null,
    failed: null,
  };
}
