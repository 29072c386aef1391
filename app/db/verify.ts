// What `npm run ledger -- verify` reads: the orders of a shop page by page, with all that is kept of them. It writes nothing.
import type { Beside } from "../domain/beside.ts";
import type { Decision, Frozen } from "../domain/credit.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { HeldBalance, HeldRollUp } from "../domain/verify.ts";
import { pool, type Queryable } from "../db.server.ts";

/** One order id that anything is kept of. `asked`: the store is being asked for it. `rollUp` null: no order of this id is known, only entries or decisions. */
export type PagedOrder = { orderId: string; rollUp: HeldRollUp | null; facts: OrderFacts | null; beside: Beside | null; everPaid: boolean; deleted: boolean; asked: boolean; frozen: Frozen | null };

/** The first shop after `after` ("" for the very first) that orders, entries or decisions are kept of, or null. */
export async function shopAfter(after: string): Promise<string | null> {
  const found = await pool().query<{ shop: string | null }>(
    `select min(shop) as shop from (select min(shop) as shop from order_state where shop > $1 union all select min(shop) from ledger_entry where shop > $1
       union all select min(shop) from decision where shop > $1) kept`,
    [after],
  );
  return found.rows[0]!.shop;
}

export async function isKnownShop(shop: string): Promise<boolean> {
  const found = await pool().query<{ known: boolean }>(
    `select exists (select 1 from shop where shop = $1) or exists (select 1 from order_state where shop = $1) or exists (select 1 from ledger_entry where shop = $1) as known`,
    [shop],
  );
  return found.rows[0]!.known;
}

export async function countOrders(shop: string): Promise<number> {
  const found = await pool().query<{ count: bigint }>("select count(*) as count from order_state where shop = $1", [shop]);
  return Number(found.rows[0]!.count);
}

/** From here on the transaction sees one state of the database, and cannot write. To be its first statement. */
export async function readOneState(client: Queryable): Promise<void> {
  await client.query("set transaction isolation level repeatable read, read only");
}

/**
 * The next order ids after `after`, at most `limit` of them, and fewer where their facts are long: they end with the one with which
 * the stored sizes pass `bytes`. Ids of which there are only entries or decisions are among them.
 */
export async function pageOfOrders(client: Queryable, shop: string, after: string, limit: number, bytes: number): Promise<PagedOrder[]> {
  type Row = Omit<PagedOrder, "rollUp"> & HeldRollUp & { known: boolean };
  const found = await client.query<Row>({
    name: "verify_page",
    text: `with ids as (
        select order_id from (
          (select order_id from order_state where shop = $1 and order_id > $2 order by order_id limit $3)
          union (select distinct order_id from ledger_entry where shop = $1 and order_id > $2 order by order_id limit $3)
          union (select distinct order_id from decision where shop = $1 and order_id > $2 order by order_id limit $3)) every
        order by order_id limit $3),
      sized as (
        select i.order_id, o.shop, o.facts, o.beside, o.ever_paid, o.deleted_at, o.fetch_at, o.outcome, o.reason, o.credited, o.currency, o.redacted_at, o.frozen,
          coalesce(sum(pg_column_size(o.facts)) over (order by i.order_id rows between unbounded preceding and 1 preceding), 0) as before
        from ids i left join order_state o on o.shop = $1 and o.order_id = i.order_id)
      select order_id as "orderId", shop is not null as known, facts, beside, coalesce(ever_paid, false) as "everPaid", deleted_at is not null as deleted, fetch_at is not null as asked, case when redacted_at is not null then coalesce(frozen, '{}') end as frozen,
        outcome, reason, coalesce(credited, 0) as credited, currency
      from sized where before < $4 order by order_id`,
    values: [shop, after, limit, bytes],
  });
  return found.rows.map(({ known, outcome, reason, credited, currency, ...order }) => ({ ...order, rollUp: known ? { outcome, reason, credited, currency } : null }));
}

/** The sums of the ledger for some orders, per account and currency, those at 0 included. */
export async function ledgerSums(client: Queryable, shop: string, orderIds: readonly string[]): Promise<(HeldBalance & { orderId: string })[]> {
  const found = await client.query<HeldBalance & { orderId: string }>({
    name: "verify_ledger",
    text: `select order_id as "orderId", code_id as "codeId", creator_id as "creatorId", program_id as "programId", line_id as "lineId", currency, sum(amount)::bigint as amount
      from ledger_entry where shop = $1 and order_id = any($2) group by order_id, code_id, creator_id, program_id, line_id, currency`,
    values: [shop, orderIds],
  });
  return found.rows;
}

/** What was decided for each creator code of some orders. */
export async function decisionsOf(client: Queryable, shop: string, orderIds: readonly string[]): Promise<(Decision & { orderId: string })[]> {
  const found = await client.query<Decision & { orderId: string }>({
    name: "verify_decisions",
    text: `select order_id as "orderId", nullif(code_id, '') as "codeId", creator_id as "creatorId", program_id as "programId", outcome, reason, place
      from decision where shop = $1 and order_id = any($2)`,
    values: [shop, orderIds],
  });
  return found.rows;
}

/**
 * Which of these orders have something of ours noted that they are still to be settled with: a click, a person's decision, other rules,
 * or memberships that are just being taken over (db/members.ts).
 */
export async function ordersToSettleAgain(client: Queryable, shop: string, orderIds: readonly string[]): Promise<Set<string>> {
  const found = await client.query<{ orderId: string }>({
    name: "verify_waiting",
    text: `select order_id as "orderId" from delivery where shop = $1 and order_id = any($2) and state = 'new' and topic in ('touch', 'hand', 'what_if', 'members', 'rules', 'void', 'verdict')
      union select o.order_id from program p join order_state o on o.shop = p.shop and o.created_at >= p.members_from
        where p.shop = $1 and p.members_from is not null
          and o.order_id = any(case when exists (select 1 from program where shop = $1 and members_from is not null) then $2 else '{}' end)
          and exists (select 1 from decision d where d.shop = o.shop and d.order_id = o.order_id and d.program_id = p.id)`,
    values: [shop, orderIds],
  });
  return new Set(found.rows.map((row) => row.orderId));
}
