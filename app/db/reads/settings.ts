// What Settings shows: the rules with their history, accounts, and what people changed.
import { pool } from "../../db.server.ts";
import type { LogLine, Paged } from "../../domain/pages.ts";
import { DEFAULT_SHOP_RULE, type StackingRule } from "../../domain/rule-book.ts";
import type { ConnectionLine, ProgramRulesView, ProgramSettingsView, SeenOnOrders, ShopSettingsView, Since } from "../../domain/settings-page.ts";
import { iso, pageOrLast, pagesOf } from "./sold.ts";

const LOG_PAGE_SIZE = 20;
/** So many orders are looked at for what they carried, and so many words of a kind are offered. */
const LOOKED_AT = 1_000;
const MOST_SEEN = 12;

/** The first rules hold since ever: they are kept from the beginning of time counting. */
function since(at: Date): string | null {
  return at.getTime() === 0 ? null : at.toISOString();
}

type RawShopRule = { valid_from: Date; stacking_rule: StackingRule; renewal_sources: string[]; tags: string[]; types: string[]; skus: string[] };

/** The history of the shop's own rules, the newest first. */
export async function shopRuleHistory(shop: string): Promise<Since<ShopSettingsView>[]> {
  const { rows } = await pool().query<RawShopRule>(
    `select valid_from, stacking_rule, renewal_sources, never_earn_tags as tags, never_earn_types as types, never_earn_skus as skus from shop_rule where shop = $1 order by valid_from desc`,
    [shop],
  );
  if (rows.length === 0) {
    const { validFromMs: _, ...first } = DEFAULT_SHOP_RULE;
    return [{ from: null, value: first }];
  }
  return rows.map(({ valid_from, stacking_rule, renewal_sources, ...neverEarn }) => ({ from: since(valid_from), value: { stackingRule: stacking_rule, renewalSources: renewal_sources, neverEarn } }));
}

type RawSeen = { kind: "sources" | "tags" | "types" | "skus" | "orders"; word: string; orders: number; title: string | null };

/**
 * What the shop's newest orders carried: their sources, and the SKUs, types and tags of their products, the most frequent first. Of SKUs those that
 * were free come first: samples are. Tags and types are known of orders that the store was asked for.
 */
export async function seenOnOrders(shop: string): Promise<SeenOnOrders> {
  const { rows } = await pool().query<RawSeen>(
    `with o as materialized (select order_id, facts, beside from order_state where shop = $1 and facts is not null order by created_at desc limit ${LOOKED_AT}),
          l as (select o.order_id, line->>'id' as id, line->>'sku' as sku, line->>'title' as title, line->>'price' = '0' as free, o.beside->'lines'->(line->>'id') as marks
                  from o cross join jsonb_array_elements(o.facts->'lines') line),
          w as (select 'sources' as kind, facts->>'sourceName' as word, order_id, null as title, false as free from o
                union all select 'skus', sku, order_id, title, free from l
                union all select 'types', marks->>'type', order_id, null, false from l
                union all select 'tags', tag, order_id, null, false from l cross join jsonb_array_elements_text(l.marks->'tags') tag),
          s as (select kind, word, count(distinct order_id)::int as orders, max(title) as title, bool_or(free) as free from w where btrim(word) <> '' group by kind, word)
     select kind, word, orders, title from (select *, row_number() over (partition by kind order by free desc, orders desc, word) as place from s) ranked where place <= ${MOST_SEEN}
     union all select 'orders', '', (select count(*)::int from o), null`,
    [shop],
  );
  const of = (kind: RawSeen["kind"]) => rows.filter((row) => row.kind === kind).map(({ word, orders, title }) => ({ word, orders, title }));
  return { orders: of("orders")[0]!.orders, sources: of("sources"), tags: of("tags"), types: of("types"), skus: of("skus") };
}

type RawRule = { id: string; name: string; kind: string; network: string; state: string; history: ({ from: string } & ProgramSettingsView)[] };

/** The programs, each with the history of its settings, the newest first. */
export async function programRules(shop: string): Promise<ProgramRulesView[]> {
  const { rows } = await pool().query<RawRule>(
    `select g.id, g.name, g.kind, g.network, g.state,
            coalesce((select jsonb_agg(jsonb_build_object('from', r.valid_from, 'mode', r.mode, 'creditOn', r.credit_on, 'scope', r.scope, 'clickWindowDays', r.click_window_days,
                'blockSelfReferral', r.block_self_referral, 'orderIdForm', r.order_id_form,
                'renewals', r.renewals, 'newCustomersOnly', r.new_customers_only, 'chargebacks', r.chargebacks, 'clicks', r.clicks, 'emailHash', r.email_hash) order by r.valid_from desc)
              from program_rule r where r.shop = g.shop and r.program_id = g.id), '[]') as history
       from program g where g.shop = $1 order by g.state, g.kind = 'creator' desc, lower(g.name), g.id`,
    [shop],
  );
  return rows.map((row) => ({ ...row, history: row.history.map(({ from, ...value }) => ({ from: since(new Date(from)), value })) }));
}

/** An account was last checked when it was connected, read, or one of its permissions was tried. */
export async function connectionLines(shop: string): Promise<ConnectionLine[]> {
  const { rows } = await pool().query<Omit<ConnectionLine, "checkedAt"> & { checked_at: Date | null }>(
    `select id, name, account_sid as "accountSid", network, state,
            greatest(checked_at, read_at, (select max((p->>'at')::timestamptz) from jsonb_array_elements(permissions) p)) as checked_at from network_connection where shop = $1 order by state = 'disconnected', created_at, id`,
    [shop],
  );
  return rows.map(({ checked_at, ...row }) => ({ ...row, checkedAt: iso(checked_at) }));
}

/** One page of what people changed, the newest first. */
export function logPage(shop: string, asked: number): Promise<Paged<LogLine>> {
  return pageOrLast(asked, (page) => logAt(shop, page));
}

async function logAt(shop: string, page: number): Promise<Paged<LogLine>> {
  const { rows } = await pool().query<Omit<LogLine, "at"> & { at: Date; total: number }>(
    `select id::text as id, at, who, what, detail, (count(*) over ())::int as total from shop_log where shop = $1 order by shop_log.id desc limit ${LOG_PAGE_SIZE} offset $2`,
    [shop, (page - 1) * LOG_PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(({ total: _total, at, ...row }) => ({ ...row, at: at.toISOString() })), total, page, pages: pagesOf(total, LOG_PAGE_SIZE) };
}
