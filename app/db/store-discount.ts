// The store's code discounts as they were last read, whoever made them. One that is gone keeps its last known terms: the store keeps no trace of it.
import { pool, type Queryable } from "../db.server.ts";
import type { DealTerms } from "../domain/deal.ts";

/** Marks a discount as to be read again, whatever is known of it. While a read is under way already, another one follows it. */
export async function lookAtDiscount(on: Queryable, shop: string, storeId: string, why: string, at: Date): Promise<void> {
  // Bulk runs bring thousands of words about one discount: all but the first change nothing.
  await on.query({
    name: "look_at_discount",
    text: `insert into store_discount (shop, store_id, look_at, look_why) values ($1, $2, $3, $4)
           on conflict (shop, store_id) do update set look_at = excluded.look_at, look_why = excluded.look_why
           where store_discount.look_at is null or store_discount.look_at > excluded.look_at`,
    values: [shop, storeId, at, why],
  });
}

/** The same for several, by their gids. */
export async function lookAtDiscounts(shop: string, storeIds: string[], why: string, at: Date): Promise<void> {
  await pool().query(
    `insert into store_discount (shop, store_id, look_at, look_why) select $1, id, $3, $4 from unnest($2::text[]) id
     on conflict (shop, store_id) do update set look_at = excluded.look_at, look_why = excluded.look_why
     where store_discount.look_at is null or store_discount.look_at > excluded.look_at`,
    [shop, storeIds, at, why],
  );
}

/** The discounts that deals of ours are to be: all of them are looked at, whatever the store says has changed. */
export async function lookAtDeals(shop: string, why: string, at: Date): Promise<void> {
  await pool().query(
    `insert into store_discount (shop, store_id, look_at, look_why) select distinct $1, store_id, $2::timestamptz, $3 from deal where shop = $1 and store_id is not null
     on conflict (shop, store_id) do update set look_at = excluded.look_at, look_why = excluded.look_why where store_discount.look_at is null`,
    [shop, at, why],
  );
}

/** Discounts that were made for deals and of which nothing is known yet, in whatever shop. Returns how many. */
export async function lookAtNewDeals(at: Date): Promise<number> {
  const { rowCount } = await pool().query({
    name: "look_at_new_deals",
    text: `insert into store_discount (shop, store_id, look_at, look_why) select distinct d.shop, d.store_id, $1::timestamptz, 'deal' from deal d
           where d.store_id is not null and not exists (select 1 from store_discount s where s.shop = d.shop and s.store_id = d.store_id) on conflict do nothing`,
    values: [at],
  });
  return rowCount ?? 0;
}

export type Look = {
  storeId: string;
  kind: string;
  why: string | null;
  /** When it is due; null: only the rest of a read that was begun. */
  lookAt: Date | null;
  /** Its codes are being read since then; null: nothing was begun. */
  codesFrom: Date | null;
  cursor: string | null;
  attempts: number;
  codesAt: Date | null;
  codesCount: number;
};

/**
 * Discounts that are to be read now; what was begun first, then what waits longest. While codes of ours are on their way into a discount, it is
 * let be: it would be read for each of them. Only after `patienceMs` it is read all the same.
 */
export async function listLooks(shop: string, at: Date, limit: number, patienceMs: number): Promise<Look[]> {
  const { rows } = await pool().query<Look>(
    `select s.store_id as "storeId", s.kind, s.look_why as why, s.look_at as "lookAt", s.codes_from as "codesFrom", s.cursor, s.attempts, s.codes_at as "codesAt",
            s.codes_count as "codesCount"
     from store_discount s
     where s.shop = $1 and (s.codes_from is not null or s.look_at <= $2)
       and (s.look_at is null or s.look_at < $4 or not exists (
         select 1 from deal d join code c on c.shop = d.shop and c.deal_id = d.id join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store'
         where d.shop = s.shop and d.store_id = s.store_id and ((p.wanted = 'live' and p.state in ('waiting', 'asked')) or (p.wanted = 'gone' and p.state in ('live', 'asked')))))
     order by s.codes_from is null, s.look_at, s.store_id limit $3`,
    [shop, at, limit, new Date(at.getTime() - patienceMs)],
  );
  return rows;
}

export type ReadDiscount = {
  storeId: string;
  title: string;
  kind: string;
  status: string;
  terms: DealTerms | null;
  unread: string[];
  startsAt: string;
  endsAt: string | null;
  tags: string[];
  codesCount: number;
  uses: number;
  madeAt: string;
  changedAt: string;
};

/**
 * Notes what the store has of a discount, and that its codes are being read from now on (`codes` false: they are as they were). A word that comes
 * while they are read marks it anew.
 */
export async function noteDiscountRead(shop: string, read: ReadDiscount, codes: boolean, at: Date): Promise<void> {
  await pool().query(
    `update store_discount set title = $3, kind = $4, status = $5, terms = $6, unread = $7, starts_at = $8, ends_at = $9, tags = $10, codes_count = $11, uses = $12, made_at = $13,
            changed_at = $14, read_at = $15, gone_at = null, look_at = null, look_why = null, cursor = null, codes_from = case when $16 then $15::timestamptz end, attempts = 0, problem = null
     where shop = $1 and store_id = $2`,
    [
      shop, read.storeId, read.title, read.kind, read.status, read.terms === null ? null : JSON.stringify(read.terms), JSON.stringify(read.unread), read.startsAt, read.endsAt, read.tags,
      read.codesCount, read.uses, read.madeAt, read.changedAt, at, codes,
    ],
  );
}

/** The store has it no more: what was last known of it stays. One of which nothing was ever known is forgotten. */
export async function noteDiscountGone(client: Queryable, shop: string, storeId: string, at: Date): Promise<void> {
  await client.query("delete from store_discount where shop = $1 and store_id = $2 and read_at is null", [shop, storeId]);
  await client.query(
    `update store_discount set gone_at = coalesce(gone_at, $3), read_at = $3, look_at = null, look_why = null, cursor = null, codes_from = null, attempts = 0, problem = null
     where shop = $1 and store_id = $2`,
    [shop, storeId, at],
  );
}

/** How far the codes of a discount were read; `cursor` null and `done`: to the end. */
export async function noteCursor(client: Queryable, shop: string, storeId: string, cursor: string | null, at: Date): Promise<void> {
  await client.query(
    cursor === null
      ? "update store_discount set cursor = null, codes_from = null, codes_at = $3 where shop = $1 and store_id = $2"
      : "update store_discount set cursor = $4 where shop = $1 and store_id = $2 and $3::timestamptz is not null",
    cursor === null ? [shop, storeId, at] : [shop, storeId, at, cursor],
  );
}

/** The store did not answer as foreseen: what was begun is begun anew then. */
export async function putOffLook(shop: string, storeId: string, problem: string | null, at: Date): Promise<void> {
  await pool().query(
    `update store_discount set look_at = $4, look_why = coalesce(look_why, 'again'), cursor = null, codes_from = null, attempts = attempts + 1, problem = $3 where shop = $1 and store_id = $2`,
    [shop, storeId, problem, at],
  );
}

export type KnownDiscount = {
  storeId: string;
  title: string;
  kind: string;
  status: string;
  terms: DealTerms | null;
  unread: string[];
  startsAt: Date | null;
  endsAt: Date | null;
  tags: string[];
  codesCount: number;
  uses: number;
  readAt: Date | null;
  goneAt: Date | null;
  codesAt: Date | null;
  codesFrom: Date | null;
};

const KNOWN = `store_id as "storeId", title, kind, status, terms, unread, starts_at as "startsAt", ends_at as "endsAt", tags, codes_count as "codesCount", uses, read_at as "readAt",
  gone_at as "goneAt", codes_at as "codesAt", codes_from as "codesFrom"`;

export async function findStoreDiscount(shop: string, storeId: string): Promise<KnownDiscount | null> {
  const { rows } = await pool().query<KnownDiscount>(`select ${KNOWN} from store_discount where shop = $1 and store_id = $2`, [shop, storeId]);
  return rows[0] ?? null;
}

/**
 * What a list of the store said of its discounts: those that are new here, or otherwise than they were read, are to be looked at. A code that took another
 * one's place changes neither count nor time: after a week each is read again in any case.
 */
export async function noteListed(shop: string, listed: { storeId: string; changedAt: string; codesCount: number }[], why: string, at: Date): Promise<void> {
  await pool().query(
    `insert into store_discount as s (shop, store_id, changed_at, codes_count, listed_at, look_at, look_why)
     select $1, l."storeId", l."changedAt", l."codesCount", $3, $3, $4 from json_to_recordset($2::json) as l("storeId" text, "changedAt" timestamptz, "codesCount" int)
     on conflict (shop, store_id) do update set listed_at = excluded.listed_at,
       look_at = case when s.look_at is null and (s.read_at is null or s.gone_at is not null or s.changed_at is distinct from excluded.changed_at or s.codes_count <> excluded.codes_count
                        or s.codes_at < excluded.listed_at - interval '7 days')
                      then excluded.look_at else s.look_at end`,
    [shop, JSON.stringify(listed), at, why],
  );
}

/** Those that a whole list did not name any more: whether they are gone is asked of each by itself. */
export async function lookAtUnlisted(shop: string, begun: Date, why: string, at: Date): Promise<void> {
  await pool().query("update store_discount set look_at = $3, look_why = $4 where shop = $1 and gone_at is null and look_at is null and read_at < $2 and (listed_at is null or listed_at < $2)", [
    shop, begun, at, why,
  ]);
}
