// The daily sums of what was credited: kept up by adding what settling noted (db/sum-change.ts), built from the entries where they are missing. What is done here for
// a shop is done by one at a time, who holds its row of sum_state, in one state of the database (begin with oneState).
import { SUM_PERIODS } from "../domain/sums.ts";
import { pool, type Queryable } from "../db.server.ts";

const PERIODS = `(values ${SUM_PERIODS.map((days) => `(${days})`).join(", ")}) n(days)`;
/** The zone that pages show a shop `p` in. */
const ZONE = "coalesce(nullif(p.timezone, ''), 'UTC')";

/** Days are "2026-06-10". `day`: the last day of the periods. `builtAt` null: being built, `cursor` is the order id up to which they are. */
export type SumState = { shop: string; zone: string; day: string | null; rules: string; cursor: string; orders: number; builtAt: Date | null; wantedZone: string };

/** From here on the transaction sees one state of the database. To be its first statement. */
export async function oneState(client: Queryable): Promise<void> {
  await client.query("set transaction isolation level repeatable read");
}

/** Gives every shop its row; those that are new are built from nothing. */
export async function addSumStates(at: Date): Promise<void> {
  await pool().query(
    `insert into sum_state (shop, zone, begun_at) select p.shop, ${ZONE}, $1 from shop p where not exists (select from sum_state s where s.shop = p.shop) order by 1 on conflict do nothing`,
    [at],
  );
}

/** The shops of which changes wait to be added, and those whose sums are to be built, or whose periods end on another day than today. */
export async function shopsToSum(at: Date): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>(
    `with recursive c as ((select shop from sum_change order by shop limit 1) union all
       select (select n.shop from sum_change n where n.shop > c.shop order by n.shop limit 1) from c where c.shop is not null)
     select shop from c where shop is not null and exists (select from sum_state s where s.shop = c.shop)
     union select s.shop from sum_state s join shop p on p.shop = s.shop
      where case when s.built_at is null or s.zone <> ${ZONE} then true else s.day <> ($1::timestamptz at time zone s.zone)::date end`,
    [at],
  );
  return rows.map(({ shop }) => shop);
}

/** Holds a shop's sums until the end of the transaction; null where another does, or where the shop has none. */
export async function holdSums(client: Queryable, shop: string): Promise<SumState | null> {
  const { rows } = await client.query<SumState>(
    `select s.shop, s.zone, s.day::text as day, s.rules, s.cursor, s.orders, s.built_at as "builtAt", ${ZONE} as "wantedZone"
       from sum_state s join shop p on p.shop = s.shop where s.shop = $1 for update of s skip locked`,
    [shop],
  );
  return rows[0] ?? null;
}

/** The day of an instant in a zone. */
export async function dayIn(client: Queryable, zone: string, at: Date): Promise<string> {
  const { rows } = await client.query<{ day: string }>("select ($1::timestamptz at time zone $2)::date::text as day", [at, zone]);
  return rows[0]!.day;
}

/** A fingerprint of when the days of a zone begin, up to `day`. It is another one once the zone's rules for a past day have changed. */
export async function rulesOf(client: Queryable, zone: string, day: string): Promise<string> {
  const { rows } = await client.query<{ rules: string }>(
    `select coalesce(md5(string_agg(extract(epoch from (date '2010-01-01' + n)::timestamp at time zone $1)::text, ',' order by n)), '') as rules from generate_series(0, $2::date - date '2010-01-01') n`,
    [zone, day],
  );
  return rows[0]!.rules;
}

/** Begins anew, in the shop's zone: until all is built, pages add up the entries themselves. */
export async function beginSums(client: Queryable, shop: string, zone: string, at: Date): Promise<void> {
  await client.query("delete from sum_day where shop = $1", [shop]);
  await client.query("delete from sum_period where shop = $1", [shop]);
  await client.query("update sum_state set zone = $2, day = null, rules = '', cursor = '', orders = 0, begun_at = $3, built_at = null where shop = $1", [shop, zone, at]);
}

/** A part may be of several codes that share an order (domain/sums.ts): they are counted apart from the codes. */
export const KIND_OF_CODES = "case when strpos(code_id, ' ') > 0 then 'codes' else 'code' end";

/** Rows `x` (kind, id, day, orders, amount, back) are added to the days. */
const INTO_DAYS = `insert into sum_day as s (shop, kind, id, day, orders, amount, back)
  select $1, kind, id, day, sum(orders), sum(amount), sum(back) from x group by kind, id, day having sum(orders) <> 0 or sum(amount) <> 0 or sum(back) <> 0
  on conflict (shop, kind, id, day) do update set orders = s.orders + excluded.orders, amount = s.amount + excluded.amount, back = s.back + excluded.back`;

/**
 * Builds the sums of the next orders after `cursor`, at most `limit`. What settling noted of them is in their entries already, and goes. Returns how many
 * orders there were, and the last one's id; fewer than `limit`: these were the last.
 */
export async function buildSums(client: Queryable, { shop, zone, cursor }: SumState, limit: number): Promise<{ orders: number; last: string }> {
  const { rows } = await client.query<{ orders: number; last: string | null }>(
    "select count(*)::int as orders, max(order_id) as last from (select order_id from order_state where shop = $1 and order_id > $2 order by order_id limit $3) next",
    [shop, cursor, limit],
  );
  const { orders, last } = rows[0]!;
  // The bounds are said once more of the entries: so they are read as a range of their index, whatever else is in the ledger.
  const inSlice = (alias: string) => `${alias}.shop = $1 and ${alias}.order_id > $3 and ($4::text is null or ${alias}.order_id <= $4)`;
  await client.query(
    `with l as materialized (select l.order_id, (o.created_at at time zone $2)::date as day, l.creator_id, l.code_id, sum(l.amount) as amount
             from order_state o join ledger_entry l on l.shop = o.shop and l.order_id = o.order_id
            where ${inSlice("o")} and ${inSlice("l")} and o.created_at is not null group by l.order_id, o.created_at, l.creator_id, l.code_id),
       x as (select 'shop' as kind, '' as id, day, count(*) filter (where amount > 0) as orders, sum(amount) as amount, 0 as back from (select order_id, day, sum(amount) as amount from l group by order_id, day) o group by day
             union all select 'creator', creator_id, day, count(*) filter (where amount > 0), sum(amount), 0 from (select order_id, creator_id, day, sum(amount) as amount from l group by order_id, creator_id, day) o group by creator_id, day
             union all select 'code', code_id, day, count(*) filter (where amount > 0), sum(amount), 0 from (select order_id, code_id, day, sum(amount) as amount from l group by order_id, code_id, day) o group by code_id, day
             union all select 'codes', codes, day, count(*), 0, 0 from (select day, string_agg(code_id, ' ' order by code_id collate "C") as codes
                 from (select order_id, code_id, day from l group by order_id, code_id, day having sum(amount) > 0) o group by order_id, day having count(*) > 1) o group by codes, day
             union all select 'shop', '', (e.at at time zone $2)::date, 0, 0, -sum(e.amount) from order_state o join ledger_entry e on e.shop = o.shop and e.order_id = o.order_id and e.kind = 'reversal'
               where ${inSlice("o")} and ${inSlice("e")} and o.created_at is not null group by 3),
       added as (${INTO_DAYS})
     delete from sum_change where shop = $1 and order_id > $3 and ($4::text is null or order_id <= $4)`,
    [shop, zone, cursor, orders < limit ? null : last],
  );
  return { orders, last: last ?? cursor };
}

export async function keepCursor(client: Queryable, shop: string, cursor: string, orders: number): Promise<void> {
  await client.query("update sum_state set cursor = $2, orders = orders + $3 where shop = $1", [shop, cursor, orders]);
}

/** The sums of the periods that end with `day`, from those of the days. */
export async function setPeriods(client: Queryable, shop: string, day: string): Promise<void> {
  await client.query("delete from sum_period where shop = $1", [shop]);
  await client.query(
    `insert into sum_period (shop, kind, days, id, orders, amount)
     select $1, d.kind, n.days, d.id, sum(d.orders), sum(d.amount) from sum_day d join ${PERIODS} on n.days = 0 or d.day > $2::date - n.days
      where d.shop = $1 and d.kind <> 'shop' group by d.kind, n.days, d.id`,
    [shop, day],
  );
}

/** Takes off the periods that ended with `from` what is before those that end with `to`, a later day. */
export async function movePeriods(client: Queryable, shop: string, from: string, to: string): Promise<void> {
  await client.query(
    `update sum_period p set orders = p.orders - x.orders, amount = p.amount - x.amount
       from (select d.kind, n.days, d.id, sum(d.orders) as orders, sum(d.amount) as amount from ${PERIODS}
               join sum_day d on d.shop = $1 and d.kind in ('creator', 'code', 'codes') and d.day > $2::date - n.days and d.day <= $3::date - n.days
              where n.days > 0 group by d.kind, n.days, d.id) x
      where p.shop = $1 and p.kind = x.kind and p.days = x.days and p.id = x.id`,
    [shop, from, to],
  );
  await client.query("delete from sum_period where shop = $1 and days > 0 and orders = 0 and amount = 0", [shop]);
}

export async function keepDay(client: Queryable, shop: string, day: string, rules: string): Promise<void> {
  await client.query("update sum_state set day = $2, rules = $3 where shop = $1", [shop, day, rules]);
}

export async function keepBuilt(client: Queryable, shop: string, at: Date): Promise<void> {
  await client.query("update sum_state set built_at = $2 where shop = $1", [shop, at]);
}

/** Adds what settling noted, the oldest first and at most `limit` parts, to days and periods. Returns how many parts. */
export async function foldChanges(client: Queryable, { shop, zone, day }: SumState, limit: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>({
    name: "fold_sums",
    text: `with c as (delete from sum_change where shop = $1 and id = any(array(select id from sum_change where shop = $1 order by id limit $4)) returning *),
       x as materialized (
         select 'shop' as kind, '' as id, (order_at at time zone $2)::date as day, orders, amount, 0::bigint as back from c
         union all select 'shop', '', (at at time zone $2)::date, 0, 0, back from c
         union all select 'creator', creator_id, (order_at at time zone $2)::date, creator_orders, amount, 0 from c
         union all select ${KIND_OF_CODES}, code_id, (order_at at time zone $2)::date, code_orders, amount, 0 from c),
       added as (${INTO_DAYS}),
       moved as (insert into sum_period as s (shop, kind, days, id, orders, amount)
         select $1, x.kind, n.days, x.id, sum(x.orders), sum(x.amount) from x join ${PERIODS} on n.days = 0 or x.day > $3::date - n.days where x.kind <> 'shop' group by x.kind, n.days, x.id
         on conflict (shop, kind, days, id) do update set orders = s.orders + excluded.orders, amount = s.amount + excluded.amount)
     select count(*)::int as count from c`,
    values: [shop, zone, day, limit],
  });
  return rows[0]!.count;
}

/** How far the sums of some shop are; null where it has none. */
export async function sumProgress(shop: string): Promise<{ orders: number; built: boolean } | null> {
  const { rows } = await pool().query<{ orders: number; built: boolean }>("select orders, built_at is not null as built from sum_state where shop = $1", [shop]);
  return rows[0] ?? null;
}

/** The shops that have sums, or are to. */
export async function shopsWithSums(): Promise<string[]> {
  return (await pool().query<{ shop: string }>("select shop from sum_state order by shop")).rows.map(({ shop }) => shop);
}
