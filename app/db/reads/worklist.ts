// The worklist of the networks: conversions that wait for a person, and actions that are otherwise than what is known here. The most urgent first: what
// locks soon comes before what cannot be helped any more.
import { pool, type Queryable } from "../../db.server.ts";
import type { Paged } from "../../domain/pages.ts";
import type { ReadState, WorkCounts, Worklist, WorkRow } from "../../domain/worklist-page.ts";
import { FACTS, FACTS_JOINS, type FactsRow } from "../network-action-facts.ts";
import { actionRow, stuckRow, type RawStuck } from "./worklist-rows.ts";
import { iso, likePattern, pagesOf } from "./sold.ts";

export type WorkQuery = { view: string; q: string; page: number };

const PAGE_SIZE = 20;

const STUCK = `(v.state = 'stuck' or (v.state = 'reversed' and v.problem is not null))`;
/** What a person had sent, once more or in place of a reversed one, and the network has not taken yet; the log says who. */
const CHOSEN = `from shop_log l where l.shop = v.shop and l.at >= v.created_at and l.what in ('worklist.send_again', 'worklist.send_anew') and l.detail ->> 'orderId' = v.order_id and l.detail ->> 'n' = v.n::text`;
const SENT_BY_HAND = `(v.state in ('waiting', 'sending', 'queued') and v.action_id is null and exists (select ${CHOSEN}))`;
const LEFT = `(v.left_at is not null and v.left_at >= v.changed_at)`;

/** $1 shop, $2 now. */
const WORK = `select 'conversion' as about, v.program_id, '' as action_id, v.order_id, v.n, v.lock_at, v.changed_at as since, v.creator_id, v.told_code as code, v.network_order_id as ref,
      case when ${LEFT} then 'accepted' when v.problem = 'after_lock' then 'after_lock' when v.problem in ('partly_kept', 'added_item', 'no_edits') then 'amount' else 'not_taken' end as kind
    from conversion v where v.shop = $1 and ${STUCK}
  union all
  select 'conversion', v.program_id, '', v.order_id, v.n, v.lock_at, v.changed_at, v.creator_id, v.told_code, v.network_order_id, 'near_lock'
    from conversion v where v.shop = $1 and v.next_at is not null and v.action_id is not null and v.lock_at > $2 and v.lock_at < $2::timestamptz + interval '3 days' and v.state in ('sending', 'queued', 'reported')
  union all
  select 'conversion', v.program_id, '', v.order_id, v.n, v.lock_at, v.changed_at, v.creator_id, v.told_code, v.network_order_id, 'under_way' from conversion v where v.shop = $1 and ${SENT_BY_HAND}
  union all
  select 'action', a.program_id, a.action_id, a.order_id, a.n, a.lock_at, coalesce(a.problem_at, a.repair_at), coalesce(v.creator_id, m.creator_id), a.code, a.order_ref,
      case when a.repair is not null then 'under_way' when a.problem is null then 'accepted' else a.problem end
    from network_action a left join conversion v on v.shop = a.shop and v.order_id = a.order_id and v.n = a.n and v.program_id = a.program_id
    left join lateral (select m.creator_id from membership m where m.shop = a.shop and m.program_id = a.program_id and m.partner_id = a.partner_id order by m.joined_at desc limit 1) m on v.order_id is null
    where a.shop = $1 and (a.problem is not null or a.repair is not null or (a.accepted is not null and a.compared_at is not null))`;

const JOINED = `left join order_state o on o.shop = $1 and o.order_id = x.order_id left join creator r on r.shop = $1 and r.id = x.creator_id left join program g on g.shop = $1 and g.id = x.program_id left join network_connection c on c.shop = $1 and c.id = g.connection_id`;

const FOUND = `($3 = '' or o.name ilike $4 or x.code ilike $4 or r.name ilike $4 or x.ref ilike $4)`;

/** What is accepted is in a view of its own, what is under way is in both. */
function inView(view: string): string {
  return view === "all" || view === "" ? "x.kind <> 'accepted'" : "x.kind = $5";
}

type Key = { about: "action" | "conversion"; program_id: string; action_id: string; order_id: string | null; n: number | null; since: Date | null; kind: string; order_name: string | null; program_name: string | null; network: string | null; offline: boolean; creator_id: string | null; creator_name: string | null; total: number };

/** One page of a view: all, or a group (domain/worklist-page.ts). */
export async function listWork(shop: string, query: WorkQuery, now: Date, size = PAGE_SIZE): Promise<Paged<WorkRow>> {
  const found = await workAt(shop, query, now, size, Math.max(1, query.page));
  if (found.rows.length > 0 || found.page === 1) return found;
  const first = await workAt(shop, query, now, size, 1);
  return first.pages === 1 ? first : workAt(shop, query, now, size, first.pages);
}

async function workAt(shop: string, { view, q }: WorkQuery, now: Date, size: number, page: number): Promise<Paged<WorkRow>> {
  const all = view === "all" || view === "";
  const { rows: keys } = await pool().query<Key>(
    `select x.about, x.program_id, x.action_id, x.order_id, x.n, x.since, x.kind, o.name as order_name, g.name as program_name, g.network, c.state is not distinct from 'disconnected' as offline, x.creator_id, r.name as creator_name, (count(*) over ())::int as total
     from (${WORK}) x ${JOINED} where ${inView(view)} and ${FOUND}
     order by coalesce(x.lock_at <= $2, true), x.lock_at, x.since desc nulls last, x.order_id, x.n, x.action_id limit ${size} offset ${(page - 1) * size}`,
    all ? [shop, now, q, likePattern(q)] : [shop, now, q, likePattern(q), view],
  );
  const total = keys[0]?.total ?? 0;
  return { rows: await rowsOf(shop, keys, now), total, page, pages: pagesOf(total, size) };
}

/** Of these sales, at most some dozens, those that are in the worklist: conversions by "order id/n", actions by "program id/action id". */
export async function workOf(shop: string, named: readonly { conversion: string | null; action: string | null }[], now: Date): Promise<WorkRow[]> {
  if (named.length === 0) return [];
  const { rows: keys } = await pool().query<Key>(
    `select x.about, x.program_id, x.action_id, x.order_id, x.n, x.since, x.kind, o.name as order_name, g.name as program_name, g.network, c.state is not distinct from 'disconnected' as offline, x.creator_id, r.name as creator_name, 0 as total
     from (${WORK}) x ${JOINED} where (x.about = 'conversion' and x.order_id || '/' || x.n = any($3)) or (x.about = 'action' and x.program_id || '/' || x.action_id = any($4))`,
    [shop, now, named.flatMap(({ conversion }) => conversion ?? []), named.flatMap(({ action }) => action ?? [])],
  );
  return rowsOf(shop, keys, now);
}

async function rowsOf(shop: string, keys: readonly Key[], now: Date): Promise<WorkRow[]> {
  const [facts, stuck] = await Promise.all([factsOfKeys(shop, keys), stuckOfKeys(shop, keys)]);
  const rows = keys.map((key): WorkRow | null => {
    const names = { group: key.kind, offline: key.offline, orderName: key.order_name, program: key.program_name ?? "", network: key.network ?? "", creator: key.creator_id === null || key.creator_name === null ? null : { id: key.creator_id, name: key.creator_name } };
    if (key.about === "conversion") {
      const row = stuck.get(`${key.order_id}/${key.n}`);
      return row === undefined ? null : stuckRow(row, names, now.getTime());
    }
    const row = facts.get(`${key.program_id}/${key.action_id}`);
    return row === undefined ? null : actionRow(row, names, now.getTime());
  });
  return rows.filter((row) => row !== null);
}

/** A page of the list with how many there are in each group. */
export async function readWorklist(shop: string, query: WorkQuery, now: Date, size = PAGE_SIZE): Promise<Worklist> {
  const [page, counts, read] = await Promise.all([listWork(shop, query, now, size), countWork(shop, now), readState(shop)]);
  return { ...page, counts, read };
}

/** Since when what is known of the networks holds; null: no program of a connected account has codes or sales. */
async function readState(shop: string): Promise<ReadState | null> {
  const { rows } = await pool().query<{ at: Date | null; never: boolean; asked: boolean; problem: string | null }>(
    `select min(coalesce(p.actions_at, p.actions_to)) as at, bool_or(coalesce(p.actions_at, p.actions_to) is null) as never, bool_or(p.actions_at is null) as asked, max(p.actions_problem) as problem from program p
     join network_connection c on c.shop = p.shop and c.id = p.connection_id and c.state <> 'disconnected'
     where p.shop = $1 and p.external_id is not null
       and (exists (select from conversion v where v.shop = p.shop and v.program_id = p.id) or exists (select from code_term t where t.shop = p.shop and t.program_id = p.id)) having count(*) > 0`,
    [shop],
  );
  const [row] = rows;
  return row === undefined ? null : { at: row.never ? null : iso(row.at), asked: row.asked, problem: row.problem };
}

/** How many there are in each group, and in all that is not accepted. */
export async function countWork(shop: string, now: Date): Promise<WorkCounts> {
  const { rows } = await pool().query<{ kind: string; count: number }>(`select x.kind, count(*)::int as count from (${WORK}) x group by x.kind`, [shop, now]);
  const counts = Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
  return { ...counts, all: rows.filter(({ kind }) => kind !== "accepted").reduce((sum, { count }) => sum + count, 0) };
}

async function factsOfKeys(shop: string, keys: readonly Key[]): Promise<Map<string, FactsRow>> {
  const asked = keys.filter((key) => key.about === "action");
  if (asked.length === 0) return new Map();
  const { rows } = await pool().query<FactsRow>(
    `select ${FACTS} from json_to_recordset($2::json) as k(p text, i text) join network_action a on a.shop = $1 and a.program_id = k.p and a.action_id = k.i ${FACTS_JOINS}`,
    [shop, JSON.stringify(asked.map((key) => ({ p: key.program_id, i: key.action_id })))],
  );
  return new Map(rows.map((row) => [`${row.programId}/${row.actionId}`, row]));
}

const STUCK_COLUMNS = `v.order_id as "orderId", (select o.name from order_state o where o.shop = v.shop and o.order_id = v.order_id) as "orderName", v.n, v.state, v.problem, v.problem_detail as detail, v.currency, v.target, v.sent, v.action_id as "actionId", v.lock_at as "lockAt", v.network_order_id as "networkOrderId",
  v.changed_at as "changedAt", v.told_code as code, v.left_by as "leftBy", v.left_at as "leftAt",
  (select json_build_object('what', l.what, 'who', l.who, 'at', l.at) ${CHOSEN} order by l.id desc limit 1) as "sentBy",
  (select max(x.n) + 1 from conversion x where x.shop = v.shop and x.order_id = v.order_id) as next`;

async function stuckOfKeys(shop: string, keys: readonly Key[]): Promise<Map<string, RawStuck>> {
  const asked = keys.filter((key) => key.about === "conversion");
  if (asked.length === 0) return new Map();
  const { rows } = await pool().query<RawStuck>(`select ${STUCK_COLUMNS} from conversion v join json_to_recordset($2::json) as k(o text, n int) on v.shop = $1 and v.order_id = k.o and v.n = k.n`, [
    shop,
    JSON.stringify(asked.map((key) => ({ o: key.order_id, n: key.n }))),
  ]);
  return new Map(rows.map((row) => [`${row.orderId}/${row.n}`, row]));
}

/** One conversion, locked where `client` is a transaction. */
export async function findStuck(client: Queryable, shop: string, orderId: string, n: number): Promise<RawStuck | null> {
  const { rows } = await client.query<RawStuck>(`select ${STUCK_COLUMNS} from conversion v where v.shop = $1 and v.order_id = $2 and v.n = $3 for update of v`, [shop, orderId, n]);
  return rows[0] ?? null;
}
