// What the clicks of orders are read from: browsers and what ties them, their touches, the owners of click ids; and which orders are to be read again.
import type { Tie } from "../domain/evidence.ts";
import type { ClickId } from "../domain/origin.ts";
import type { Touch } from "../domain/rule-book.ts";
import type { TouchKind, TouchSource } from "../domain/touch.ts";
import type { Queryable } from "../db.server.ts";
import type { OrderKey } from "./order.ts";

export type TieAsked = Pick<Tie, "kind" | "value"> & { shop: string };

/** The browsers that these ids tie to orders. */
export async function tiesOf(client: Queryable, ids: readonly TieAsked[]): Promise<(Tie & { shop: string })[]> {
  if (ids.length === 0) return [];
  const found = await client.query<Tie & { shop: string }>({
    name: "ties_of",
    text: `select v.shop, v.kind, v.value, v.visitor from unnest($1::text[], $2::text[], $3::text[]) as i(shop, kind, value) join visitor_tie v on v.shop = i.shop and v.kind = i.kind and v.value = i.value`,
    values: [ids.map(({ shop }) => shop), ids.map(({ kind }) => kind), ids.map(({ value }) => value)],
  });
  return found.rows;
}

/** As it is kept: its owner may be the click id's. */
type Row = { id: bigint; at: Date; visitor: string; creatorId: string | null; clickId: string | null; kind: TouchKind; parameter: string | null; word: string | null; source: TouchSource; key: string | null; receivedAt: Date | null };

const ROW = `t.id, t.at, t.visitor, t.creator_id as "creatorId", t.click_id as "clickId", t.kind, t.parameter, t.word, t.source, t.key, t.received_at as "receivedAt"`;

/** The clicks of these browsers, and those with these ids whichever browser noted them; in the order in which they were noted. */
export async function touchesFor(client: Queryable, shop: string, visitors: readonly string[], clickIds: readonly string[]): Promise<Touch[]> {
  if (visitors.length === 0 && clickIds.length === 0) return [];
  const found = await client.query<Row>({
    name: "touches_for",
    text: `select ${ROW} from touch t where t.shop = $1 and t.visitor = any($2) union select ${ROW} from touch t where t.shop = $1 and t.click_id = any($3) order by id`,
    values: [shop, visitors, clickIds],
  });
  return found.rows.map(({ id: _, at, source, receivedAt, ...touch }) => ({ ...touch, atMs: at.getTime(), from: source, heardMs: receivedAt?.getTime() ?? null }));
}

/** Whose clicks these ids are, as far as the networks said. */
export async function ownersOf(client: Queryable, shop: string, clicks: readonly ClickId[]): Promise<(ClickId & { creatorId: string })[]> {
  if (clicks.length === 0) return [];
  const found = await client.query<ClickId & { creatorId: string }>({
    name: "owners_of",
    text: `select o.parameter, o.click_id as value, o.creator_id as "creatorId" from unnest($2::text[], $3::text[]) as i(parameter, value)
      join click_owner o on o.shop = $1 and o.parameter = i.parameter and o.click_id = i.value where o.creator_id is not null`,
    values: [shop, clicks.map(({ parameter }) => parameter), clicks.map(({ value }) => value)],
  });
  return found.rows;
}

/** Whose handle a word was, from an instant and until another (null: it is his now). */
export type Handle = { handle: string; creatorId: string; fromMs: number; untilMs: number | null };

/** Who has, or once had, these handles (domain/touch-word.ts handleKey), in the creators' order. */
export async function handlesOf(client: Queryable, shop: string, handles: readonly string[]): Promise<Handle[]> {
  const found = await client.query<{ handle: string; creatorId: string; from: Date; until: Date | null }>({
    name: "handles_of",
    text: `select h.handle, h.creator_id as "creatorId", h.until, coalesce((select max(p.until) from creator_past_handle p where p.shop = $1 and p.creator_id = h.creator_id and (h.until is null or p.until < h.until)), c.created_at) as from
      from (select id as creator_id, lower(ltrim(handle, '@')) as handle, null::timestamptz as until from creator where shop = $1 and handle is not null and lower(ltrim(handle, '@')) = any($2)
        union all select creator_id, lower(ltrim(handle, '@')), until from creator_past_handle where shop = $1 and handle is not null and lower(ltrim(handle, '@')) = any($2)) h
      join creator c on c.shop = $1 and c.id = h.creator_id order by c.position, h.until`,
    values: [shop, handles],
  });
  return found.rows.map(({ from, until, ...row }) => ({ ...row, fromMs: from.getTime(), untilMs: until?.getTime() ?? null }));
}

/** Notes which click ids concern which orders. What concerned one once may stay: it is settled again for nothing then. */
export async function noteOrderClicks(client: Queryable, rows: readonly (OrderKey & ClickId)[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: "note_order_clicks",
    text: `insert into order_click (shop, parameter, click_id, order_id)
      select distinct shop, parameter, value, "orderId" from json_to_recordset($1::json) as r(shop text, parameter text, value text, "orderId" text) order by 1, 2, 3, 4 on conflict do nothing`,
    values: [JSON.stringify(rows)],
  });
}

/** The shop's click parameters are others: the orders that name a click id under one of these are settled again. To be called in the transaction that changes them, as its last statement but the log. */
export async function settleAgainForParameters(client: Queryable, shop: string, names: readonly string[], at: Date): Promise<void> {
  if (names.length === 0) return;
  await client.query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
     select distinct on (order_id) $1, 'parameters:' || $4 || ':' || order_id, 'touch', $3::timestamptz, order_id, '', 'new' from order_click where shop = $1 and parameter = any($2) on conflict do nothing`,
    [shop, names, at, at.getTime()],
  );
}
