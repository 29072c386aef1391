// A shop on which every setting of a what-if changes something, and what tests ask of it.
import { pool } from "#app/db.server.ts";
import { addTouch } from "#app/db/touch.ts";
import type { WhatIfSummary } from "#app/domain/what-if.ts";
import { whatIfFields, type WhatIfFields } from "#app/domain/what-if-form.ts";
import { planWhatIf } from "#app/flow/what-if-apply.ts";
import { whatIfOnce } from "#app/flow/what-if.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

/** Marie (MARIE10) and Leo (LEO20) in p1, Zoë (ZOE15, who must have been clicked) too, Ada (ADA5) in p2. */
export async function makeWhatIfShop(shop: string): Promise<void> {
  await makeShop({ shop });
  await makeProgram("p1", { shop, network: "none", clickWindowDays: 30 });
  await makeProgram("p2", { shop, network: "none" });
  const people: [string, string, string, string, string][] = [["marie", "Marie", "MARIE10", "p1", "always"], ["leo", "Leo", "LEO20", "p1", "always"], ["zoe", "Zoë", "ZOE15", "p1", "involved"], ["ada", "Ada", "ADA5", "p2", "always"]];
  for (const [at, [id, name, code, program, policy]] of people.entries()) {
    await makeCreator(id, { shop, name, email: `${id}@creators.example`, memberships: [{ program }] });
    await makeCode(`k-${id}`, { shop, code, creator: id, program, policy, createdAt: `2026-01-0${at + 1}T00:00:00Z` });
  }
  await addTouch(shop, { at: new Date("2026-05-01T10:00:00Z"), visitor: "v4", creatorId: "zoe", clickId: null }, new Date("2026-05-01T10:00:01Z"));
}

const visitor = (name: string) => [{ name: "creator_visitor", value: name }];

/** June's orders. 1: two codes, Leo's takes off more; 2: not paid; 3: Marie's code took something off one line of two; 4: Zoë's click lies 40 days back; 5: Marie's, bought by herself; 6: another program's; 7: July's. */
export function ordersOfJune(): Record<string, unknown>[] {
  return [
    orderBody({ id: "1", codes: ["MARIE10", "LEO20"], lines: [{ id: "11", price: "100.00", off: [[0, "10.00"], [1, "20.00"]] }] }),
    orderBody({ id: "2", financial_status: "pending", lines: [{ id: "21", price: "50.00", off: [[0, "5.00"]] }] }),
    orderBody({ id: "3", lines: [{ id: "31", price: "30.00", off: [[0, "3.00"]] }, { id: "32", price: "40.00" }] }),
    orderBody({ id: "4", codes: ["ZOE15"], note_attributes: visitor("v4"), lines: [{ id: "41", price: "80.00", off: [[0, "8.00"]] }] }),
    orderBody({ id: "5", email: "marie@creators.example", lines: [{ id: "51", price: "20.00", off: [[0, "2.00"]] }] }),
    orderBody({ id: "6", codes: ["ADA5"], financial_status: "pending", lines: [{ id: "61", price: "10.00", off: [[0, "1.00"]] }, { id: "62", price: "10.00" }] }),
    orderBody({ id: "7", created_at: "2026-07-02T10:00:00+02:00", updated_at: "2026-07-02T10:00:04+02:00", lines: [{ id: "71", price: "30.00", off: [[0, "3.00"]] }, { id: "72", price: "40.00" }] }),
  ];
}

export async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

export async function sellInJune(shop: string): Promise<void> {
  for (const body of ordersOfJune()) await note(body, { shop });
  await settleAll();
  // Long ago, so that applying reaches nothing merely because it was settled just now.
  await pool().query("update order_state set settled_at = '2026-07-03T00:00:00Z' where shop = $1", [shop]);
}

export const JUNE: Partial<WhatIfFields> = { programId: "p1", fromDate: "2026-06-01", toDate: "2026-06-30" };

export async function plan(shop: string, fields: Partial<WhatIfFields>): Promise<string> {
  const planned = await planWhatIf(shop, { ...whatIfFields({}), ...JUNE, ...fields }, "merchant");
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return planned.id;
}

export async function computeAll(): Promise<void> {
  for (let turns = 0; (await whatIfOnce()) > 0; turns++) if (turns > 500) throw new Error("computing does not come to an end");
}

export async function compute(shop: string, fields: Partial<WhatIfFields>): Promise<string> {
  const id = await plan(shop, fields);
  await computeAll();
  return id;
}

/** "order/code/creator" and "before > after", in minor units. */
export async function differences(shop: string, id: string): Promise<Record<string, string>> {
  const { rows } = await pool().query<{ account: string; change: string }>(
    `select order_id || '/' || code_id || '/' || creator_id as account, before || ' > ' || after as change from what_if_order where shop = $1 and what_if_id = $2 order by 1`,
    [shop, id],
  );
  return Object.fromEntries(rows.map((row) => [row.account, row.change]));
}

/** The balances by "order/code/creator", those at 0 left out. */
export async function balances(shop: string): Promise<Record<string, bigint>> {
  const { rows } = await pool().query<{ account: string; amount: bigint }>(
    `select order_id || '/' || code_id || '/' || creator_id as account, sum(amount)::bigint as amount from ledger_entry where shop = $1 group by 1 having sum(amount) <> 0 order by 1`,
    [shop],
  );
  return Object.fromEntries(rows.map((row) => [row.account, row.amount]));
}

export async function kept(shop: string, id: string): Promise<{ state: string; total: number; done: number; cursor: string | null; summary: WhatIfSummary | null; problem: string | null }> {
  const { rows } = await pool().query("select state, total, done, cursor, summary, problem from what_if where shop = $1 and id = $2", [shop, id]);
  return rows[0];
}
