// What was decided for each creator code of an order, as its newest state has it.
import type { Clicked, Decision } from "../domain/credit.ts";
import type { Queryable } from "../db.server.ts";
import type { OrderKey } from "./order.ts";

/** Replaces the decisions of some orders. `codeId` null (no creator code) is kept as "". `clicked` none: a browser is known, and it had no click in the window; null: nothing is known of any visit. */
export async function replaceDecisions(client: Queryable, keys: readonly OrderKey[], decisions: readonly (OrderKey & Decision & { clicked: Clicked | "none" | null })[]): Promise<void> {
  await client.query({
    name: "drop_decisions",
    text: `delete from decision d using json_to_recordset($1::json) as k(shop text, "orderId" text) where d.shop = k.shop and d.order_id = k."orderId"`,
    values: [JSON.stringify(keys)],
  });
  await client.query({
    name: "write_decisions",
    text: `insert into decision (shop, order_id, code_id, outcome, reason, creator_id, program_id, place, clicked)
      select shop, "orderId", coalesce("codeId", ''), outcome, reason, "creatorId", "programId", place, clicked
      from json_to_recordset($1::json) as d(shop text, "orderId" text, "codeId" text, outcome text, reason text, "creatorId" text, "programId" text, place int, clicked text)`,
    values: [JSON.stringify(decisions)],
  });
}
