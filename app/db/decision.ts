// What was decided for each creator code of an order, as its newest state has it.
import type { Clicked, Decision } from "../domain/credit.ts";
import type { Queryable } from "../db.server.ts";
import type { OrderKey } from "./order.ts";

/** `codeId` null (no creator code) is kept as "". `clicked` none: a browser is known, and it had no click in the window; null: nothing is known of any visit. */
export type KeptDecision = OrderKey & Decision & { clicked: Clicked | "none" | null };

export async function keptDecisions(client: Queryable, keys: readonly OrderKey[]): Promise<KeptDecision[]> {
  const found = await client.query<KeptDecision>({
    name: "kept_decisions",
    text: `select d.shop, d.order_id as "orderId", nullif(d.code_id, '') as "codeId", d.outcome, d.reason, d.creator_id as "creatorId", d.program_id as "programId", d.place, d.clicked
      from decision d join json_to_recordset($1::json) as k(shop text, "orderId" text) on d.shop = k.shop and d.order_id = k."orderId" order by d.shop, d.order_id, d.place, d.code_id`,
    values: [JSON.stringify(keys)],
  });
  return found.rows;
}

/** Takes the decisions of some orders away; others are to take their place. */
export async function dropDecisions(client: Queryable, keys: readonly OrderKey[]): Promise<void> {
  if (keys.length === 0) return;
  await client.query({
    name: "drop_decisions",
    text: `delete from decision d using json_to_recordset($1::json) as k(shop text, "orderId" text) where d.shop = k.shop and d.order_id = k."orderId"`,
    values: [JSON.stringify(keys)],
  });
}

export async function writeDecisions(client: Queryable, decisions: readonly KeptDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await client.query({
    name: "write_decisions",
    text: `insert into decision (shop, order_id, code_id, outcome, reason, creator_id, program_id, place, clicked)
      select shop, "orderId", coalesce("codeId", ''), outcome, reason, "creatorId", "programId", place, clicked
      from jsonb_to_recordset($1::jsonb) as d(shop text, "orderId" text, "codeId" text, outcome text, reason text, "creatorId" text, "programId" text, place int, clicked text)`,
    values: [JSON.stringify(decisions)],
  });
}
