// What Settings shows: the rules with their history, accounts, and what people changed.
import { pool } from "../../db.server.ts";
import type { LogLine, Paged } from "../../domain/pages.ts";
import type { StackingRule } from "../../domain/rule-book.ts";
import type { ConnectionLine, ProgramRulesView, ProgramSettingsView, Since } from "../../domain/settings-page.ts";
import { iso, pagesOf } from "./sold.ts";

const LOG_PAGE_SIZE = 20;

/** The first rules hold since ever: they are kept from the beginning of time counting. */
function since(at: Date): string | null {
  return at.getTime() === 0 ? null : at.toISOString();
}

/** The stacking rule's history, the newest first. */
export async function stackingHistory(shop: string): Promise<Since<StackingRule>[]> {
  const { rows } = await pool().query<{ valid_from: Date; stacking_rule: StackingRule }>("select valid_from, stacking_rule from shop_rule where shop = $1 order by valid_from desc", [shop]);
  const history = rows.map((row) => ({ from: since(row.valid_from), value: row.stacking_rule }));
  return history.length > 0 ? history : [{ from: null, value: "largest_discount" }];
}

type RawRule = { id: string; name: string; kind: string; network: string; state: string; history: ({ from: string } & ProgramSettingsView)[] };

/** The programs, each with the history of its settings, the newest first. */
export async function programRules(shop: string): Promise<ProgramRulesView[]> {
  const { rows } = await pool().query<RawRule>(
    `select g.id, g.name, g.kind, g.network, g.state,
            coalesce((select jsonb_agg(jsonb_build_object('from', r.valid_from, 'mode', r.mode, 'creditOn', r.credit_on, 'scope', r.scope, 'clickWindowDays', r.click_window_days,
                'blockSelfReferral', r.block_self_referral, 'orderIdForm', r.order_id_form,
                'renewals', r.renewals, 'newCustomersOnly', r.new_customers_only, 'chargebacks', r.chargebacks) order by r.valid_from desc)
              from program_rule r where r.shop = g.shop and r.program_id = g.id), '[]') as history
       from program g where g.shop = $1 order by g.state, g.kind = 'creator' desc, lower(g.name), g.id`,
    [shop],
  );
  return rows.map((row) => ({ ...row, history: row.history.map(({ from, ...value }) => ({ from: since(new Date(from)), value })) }));
}

export async function connectionLines(shop: string): Promise<ConnectionLine[]> {
  const { rows } = await pool().query<Omit<ConnectionLine, "checkedAt"> & { checked_at: Date | null }>(
    `select id, name, account_sid as "accountSid", network, state, checked_at from network_connection where shop = $1 order by state = 'disconnected', created_at, id`,
    [shop],
  );
  return rows.map(({ checked_at, ...row }) => ({ ...row, checkedAt: iso(checked_at) }));
}

/** One page of what people changed, the newest first. */
export async function logPage(shop: string, asked: number): Promise<Paged<LogLine>> {
  const page = Math.max(1, asked);
  const { rows } = await pool().query<Omit<LogLine, "at"> & { at: Date; total: number }>(
    `select id::text as id, at, who, what, detail, (count(*) over ())::int as total from shop_log where shop = $1 order by shop_log.id desc limit ${LOG_PAGE_SIZE} offset $2`,
    [shop, (page - 1) * LOG_PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return { rows: rows.map(({ total: _total, at, ...row }) => ({ ...row, at: at.toISOString() })), total, page, pages: pagesOf(total, LOG_PAGE_SIZE) };
}
