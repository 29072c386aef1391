// The ledger: entries are appended, never changed (the database refuses it); a balance is the sum of its entries.
import type { Balance } from "../domain/ledger.ts";
import type { Queryable } from "../db.server.ts";
import type { OrderKey } from "./order.ts";

export type NewEntry = OrderKey & {
  codeId: string;
  creatorId: string;
  programId: string;
  lineId: string;
  kind: "credit" | "reversal" | "adjustment";
  amount: string;
  currency: string;
  cause: string;
  causeHash: string | null;
  updatedNs: string | null;
  triggeredNs: string | null;
  rules: unknown;
};

/** The balances of some orders, those at 0 included. */
export async function balancesOf(client: Queryable, keys: readonly OrderKey[]): Promise<(OrderKey & Balance)[]> {
  const found = await client.query<OrderKey & Balance>({
    name: "balances_of",
    text: `select l.shop, l.order_id as "orderId", l.code_id as "codeId", l.creator_id as "creatorId", l.program_id as "programId", l.line_id as "lineId", sum(l.amount)::bigint as amount
      from ledger_entry l join json_to_recordset($1::json) as k(shop text, "orderId" text) on l.shop = k.shop and l.order_id = k."orderId"
      group by l.shop, l.order_id, l.code_id, l.creator_id, l.program_id, l.line_id`,
    values: [JSON.stringify(keys)],
  });
  return found.rows;
}

/** Many entries were made under the same rules: each of these is told once. */
export async function appendEntries(client: Queryable, entries: readonly NewEntry[], at: Date): Promise<void> {
  if (entries.length === 0) return;
  const rules = new Map<string, number>();
  const rows = entries.map(({ rules: held, ...entry }) => {
    const text = JSON.stringify(held);
    const place = rules.get(text) ?? rules.size;
    rules.set(text, place);
    return { ...entry, rules: place };
  });
  await client.query({
    name: "append_entries",
    text: `insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, cause_hash, updated_ns, triggered_ns, rules, at)
      select e.shop, e."orderId", e."codeId", e."creatorId", e."programId", e."lineId", e.kind, e.amount, e.currency, e.cause, e."causeHash", e."updatedNs", e."triggeredNs", $3::jsonb -> e.rules, $2
      from jsonb_to_recordset($1::jsonb) as e(shop text, "orderId" text, "codeId" text, "creatorId" text, "programId" text, "lineId" text, kind text, amount bigint, currency text,
        cause text, "causeHash" text, "updatedNs" bigint, "triggeredNs" bigint, rules int)`,
    values: [JSON.stringify(rows), at, `[${[...rules.keys()].join(",")}]`],
  });
}
