// What is told of the database is found by indexes of what is open: it must cost the same beside ten million orders.
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { countFetches, countInbox, countOutbox, countStuck, countUnreadable, estimateLedger, oldestWaiting, sumBudgets } from "#app/db/reads/gauges.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();

beforeAll(async () => {
  await makeMariesShop();
  await note(orderBody({ id: "1" }));
  await note(orderBody({ id: "2" }));
  // As it is after a while: much that is done, and little that waits.
  await pool().query("insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state) select 'test-shop.myshopify.com', 'done ' || n, 'orders/paid', now(), n::text, 'x', 'done' from generate_series(1, 20000) n");
  await pool().query("insert into order_state (shop, order_id, name) select 'test-shop.myshopify.com', n::text, '' from generate_series(10, 20000) n");
  await pool().query("analyze delivery, order_state, conversion");
});

describe("the gauges", () => {
  it("tell what waits", async () => {
    const at = new Date();
    expect(await countInbox()).toEqual({ count: 2, oldest: new Date("2026-06-10T08:00:06Z") });
    expect(await oldestWaiting()).toEqual(new Date("2026-06-10T08:00:06Z"));
    expect([await countOutbox(at), await countFetches(at)]).toEqual([{ count: 0, oldest: null }, { count: 0, oldest: null }]);
    expect([await countStuck(), await countUnreadable(), await estimateLedger()]).toEqual([0, 0, 0]);
    await pool().query(`insert into rate_budget (account, ends_at, "limit", used) values ('impact:a', now() + interval '1 hour', 1000, 900), ('impact:b', now() - interval '1 hour', 500, 500)`);
    expect(await sumBudgets(at)).toEqual([{ network: "impact", used: 900, limit: 1500, accounts: 2, fullest: 0.9 }]);
  });

  it("read no table through that grows with the orders", async () => {
    const asked: string[] = [];
    const shared = pool();
    const query = shared.query.bind(shared);
    const heard = shared as unknown as { query: (text: string, values?: unknown[]) => Promise<unknown> };
    heard.query = async (text, values) => {
      const { rows } = await query<{ "QUERY PLAN": string }>(`explain ${text}`, values as never);
      asked.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return query(text, values as never);
    };
    const at = new Date();
    try {
      for (const read of [oldestWaiting, countInbox, () => countOutbox(at), () => countFetches(at), countUnreadable]) await read();
    } finally {
      heard.query = query as never;
    }
    expect(asked).toHaveLength(5);
    for (const plan of asked) expect(plan).not.toMatch(/Seq Scan on (delivery|order_state|ledger_entry)/);
  });
});
