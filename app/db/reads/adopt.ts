// What the pages of adopting show: the store's codes and discounts, whose they are here, and what they sold before.
import { pool } from "../../db.server.ts";
import type { FoundCode, FoundDiscount, SoldBefore } from "../../domain/adopt.ts";
import type { DealTerms } from "../../domain/deal.ts";
import type { Paged } from "../../domain/pages.ts";
import { iso, likePattern, pageOrLast, pagesOf } from "./sold.ts";

const PAGE_SIZE = 50;
const MOST_DISCOUNTS = 250;
const MOST_KEYS = 500;

export type FoundQuery = { view: string; q: string; sort: string; page: number; discountId: string; by: string; used: string };

// Nobody's; linked to a creator as it is; any code that is not one of a deal's own making.
const VIEWS: Record<string, string> = { free: "c.id is null", linked: "c.id is not null", all: "true" };
const SORTS: Record<string, string> = { discount: "lower(s.title), s.store_id, x.key", code: "x.key", uses: "x.uses desc, x.key" };

/** A deal's own codes are its page's business: what is listed is in no deal, in an adopted one, or an extra code of one. */
const LISTED = `from store_code x
  join store_discount s on s.shop = x.shop and s.store_id = x.store_id and s.gone_at is null
  left join deal d on d.shop = x.shop and d.store_id = x.store_id
  left join code c on c.shop = x.shop and c.key = x.key and c.match = 'exact' and c.retired_at is null
  left join lateral (select creator_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
  left join creator r on r.shop = c.shop and r.id = t.creator_id
  where x.shop = $1 and (d.id is null or ((d.adopted or c.id is null) and x.key is distinct from upper(d.reserve_code)))`;

type RawCode = {
  key: string;
  code: string;
  store_id: string;
  title: string;
  status: string;
  terms: DealTerms | null;
  ends_at: Date | null;
  created_by: string | null;
  uses: number;
  code_id: string | null;
  as_it_is: boolean;
  creator_id: string | null;
  creator_name: string | null;
  total: number;
};

const CODE = `x.key, x.code, x.store_id, s.title, s.status, s.terms, s.ends_at, x.created_by, x.uses, c.id as code_id, c.discount_id is not null as as_it_is, r.id as creator_id, r.name as creator_name`;

/** One page of the store's codes. `by`: person, app, or the name of an app; `used`: yes or no. */
export function listFound(shop: string, query: FoundQuery): Promise<Paged<FoundCode>> {
  return pageOrLast(query.page, (page) => foundAt(shop, query, page));
}

async function foundAt(shop: string, query: FoundQuery, page: number): Promise<Paged<FoundCode>> {
  const { rows } = await pool().query<RawCode>(
    `select ${CODE}, (count(*) over ())::int as total ${LISTED} and (${VIEWS[query.view] ?? VIEWS.free!})
       and ($2 = '' or x.code ilike $3 or s.title ilike $3 or r.name ilike $3) and ($4 = '' or x.store_id = $4)
       and ($5 = '' or case $5 when 'person' then x.created_by is null when 'app' then x.created_by is not null else x.created_by = $5 end)
       and ($6 = '' or ($6 = 'yes') = (x.uses > 0))
     order by ${SORTS[query.sort] ?? SORTS.discount!} limit ${PAGE_SIZE} offset $7`,
    [shop, query.q, likePattern(query.q), query.discountId, query.by, query.used, (page - 1) * PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(foundCode), total, page, pages: pagesOf(total, PAGE_SIZE) };
}

/** Codes of the store by their keys, in their order. */
export async function foundByKeys(shop: string, keys: string[]): Promise<FoundCode[]> {
  const { rows } = await pool().query<RawCode>(`select ${CODE}, 0 as total ${LISTED} and x.key = any($2) limit ${MOST_KEYS}`, [shop, keys]);
  const byKey = new Map(rows.map((row) => [row.key, foundCode(row)]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** The codes of a discount, those in use first. */
export async function codesOfDiscount(shop: string, storeId: string, limit: number): Promise<FoundCode[]> {
  const { rows } = await pool().query<RawCode>(`select ${CODE}, 0 as total ${LISTED} and x.store_id = $2 order by x.uses desc, x.key limit $3`, [shop, storeId, limit]);
  return rows.map(foundCode);
}

function foundCode(row: RawCode): FoundCode {
  const creator = row.creator_id === null ? null : { id: row.creator_id, name: row.creator_name ?? "" };
  return {
    key: row.key,
    code: row.code,
    discount: { storeId: row.store_id, title: row.title, status: row.status, terms: row.terms, endsAt: iso(row.ends_at) },
    createdBy: row.created_by,
    uses: row.uses,
    linked: row.code_id === null ? null : { codeId: row.code_id, creator, asItIs: row.as_it_is },
  };
}

type RawDiscount = {
  store_id: string;
  title: string;
  status: string;
  terms: DealTerms | null;
  unread: string[];
  starts_at: Date | null;
  ends_at: Date | null;
  codes: number;
  uses: number;
  deal_id: string | null;
  deal_name: string | null;
  adopted: boolean | null;
};

const DISCOUNT = `select s.store_id, s.title, s.status, s.terms, s.unread, s.starts_at, s.ends_at, greatest(s.codes_count, (select count(*)::int from store_code c where c.shop = s.shop and c.store_id = s.store_id)) as codes,
    s.uses, d.id as deal_id, d.name as deal_name, d.adopted
  from store_discount s left join deal d on d.shop = s.shop and d.store_id = s.store_id where s.shop = $1 and s.gone_at is null and s.read_at is not null`;

/** The store's discounts that are no deals, those with the most uses first. */
export async function discountsToAdopt(shop: string): Promise<FoundDiscount[]> {
  const { rows } = await pool().query<RawDiscount>(`${DISCOUNT} and d.id is null order by s.uses desc, lower(s.title), s.store_id limit ${MOST_DISCOUNTS}`, [shop]);
  return rows.map(foundDiscount);
}

export async function findFoundDiscount(shop: string, storeId: string): Promise<FoundDiscount | null> {
  const { rows } = await pool().query<RawDiscount>(`${DISCOUNT} and s.store_id = $2`, [shop, storeId]);
  return rows[0] ? foundDiscount(rows[0]) : null;
}

function foundDiscount(row: RawDiscount): FoundDiscount {
  const deal = row.deal_id === null ? null : { id: row.deal_id, name: row.deal_name ?? "", adopted: row.adopted === true };
  return { storeId: row.store_id, title: row.title, status: row.status, terms: row.terms, unread: row.unread, startsAt: iso(row.starts_at), endsAt: iso(row.ends_at), codes: row.codes, uses: row.uses, deal };
}

/** The apps that made codes of the store. */
export async function makersOfCodes(shop: string): Promise<string[]> {
  const { rows } = await pool().query<{ created_by: string }>("select distinct created_by from store_code where shop = $1 and created_by is not null order by 1 limit 50", [shop]);
  return rows.map((row) => row.created_by);
}

/**
 * What codes sold before they were linked (or until now), as far as orders are known here: orders of test and cancelled ones apart, and the goods after
 * discounts. It goes through the shop's orders: to be asked for the few codes of one page.
 */
export async function soldBefore(shop: string, keys: string[]): Promise<Map<string, SoldBefore>> {
  if (keys.length === 0) return new Map();
  const { rows } = await pool().query<{ key: string; orders: number; amount: string }>(
    `select m.key, count(*)::int as orders, coalesce(sum(m.goods), 0)::text as amount
     from (select distinct on (o.order_id, upper(l.code)) upper(l.code) as key, o.order_id,
                  (select sum((line ->> 'price')::numeric * (line ->> 'quantity')::int - coalesce((select sum((a ->> 'amount')::numeric) from jsonb_array_elements(line -> 'allocations') a), 0))
                     from jsonb_array_elements(o.facts -> 'lines') line) as goods
           from order_state o cross join lateral jsonb_array_elements_text(o.facts -> 'listedCodes') l(code)
           left join code c on c.shop = o.shop and c.key = upper(l.code) and c.match = 'exact' and c.retired_at is null
           where o.shop = $1 and upper(l.code) = any($2) and o.deleted_at is null and o.facts ->> 'test' = 'false' and o.facts ->> 'cancelledAt' is null
             and (c.id is null or o.created_at < c.created_at)) m
     group by m.key`,
    [shop, keys],
  );
  return new Map(rows.map((row) => [row.key, { orders: row.orders, amount: row.amount.replace(/\..*$/, "") }]));
}

export type Person = { id: string; name: string; handle: string | null };

/** Creators whose name, handle or e-mail has the text; all of them where it is empty, at most `limit`. */
export async function findPeople(shop: string, q: string, limit: number): Promise<Person[]> {
  const { rows } = await pool().query<Person>(
    `select id, name, handle from creator where shop = $1 and ($2 = '' or name ilike $3 or handle ilike $3 or email ilike $3) order by lower(name), id limit $4`,
    [shop, q, likePattern(q), limit],
  );
  return rows;
}
