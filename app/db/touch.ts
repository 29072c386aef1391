// Clicks of visitors, and what ties the visitors to orders, as they are noted. They are read in db/evidence.ts.
import type { TouchKind, TouchSource } from "../domain/touch.ts";
import { inTransaction, type Queryable } from "../db.server.ts";

/**
 * Lets nothing be noted under these names until the transaction ends: settling reads the clicks before its orders can be seen, noting a click looks for
 * orders, and without this each could miss the other.
 */
export async function holdClicks(client: Queryable, shop: string, names: readonly string[]): Promise<void> {
  await holdClicksOf(client, names.map((name) => ({ shop, name })));
}

/** The same of several shops, in one order everywhere. */
export async function holdClicksOf(client: Queryable, named: readonly { shop: string; name: string }[]): Promise<void> {
  if (named.length === 0) return;
  await client.query({
    name: "hold_clicks",
    text: `select pg_advisory_xact_lock_shared(name) from (select distinct hashtextextended(shop || ' ' || each, 3) as name from unnest($1::text[], $2::text[]) as k(shop, each) order by 1) named`,
    values: [named.map(({ shop }) => shop), named.map(({ name }) => name)],
  });
}

export type NewTouch = {
  at: Date;
  visitor: string;
  kind: TouchKind;
  parameter: string | null;
  word: string | null; // of a code or link
  clickId: string | null;
  creatorId: string | null; // null: nobody knows yet whose click it is
  source: TouchSource;
  key: string | null; // domain/touch.ts touchKey; null: it has no name, and is noted as often as it is told
};

/** `kind` checkout: `value` is the checkout's token; customer: the keyed hash of his id (customerHash). */
export type NewTie = { kind: "checkout" | "customer"; value: string; visitor: string; orderId: string | null; codes: string[]; at: Date };

/** The names under which settling reads what is noted of a tie, and of a click's id; a visitor's is his own. */
export function nameOfTie({ kind, value }: Pick<NewTie, "kind" | "value">): string {
  return `${kind} ${value}`;
}

export function nameOfClick({ parameter, clickId }: { parameter: string; clickId: string }): string {
  return `click ${parameter} ${clickId}`;
}

/** The names under which a touch is read. */
export function namesOf({ visitor, parameter, clickId }: Pick<NewTouch, "visitor" | "parameter" | "clickId">): string[] {
  return parameter === null || clickId === null ? [visitor] : [visitor, nameOfClick({ parameter, clickId })];
}

/** Keeps settling from reading what stands under these names until the transaction ends; waits for whoever reads it now. */
export async function lockClicks(client: Queryable, shop: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await client.query({
    name: "lock_clicks",
    text: `select pg_advisory_xact_lock(name) from (select distinct hashtextextended($1 || ' ' || each, 3) as name from unnest($2::text[]) as each order by 1) named`,
    values: [shop, names],
  });
}

/** The same without waiting. Returns the names that somebody reads at this moment: they are not held. */
export async function tryLockClicks(client: Queryable, shop: string, names: readonly string[]): Promise<Set<string>> {
  const busy = await client.query<{ name: string }>({
    name: "try_lock_clicks",
    text: `select each as name from unnest($2::text[]) as each where not pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || each, 3))`,
    values: [shop, names],
  });
  return new Set(busy.rows.map(({ name }) => name));
}

/** So many clicks of one browser are kept; so many browsers may be tied to one checkout or customer, and so many ties may a browser have: more is not noted, as anybody can tell of them. */
const MOST_TOUCHES = 500;
const MOST_VISITORS = 20;
const MOST_TIES = 60;

// Visitors whom a tie brings together with those of `fresh`, and every order of theirs that was made since: its clicks are others now.
const CONCERNED = `near as (
    select distinct f.visitor as told, n.visitor, f.id, f.first_at from fresh f cross join lateral (
      select f.visitor union select b.visitor from visitor_tie a join visitor_tie b on b.shop = a.shop and b.kind = a.kind and b.value = a.value where a.shop = $1 and a.visitor = f.visitor) n),
  tied as (select n.id, n.first_at, t.kind, t.value from near n join visitor_tie t on t.shop = $1 and t.visitor = n.visitor),
  concerned as (
    select n.id, n.first_at, o.order_id, o.created_at from near n join order_state o on o.shop = $1 and o.visitor = n.visitor
    union all select t.id, t.first_at, o.order_id, o.created_at from tied t join order_state o on o.shop = $1 and o.checkout_token = t.value where t.kind = 'checkout'
    union all select t.id, t.first_at, o.order_id, o.created_at from tied t join order_state o on o.shop = $1 and o.customer_hash = t.value where t.kind = 'customer')`;

/**
 * Notes touches of a shop, in this order; one whose key is known changes nothing. The visitors' orders are settled again where the touch may have been in
 * time (rules, section 3), and those that name its click id, as it tells when that was. The names of visitors and clicks must be locked. Returns how many were new.
 */
export async function noteTouches(client: Queryable, shop: string, touches: readonly NewTouch[], heardAt: Date): Promise<number> {
  if (touches.length === 0) return 0;
  const noted = await client.query<{ count: number }>({
    name: "note_touches",
    text: `with told as (select * from json_to_recordset($2::json) as t(n int, at timestamptz, visitor text, "creatorId" text, "clickId" text, kind text, parameter text, word text, source text, key text)),
      noted as (insert into touch (shop, at, visitor, creator_id, click_id, kind, parameter, word, source, key, received_at)
        select $1, at, visitor, "creatorId", "clickId", kind, parameter, word, source, key, $3 from told t
          where (select count(*) from (select from touch v where v.shop = $1 and v.visitor = t.visitor limit ${MOST_TOUCHES}) kept) < ${MOST_TOUCHES} order by n on conflict (shop, key) do nothing returning id, visitor, at, parameter, click_id),
      fresh as (select visitor, max(id)::text as id, min(at) as first_at from noted group by visitor),
      ${CONCERNED},
      naming as (select n.id::text as id, c.order_id from noted n join order_click c on c.shop = $1 and c.parameter = n.parameter and c.click_id = n.click_id),
      asked as (insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
        select $1, 'touch:' || max(id) || ':' || order_id, 'touch', $3, order_id, '', 'new'
          from (select id, order_id from concerned where created_at is null or created_at >= first_at union all select id, order_id from naming) each group by order_id)
      select count(*)::int as count from noted`,
    values: [shop, JSON.stringify(touches.map((touch, n) => ({ ...touch, n }))), heardAt],
  });
  return noted.rows[0]!.count;
}

/**
 * Notes what ties visitors to checkouts and customers; what is known changes nothing. Every order that may be judged by other clicks now is settled again.
 * The ties' names and the visitors must be locked. Returns how many were new.
 */
export async function noteTies(client: Queryable, shop: string, ties: readonly NewTie[], heardAt: Date): Promise<number> {
  if (ties.length === 0) return 0;
  const noted = await client.query<{ count: number }>({
    name: "note_ties",
    text: `with told as (select * from json_to_recordset($2::json) as t(kind text, value text, visitor text, "orderId" text, codes jsonb, at timestamptz)),
      noted as (insert into visitor_tie (shop, kind, value, visitor, order_id, codes, at, received_at)
        select $1, kind, value, visitor, "orderId", codes, at, $3 from told t
          where (select count(*) from visitor_tie v where v.shop = $1 and v.kind = t.kind and v.value = t.value) < ${MOST_VISITORS}
            and (select count(*) from visitor_tie v where v.shop = $1 and v.visitor = t.visitor) < ${MOST_TIES}
        on conflict (shop, kind, value, visitor) do nothing returning kind, value, visitor),
      fresh as (select visitor, md5(kind || ' ' || value || ' ' || visitor) as id, '-infinity'::timestamptz as first_at from noted
        union select v.visitor, md5(n.kind || ' ' || n.value || ' ' || n.visitor), '-infinity' from noted n join visitor_tie v on v.shop = $1 and v.kind = n.kind and v.value = n.value),
      ${CONCERNED},
      named as (select md5(n.kind || ' ' || n.value || ' ' || n.visitor) as id, o.order_id from noted n join order_state o on o.shop = $1 and ((n.kind = 'checkout' and o.checkout_token = n.value) or (n.kind = 'customer' and o.customer_hash = n.value))
        union select id, order_id from concerned),
      asked as (insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
        select $1, 'tie:' || max(id) || ':' || order_id, 'touch', $3, order_id, '', 'new' from named group by order_id on conflict do nothing)
      select count(*)::int as count from noted`,
    values: [shop, JSON.stringify(ties), heardAt],
  });
  return noted.rows[0]!.count;
}

/** Notes one click that was told without a name of its own. */
export async function addTouch(shop: string, touch: Pick<NewTouch, "at" | "visitor" | "creatorId" | "clickId"> & Partial<NewTouch>, heardAt: Date): Promise<void> {
  await inTransaction(async (client) => {
    const whole: NewTouch = { kind: "click_id", parameter: null, word: null, source: "pixel", key: null, ...touch };
    await lockClicks(client, shop, namesOf(whole));
    await noteTouches(client, shop, [whole], heardAt);
  });
}
