// The process is killed (-9) while the network is told of an order, at each boundary, and started again: the network holds every
// conversion once, with the ledger's amounts.
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-report-${process.pid}`;
});

import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Fault } from "#test/local/fault.ts";
import { DEMO_ACCOUNT_SID } from "#test/local/network/accounts.ts";
import { connectPrograms, installApp, makeDealsAndCodes } from "#test/local/seed/setup.ts";
import type { Order } from "#test/local/store/types.ts";
import { type RunningApp, until, untilKilled } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeWorld, type World } from "#test/support/world.ts";

const database = useDatabase();

/** What is done to the order, so that the boundary is reached. */
type Act = "sale" | "refund" | "cancellation";

/** `completed`: the network completes what it was sent before it is asked. */
const boundaries: { name: string; act: Act; fault: Fault; completed?: true }[] = [
  { name: "after the outbox says sending, before the request", act: "sale", fault: { at: "request", match: "^POST .*/Conversions", when: "before" } },
  { name: "after the request is sent, before its answer", act: "sale", fault: { at: "request", match: "^POST .*/Conversions", when: "after" } },
  { name: "after its answer is noted", act: "sale", fault: { at: "query", match: "^with moved as", when: "after", n: 2 } },
  { name: "after its end is noted with the action", act: "sale", fault: { at: "query", match: "^with moved as", when: "after", n: 3 } },
  { name: "after the submission completes, before we know", act: "sale", completed: true, fault: { at: "request", match: "^GET .*/(Actions|APISubmissions)", when: "after" } },
  { name: "after an edit is sent", act: "refund", fault: { at: "request", match: "^PUT .*/Actions", when: "after" } },
  { name: "before a reversal is sent", act: "cancellation", fault: { at: "request", match: "^DELETE .*/Actions", when: "before" } },
  { name: "after a reversal is sent", act: "cancellation", fault: { at: "request", match: "^DELETE .*/Actions", when: "after" } },
];

const MINUTE_MS = 60_000;

describe("kill -9 while the network is told", () => {
  let world: World;
  let client: pg.Client;
  let app: RunningApp | null = null;
  let code: string;

  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    world = await makeWorld(database.url);
    app = await world.start();
    await installApp();
    code = (await makeDealsAndCodes(await connectPrograms()))[0]!.code;
  }, 240_000);

  afterEach(async () => {
    await app?.stop();
    app = null;
  });

  afterAll(async () => {
    await world?.close();
    await client?.end();
  });

  for (const { name, act, fault, completed = false } of boundaries) {
    it(`${name} (${act}): the network holds the order once, as the ledger does`, async () => {
      await app?.stop();
      const { store } = world.store;
      let order: Order;
      if (act === "sale") {
        app = await world.start(fault);
        order = sale();
      } else {
        app = await world.start();
        order = sale();
        await untilInStep(String(order.id));
        await app.stop();
        app = await world.start(fault);
        if (act === "refund") store.refund(String(order.id), { lines: [{ lineId: String(order.line_items[0]!.id), quantity: 1 }] });
        else store.cancel(String(order.id), { refund: true });
      }
      const running = app;
      const killed = untilKilled(running, 40_000);
      const clock = setInterval(() => {
        world.forward(20_000);
        if (completed) void fetch(`${world.network.url}/_local/complete`, { method: "POST" });
      }, 100);
      await killed.finally(() => clearInterval(clock));

      app = await world.start();
      await untilInStep(String(order.id));

      const told = world.network.network.account(DEMO_ACCOUNT_SID).actions.filter((action) => action.orderId === String(order.id));
      expect(told).toHaveLength(1);
      const held = told[0]!.reversed ? 0n : told[0]!.items.reduce((sum, item) => sum + BigInt(item.amount), 0n);
      expect(held).toBe(await balance(String(order.id)));
      expect(told[0]!.reversed).toBe(act === "cancellation");
      if (act !== "cancellation") expect(held).toBeGreaterThan(0n);

      // Each request ended once, and of those that were sent for one thing the network took one.
      const { rows: ends } = await client.query<{ op: string; at: string; outcome: string }>("select op, sent_at::text as at, outcome from report_end where shop = $1 and order_id = $2 order by id", [DEMO_SHOP, String(order.id)]);
      expect(new Set(ends.map(({ op, at }) => `${op} ${at}`)).size).toBe(ends.length);
      expect(ends.filter(({ outcome }) => outcome === "accepted").map(({ op }) => op)).toEqual(act === "sale" ? ["create"] : ["create", act === "refund" ? "edit" : "reverse"]);
    }, 120_000);
  }

  function sale(): Order {
    const [first, second] = world.store.store.products.filter((product) => !product.giftCard).map((product) => product.variants[0]!);
    const made = world.store.store.checkout({
      items: [{ variantId: first!.id, quantity: 2 }, { variantId: second!.id, quantity: 1 }], codes: [code], email: `buyer${Math.random()}@example.com`, name: "A Buyer",
    });
    if (!made.ok) throw new Error(made.reason);
    return made.order;
  }

  /** Runs the clock until the order is settled and nothing about it is left to be told or asked. */
  async function untilInStep(orderId: string): Promise<void> {
    await until("the network is in step with the ledger", async () => {
      world.forward(60_000);
      const { rows } = await client.query<{ state: string; due: boolean; stuck: string | null }>(
        "select state, next_at is not null as due, problem as stuck from conversion where shop = $1 and order_id = $2", [DEMO_SHOP, orderId],
      );
      const { rows: open } = await client.query("select 1 from delivery where shop = $1 and order_id = $2 and state <> 'done'", [DEMO_SHOP, orderId]);
      if (rows.some((row) => row.state === "stuck")) throw new Error(`a conversion is stuck: ${rows[0]!.stuck}`);
      if (world.store.store.idle().pending > 0) world.forward(MINUTE_MS);
      return rows.length > 0 && open.length === 0 && world.store.store.idle().pending === 0 && rows.every((row) => !row.due && ["reported", "reversed"].includes(row.state)) ? true : null;
    }, 60_000);
  }

  async function balance(orderId: string): Promise<bigint> {
    const { rows } = await client.query<{ sum: string }>("select coalesce(sum(amount), 0)::text as sum from ledger_entry where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
    return BigInt(rows[0]!.sum);
  }
});
