// What was sold, from the ledger: orders with something left of their credit, and the sum of what is left. Shared by the pages' reads.
import { pool } from "../../db.server.ts";
import type { Paged, ShopFacts, Sold } from "../../domain/pages.ts";

export const NOTHING_SOLD: Sold = { orders: 0, amount: "0" };

type SoldBy = { id: string; orders: number; amount: string };

/** Are the shop's sums built (db/sums.ts)? What is read of them says so in the same statement: they may be begun anew at any moment. */
export const SUMMED = "exists (select from sum_state where shop = $1 and built_at is not null)";

export async function isSummed(shop: string): Promise<boolean> {
  const { rows } = await pool().query<{ summed: boolean }>(`select ${SUMMED} as summed`, [shop]);
  return rows[0]!.summed;
}

/** What each creator or code ever sold, with what nobody has added yet: id, orders, amount. Good only where SUMMED. */
export const soldEver = (kind: "creator" | "code") => `select id, sum(orders)::int as orders, sum(amount) as amount from (
    select id, orders, amount from sum_period where shop = $1 and kind = '${kind}' and days = 0 union all select ${kind}_id, ${kind}_orders, amount from sum_change where shop = $1) every group by id`;

/** What some creators or codes ever sold, each looked up by its key; null where the sums are not built. */
export async function soldFromSums(shop: string, kind: "creator" | "code", ids: readonly string[]): Promise<Map<string, Sold> | null> {
  const { rows } = await pool().query<SoldBy & { summed: boolean }>({
    name: `sold_${kind}`,
    text: `select ${SUMMED} as summed, i.id, (coalesce(p.orders, 0) + coalesce(u.orders, 0))::int as orders, (coalesce(p.amount, 0) + coalesce(u.amount, 0))::text as amount
       from unnest($2::text[]) i(id) left join lateral (select p.orders, p.amount from sum_period p where p.shop = $1 and p.kind = '${kind}' and p.days = 0 and p.id = i.id limit 1) p on true
       left join (select ${kind}_id as id, sum(${kind}_orders) as orders, sum(amount) as amount from sum_change where shop = $1 and ${kind}_id = any($2) group by 1) u on u.id = i.id`,
    values: [shop, ids],
  });
  return rows.every(({ summed }) => summed) ? byId(rows) : null;
}

/** By code. */
export async function soldByCode(shop: string, codeIds: string[]): Promise<Map<string, Sold>> {
  const summed = await soldFromSums(shop, "code", codeIds);
  if (summed !== null) return summed;
  const { rows } = await pool().query<SoldBy>(
    `select code_id as id, (count(*) filter (where balance > 0))::int as orders, sum(balance)::text as amount
       from (select code_id, order_id, sum(amount) as balance from ledger_entry
              where shop = $1 and code_id = any($2) group by code_id, order_id) each_order
      group by code_id`,
    [shop, codeIds],
  );
  return byId(rows);
}

/** By deal: an order with two codes of one deal counts once. */
export async function soldByDeal(shop: string, dealIds: string[]): Promise<Map<string, Sold>> {
  return (await dealsFromSums(shop, dealIds)) ?? dealsFromEntries(shop, dealIds);
}

export async function dealsFromEntries(shop: string, dealIds: string[]): Promise<Map<string, Sold>> {
  const { rows } = await pool().query<SoldBy>(
    `select deal_id as id, (count(*) filter (where balance > 0))::int as orders, sum(balance)::text as amount
       from (select c.deal_id, l.order_id, sum(l.amount) as balance
               from code c join ledger_entry l on l.shop = c.shop and l.code_id = c.id
              where c.shop = $1 and c.deal_id = any($2) group by c.deal_id, l.order_id) each_order
      group by deal_id`,
    [shop, dealIds],
  );
  return byId(rows);
}

/** From what its codes sold, each looked up by its key (`offset 0` keeps it so: codes that never sold may be a million), less the orders that count with several of them; null where the sums are not built. */
async function dealsFromSums(shop: string, dealIds: string[]): Promise<Map<string, Sold> | null> {
  const { rows } = await pool().query<{ summed: boolean; id: string | null; orders: number; amount: string }>({
    name: "sold_deal",
    text: `with x as materialized (select id, orders, amount from sum_period where shop = $1 and kind in ('code', 'codes') and days = 0 union all select code_id, code_orders, amount from sum_change where shop = $1),
       s as (select c.deal_id, x.orders, x.amount from x cross join lateral (select c.deal_id from code c where c.shop = $1 and c.id = x.id and c.deal_id = any($2) offset 0) c
             union all select y.deal_id, -x.orders * y.again, 0 from x cross join lateral (select c.deal_id, count(*) - 1 as again from code c where c.shop = $1 and c.id = any(string_to_array(x.id, ' ')) and c.deal_id = any($2)
                 group by c.deal_id having count(*) > 1) y where strpos(x.id, ' ') > 0)
     select ${SUMMED} as summed, s.deal_id as id, sum(s.orders)::int as orders, sum(s.amount)::text as amount from (select 1) one left join s on true group by s.deal_id`,
    values: [shop, dealIds],
  });
  return rows[0]!.summed ? byId(rows.filter((row): row is SoldBy & { summed: boolean } => row.id !== null)) : null;
}

function byId(rows: SoldBy[]): Map<string, Sold> {
  return new Map(rows.map(({ id, orders, amount }) => [id, { orders, amount }]));
}

/** The shop's currency and time zone, which every page shows its numbers in. */
export async function shopFacts(shop: string): Promise<ShopFacts> {
  const { rows } = await pool().query<{ currency: string; timezone: string }>("select currency, timezone from shop where shop = $1", [shop]);
  return { shop, currency: rows[0]?.currency || "EUR", timezone: rows[0]?.timezone || "UTC" };
}

export function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

/** `%` and `_` of what a person typed mean themselves. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (found) => `\\${found}`)}%`;
}

export function pagesOf(total: number, size: number): number {
  return Math.max(1, Math.ceil(total / size));
}

/** The page that was asked for; past the end, the last one. */
export async function pageOrLast<Row>(asked: number, read: (page: number) => Promise<Paged<Row>>): Promise<Paged<Row>> {
  const found = await read(Math.max(1, asked));
  if (found.rows.length > 0 || found.page === 1) return found;
  const first = await read(1);
  return first.pages === 1 ? first : read(first.pages);
}
