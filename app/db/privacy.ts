// What the privacy topics asked of us, what is found of a person, and its removal (db/privacy-plan.ts says what of each table).
import { pool, type Queryable } from "../db.server.ts";
import type { Frozen } from "../domain/credit.ts";
import { PRIVACY_PLAN } from "./privacy-plan.ts";
import type { OrderFacts } from "../domain/order.ts";

/** Keyed hashes under every key in use, and the orders that were named. */
export type Person = { customer: string[]; emails: string[] };

export type PrivacyRequest = { shop: string; id: string; topic: string; person: Person | null; orders: string[] | null; receivedAt: Date; dueAt: Date; tries: number };

/** Notes a request; one that came before changes nothing. */
export async function insertPrivacyRequest(client: Queryable, request: Omit<PrivacyRequest, "tries">): Promise<void> {
  const { shop, id, topic, person, orders, receivedAt, dueAt } = request;
  await client.query("insert into privacy_request (shop, id, topic, person, orders, received_at, due_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing", [
    shop, id, topic, person === null ? null : JSON.stringify(person), orders === null ? null : JSON.stringify(orders), receivedAt, dueAt,
  ]);
}

/** The request that waits longest, of those that were tried least; locked until the transaction ends. */
export async function takePrivacyRequest(client: Queryable): Promise<PrivacyRequest | null> {
  const found = await client.query<PrivacyRequest>(
    `select shop, id, topic, person, orders, received_at as "receivedAt", due_at as "dueAt", tries from privacy_request where state = 'new' order by tries, received_at limit 1 for update skip locked`,
  );
  return found.rows[0] ?? null;
}

export async function countPrivacyTry({ shop, id }: Pick<PrivacyRequest, "shop" | "id">): Promise<void> {
  await pool().query("update privacy_request set tries = tries + 1 where shop = $1 and id = $2", [shop, id]);
}

/** Ends a request. `file`: a person's data, for the shop to fetch until then. Whom it was about is kept no longer. */
export async function endPrivacyRequest(client: Queryable, { shop, id }: Pick<PrivacyRequest, "shop" | "id">, at: Date, result: Record<string, number>, file: { bytes: Buffer; until: Date } | null): Promise<void> {
  await client.query("update privacy_request set state = 'done', done_at = $3, result = $4, file = $5, file_until = $6, person = null, orders = null where shop = $1 and id = $2", [
    shop, id, at, JSON.stringify(result), file?.bytes ?? null, file?.until ?? null,
  ]);
}

/** Forgets the files that nobody fetched in time. Returns how many. */
export async function dropOldFiles(at: Date): Promise<number> {
  const dropped = await pool().query("update privacy_request set file = null where file is not null and file_until <= $1", [at]);
  return dropped.rowCount ?? 0;
}

/** The orders of a person: those that the store named, known here or not, and those of the customer's account or e-mail. */
export async function ordersOfPerson(client: Queryable, shop: string, person: Person, named: readonly string[]): Promise<string[]> {
  const found = await client.query<{ order_id: string }>(
    `select order_id from order_state where shop = $1 and (customer_hash = any($3) or facts ->> 'emailHash' = any($4)) union select unnest($2::text[]) order by 1`,
    [shop, named, person.customer, person.emails],
  );
  return found.rows.map((row) => row.order_id);
}

/** The browsers of a person: those of these orders, and those that are tied to their checkouts or to the customer. */
export async function visitorsOfPerson(client: Queryable, shop: string, person: Person, orders: readonly string[]): Promise<string[]> {
  const found = await client.query<{ visitor: string }>(
    `with own as (select visitor, checkout_token from order_state where shop = $1 and order_id = any($2))
     select visitor from own where visitor is not null
     union select t.visitor from visitor_tie t join own on t.shop = $1 and t.kind = 'checkout' and t.value = own.checkout_token
     union select visitor from visitor_tie where shop = $1 and kind = 'customer' and value = any($3) order by 1`,
    [shop, orders, person.customer],
  );
  return found.rows.map((row) => row.visitor);
}

/** The orders whose clicks are read from these browsers, or that name one; `visitors`: by which of them. */
export async function ordersOfVisitors(client: Queryable, shop: string, visitors: readonly string[]): Promise<{ orderId: string; visitors: string[] }[]> {
  const found = await client.query<{ orderId: string; visitors: string[] }>(
    `select order_id as "orderId", array_agg(distinct visitor) as visitors from (
       select o.order_id, o.visitor from order_state o where o.shop = $1 and o.visitor = any($2)
       union all select o.order_id, t.visitor from visitor_tie t join order_state o on o.shop = $1 and o.checkout_token = t.value where t.shop = $1 and t.kind = 'checkout' and t.visitor = any($2)
       union all select o.order_id, t.visitor from visitor_tie t join order_state o on o.shop = $1 and o.customer_hash = t.value where t.shop = $1 and t.kind = 'customer' and t.visitor = any($2)) named
     group by order_id order by 1`,
    [shop, visitors],
  );
  return found.rows;
}

/** Is something of these orders, or of this person, noted that is not settled yet; or the store asked for one of which nothing is known? */
export async function isUnderWay(client: Queryable, shop: string, person: Person, orders: readonly string[]): Promise<boolean> {
  const found = await client.query(
    `select from delivery where shop = $1 and state = 'new' and order_id is not null and (order_id = any($2) or beside #>> '{origin,customer}' = any($3) or facts ->> 'emailHash' = any($4))
     union all select from order_state where shop = $1 and order_id = any($2) and facts is null and fetch_at is not null limit 1`,
    [shop, orders, person.customer, person.emails],
  );
  return found.rowCount === 1;
}

/** Takes out of the orders what leads to their buyer; `facts` are what stays of them, `frozen` what had been decided from the rest (of one that is stripped already that stands; without it the order is a forgotten shop's). */
export async function stripOrders(client: Queryable, shop: string, orders: readonly { orderId: string; facts: OrderFacts | null; frozen: Frozen | null }[], at: Date): Promise<number> {
  if (orders.length === 0) return 0;
  const rows = orders.map(({ orderId, facts, frozen }) => ({ order_id: orderId, facts, frozen }));
  const stripped = await client.query(
    `update order_state o set facts = s.facts, beside = o.beside - 'origin', frozen = case when o.redacted_at is null then s.frozen else o.frozen end, visitor = null, checkout_token = null, customer_hash = null, evidence = null, redacted_at = coalesce(o.redacted_at, $3)
     from jsonb_to_recordset($2::jsonb) as s(order_id text, facts jsonb, frozen jsonb) where o.shop = $1 and o.order_id = s.order_id`,
    [shop, JSON.stringify(rows), at],
  );
  return stripped.rowCount ?? 0;
}

/** The same of all else that is kept with these orders and browsers. Returns how many rows changed or went, by table. */
export async function removePerson(client: Queryable, shop: string, person: Person, orders: readonly string[], visitors: readonly string[]): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  const run = async (table: string, text: string, values: unknown[]) => {
    removed[table] = (removed[table] ?? 0) + ((await client.query(text, [shop, ...values])).rowCount ?? 0);
  };
  await run("delivery", "update delivery set facts = null, beside = null where shop = $1 and order_id = any($2) and (facts is not null or beside is not null) and state <> 'new'", [orders]);
  await run("delivery", "update delivery set facts = null, beside = null where shop = $1 and state = 'unreadable' and (beside #>> '{origin,customer}' = any($2) or facts ->> 'emailHash' = any($3))", [person.customer, person.emails]);
  await run("conversion", "update conversion set click_id = case when sent is null then click_id end, click_parameter = case when sent is null then click_parameter end, buyer = '{}' where shop = $1 and order_id = any($2)", [orders]);
  await run("exchange", "delete from exchange where shop = $1 and about = 'conversion' and split_part(about_id, '/', 1) = any($2)", [orders]);
  // The networks were asked whose these clicks are.
  await run(
    "exchange",
    `delete from exchange where shop = $1 and about = 'account' and substring(what from '/Clicks/([^/]+)$') in
       (select click_id from touch where shop = $1 and visitor = any($2) and click_id is not null union all select click_id from order_click where shop = $1 and order_id = any($3))`,
    [visitors, orders],
  );
  await run("network_action", "update network_action set seen = '{}' where shop = $1 and order_id = any($2)", [orders]);
  await run("hand_act", "update hand_act set reason = '' where shop = $1 and order_id = any($2) and reason <> ''", [orders]);
  await run("flow_word", "delete from flow_word where shop = $1 and payload ->> 'order_id' = any($2)", [orders]);
  // A click's owner is nobody's but the creator's; it goes where nothing is left that names the click.
  await run(
    "click_owner",
    `delete from click_owner w where w.shop = $1
       and exists (select from touch t where t.shop = $1 and t.click_id = w.click_id and t.visitor = any($2) union all select from order_click c where c.shop = $1 and c.click_id = w.click_id and c.order_id = any($3))
       and not exists (select from touch t where t.shop = $1 and t.click_id = w.click_id and t.visitor <> all($2)) and not exists (select from order_click c where c.shop = $1 and c.click_id = w.click_id and c.order_id <> all($3))`,
    [visitors, orders],
  );
  await run("order_click", "delete from order_click where shop = $1 and order_id = any($2)", [orders]);
  await run("touch", "delete from touch where shop = $1 and visitor = any($2)", [visitors]);
  await run("visitor_tie", "delete from visitor_tie where shop = $1 and (visitor = any($2) or (kind = 'customer' and value = any($3)))", [visitors, person.customer]);
  return removed;
}

/** Rows of a table that one statement deletes or empties: a large shop is removed piece by piece, and any piece may be the last before a crash. */
const PIECE = 20_000;
/** By what the rows of a shop are gone through, where that is not their id. */
const KEYS: Record<string, string> = { order_state: "order_id", conversion: "order_id", shop: "shop" };

/** Removes what there is of a shop but its accounts. Safe to repeat. Returns how many rows went or were emptied, by table. */
export async function removeShop(shop: string, at: Date, piece = PIECE): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  // What waits to be settled goes first: an order that is made of it meanwhile is there by the time the orders are emptied.
  const tables = Object.entries(PRIVACY_PLAN).sort(([a], [b]) => Number(b === "delivery") - Number(a === "delivery"));
  for (const [name, { shop: plan }] of tables) {
    if (plan === "keep") continue;
    const table = name === "session" ? "Session" : name;
    removed[name] = plan === "delete" ? await deleteRows(table, shop, piece) : await emptyRows(table, plan.set, shop, at, piece);
  }
  return removed;
}

async function deleteRows(table: string, shop: string, piece: number): Promise<number> {
  let [gone, total] = [piece, 0];
  for (; gone === piece; total += gone) gone = (await pool().query(`delete from "${table}" where ctid = any(array(select ctid from "${table}" where shop = $1 limit ${piece}))`, [shop])).rowCount ?? 0;
  return total;
}

async function emptyRows(table: string, set: string, shop: string, at: Date, piece: number): Promise<number> {
  const key = KEYS[table] ?? "id";
  const own = table === "privacy_request" ? " and state = 'done'" : "";
  let [emptied, after] = [0, ""];
  for (;;) {
    const { rows } = await pool().query<{ last: string | null }>(`select max(key) as last from (select ${key} as key from "${table}" where shop = $1 and ${key} > $2 order by ${key} limit ${piece}) next`, [shop, after]);
    const { last } = rows[0]!;
    if (last === null) return emptied;
    emptied += (await pool().query(`update "${table}" set ${set} where shop = $1 and $2::timestamptz is not null and ${key} > $3 and ${key} <= $4${own}`, [shop, at, after, last])).rowCount ?? 0;
    after = last;
  }
}

/** What is kept of the clicks of some browsers. */
export async function clicksOfVisitors(client: Queryable, shop: string, visitors: readonly string[]): Promise<{ at: Date; visitor: string; kind: string; parameter: string | null; clickId: string | null; word: string | null; source: string }[]> {
  const found = await client.query<{ at: Date; visitor: string; kind: string; parameter: string | null; clickId: string | null; word: string | null; source: string }>(
    `select at, visitor, kind, parameter, click_id as "clickId", word, source from touch where shop = $1 and visitor = any($2) order by at, id`,
    [shop, visitors],
  );
  return found.rows;
}

export type PrivacyRow = { id: string; topic: string; receivedAt: Date; dueAt: Date; state: "new" | "done"; doneAt: Date | null; result: Record<string, number> | null; fileUntil: Date | null; hasFile: boolean };

/** The newest requests of a shop, for its page. */
export async function listPrivacyRequests(shop: string, limit: number): Promise<PrivacyRow[]> {
  const found = await pool().query<PrivacyRow>(
    `select id, topic, received_at as "receivedAt", due_at as "dueAt", state, done_at as "doneAt", result, file_until as "fileUntil", file is not null as "hasFile"
       from privacy_request where shop = $1 order by received_at desc limit $2`,
    [shop, limit],
  );
  return found.rows;
}

/** The file of a request for data, while it is kept. */
export async function privacyFile(shop: string, id: string, at: Date): Promise<Buffer | null> {
  const found = await pool().query<{ file: Buffer | null }>("select file from privacy_request where shop = $1 and id = $2 and file_until > $3", [shop, id, at]);
  return found.rows[0]?.file ?? null;
}
