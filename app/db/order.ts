// The newest known state of each order, and which orders the store is to be asked for.
import type { Beside } from "../domain/beside.ts";
import type { Frozen } from "../domain/credit.ts";
import type { OrderFacts } from "../domain/order.ts";
import { pool, type Queryable } from "../db.server.ts";
import type { OrderKey } from "./order-key.ts";

export type { OrderKey };

export type OrderState = OrderKey & {
  facts: OrderFacts | null;
  beside: Beside | null;
  updatedNs: bigint | null;
  triggeredNs: bigint | null; // null with facts: fetched
  everPaid: boolean;
  deletedAt: Date | null;
  fetchAt: Date | null;
  fetchWhy: string | null;
  cause: string | null;
  causeHash: string | null;
  outcome: string | null;
  reason: string | null;
  credited: string; // minor units
  evidence: string | null;
  /** Of an order whose buyer is to be forgotten: what had been decided from what is removed. */
  frozen: Frozen | null;
  /** Its shop's data was removed: its accounts are closed, and what comes of it again changes nothing. */
  closed: boolean;
};

/** Where what is to be kept is: it is kept already; it is the word of a delivery, as it came, and is copied inside the database (`copyOf` is its webhook id); or it is told. */
export type KeptFrom = "kept" | "delivery" | "told";

export type SettledOrder = OrderState & { name: string; copyOf: string | null; factsFrom: KeptFrom; besideFrom: KeptFrom };

const STATE = `o.shop, o.order_id as "orderId", o.facts, o.beside, o.updated_ns as "updatedNs", o.triggered_ns as "triggeredNs", o.ever_paid as "everPaid",
        o.deleted_at as "deletedAt", o.fetch_at as "fetchAt", o.fetch_why as "fetchWhy", o.cause, o.cause_hash as "causeHash",
        o.outcome, o.reason, o.credited::text, o.evidence, case when o.redacted_at is not null then coalesce(o.frozen, '{}') end as frozen,
        o.redacted_at is not null and o.frozen is null as closed`;

/** The name of an order's lock: whoever settles it holds it, and so does who keeps settling from it. */
const LOCK = `hashtextextended(k.shop || ' ' || k."orderId", 5)`;
const KEYS = `json_to_recordset($1::json) as k(shop text, "orderId" text)`;

/** Makes sure that each order has a row, and locks the rows in one order everywhere: whoever settles one of them is waited for, and settles none of them until the transaction ends. */
export async function lockOrders(client: Queryable, keys: readonly OrderKey[]): Promise<OrderState[]> {
  const sorted = JSON.stringify(keys);
  await client.query({ name: "hold_orders", text: `select pg_advisory_xact_lock(name) from (select ${LOCK} as name from ${KEYS} order by k.shop, k."orderId") named`, values: [sorted] });
  await client.query({ name: "make_orders", text: `insert into order_state (shop, order_id) select shop, "orderId" from ${KEYS} order by 1, 2 on conflict do nothing`, values: [sorted] });
  return (await lockKnown(client, sorted)).rows;
}

/**
 * Takes hold of the orders that nobody else has in hand, and waits for none: `held` are the states of those that are known; `busy` the orders that others hold. An order
 * that is new has no row until it is settled (insertOrders). `client` is one of inPipeline.
 */
export async function holdOrders(client: Queryable, keys: readonly OrderKey[]): Promise<{ held: OrderState[]; busy: OrderKey[] }> {
  const sorted = JSON.stringify(keys);
  const [busy, held] = await Promise.all([
    client.query<OrderKey>({ name: "try_orders", text: `select k.shop, k."orderId" from ${KEYS} where not pg_try_advisory_xact_lock(${LOCK})`, values: [sorted] }),
    lockKnown(client, sorted, `where pg_try_advisory_xact_lock(${LOCK})`), // it is ours a second time; of others' orders the rows are left alone
  ]);
  return { held: held.rows, busy: busy.rows };
}

function lockKnown(client: Queryable, keys: string, where = "") {
  const text = `select ${STATE} from order_state o join ${KEYS} on o.shop = k.shop and o.order_id = k."orderId" ${where} order by o.shop, o.order_id for update of o`;
  return client.query<OrderState>({ name: where === "" ? "lock_orders" : "hold_known_orders", text, values: [keys] });
}

/** In which columns a state is kept, and as what they are told. */
const COLUMNS: Record<string, string> = {
  name: "text", created_at: "timestamptz", updated_ns: "bigint", triggered_ns: "bigint", reader_version: "int", facts: "jsonb", beside: "jsonb", ever_paid: "boolean", deleted_at: "timestamptz", outcome: "text", reason: "text",
  currency: "text", credited: "bigint", visitor: "text", checkout_token: "text", customer_hash: "text", evidence: "text", fetch_at: "timestamptz", fetch_why: "text", cause: "text", cause_hash: "text",
};
const NAMES = Object.keys(COLUMNS);
const SAVED = `jsonb_to_recordset($1::jsonb) as s(shop text, order_id text, copy_of text, facts_from text, beside_from text, ${NAMES.map((name) => `${name} ${COLUMNS[name]}`).join(", ")})
      left join delivery d on d.shop = s.shop and d.webhook_id = s.copy_of`;

function valueOf(name: string, kept: string): string {
  if (name !== "facts" && name !== "beside") return `s.${name}`;
  return `case s.${name}_from when 'delivery' then d.${name} when 'kept' then ${kept} else s.${name} end`;
}

/** Writes the settled states of known orders back. */
export async function saveOrders(client: Queryable, orders: readonly SettledOrder[], at: Date): Promise<void> {
  if (orders.length === 0) return;
  await client.query({
    name: "save_orders",
    text: `update order_state o set ${NAMES.map((name) => `${name} = ${valueOf(name, `o.${name}`)}`).join(", ")}, settled_at = $2
      from ${SAVED} where o.shop = s.shop and o.order_id = s.order_id`,
    values: [JSON.stringify(orders.map(rowOf)), at],
  });
}

/** Writes orders that had no row. Where somebody has made one of them meanwhile, PostgreSQL refuses all of the transaction (isOvertaken): it is to be run again. */
export async function insertOrders(client: Queryable, orders: readonly SettledOrder[], at: Date): Promise<void> {
  if (orders.length === 0) return;
  await client.query({
    name: "insert_orders",
    text: `insert into order_state (shop, order_id, ${NAMES.join(", ")}, settled_at) select s.shop, s.order_id, ${NAMES.map((name) => valueOf(name, "null")).join(", ")}, $2 from ${SAVED} order by s.shop, s.order_id`,
    values: [JSON.stringify(orders.map(rowOf)), at],
  });
}

/** An order that was new when it was read was there when it was to be written. */
export function isOvertaken(fault: unknown): boolean {
  const { code, constraint } = fault as { code?: string; constraint?: string };
  return code === "23505" && constraint === "order_state_pkey";
}

function rowOf(order: SettledOrder): Record<string, unknown> {
  const { facts, beside, factsFrom, besideFrom } = order;
  return {
    shop: order.shop,
    order_id: order.orderId,
    copy_of: factsFrom === "delivery" || besideFrom === "delivery" ? order.copyOf : null,
    facts_from: factsFrom,
    beside_from: besideFrom,
    name: order.name,
    created_at: facts?.createdAt ?? null,
    updated_ns: order.updatedNs?.toString() ?? null,
    triggered_ns: order.triggeredNs?.toString() ?? null,
    reader_version: facts?.version ?? 0,
    facts: factsFrom === "told" ? facts : null,
    beside: besideFrom === "told" ? beside : null,
    ever_paid: order.everPaid,
    deleted_at: order.deletedAt,
    outcome: order.outcome,
    reason: order.reason,
    currency: facts?.currency ?? null,
    credited: order.credited,
    visitor: facts?.visitor ?? null,
    checkout_token: beside?.origin?.checkoutToken ?? null,
    customer_hash: beside?.origin?.customer ?? null,
    evidence: order.evidence,
    fetch_at: order.fetchAt,
    fetch_why: order.fetchWhy,
    cause: order.cause,
    cause_hash: order.causeHash,
  };
}

export type DueFetch = OrderKey & { lease: Date; tries: number };

/** Claims orders that the store is to be asked for, until `lease`: whoever dies meanwhile leaves them to the next one. At most so many of each shop, and none of the shops `without`. */
export async function claimFetches(at: Date, lease: Date, { most, ofShop, without }: { most: number; ofShop: number; without: readonly string[] }): Promise<DueFetch[]> {
  const claimed = await pool().query<DueFetch>(
    `with due as materialized (select shop, order_id, fetch_at from order_state where fetch_at <= $1 and shop <> all($5::text[]) order by fetch_at limit $3 for update skip locked)
     update order_state o set fetch_at = $2, fetch_tries = o.fetch_tries + 1
     from (select shop, order_id, row_number() over (partition by shop order by fetch_at) as n from due) d
     where d.n <= $4 and o.shop = d.shop and o.order_id = d.order_id
     returning o.shop, o.order_id as "orderId", o.fetch_at as lease, o.fetch_tries as tries`,
    [at, lease, most, ofShop, without],
  );
  return claimed.rows;
}

/** Ends a fetch: nothing more is due unless a delivery asked again meanwhile (then the lease is not ours any more). */
export async function endFetch(client: Queryable, fetch: DueFetch, next: Date | null, why: string | null): Promise<void> {
  await client.query(
    `update order_state set fetch_at = $4, fetch_why = coalesce($5, fetch_why), fetch_tries = case when $4::timestamptz is null then 0 else fetch_tries end
     where shop = $1 and order_id = $2 and fetch_at = $3`,
    [fetch.shop, fetch.orderId, fetch.lease, next, why],
  );
}

export async function hasFacts(client: Queryable, { shop, orderId }: OrderKey): Promise<boolean> {
  const found = await client.query("select from order_state where shop = $1 and order_id = $2 and facts is not null", [shop, orderId]);
  return found.rowCount === 1;
}

export type KeptFacts = { facts: OrderFacts; beside: Beside | null; everPaid: boolean; deleted: boolean; frozen: Frozen | null; redactedAt?: Date | null };

/** What is known of one order, or null where no facts are. */
export async function orderFacts(shop: string, orderId: string): Promise<KeptFacts | null> {
  const found = await pool().query<KeptFacts>(
    `select facts, beside, ever_paid as "everPaid", deleted_at is not null as deleted, case when redacted_at is not null then coalesce(frozen, '{}') end as frozen, redacted_at as "redactedAt" from order_state where shop = $1 and order_id = $2 and facts is not null`,
    [shop, orderId],
  );
  return found.rows[0] ?? null;
}
