// What the page of an order shows of people's decisions, and the codes that a person can choose there.
import { pool } from "../../db.server.ts";
import { handCause } from "../../domain/hand.ts";
import type { HandCode, HandLine } from "../../domain/hand-page.ts";
import { likePattern } from "./sold.ts";

const MOST_LINES = 100;
const MOST_CODES = 20;

// Whose a code was when the order was placed: the term that held then, or the first one where none had begun.
const TERM_THEN = `left join lateral (select * from code_term t where t.shop = k.shop and t.code_id = k.id order by t.valid_from > o.created_at, abs(extract(epoch from t.valid_from - o.created_at)) limit 1) t on true`;

/** What people decided about an order, the newest first. */
export async function handLines(shop: string, orderId: string): Promise<HandLine[]> {
  const { rows } = await pool().query<Omit<HandLine, "at" | "cause" | "id"> & { id: bigint; at: Date }>(
    `select h.id, h.at, h.who, h.act, k.code, n.name as creator, h.amount::text as amount, h.reason
       from hand_act h join order_state o on o.shop = h.shop and o.order_id = h.order_id
       left join code k on k.shop = h.shop and k.id = h.code_id ${TERM_THEN} left join creator n on n.shop = h.shop and n.id = t.creator_id
      where h.shop = $1 and h.order_id = $2 order by h.id desc limit ${MOST_LINES}`,
    [shop, orderId],
  );
  return rows.map(({ id, at, ...row }) => ({ ...row, id: id.toString(), cause: handCause(id.toString()), at: at.toISOString() }));
}

/** The ledger's entries of an order that a decision caused, or stands behind, each with the decision's reason. */
export async function entriesByHand(shop: string, orderId: string): Promise<Record<string, string>> {
  const { rows } = await pool().query<{ id: string; reason: string }>(
    `select l.id::text as id, h.reason from ledger_entry l join hand_act h on h.shop = l.shop and h.order_id = l.order_id and (l.rules->>'hand' = h.id::text or (l.rules->>'hand' is null and l.cause = 'hand:' || h.id))
      where l.shop = $1 and l.order_id = $2`,
    [shop, orderId],
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.reason]));
}

/** Whether a decision about the order waits for being settled. */
export async function isHandWaiting(shop: string, orderId: string): Promise<boolean> {
  const { rowCount } = await pool().query("select 1 from delivery where shop = $1 and order_id = $2 and topic = 'hand' and state = 'new' limit 1", [shop, orderId]);
  return rowCount! > 0;
}

/** The exact codes of creators that can be credited on an order, those that were decided about first; `q`: part of the code's or the creator's name. */
export async function codesToCredit(shop: string, orderId: string, q: string, ids: string[] | null = null): Promise<HandCode[]> {
  const { rows } = await pool().query<HandCode>(
    `select k.id, k.code, n.name as creator, coalesce(g.name, '') as program, k.retired_at is not null as retired,
            exists (select 1 from jsonb_array_elements(o.facts->'applications') a where a->>'kind' = 'discount_code' and upper(btrim(a->>'code')) = k.key) as "onOrder",
            exists (select 1 from membership m where m.shop = k.shop and m.creator_id = t.creator_id and m.program_id = t.program_id and m.state in ('joined', 'left')
                      and m.joined_at <= o.created_at and (m.left_at is null or m.left_at > o.created_at)) as joined
       from order_state o join code k on k.shop = o.shop and k.match = 'exact' ${TERM_THEN}
       join creator n on n.shop = k.shop and n.id = t.creator_id left join program g on g.shop = k.shop and g.id = t.program_id
      where o.shop = $1 and o.order_id = $2 and o.facts is not null and ($3 = '' or k.code ilike $4 or n.name ilike $4) and ($5::text[] is null or k.id = any($5))
      order by exists (select 1 from decision d where d.shop = k.shop and d.order_id = o.order_id and d.code_id = k.id) desc, "onOrder" desc, retired, lower(k.code) = lower($3) desc, k.key, k.position limit ${MOST_CODES}`,
    [shop, orderId, q, likePattern(q), ids],
  );
  return rows;
}
