// What the page of one order shows beside its proof: what is known of it, its ledger, and what the network was told.
import { pool } from "../../db.server.ts";
import type { OrderFacts } from "../../domain/order.ts";
import type { CodeNames, DeliveryRow, EntryRow, OrderHead, ToldRow } from "../../domain/orders-page.ts";
import type { ExchangeRow } from "../../domain/pages.ts";
import type { ReportItem } from "../../domain/report.ts";
import { MATCHED, ORDERS, orderRow, type RawOrder } from "./orders.ts";
import { iso } from "./sold.ts";

const MOST_ROWS = 200;

type RawHead = RawOrder & { deleted_at: Date | null; ever_paid: boolean; settled_at: Date | null; fetch_at: Date | null; fetch_why: string | null; fetch_tries: number; facts: OrderFacts | null };

/** What is known of an order; null where the shop has none of this id. */
export async function readOrderHead(shop: string, orderId: string): Promise<OrderHead | null> {
  const { rows } = await pool().query<RawHead>(
    `with ${ORDERS}
     select o.key, o.order_id, o.name, o.created_at, o.state, o.reason, o.unreadable, o.currency, o.credited::text as credited, o.network, ${MATCHED} as matched,
            s.deleted_at, coalesce(s.ever_paid, false) as ever_paid, s.settled_at, s.fetch_at, s.fetch_why, coalesce(s.fetch_tries, 0) as fetch_tries, s.facts
       from o left join order_state s on s.shop = $1 and s.order_id = o.order_id where o.order_id = $2 limit 1`,
    [shop, orderId],
  );
  const row = rows[0];
  if (!row) return null;
  const { facts } = row;
  return {
    ...orderRow(row),
    orderId,
    deleted: row.deleted_at !== null,
    everPaid: row.ever_paid,
    settledAt: iso(row.settled_at),
    fetch: row.fetch_at === null ? null : { at: row.fetch_at.toISOString(), why: row.fetch_why, tries: row.fetch_tries },
    facts: facts && {
      test: facts.test,
      cancelledAt: facts.cancelledAt,
      financialStatus: facts.financialStatus,
      taxesIncluded: facts.taxesIncluded,
      presentment: facts.presentment,
      source: facts.sourceName,
      pieces: facts.lines.reduce((sum, line) => sum + line.quantity, 0),
    },
  };
}

/** The codes that matched, with the names and rules that held when the order was made. */
export async function codesOfOrder(shop: string, orderId: string): Promise<CodeNames[]> {
  const { rows } = await pool().query<CodeNames>(
    `select m.code_id as "codeId", k.code, t.creator_id is null as generic, t.credit_policy as policy,
            case when n.id is not null then jsonb_build_object('id', n.id, 'name', n.name) end as creator,
            case when g.id is not null then jsonb_build_object('id', g.id, 'name', g.name, 'network', g.network) end as program,
            case when r.shop is not null then jsonb_build_object('mode', r.mode, 'creditOn', r.credit_on, 'scope', r.scope, 'clickWindowDays', r.click_window_days,
              'blockSelfReferral', r.block_self_referral, 'orderIdForm', r.order_id_form,
              'renewals', r.renewals, 'newCustomersOnly', r.new_customers_only, 'chargebacks', r.chargebacks) end as rule
       from decision m join code k on k.shop = m.shop and k.id = m.code_id join order_state s on s.shop = m.shop and s.order_id = m.order_id
       left join creator n on n.shop = m.shop and n.id = m.creator_id left join program g on g.shop = m.shop and g.id = m.program_id
       left join lateral (select * from code_term t where t.shop = m.shop and t.code_id = m.code_id order by t.valid_from > s.created_at, abs(extract(epoch from t.valid_from - s.created_at)) limit 1) t on true
       left join lateral (select * from program_rule r where r.shop = m.shop and r.program_id = m.program_id order by r.valid_from > s.created_at, abs(extract(epoch from r.valid_from - s.created_at)) limit 1) r on true
      where m.shop = $1 and m.order_id = $2 order by m.place`,
    [shop, orderId],
  );
  return rows;
}

type RawEntry = { id: string; at: Date; kind: string; amount: string; currency: string; line_id: string; code: string | null; creator: string | null; cause: string; cause_hash: string | null; topic: string | null; received_at: Date | null };

/** The order's ledger entries in the order in which they were written, each with the delivery that brought it. */
export async function entriesOfOrder(shop: string, orderId: string): Promise<EntryRow[]> {
  const { rows } = await pool().query<RawEntry>(
    `select l.id::text as id, l.at, l.kind, l.amount::text as amount, l.currency, l.line_id, k.code, n.name as creator, l.cause, l.cause_hash, d.topic, d.received_at
       from ledger_entry l left join code k on k.shop = l.shop and k.id = l.code_id left join creator n on n.shop = l.shop and n.id = l.creator_id
       left join delivery d on d.shop = l.shop and d.webhook_id = l.cause
      where l.shop = $1 and l.order_id = $2 order by l.id limit ${MOST_ROWS}`,
    [shop, orderId],
  );
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    amount: row.amount,
    currency: row.currency,
    lineId: row.line_id,
    code: row.code ?? "",
    creator: row.creator ?? "",
    cause: { id: row.cause, hash: row.cause_hash, topic: row.topic, receivedAt: iso(row.received_at) },
  }));
}

type RawTold = {
  n: number; network_order_id: string; program: string | null; creator: string | null; told_code: string | null; state: string; op: string | null; problem: string | null; problem_detail: string | null;
  action_id: string | null; target: ReportItem[]; sent: ReportItem[] | null; currency: string; next_at: Date | null; lock_at: Date | null; changed_at: Date;
};

/** What the network is to hold of the order and what it is known to hold, one row per conversion. */
export async function toldOfOrder(shop: string, orderId: string): Promise<ToldRow[]> {
  const { rows } = await pool().query<RawTold>(
    `select v.n, v.network_order_id, g.name as program, c.name as creator, v.told_code, v.state, v.op, v.problem, v.problem_detail, v.action_id, v.target, v.sent, v.currency, v.next_at, v.lock_at, v.changed_at
       from conversion v left join program g on g.shop = v.shop and g.id = v.program_id left join creator c on c.shop = v.shop and c.id = v.creator_id
      where v.shop = $1 and v.order_id = $2 order by v.n`,
    [shop, orderId],
  );
  return rows.map((row) => ({
    n: row.n,
    networkOrderId: row.network_order_id,
    program: row.program ?? "",
    creator: row.creator ?? "",
    toldCode: row.told_code,
    state: row.state,
    op: row.op,
    problem: row.problem,
    problemDetail: row.problem_detail,
    actionId: row.action_id,
    target: row.target,
    sent: row.sent,
    currency: row.currency,
    nextAt: iso(row.next_at),
    lockAt: iso(row.lock_at),
    changedAt: row.changed_at.toISOString(),
  }));
}

/** What was said to the network about the order, the newest first. */
export async function exchangesOfOrder(shop: string, orderId: string, conversions: number[]): Promise<ExchangeRow[]> {
  const { rows } = await pool().query<{ id: string; at: Date; about_id: string; what: string; status: number | null; outcome: string }>(
    `select id::text as id, at, about_id, what, status, outcome from exchange where shop = $1 and about = 'conversion' and about_id = any($2) order by exchange.id desc limit ${MOST_ROWS}`,
    [shop, conversions.map((n) => `${orderId}/${n}`)],
  );
  return rows.map((row) => ({ id: row.id, at: row.at.toISOString(), about: "conversion", aboutId: row.about_id, aboutName: null, openId: null, what: row.what, status: row.status, outcome: row.outcome }));
}

/** What the store said of the order, and what became of it, the newest first. */
export async function deliveriesOfOrder(shop: string, orderId: string): Promise<DeliveryRow[]> {
  const { rows } = await pool().query<{ id: string; topic: string; received_at: Date; state: string; reason: string | null }>(
    `select webhook_id as id, topic, received_at, state, reason from delivery where shop = $1 and order_id = $2 order by seq desc limit ${MOST_ROWS}`,
    [shop, orderId],
  );
  return rows.map((row) => ({ id: row.id, topic: row.topic, receivedAt: row.received_at.toISOString(), state: row.state, reason: row.reason }));
}
