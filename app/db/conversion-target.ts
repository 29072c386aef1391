// What settling writes into the outbox: what the network is to hold of each order. What it is told, and when, is flow/report.ts.
import type { ReportItem, ReverseReason, ToldBuyer, ToldConversion } from "../domain/report.ts";
import type { Queryable } from "../db.server.ts";
import type { OrderKey } from "./order.ts";

export type FreshConversion = OrderKey & {
  n: number;
  networkOrderId: string;
  programId: string;
  codeId: string;
  creatorId: string;
  partnerId: string | null;
  toldCode: string | null;
  clickId: string | null;
  clickParameter: string | null; // without a click: the only ones are another network's
  currency: string;
  eventAt: string;
  target: ReportItem[];
  awaiting: boolean;
  buyer: ToldBuyer;
};

/** Nothing was told of it: it waits to be sent, or for what its program lacks. It is told so that no index of actions serves for it: rows are found by their order. */
const UNTOLD = `(c.sent is null and c.op is null and (c.action_id is null) is true and (c.state = 'waiting' or (c.state = 'stuck' and coalesce(c.problem, '') in ('no_event_type', 'no_partner', 'foreign_click'))))`;

/** One of which the network was told, or may have been. */
export type KeptTold = OrderKey & ToldConversion;
/** One of which nothing was told yet. `isWaiting`: it is sent as it stands, at `nextAt`, and nothing was tried before. */
export type KeptUntold = Omit<FreshConversion, "eventAt"> & { eventAt: Date; isWaiting: boolean; nextAt: Date | null };

/** The conversions of some orders. All rows of these orders are locked: reporting may not begin with one that settling is about to replace. */
export async function heldConversions(client: Queryable, keys: readonly OrderKey[]): Promise<{ told: KeptTold[]; untold: KeptUntold[] }> {
  const found = await client.query<Omit<KeptUntold, "target"> & { items: ReportItem[]; ended: boolean; isUntold: boolean }>({
    name: "held_conversions",
    text: `with c as materialized (
        select v.* from conversion v join json_to_recordset($1::json) as k(shop text, "orderId" text) on v.shop = k.shop and v.order_id = k."orderId"
        order by v.shop, v.order_id, v.n for update of v
      )
      select c.shop, c.order_id as "orderId", c.n, c.network_order_id as "networkOrderId", c.program_id as "programId", c.code_id as "codeId", c.creator_id as "creatorId", c.partner_id as "partnerId", c.told_code as "toldCode",
        c.click_id as "clickId", c.click_parameter as "clickParameter", c.currency, c.event_at as "eventAt", c.target as items, c.awaiting, c.buyer, c.next_at as "nextAt", ${UNTOLD} as "isUntold",
        (c.state = 'waiting' and c.attempts = 0 and c.problem is null) as "isWaiting",
        (c.state = 'reversed' or (c.op is not distinct from 'reverse' and c.state in ('sending', 'queued'))) as ended
      from c order by c.shop, c.order_id, c.n`,
    values: [JSON.stringify(keys)],
  });
  const told: KeptTold[] = [];
  const untold: KeptUntold[] = [];
  for (const { isUntold, items, ended, ...row } of found.rows) {
    if (isUntold) untold.push({ ...row, target: items });
    else told.push({ shop: row.shop, orderId: row.orderId, n: row.n, codeId: row.codeId, creatorId: row.creatorId, awaiting: row.awaiting, items, ended });
  }
  return { told, untold };
}

export type NewTarget = OrderKey & { n: number; items: ReportItem[]; awaiting: boolean; reason: ReverseReason | null };

/**
 * Sets what told conversions are to hold, and where that is nothing, why; those at rest become due at once, the others when the request under way
 * has ended. One that was dropped, because the network refused it, is told again where it is wanted again. Of one that the network reversed nobody is asked
 * once nothing is to be held any more.
 */
export async function setTargets(client: Queryable, targets: readonly NewTarget[], at: Date): Promise<void> {
  if (targets.length === 0) return;
  await client.query({
    name: "set_targets",
    text: `update conversion c set target = t.items, awaiting = t.awaiting, reason = t.reason, changed_at = $2,
        problem = case when c.state = 'reversed' and t.items = '[]' then null else c.problem end, problem_detail = case when c.state = 'reversed' and t.items = '[]' then null else c.problem_detail end,
        state = case when c.state = 'dropped' and t.items <> '[]' then 'waiting' else c.state end,
        next_at = case when c.state in ('waiting', 'reported', 'stuck') or (c.state = 'dropped' and t.items <> '[]') then $2 else c.next_at end
      from jsonb_to_recordset($1::jsonb) as t(shop text, "orderId" text, n int, items jsonb, awaiting boolean, reason text)
      where c.shop = t.shop and c.order_id = t."orderId" and c.n = t.n`,
    values: [JSON.stringify(targets), at],
  });
}

/** Takes conversions away of which nothing was told yet. */
export async function dropUntold(client: Queryable, keys: readonly (OrderKey & { n: number })[]): Promise<void> {
  if (keys.length === 0) return;
  await client.query({
    name: "drop_untold",
    text: `delete from conversion c using json_to_recordset($1::json) as k(shop text, "orderId" text, n int) where c.shop = k.shop and c.order_id = k."orderId" and c.n = k.n and ${UNTOLD}`,
    values: [JSON.stringify(keys)],
  });
}

/** Writes conversions of which nothing was told yet. They become due at `dueAt`: the states of a new order come in quick succession. */
export async function writeFresh(client: Queryable, fresh: readonly FreshConversion[], at: Date, dueAt: Date): Promise<void> {
  if (fresh.length === 0) return;
  await client.query({
    name: "write_fresh",
    text: `insert into conversion (shop, order_id, n, network_order_id, program_id, code_id, creator_id, partner_id, told_code, click_id, click_parameter, currency, event_at, target, awaiting, buyer, state, next_at, created_at, changed_at)
      select f.shop, f."orderId", f.n, f."networkOrderId", f."programId", f."codeId", f."creatorId", f."partnerId", f."toldCode", f."clickId", f."clickParameter", f.currency, f."eventAt", f.target, f.awaiting, f.buyer, 'waiting', $3, $2, $2
      from jsonb_to_recordset($1::jsonb) as f(shop text, "orderId" text, n int, "networkOrderId" text, "programId" text, "codeId" text, "creatorId" text, "partnerId" text, "toldCode" text,
        "clickId" text, "clickParameter" text, currency text, "eventAt" timestamptz, target jsonb, awaiting boolean, buyer jsonb)`,
    values: [JSON.stringify(fresh), at, dueAt],
  });
}
