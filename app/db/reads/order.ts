// What the page of one order shows beside its proof: what is known of it, its ledger, and what the network was told.
import { pool } from "../../db.server.ts";
import { nsIso } from "../../domain/instant.ts";
import type { OrderFacts } from "../../domain/order.ts";
import { OWN_TOPICS } from "../../domain/order-state.ts";
import type { DeliveryRow, EntryRow, OrderHead, OrderVersion, ToldRow } from "../../domain/orders-page.ts";
import type { ExchangeRow } from "../../domain/pages.ts";
import { isLate, type ReportItem } from "../../domain/report.ts";
import { MATCHED, ORDERS, orderRow, type RawOrder } from "./orders.ts";
import { iso } from "./sold.ts";

const MOST_ROWS = 200;
/** An order of 500 lines has so many with each of its changes. */
const MOST_ENTRIES = 10_000;

type RawHead = RawOrder & { deleted_at: Date | null; ever_paid: boolean; settled_at: Date | null; fetch_at: Date | null; fetch_why: string | null; fetch_tries: number; facts: OrderFacts | null } & RawVersion;

/** What is known of an order; null where the shop has none of this id. */
export async function readOrderHead(shop: string, orderId: string): Promise<OrderHead | null> {
  const { rows } = await pool().query<RawHead>(
    `with ${ORDERS}
     select o.key, o.order_id, o.name, o.created_at, o.state, o.reason, o.unreadable, o.currency, o.credited::text as credited, o.network, ${MATCHED} as matched,
            s.deleted_at, coalesce(s.ever_paid, false) as ever_paid, s.settled_at, s.fetch_at, s.fetch_why, coalesce(s.fetch_tries, 0) as fetch_tries, s.facts, s.updated_ns, s.triggered_ns
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
    version: versionOf(row),
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

/** Names of some creators, by id. */
export async function creatorNames(shop: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ id: string; name: string }>("select id, name from creator where shop = $1 and id = any($2)", [shop, [...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Names of the shop's programs, by id. */
export async function programNames(shop: string): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ id: string; name: string }>("select id, name from program where shop = $1", [shop]);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Names of some of the network's partners, by their id there: the creator's, or as the network last named them. Those that are not known are left out. */
export async function partnerNames(shop: string, partnerIds: readonly string[]): Promise<Map<string, string>> {
  if (partnerIds.length === 0) return new Map();
  const { rows } = await pool().query<{ id: string; name: string }>(
    `select asked.id, coalesce(
        (select n.name from membership m join creator n on n.shop = m.shop and n.id = m.creator_id where m.shop = $1 and m.partner_id = asked.id order by m.joined_at desc limit 1),
        (select a.partner_name from network_action a where a.shop = $1 and a.partner_id = asked.id and a.partner_name <> '' limit 1)) as name
       from unnest($2::text[]) as asked(id)`,
    [shop, [...new Set(partnerIds)]],
  );
  return new Map(rows.flatMap((row) => (row.name === null ? [] : [[row.id, row.name]])));
}

/** When other rules were applied to a past period, by the id of the what-if. */
export async function appliedWhatIfs(shop: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await pool().query<{ id: string; at: Date }>("select id, applied_at as at from what_if where shop = $1 and id = any($2) and applied_at is not null", [shop, ids]);
  return new Map(rows.map((row) => [row.id, row.at.toISOString()]));
}

type RawEntry = { id: string; at: Date; kind: string; amount: string; currency: string; line_id: string; code_id: string; code: string | null; creator: string | null; program: string | null; cause: string; cause_hash: string | null; topic: string | null; received_at: Date | null; updated_ns: bigint | null; triggered_ns: bigint | null };

/** The order's ledger entries in the order in which they were written, each with the delivery that brought it. */
export async function entriesOfOrder(shop: string, orderId: string): Promise<EntryRow[]> {
  const { rows } = await pool().query<RawEntry>(
    `select l.id::text as id, l.at, l.kind, l.amount::text as amount, l.currency, l.line_id, l.code_id, k.code, n.name as creator, g.name as program, l.cause, l.cause_hash, d.topic, d.received_at,
            l.updated_ns, l.triggered_ns
       from ledger_entry l left join code k on k.shop = l.shop and k.id = l.code_id left join creator n on n.shop = l.shop and n.id = l.creator_id
       left join program g on g.shop = l.shop and g.id = l.program_id left join delivery d on d.shop = l.shop and d.webhook_id = l.cause
      where l.shop = $1 and l.order_id = $2 order by l.id limit ${MOST_ENTRIES}`,
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
    codeId: row.code_id,
    creator: row.creator ?? "",
    program: row.program ?? "",
    version: versionOf(row),
    cause: { id: row.cause, hash: row.cause_hash, topic: row.topic, receivedAt: iso(row.received_at) },
  }));
}

type RawVersion = { updated_ns: bigint | null; triggered_ns: bigint | null };

function versionOf({ updated_ns, triggered_ns }: RawVersion): OrderVersion {
  return { updatedAt: updated_ns === null ? null : nsIso(updated_ns), triggeredAt: triggered_ns === null ? null : nsIso(triggered_ns) };
}

/** The rules in force as they were kept with each entry of an order, by the entry's id. */
export async function rulesOfEntries(shop: string, orderId: string): Promise<Map<string, Record<string, unknown>>> {
  const { rows } = await pool().query<{ id: string; rules: Record<string, unknown> }>(`select id::text as id, rules from ledger_entry where shop = $1 and order_id = $2 order by ledger_entry.id limit ${MOST_ENTRIES}`, [shop, orderId]);
  return new Map(rows.map(({ id, rules }) => [id, rules]));
}

type RawTold = {
  n: number; network_order_id: string; program: string | null; creator: string | null; told_code: string | null; state: string; op: string | null; problem: string | null; problem_detail: string | null;
  action_id: string | null; target: ReportItem[]; sent: ReportItem[] | null; currency: string; next_at: Date | null; lock_at: Date | null; changed_at: Date; awaiting: boolean; code_id: string; told_at: Date; network: string | null; event_at: Date; event_there: Date | null;
};

/** What the network is to hold of the order and what it is known to hold, one row per conversion. */
export async function toldOfOrder(shop: string, orderId: string): Promise<ToldRow[]> {
  const { rows } = await pool().query<RawTold>(
    `select v.n, v.network_order_id, g.name as program, c.name as creator, v.told_code, v.state, v.op, v.problem, v.problem_detail, v.action_id, v.target, v.sent, v.currency, v.next_at, v.lock_at, v.changed_at,
            v.awaiting, v.code_id, coalesce(v.op_at, v.created_at) as told_at, g.network, v.event_at, v.event_there
       from conversion v left join program g on g.shop = v.shop and g.id = v.program_id left join creator c on c.shop = v.shop and c.id = v.creator_id
      where v.shop = $1 and v.order_id = $2 order by v.n`,
    [shop, orderId],
  );
  return rows.map((row) => ({
    n: row.n,
    networkOrderId: row.network_order_id,
    network: row.network ?? "",
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
    lateThere: row.event_there !== null && isLate(row.event_at, row.event_there) ? row.event_there.toISOString() : null,
    changedAt: row.changed_at.toISOString(),
    byNetwork: row.awaiting,
    codeId: row.code_id,
    toldAt: row.told_at.toISOString(),
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

export type ExchangeTexts = { request: unknown; answer: unknown };

/** What was sent and answered in some exchanges, by their ids. */
export async function exchangeTexts(shop: string, ids: readonly string[]): Promise<Map<string, ExchangeTexts>> {
  const { rows } = await pool().query<ExchangeTexts & { id: string }>("select id::text as id, request, answer from exchange where shop = $1 and id = any($2::bigint[])", [shop, ids]);
  return new Map(rows.map(({ id, ...texts }) => [id, texts]));
}

/** What the store said of the order, and what became of it, the newest first; our own topics are no word of the store. */
export async function deliveriesOfOrder(shop: string, orderId: string): Promise<DeliveryRow[]> {
  const { rows } = await pool().query<{ id: string; topic: string; received_at: Date; state: string; reason: string | null }>(
    `select webhook_id as id, topic, received_at, state, reason from delivery where shop = $1 and order_id = $2 and topic <> all($3) order by seq desc limit ${MOST_ROWS}`,
    [shop, orderId, [...OWN_TOPICS]],
  );
  return rows.map((row) => ({ id: row.id, topic: row.topic, receivedAt: row.received_at.toISOString(), state: row.state, reason: row.reason }));
}
