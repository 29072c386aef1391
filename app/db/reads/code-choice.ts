// Which codes the list of codes shows, in which order: found by what is rare of them or along the list's own order, so that of a million codes few are looked at.
import { CONTRACT_LOOK_AHEAD_DAYS } from "../../domain/contract.ts";

export const PAGE_SIZE = 50;
/** So many codes of a view are counted and paged through; others are found by a search, or by another order. */
export const MOST_LISTED = 10_000;

/** What is asked for, without its values: $1 shop, $2 searched text, $3 its pattern, $4 creator, $5 deal, $6 rows up to the end of the page, $7 code, $8 the time, $9 program that refused it. */
export type Choice = { view: string; sort: string; q: boolean; creator: boolean; deal: boolean; code: boolean; refusedIn: boolean };

/** A side `q` on which something is wrong or under way. The same words as the index code_placement_astir. */
const ASTIR = "(q.wanted = 'live' and (q.state <> 'live' or q.problem is not null) or q.wanted <> 'live' and q.state not in ('expired', 'missing'))";

/**
 * Every code with a side that is wrong or under way. A side is wrong where a person has to act: refused, missing, otherwise than here, or still open after several
 * tries. The same as domain/code-life.ts.
 */
export const ASTIR_CODES = `f as materialized (select code_id, bool_or(wrong) as wrong, bool_or(open) as open, bool_or(coming) as coming from (
    select q.code_id, q.state in ('refused', 'by_hand') or (q.wanted = 'live' and q.state in ('missing', 'live')) as wrong, q.state in ('waiting', 'asked', 'leaving') or q.state = case q.wanted when 'live' then 'expired' else 'live' end as open,
           q.wanted = 'live' and q.state in ('waiting', 'asked', 'leaving', 'expired') as coming from code_placement q where q.shop = $1 and ${ASTIR}
    union all
    select x.about_id, true, false, false from drift x join code_placement q on q.shop = x.shop and q.code_id = x.about_id and q.target = x.target and q.wanted = 'live' and q.state = 'live'
     where x.shop = $1 and x.about = 'code' and x.closed_at is null) s group by code_id)`;

const QUIET = `not exists (select from code_placement q where q.shop = c.shop and q.code_id = c.id and ${ASTIR})
  and not exists (select from drift x join code_placement q on q.shop = x.shop and q.code_id = x.about_id and q.target = x.target and q.wanted = 'live' and q.state = 'live'
    where x.shop = c.shop and x.about = 'code' and x.about_id = c.id and x.closed_at is null)`;

/** The code is to be nowhere any more. */
export const OUT = `coalesce((select bool_and(q.wanted = 'gone') from code_placement q where q.shop = c.shop and q.code_id = c.id), false)`;
const REPLACED = `(c.replaced_by is not null and (c.retired_at is not null or ${OUT}))`;
const GONE = `(c.retired_at is not null or ${REPLACED})`;
const IN_FORCE = `c.retired_at is null and not ${REPLACED}`;
const OVER = "coalesce(least(t.ends_at, d.ends_at) <= $8, false)";
const PAUSED = "(c.paused_at is not null or d.paused_at is not null)";
const IN_STORE = "not exists (select from code_placement q where q.shop = c.shop and q.code_id = c.id and q.target = 'store' and q.state <> 'live')";
const LOST = "exists (select from code_placement q where q.shop = c.shop and q.code_id = c.id and q.target = 'store' and q.wanted = 'live' and q.state = 'missing')";
const BEGUN = "coalesce(greatest(t.starts_at, d.starts_at) <= $8, true)";

/** When the creator's time in the code's program of a network ends or ended, as it is known. */
export const CONTRACT_END = `(select coalesce(mb.left_at, mb.ends_at) from membership mb join program mg on mg.shop = mb.shop and mg.id = mb.program_id and mg.network <> 'none'
    where mb.shop = c.shop and mb.program_id = t.program_id and mb.creator_id = t.creator_id and mb.state in ('joined', 'left') order by mb.joined_at desc limit 1)`;
/** domain/contract.ts contractEndOf, of those that end soon or ended: the code's end is `end`, the time is `now`. */
export const outlivesContract = (end: string, now: string) => `coalesce(k.contract_end <= ${now}::timestamptz + interval '${CONTRACT_LOOK_AHEAD_DAYS} days' and (${end} is null or ${end} > greatest(k.contract_end, ${now})), false)`;

export const NEWEST_TERM = "select * from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1";
const NO_LATER_TERM = "not exists (select from code_term l where l.shop = t.shop and l.code_id = t.code_id and l.valid_from > t.valid_from)";

/** `found`: the codes that may be in it, where they are few of many; left out: it is walked along the list's order. */
type View = { where: string; found?: string };
const OF_DEALS = "select k.id from deal d join code k on k.shop = d.shop and k.deal_id = d.id where d.shop = $1";

const VIEWS: Record<string, View> = {
  every: { where: "true" },
  wrong: { where: "f.wrong", found: "select code_id from f where wrong" },
  contract: {
    where: `${IN_FORCE} and not ${OVER} and ${outlivesContract("least(t.ends_at, d.ends_at)", "$8")}`,
    found: `select t.code_id from (select distinct mb.creator_id from membership mb where mb.shop = $1 and coalesce(mb.left_at, mb.ends_at) <= $8::timestamptz + interval '${CONTRACT_LOOK_AHEAD_DAYS} days') mb
      join code_term t on t.shop = $1 and t.creator_id = mb.creator_id`,
  },
  waiting: { where: "f.open and not f.wrong", found: "select code_id from f where open and not wrong" },
  live: { where: `${IN_FORCE} and not ${OVER} and not ${PAUSED} and ${IN_STORE} and ${BEGUN} and ${QUIET}` },
  scheduled: {
    where: `${IN_FORCE} and not ${OVER} and not ${PAUSED} and not ${LOST} and not (${IN_STORE} and ${BEGUN})`,
    found: `select k.id from code_placement q join code k on k.shop = q.shop and k.id = q.code_id and k.retired_at is null where q.shop = $1 and q.target = 'store' and q.state <> 'live'
      union select t.code_id from code_term t where t.shop = $1 and t.starts_at > $8 union ${OF_DEALS} and d.starts_at > $8`,
  },
  paused: { where: `${IN_FORCE} and not ${OVER} and ${PAUSED}`, found: `select k.id from code k where k.shop = $1 and k.paused_at is not null union ${OF_DEALS} and d.paused_at is not null` },
  ended: { where: `${IN_FORCE} and ${OVER}`, found: `select t.code_id from code_term t where t.shop = $1 and t.ends_at <= $8 union ${OF_DEALS} and d.ends_at <= $8` },
  retired: { where: GONE, found: "select k.id from code k where k.shop = $1 and k.retired_at is not null union select k.id from code k where k.shop = $1 and k.retired_at is null and k.replaced_by is not null" },
};

const SORTS: Record<string, string> = {
  wrong: `coalesce(f.wrong, false) desc, ${GONE}, coalesce(f.open, false) desc, c.position desc`,
  code: "c.key, c.position",
  newest: "c.position desc",
  creator: "lower(r.name) nulls last, c.key, c.position",
};

/** What is searched for stands in the code, in its creator's name or in its deal's. */
const SEARCHED = `select k.id from code k where k.shop = $1 and k.code ilike $3
  union select t.code_id from creator r join code_term t on t.shop = r.shop and t.creator_id = r.id where r.shop = $1 and r.name ilike $3 and ${NO_LATER_TERM}
  union ${OF_DEALS} and d.name ilike $3`;

/** PostgreSQL wants to know the type of each value, whatever is asked for. */
const GIVEN = "given as (select $1::text, $2::text, $3::text, $4::text, $5::text, $6::int, $7::text, $8::timestamptz, $9::text)";

/** The statement's first parts, the codes that are asked for, and their order. */
export function chosen(choice: Choice): { before: string; from: string; order: string } {
  const view = VIEWS[choice.view] ?? VIEWS["every"]!;
  const narrowed: string[] = [];
  if (choice.q) narrowed.push(SEARCHED);
  if (choice.creator) narrowed.push(`select t.code_id from code_term t where t.shop = $1 and t.creator_id = $4 and ${NO_LATER_TERM}`);
  if (choice.refusedIn) narrowed.push("select q.code_id from code_placement q where q.shop = $1 and q.target = $9 and q.wanted = 'live' and q.state in ('refused', 'missing')");
  if (view.found !== undefined && !choice.code) narrowed.push(view.found);
  // Of those that run none is wrong, gone or under way.
  const order = choice.view === "live" && SORTS[choice.sort] !== SORTS["code"] && SORTS[choice.sort] !== SORTS["creator"] ? SORTS["newest"]! : (SORTS[choice.sort] ?? SORTS["wrong"]!);
  const needed = `${view.where} ${order}`;
  const from = `code c ${narrowed.map((_, at) => `join (select distinct id from x${at}) x${at} on x${at}.id = c.id`).join(" ")}
    ${/\bf\./.test(needed) ? "left join f on f.code_id = c.id" : ""}
    ${/\b[tkr]\./.test(needed) ? `left join lateral (${NEWEST_TERM}) t on true` : ""}
    ${/\bk\./.test(needed) ? `cross join lateral (select ${CONTRACT_END} as contract_end) k` : ""}
    ${/\br\./.test(needed) ? "left join creator r on r.shop = c.shop and r.id = t.creator_id" : ""}
    ${/\bd\./.test(needed) ? "left join deal d on d.shop = c.shop and d.id = c.deal_id" : ""}
   where c.shop = $1 and ${view.where} ${choice.deal ? "and c.deal_id = $5" : ""} ${choice.code ? "and c.id = $7" : ""}`;
  const before = [GIVEN, ASTIR_CODES, ...narrowed.map((those, at) => `x${at}(id) as materialized (${those})`)].join(", ");
  return { before, from, order };
}

/** The first codes of a shop with what is wrong on top, of all that there are: each kind by an index of its own, in the order of SORTS.wrong. */
const WRONG_FIRST = [
  "from f join code c on c.shop = $1 and c.id = f.code_id where true",
  `from code c left join f on false where c.shop = $1 and c.retired_at is null and c.replaced_by is null and ${QUIET}`,
  `from code c left join f on false where c.shop = $1 and c.retired_at is not null and ${QUIET}`,
  `from code c left join f on false where c.shop = $1 and c.retired_at is null and c.replaced_by is not null and ${QUIET}`,
];

/** The ids of a page, in their places. */
export function pageSql(choice: Choice): string {
  const { before, from, order } = chosen(choice);
  const isWhole = choice.view === "every" && !choice.q && !choice.creator && !choice.deal && !choice.code && !choice.refusedIn;
  const upTo = (text: string, by: string) => `(select c.id, c.shop, c.position, c.retired_at, c.replaced_by, f.wrong, f.open ${text} order by ${by} limit $6::int)`;
  const all = isWhole && order === SORTS["wrong"]
    ? `(select u.id, u.place from (select c.id, row_number() over (order by coalesce(c.wrong, false) desc, ${GONE}, coalesce(c.open, false) desc, c.position desc) as place
        from (${WRONG_FIRST.map((kind, at) => upTo(kind, at === 0 ? order : at === 3 ? `${GONE}, c.position desc` : "c.position desc")).join(" union all ")}) c) u where u.place > $6::int - ${PAGE_SIZE} and u.place <= $6::int)`
    : `(select c.id, row_number() over (order by ${order}) as place from ${from} order by ${order} limit ${PAGE_SIZE} offset $6::int - ${PAGE_SIZE})`;
  return `${before}, page as ${all}`;
}

/** How many there are, up to MOST_LISTED. */
export function countSql(choice: Choice): string {
  const { before, from } = chosen(choice);
  return `with ${before} select count(*)::int as total from (select from ${from} limit ${MOST_LISTED}) listed`;
}
