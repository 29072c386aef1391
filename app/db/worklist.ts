// What a person chose about a conversion, written so that reporting does it: the next turn finds it due, and knows what the network holds.
import type { Queryable } from "../db.server.ts";
import type { ReportItem } from "../domain/report.ts";

type Key = { shop: string; orderId: string; n: number };

/** It is tried again, as if it had not been before. What was under way stays noted: then the network is asked first. */
export async function sendAgain(client: Queryable, { shop, orderId, n }: Key, at: Date): Promise<void> {
  await client.query(`update conversion set next_at = $4, attempts = 0, left_at = null, left_by = null where shop = $1 and order_id = $2 and n = $3 and state = 'stuck'`, [shop, orderId, n, at]);
}

/** One that is under way is looked at now. */
export async function lookNow(client: Queryable, { shop, orderId, n }: Key, at: Date): Promise<void> {
  await client.query(`update conversion set next_at = least(next_at, $4) where shop = $1 and order_id = $2 and n = $3 and next_at is not null`, [shop, orderId, n, at]);
}

/** The network holds its action no more: it is told anew under the same order id, which absorbs the report should the action be there after all. */
export async function tellAnew(client: Queryable, { shop, orderId, n }: Key, actionId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update conversion set state = 'waiting', op = null, op_items = null, op_at = null, submission_id = null, action_id = null, lock_at = null, sent = null, attempts = 0, problem = null, problem_detail = null,
       payout = null, payout_currency = null, payout_state = null, payout_read_at = null, event_there = null, next_at = $5, changed_at = $5
     where shop = $1 and order_id = $2 and n = $3 and action_id = $4 and state = 'reported' and op is null`,
    [shop, orderId, n, actionId, at],
  );
  return rowCount === 1;
}

/** What the network was read to hold: reporting brings it to what it is to hold. */
export async function setHeld(client: Queryable, { shop, orderId, n }: Key, actionId: string, held: readonly ReportItem[], at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update conversion set state = 'reported', action_id = $4, sent = $5, attempts = 0, problem = null, problem_detail = null, next_at = $6, changed_at = $6
     where shop = $1 and order_id = $2 and n = $3 and state in ('reported', 'reversed', 'dropped') and op is null and (action_id = $4 or action_id is null)`,
    [shop, orderId, n, actionId, JSON.stringify(held), at],
  );
  return rowCount === 1;
}

/** Its action was reversed there: that is what is known from now on. */
export async function endReversed(client: Queryable, { shop, orderId, n }: Key, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update conversion set state = 'reversed', sent = '[]', problem = null, problem_detail = null, next_at = null, changed_at = $4
     where shop = $1 and order_id = $2 and n = $3 and state in ('reported', 'reversed') and op is null`,
    [shop, orderId, n, at],
  );
  return rowCount === 1;
}

/** Is there a later conversion of the same code and creator, which is to hold the sale in place of this one? All of the order's are locked. */
export async function hasSuccessor(client: Queryable, { shop, orderId, n }: Key): Promise<boolean> {
  const { rows } = await client.query<{ succeeds: boolean }>(
    `select v.n > $3 and v.state not in ('reversed', 'dropped') and (v.code_id, v.creator_id) = (o.code_id, o.creator_id) as succeeds
     from conversion v join conversion o on o.shop = v.shop and o.order_id = v.order_id and o.n = $3 where v.shop = $1 and v.order_id = $2 order by v.n for update of v`,
    [shop, orderId, n],
  );
  return rows.some((row) => row.succeeds);
}

/** A new conversion in place of a reversed one, with the next number of its order. `networkOrderId`: as the network is to know it. */
export async function insertAnew(client: Queryable, { shop, orderId, n }: Key, next: number, networkOrderId: string, at: Date): Promise<void> {
  await client.query(
    `insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, click_id, click_parameter, currency, event_at, target, awaiting, buyer, state, next_at, created_at, changed_at)
     select shop, order_id, $4, $5, program_id, code_id, creator_id, partner_id, told_code, click_id, click_parameter, currency, event_at, target, awaiting, buyer, 'waiting', $6, $6, $6
     from conversion where shop = $1 and order_id = $2 and n = $3`,
    [shop, orderId, n, next, networkOrderId, at],
  );
}

/** What was to be held goes out as a new one. */
export async function handOver(client: Queryable, { shop, orderId, n }: Key): Promise<void> {
  await client.query(`update conversion set target = '[]' where shop = $1 and order_id = $2 and n = $3 and state = 'reversed'`, [shop, orderId, n]);
}

/** The next number of an order; its conversions are locked. */
export async function nextNumber(client: Queryable, shop: string, orderId: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select n from conversion where shop = $1 and order_id = $2 order by n for update`, [shop, orderId]);
  return Math.max(0, ...rows.map((row) => row.n)) + 1;
}

/** A person leaves it as it is: it is shown again once it changed since. */
export async function leaveConversion(client: Queryable, { shop, orderId, n }: Key, who: string | null, at: Date | null): Promise<void> {
  await client.query(`update conversion set left_at = $4, left_by = $5 where shop = $1 and order_id = $2 and n = $3`, [shop, orderId, n, at, who]);
}

/** The action that is gone is forgotten: what is told anew gets another. */
export async function forgetAction(client: Queryable, shop: string, programId: string, actionId: string): Promise<void> {
  await client.query(`delete from network_action where shop = $1 and program_id = $2 and action_id = $3 and state = 'gone'`, [shop, programId, actionId]);
}
