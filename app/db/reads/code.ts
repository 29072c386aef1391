// What the page of one code shows, and what a pattern is tried on before it is kept.
import { pool } from "../../db.server.ts";
import type { CodeDetail, CodeEvent, CodeOrder, CodeTermLine, OtherCode, PatternCreator, TestedOrder } from "../../domain/code-page.ts";
import type { Reason } from "../../domain/credit.ts";
import type { KnownCode, KnownOrder } from "../../domain/pattern-test.ts";
import type { Sold } from "../../domain/pages.ts";
import { wallTime } from "../../domain/zone.ts";
import { listCodes } from "./code-list.ts";
import { iso, shopFacts } from "./sold.ts";

const ORDERS_SHOWN = 20;
const EVENTS_SHOWN = 20;
/** What a pattern is tried on. */
const NEWEST_ORDERS = 1_000;
const MOST_KNOWN_CODES = 20_000;

/** One code with the history of its terms, the oldest first; null where the shop has no such code. */
export async function readCode(shop: string, id: string, now: Date): Promise<CodeDetail | null> {
  if (id === "") return null;
  const { rows } = await listCodes(shop, { view: "every", q: "", codeId: id, creatorId: "", dealId: "", sort: "newest", page: 1, now });
  const code = rows[0];
  if (!code) return null;
  const [history, others, events, { timezone }] = await Promise.all([termsOf(shop, id), othersOf(shop, id), eventsOf(shop, id), shopFacts(shop)]);
  const [own] = history.slice(-1);
  return { ...code, history, ...others, events, window: { ...wall("start", own?.startsAt ?? null, timezone), ...wall("end", own?.endsAt ?? null, timezone) } };
}

type RawTerm = { valid_from: Date; until: Date | null; creator: CodeTermLine["creator"]; program: CodeTermLine["program"]; credit_policy: string; starts_at: Date | null; ends_at: Date | null };

async function termsOf(shop: string, codeId: string): Promise<CodeTermLine[]> {
  const { rows } = await pool().query<RawTerm>(
    `select greatest(t.valid_from, c.created_at) as valid_from, lead(t.valid_from, 1, c.retired_at) over (order by t.valid_from) as until, t.credit_policy, t.starts_at, t.ends_at,
            case when r.id is not null then jsonb_build_object('id', r.id, 'name', r.name) end as creator, case when g.id is not null then jsonb_build_object('id', g.id, 'name', g.name) end as program
       from code_term t join code c on c.shop = t.shop and c.id = t.code_id
       left join creator r on r.shop = t.shop and r.id = t.creator_id left join program g on g.shop = t.shop and g.id = t.program_id
      where t.shop = $1 and t.code_id = $2 order by t.valid_from`,
    [shop, codeId],
  );
  return rows.map((row) => ({ from: row.valid_from.toISOString(), to: iso(row.until), creator: row.creator, program: row.program, policy: row.credit_policy, startsAt: iso(row.starts_at), endsAt: iso(row.ends_at) }));
}

function wall<Name extends "start" | "end">(name: Name, at: string | null, timezone: string) {
  const { date, time } = at === null ? { date: "", time: "" } : wallTime(new Date(at), timezone);
  return { [`${name}Date`]: date, [`${name}Time`]: time } as { [Key in `${Name}Date` | `${Name}Time`]: string };
}

/** The newest first. */
async function eventsOf(shop: string, codeId: string): Promise<CodeEvent[]> {
  const { rows } = await pool().query<{ at: Date; who: string; what: string; detail: Record<string, string> }>(
    `select at, who, what, detail - 'codeIds' as detail from shop_log where shop = $1 and what like 'codes.%' and detail ? 'codeIds' and string_to_array(detail ->> 'codeIds', ',') @> array[$2]
      order by id desc limit ${EVENTS_SHOWN}`,
    [shop, codeId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** The code whose place this one took, and the one that took its place; of patterns as the shop's log has it. */
async function othersOf(shop: string, codeId: string): Promise<Pick<CodeDetail, "replaced" | "replacedBy">> {
  const { rows } = await pool().query<{ old_id: string; id: string; code: string; at: Date }>(
    `select l.detail ->> 'replaces' as old_id, c.id, c.code, l.at from shop_log l
       join code c on c.shop = l.shop and c.id = case when l.detail ->> 'replaces' = $2 then l.detail ->> 'codeId' else l.detail ->> 'replaces' end
      where l.shop = $1 and l.what = 'pattern.changed' and $2 in (l.detail ->> 'replaces', l.detail ->> 'codeId')
     union all
     select o.id, case when o.id = $2 then n.id else o.id end, case when o.id = $2 then n.code else o.code end, n.created_at
       from code o join code n on n.shop = o.shop and n.id = o.replaced_by where o.shop = $1 and (o.id = $2 or o.replaced_by = $2) order by 4`,
    [shop, codeId],
  );
  const other = (row: (typeof rows)[number] | undefined): OtherCode | null => (row ? { id: row.id, code: row.code, at: row.at.toISOString() } : null);
  return { replaced: other(rows.find((row) => row.old_id !== codeId)), replacedBy: other(rows.find((row) => row.old_id === codeId)) };
}

type RawCodeOrder = { order_id: string; name: string; created_at: Date | null; codes: string[]; outcome: string; reason: Reason | null; currency: string | null; amount: string };

const CODES_ON_ORDER = `(select coalesce(jsonb_agg(a ->> 'code'), '[]') from jsonb_array_elements(o.facts -> 'applications') a where a ->> 'kind' = 'discount_code' and a ->> 'code' is not null)`;

/** The newest orders on which the code matched, with what is left of its credit. */
export async function ordersOfCode(shop: string, codeId: string): Promise<CodeOrder[]> {
  const { rows } = await pool().query<RawCodeOrder>(
    `select o.order_id, o.name, o.created_at, coalesce(${CODES_ON_ORDER}, '[]') as codes, d.outcome, d.reason, o.currency,
            coalesce((select sum(l.amount) from ledger_entry l where l.shop = $1 and l.order_id = o.order_id and l.code_id = $2), 0)::text as amount
       from decision d join order_state o on o.shop = d.shop and o.order_id = d.order_id
      where d.shop = $1 and d.code_id = $2 order by o.created_at desc nulls last, o.order_id desc limit ${ORDERS_SHOWN}`,
    [shop, codeId],
  );
  return rows.map((row) => ({ orderId: row.order_id, name: row.name, createdAt: iso(row.created_at), codes: row.codes, credited: row.outcome === "credited", awaiting: row.outcome === "awaiting_network", reason: row.reason, currency: row.currency, amount: row.amount }));
}

/** What is credited now, by this code, of orders placed since an instant. */
export async function creditedSince(shop: string, codeId: string, since: Date): Promise<Sold> {
  const { rows } = await pool().query<Sold>(
    `select count(*)::int as orders, coalesce(sum(e.balance), 0)::text as amount
       from (select l.order_id, sum(l.amount) as balance from ledger_entry l join order_state o on o.shop = l.shop and o.order_id = l.order_id
              where l.shop = $1 and l.code_id = $2 and o.created_at >= $3 group by l.order_id) e where e.balance > 0`,
    [shop, codeId, since],
  );
  return rows[0]!;
}

/** The creators who have joined a program and can be given a pattern; at most 500, the chosen one among them. */
export async function creatorsForPattern(shop: string, chosen: string, now: Date): Promise<PatternCreator[]> {
  const { rows } = await pool().query<PatternCreator>(
    `select c.id, c.name, c.handle, p.programs
       from creator c cross join lateral (select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'network', g.network) order by lower(g.name), g.id) as programs
         from program g where g.shop = c.shop and g.state = 'active' and exists (select 1 from membership m where m.shop = c.shop and m.creator_id = c.id and m.program_id = g.id and m.state = 'joined' and (m.left_at is null or m.left_at > $2))) p
      where c.shop = $1 and p.programs is not null order by c.id <> $3, lower(c.name), c.id limit 500`,
    [shop, now, chosen],
  );
  return rows.sort((a, b) => a.name.localeCompare(b.name));
}

/** The creator codes in force that a new pattern comes after: the patterns in the order in which they are tried, then exact codes. `except`: the pattern whose place it is to take. */
export async function knownCodes(shop: string, except: string | null): Promise<KnownCode[]> {
  const { rows } = await pool().query<KnownCode>(
    `select c.id as "codeId", c.code, c.key, c.match, case when r.id is not null then jsonb_build_object('id', r.id, 'name', r.name) end as creator
       from code c left join lateral (select creator_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
       left join creator r on r.shop = c.shop and r.id = t.creator_id
      where c.shop = $1 and c.retired_at is null and c.id is distinct from $2 order by c.match desc, c.created_at, c.position limit ${MOST_KNOWN_CODES}`,
    [shop, except],
  );
  return rows;
}

/** The shop's newest orders with the codes on them. */
export async function newestOrders(shop: string): Promise<KnownOrder[]> {
  const { rows } = await pool().query<{ order_id: string; name: string; created_at: Date; codes: string[] }>(
    `select o.order_id, o.name, o.created_at, ${CODES_ON_ORDER} as codes
       from (select * from order_state where shop = $1 and created_at is not null and facts is not null order by created_at desc, order_id desc limit ${NEWEST_ORDERS}) o
      order by o.created_at desc, o.order_id desc`,
    [shop],
  );
  return rows.map((row) => ({ orderId: row.order_id, name: row.name, createdAt: row.created_at.toISOString(), codes: row.codes }));
}

/** Who is credited for these orders today; where it is nobody, why. */
export async function creditedFor(shop: string, orderIds: string[]): Promise<Map<string, Pick<TestedOrder, "creditedTo" | "awaiting" | "reason">>> {
  const { rows } = await pool().query<{ order_id: string; creditedTo: TestedOrder["creditedTo"]; awaiting: boolean; reason: Reason | null }>(
    `select o.order_id, o.outcome is not distinct from 'awaiting_network' as awaiting, o.reason, coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'name', n.name) order by d.place) from decision d join creator n on n.shop = d.shop and n.id = d.creator_id
              where d.shop = $1 and d.order_id = o.order_id and d.outcome = 'credited'), '[]') as "creditedTo"
       from order_state o where o.shop = $1 and o.order_id = any($2)`,
    [shop, orderIds],
  );
  return new Map(rows.map(({ order_id, ...row }) => [order_id, row]));
}
