// Several conversions moved on in one statement, each on the very conditions of moveConversion (app/db/conversion.ts).
import { pool } from "../db.server.ts";
import { isEnded, type Conversion, type Move, type Progress } from "./conversion.ts";

/** As each was seen, what it becomes, and how its request ended. */
const GIVEN = `jsonb_to_recordset($1::jsonb) as k(at int, shop text, "orderId" text, n int, "seenState" text, "seenOp" text, "seenOpAt" timestamptz, target jsonb, "networkOrderId" text, "programId" text,
    "partnerId" text, "toldCode" text, "clickId" text, "connectionId" text, state text, op text, "opItems" jsonb, "opAt" timestamptz, "submissionId" text, "actionId" text, "lockAt" timestamptz, sent jsonb,
    attempts int, problem text, "problemDetail" text, "nextAt" timestamptz, now timestamptz, "ifTarget" boolean, "isEnded" boolean, outcome text, errors jsonb,
    "isFound" boolean, "eventThere" timestamptz, payout bigint, "payoutCurrency" text, "payoutState" text)`;

/** What is told, or known to be nothing to tell, of a sale whose buyer was forgotten needs its click no more. */
const KEEPS_CLICK = `k.sent is null or not exists (select from order_state o where o.shop = k.shop and o.order_id = k."orderId" and o.redacted_at is not null)`;

/**
 * Moves conversions on in one transaction; tells of each, in their order, whether it was moved. False: somebody was there first, or holds it just now. It waits for
 * nobody's lock. None may be among them twice, and none of which more is told (isSentBack).
 */
export async function moveConversions(moves: readonly { seen: Conversion; change: Partial<Progress>; now: Date; how: Move }[]): Promise<boolean[]> {
  const { rows } = await pool().query<{ at: number }>({
    name: "move_conversions",
    text: `with k as materialized (select * from ${GIVEN}), free as materialized (
        select k.at, f.id from k cross join lateral (select v.ctid as id from conversion v where v.shop = k.shop and v.order_id = k."orderId" and v.n = k.n for update skip locked) f
      ), moved as (
        update conversion c set state = k.state, op = k.op, op_items = k."opItems", op_at = k."opAt", submission_id = k."submissionId", action_id = k."actionId", lock_at = k."lockAt", sent = k.sent,
          attempts = k.attempts, unanswered = 0, problem = k.problem, problem_detail = k."problemDetail",
          next_at = case when k."nextAt" is null and c.target <> k.target then k.now else k."nextAt" end, changed_at = k.now, event_there = coalesce(k."eventThere", c.event_there),
          payout = case when k."isFound" then k.payout else c.payout end, payout_currency = case when k."isFound" then k."payoutCurrency" else c.payout_currency end,
          payout_state = case when k."isFound" then k."payoutState" else c.payout_state end, payout_read_at = case when k."isFound" then k.now else c.payout_read_at end,
          click_id = case when ${KEEPS_CLICK} then c.click_id end, click_parameter = case when ${KEEPS_CLICK} then c.click_parameter end
        from free join k using (at) where c.ctid = free.id and c.shop = k.shop and c.order_id = k."orderId" and c.n = k.n
          and c.state = k."seenState" and c.op is not distinct from k."seenOp" and c.op_at is not distinct from k."seenOpAt" and (not k."ifTarget" or c.target = k.target)
          and c.network_order_id = k."networkOrderId" and c.program_id = k."programId" and c.partner_id is not distinct from k."partnerId" and c.told_code is not distinct from k."toldCode"
          and c.click_id is not distinct from k."clickId"
        returning k.at, c.program_id
      ), ended as (
        insert into report_end (shop, order_id, n, program_id, connection_id, op, sent_at, ended_at, outcome, errors)
        select k.shop, k."orderId", k.n, m.program_id, k."connectionId", k."seenOp", k."seenOpAt", k.now, k.outcome, array(select jsonb_array_elements_text(k.errors)) from moved m join k using (at)
        where k."isEnded" and not (k.outcome = 'lost' and exists (
          select 1 from report_end e where e.shop = k.shop and e.ended_at >= k."seenOpAt" and e.order_id = k."orderId" and e.n = k.n and e.op = k."seenOp" and e.sent_at = k."seenOpAt"))
      )
      select at from moved`,
    values: [JSON.stringify(moves.map(given))],
  });
  const moved = new Set(rows.map(({ at }) => at));
  return moves.map((_move, at) => moved.has(at));
}

function given({ seen, change, now, how: { ifTarget = false, end, found } }: Parameters<typeof moveConversions>[0][number], at: number): Record<string, unknown> {
  const { shop, orderId, n, target, networkOrderId, programId, partnerId, toldCode, clickId, connectionId } = seen;
  const { state, op, opItems, opAt, submissionId, actionId, lockAt, sent, attempts, problem, problemDetail, nextAt }: Progress = { ...seen, ...change };
  return {
    at, shop, orderId, n, target, networkOrderId, programId, partnerId, toldCode, clickId, connectionId, seenState: seen.state, seenOp: seen.op, seenOpAt: seen.opAt,
    state, op, opItems, opAt, submissionId, actionId, lockAt, sent, attempts, problem, problemDetail, nextAt, now, ifTarget,
    isEnded: isEnded(seen, end), outcome: end?.outcome ?? "", errors: end?.errors ?? [],
    isFound: found !== undefined, eventThere: found?.eventThere ?? null, payout: found?.payout ?? null, payoutCurrency: found?.payoutCurrency ?? null, payoutState: found?.payoutState ?? null,
  };
}
