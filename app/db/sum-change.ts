// What settling changed in the sums that the pages show. Rows are only added and taken away again, so that no two workers wait for each other; flow/sums.ts adds them up.
import type { SumChange } from "../domain/sums.ts";
import type { Queryable } from "../db.server.ts";
import type { OrderKey } from "./order.ts";

/** `orderAt`: when the order was created, ISO 8601. */
export type NewSumChange = OrderKey & SumChange & { orderAt: string };

/** Notes the changes that entries made; belongs into the transaction that appends them. `at`: the instant of the entries. */
export async function noteSums(client: Queryable, changes: readonly NewSumChange[], at: Date): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({ ...change, amount: change.amount.toString(), back: change.back.toString() }));
  await client.query({
    name: "note_sums",
    text: `insert into sum_change (shop, order_id, order_at, at, code_id, creator_id, amount, back, orders, code_orders, creator_orders)
      select s.shop, s."orderId", s."orderAt", $2, s."codeId", s."creatorId", s.amount, s.back, s.orders, s."codeOrders", s."creatorOrders"
      from json_to_recordset($1::json) as s(shop text, "orderId" text, "orderAt" timestamptz, "codeId" text, "creatorId" text, amount bigint, back bigint, orders int, "codeOrders" int, "creatorOrders" int)`,
    values: [JSON.stringify(rows), at],
  });
}
