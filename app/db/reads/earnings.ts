// What was told of sales and what the networks say that they pay for them, and the contracts that say what they should.
import { pool } from "../../db.server.ts";
import type { Sale, Terms } from "../../domain/earnings.ts";
import type { PayLine } from "../../domain/pages.ts";
import { UNKNOWN_AMOUNT } from "../../domain/plan-report.ts";
import type { ReportItem } from "../../domain/report.ts";
import { iso } from "./sold.ts";

/** A sale with whose it is: `n` is its number among the conversions of its order. */
export type PaidSale = Sale & { orderId: string; n: number; codeId: string; creatorId: string; programId: string };

type RawSale = {
  order_id: string; n: number; code_id: string; creator_id: string; program_id: string; partner_id: string | null; told_code: string | null; currency: string; event_at: Date; event_there: Date | null;
  sent: ReportItem[] | null; target: ReportItem[]; action_id: string | null; status: string | null; payout: bigint | null; payout_currency: string | null; payout_state: string | null; payout_read_at: Date | null;
  changed_at: Date; event_type_id: string | null; a_amount: bigint | null; a_currency: string | null; a_partner: string | null; a_partner_name: string | null; a_items: (Omit<ReportItem, "amount"> & { amount: string | null })[] | null;
};

const SALE = `select v.order_id, v.n, v.code_id, v.creator_id, v.program_id, v.partner_id, v.told_code, v.currency, v.event_at, v.event_there, v.sent, v.target, v.action_id, v.buyer->>'status' as status,
    v.payout, v.payout_currency, v.payout_state, v.payout_read_at, v.changed_at, coalesce(nullif(a.event_type_id, ''), g.event_type_id) as event_type_id,
    a.amount as a_amount, a.currency as a_currency, a.partner_id as a_partner, a.partner_name as a_partner_name, a.items as a_items
  from conversion v left join program g on g.shop = v.shop and g.id = v.program_id
  left join network_action a on a.shop = v.shop and a.program_id = v.program_id and a.action_id = v.action_id and a.read_at is not null`;

/** What a network came to know of; of what was never told nothing is paid. */
const TOLD = `v.state <> 'dropped' and (v.action_id is not null or v.sent is not null or v.op is not null)`;

/** The conversions of an order, those that were not told yet included. */
export async function salesOfOrder(shop: string, orderId: string): Promise<PaidSale[]> {
  const { rows } = await pool().query<RawSale>(`${SALE} where v.shop = $1 and v.order_id = $2 order by v.n`, [shop, orderId]);
  return rows.map(saleOf);
}

/** A creator's conversions of some orders. */
export async function salesOfOrders(shop: string, creatorId: string, orderIds: readonly string[]): Promise<PaidSale[]> {
  const { rows } = await pool().query<RawSale>(`${SALE} where v.shop = $1 and v.creator_id = $2 and v.order_id = any($3) and ${TOLD} order by v.order_id, v.n`, [shop, creatorId, orderIds]);
  return rows.map(saleOf);
}

/** A creator's conversions of orders placed since an instant, the newest first. */
export async function salesSince(shop: string, creatorId: string, from: Date, limit: number): Promise<PaidSale[]> {
  const { rows } = await pool().query<RawSale>(`${SALE} where v.shop = $1 and v.creator_id = $2 and v.event_at >= $3 and ${TOLD} order by v.event_at desc, v.order_id, v.n limit $4`, [shop, creatorId, from, limit]);
  return rows.map(saleOf);
}

function saleOf(row: RawSale): PaidSale {
  const told = row.sent?.every((item) => item.amount !== UNKNOWN_AMOUNT) ? row.sent : row.target;
  const known = told.map((item) => ({ ...item, category: item.category ?? row.a_items?.find((there) => there.sku === item.sku)?.category ?? null }));
  const read = row.a_items?.every((item) => item.amount !== null) ? (row.a_items as ReportItem[]) : null;
  return {
    orderId: row.order_id,
    n: row.n,
    codeId: row.code_id,
    creatorId: row.creator_id,
    programId: row.program_id,
    currency: row.currency,
    items: known,
    told: row.action_id !== null,
    code: row.told_code,
    customer: row.status === "new" || row.status === "existing" ? row.status : null,
    eventAt: row.event_at.toISOString(),
    eventThere: iso(row.event_there),
    eventTypeId: row.event_type_id,
    partnerId: row.partner_id,
    payout: { amount: row.payout?.toString() ?? null, currency: row.payout_currency, state: row.payout_state, readAt: iso(row.payout_read_at) },
    changedAt: row.changed_at.toISOString(),
    held: row.a_currency === null ? null : { amount: row.a_amount?.toString() ?? null, currency: row.a_currency, partnerId: row.a_partner ?? "", partnerName: row.a_partner_name ?? "", items: read },
  };
}

export type PartnerTerms = Terms & { programId: string; partnerId: string };

/** All contracts that were read of some partners in their programs, those that ended included. */
export async function termsOf(shop: string, of: readonly { programId: string; partnerId: string }[]): Promise<PartnerTerms[]> {
  if (of.length === 0) return [];
  const { rows } = await pool().query<{ program_id: string; partner_id: string; contract_id: string; state: string; starts_at: Date | null; ends_at: Date | null; payouts: PayLine[] }>(
    `select program_id, partner_id, contract_id, state, starts_at, ends_at, payouts from contract
      where shop = $1 and (program_id, partner_id) in (select * from unnest($2::text[], $3::text[])) order by contract_id`,
    [shop, of.map((one) => one.programId), of.map((one) => one.partnerId)],
  );
  return rows.map((row) => ({ programId: row.program_id, partnerId: row.partner_id, contractId: row.contract_id, state: row.state, startsAt: iso(row.starts_at), endsAt: iso(row.ends_at), payouts: row.payouts }));
}

export type ProgramSold = { programId: string; name: string; network: string; eventTypeId: string | null; partnerId: string | null; currency: string; credited: bigint; orders: number };

/** What is left of the credit for a creator's orders placed since an instant, by program and currency. */
export async function soldByProgram(shop: string, creatorId: string, from: Date): Promise<ProgramSold[]> {
  const { rows } = await pool().query<ProgramSold>(
    `select b.program_id as "programId", coalesce(g.name, '') as name, coalesce(g.network, 'none') as network, g.event_type_id as "eventTypeId", b.currency, sum(b.balance)::bigint as credited, (count(*) filter (where b.balance > 0))::int as orders,
        (select m.partner_id from membership m where m.shop = $1 and m.program_id = b.program_id and m.creator_id = $2 and m.partner_id is not null order by m.joined_at desc limit 1) as "partnerId"
      from (select program_id, order_id, currency, sum(amount) as balance from ledger_entry where shop = $1 and creator_id = $2 group by program_id, order_id, currency) b
      join order_state o on o.shop = $1 and o.order_id = b.order_id
      left join program g on g.shop = $1 and g.id = b.program_id
     where o.created_at >= $3 group by b.program_id, g.name, g.network, g.event_type_id, b.currency order by g.name, b.program_id, b.currency`,
    [shop, creatorId, from],
  );
  return rows;
}

export type ProgramPaid = { programId: string; payout: bigint | null; currency: string | null; state: string | null; readAt: Date | null; count: number };

/** What the networks say that they pay for a creator's orders placed since an instant, by program. */
export async function paidByProgram(shop: string, creatorId: string, from: Date): Promise<ProgramPaid[]> {
  const { rows } = await pool().query<ProgramPaid>(
    `select v.program_id as "programId", sum(v.payout)::bigint as payout, v.payout_currency as currency, v.payout_state as state, max(v.payout_read_at) as "readAt", count(*)::int as count
       from conversion v where v.shop = $1 and v.creator_id = $2 and v.event_at >= $3 and ${TOLD} group by v.program_id, v.payout_currency, v.payout_state, v.payout is null`,
    [shop, creatorId, from],
  );
  return rows;
}

/** What the store calls some orders, by id. */
export async function orderNames(shop: string, orderIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await pool().query<{ id: string; name: string }>("select order_id as id, name from order_state where shop = $1 and order_id = any($2) and name <> ''", [shop, orderIds]);
  return new Map(rows.map((row) => [row.id, row.name]));
}
