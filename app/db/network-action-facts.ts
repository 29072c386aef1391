// One action as it was read back, with the conversion that it is of: what comparing, the worklist and its repairs all look at.
import type { ReportState } from "../domain/plan-report.ts";
import type { HeldAction, OwnConversion } from "../domain/read-back.ts";
import type { ReportItem } from "../domain/report.ts";
import type { ActionFacts } from "../domain/worklist.ts";

/**
 * To be read from `network_action a` joined by FACTS_JOINS. The mode is that under which the order was placed (rules have a history); an action is of this
 * shop where it names a partner of the program, a code that is credited in it, or a conversion. In another program the same code may be somebody else's.
 * `elsewhere`: another shop on the same account holds it, or is about to: two shops may even have orders of one name.
 */
export const FACTS = `a.program_id as "programId", a.action_id as "actionId", a.order_ref as "orderRef", a.order_id as "orderId", a.n, o.name as "orderName", a.partner_id as "partnerId", a.partner_name as "partnerName", a.code,
  a.state, a.seen ->> 'word' as word, a.currency, a.amount::text, a.payout::text, a.event_at as "eventAt", a.lock_at as "lockAt", a.read_at as "readAt", a.items, a.problem, a.problem_at as "problemAt",
  a.repair, a.repair_at as "repairAt", a.repair_who as "repairWho", a.repair_sent_at as "repairSentAt", a.repair_submission as "repairSubmission", a.repair_problem as "repairProblem", a.accepted,
  v.order_id as "ownOrderId", v.n as "ownN", v.state as "ownState", v.next_at is null and v.op is null as "ownResting", v.action_id as "ownActionId", v.currency as "ownCurrency", v.target as "ownTarget",
  v.partner_id as "ownPartnerId", v.lock_at as "ownLockAt", v.awaiting as "ownAwaiting", v.changed_at as "ownChangedAt", v.network_order_id as "ownNetworkOrderId", v.creator_id as "ownCreatorId", v.code_id as "ownCodeId",
  (select max(x.n) + 1 from conversion x where x.shop = v.shop and x.order_id = v.order_id) as "ownNext",
  coalesce(r.mode, 'full') as mode,
  (v.order_id is not null or exists (select from membership m where m.shop = a.shop and m.program_id = a.program_id and m.partner_id = a.partner_id)
    or (a.code is not null and exists (select from code k join code_term t on t.shop = k.shop and t.code_id = k.id and t.program_id = a.program_id where k.shop = a.shop and k.key = upper(normalize(btrim(a.code)))))) and (o.order_id is not null or a.event_at >= p.created_at) as mine,
  (select case when bool_or(x.action_id = a.action_id) then 'held' when count(*) > 0 then 'pending' end
    from network_connection nc join network_connection ox on ox.network = nc.network and ox.account_sid = nc.account_sid and ox.shop <> nc.shop
    join program q on q.shop = ox.shop and q.connection_id = ox.id and q.external_id = p.external_id
    join conversion x on x.shop = q.shop and x.program_id = q.id and (x.action_id = a.action_id or (x.network_order_id = a.order_ref and x.op = 'create' and x.state in ('sending', 'queued')))
    where nc.shop = p.shop and nc.id = p.connection_id) as elsewhere`;

export const FACTS_JOINS = `join program p on p.shop = a.shop and p.id = a.program_id
  left join conversion v on v.shop = a.shop and v.order_id = a.order_id and v.n = a.n and v.program_id = a.program_id
  left join order_state o on o.shop = a.shop and o.order_id = a.order_id
  left join lateral (select mode from program_rule r where r.shop = a.shop and r.program_id = a.program_id and r.valid_from <= coalesce(o.created_at, a.event_at, 'infinity') order by r.valid_from desc limit 1) r on true`;

export type FactsRow = {
  programId: string;
  actionId: string;
  orderRef: string;
  orderId: string | null;
  n: number | null;
  orderName: string | null;
  partnerId: string;
  partnerName: string;
  code: string | null;
  state: HeldAction["state"];
  word: string | null;
  currency: string;
  amount: string | null;
  payout: string | null;
  eventAt: Date | null;
  lockAt: Date | null;
  readAt: Date | null;
  items: ReportItem[] | null;
  problem: string | null;
  problemAt: Date | null;
  repair: string | null;
  repairAt: Date | null;
  repairWho: string | null;
  repairSentAt: Date | null;
  repairSubmission: string | null;
  repairProblem: string | null;
  accepted: string | null;
  ownOrderId: string | null;
  ownN: number;
  ownState: ReportState;
  ownResting: boolean;
  ownActionId: string | null;
  ownCurrency: string;
  ownTarget: ReportItem[];
  ownPartnerId: string | null;
  ownLockAt: Date | null;
  ownAwaiting: boolean;
  ownChangedAt: Date;
  ownNetworkOrderId: string;
  ownCreatorId: string;
  ownCodeId: string;
  ownNext: number;
  mode: "full" | "codes_only";
  mine: boolean;
  elsewhere: "held" | "pending" | null;
};

export function factsOf(row: FactsRow): ActionFacts {
  const held: HeldAction = {
    actionId: row.actionId,
    state: row.state,
    word: row.word,
    currency: row.currency,
    amount: row.amount,
    payout: row.payout,
    partnerId: row.partnerId,
    lockAt: iso(row.lockAt),
    readAt: iso(row.readAt),
    items: row.items,
  };
  return { held, own: ownOf(row), place: { mode: row.mode === "codes_only" ? "codes_only" : "full", mine: row.mine, elsewhere: row.elsewhere }, orderRef: row.orderRef, networkOrderId: row.ownNetworkOrderId ?? "" };
}

function ownOf(row: FactsRow): OwnConversion | null {
  if (row.ownOrderId === null) return null;
  return {
    n: row.ownN,
    next: row.ownNext,
    state: row.ownState,
    resting: row.ownResting,
    actionId: row.ownActionId,
    currency: row.ownCurrency,
    target: row.ownTarget,
    partnerId: row.ownPartnerId,
    lockAt: iso(row.ownLockAt),
    awaiting: row.ownAwaiting,
    changedAt: row.ownChangedAt.toISOString(),
  };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
