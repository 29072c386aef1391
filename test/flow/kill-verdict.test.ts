// The process is killed (-9) while the network's verdict on a sale comes in, and started again: the ledger ends as the network decided, whatever was
// done twice, and nothing is told a second time.
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.CLOCK_FILE = `/tmp/cc-clock-verdict-${process.pid}`;
});

import { nowMs } from "#app/clock.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import type { Fault } from "#test/local/fault.ts";
import { DEMO_ACCOUNT_SID } from "#test/local/network/accounts.ts";
import { connectPrograms, installApp, makeDealsAndCodes } from "#test/local/seed/setup.ts";
import { type RunningApp, until, untilKilled } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeWorld, type World } from "#test/support/world.ts";

const database = useDatabase();

const KEPT = "^with before as";
const boundaries: { name: string; verdict: "credited" | "refused"; fault: Fault }[] = [
  { name: "the verdict is kept, the conversion does not say so yet", verdict: "credited", fault: { at: "query", match: KEPT, when: "after" } },
  { name: "the refusal is kept, the conversion does not say so yet", verdict: "refused", fault: { at: "query", match: KEPT, when: "after" } },
];

describe("kill -9 while the network decides", () => {
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
    await app.stop();
    app = null;
    // The code asks for a click, which the network holds.
    await client.query("update code_term set credit_policy = 'involved' where shop = $1 and code_id in (select id from code where shop = $1 and code = $2)", [DEMO_SHOP, code]);
    await client.query("update program_rule set clicks = 'network' where shop = $1", [DEMO_SHOP]);
    for (const held of world.network.network.account(DEMO_ACCOUNT_SID).codes) if (held.code === code) held.policy = "INVOLVED";
  }, 240_000);

  afterEach(async () => {
    await app?.stop();
    app = null;
  });

  afterAll(async () => {
    await world?.close();
    await client?.end();
  });

  for (const { name, verdict, fault } of boundaries) {
    it(`${name} (${verdict}): ledger and network end as it decided`, async () => {
      app = await world.start(fault);
      const orderId = sale(verdict === "credited");
      const killed = untilKilled(app, 90_000);
      const clock = setInterval(() => world.forward(60_000), 100);
      await killed.finally(() => clearInterval(clock));

      app = await world.start();
      const ended = verdict === "credited" ? "reported" : "dropped";
      await until(`the conversion is ${ended}, and nothing is left to be done`, async () => {
        world.forward(60_000);
        const { rows: told } = await client.query<{ state: string; due: boolean }>("select state, next_at is not null as due from conversion where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
        const { rows: open } = await client.query("select 1 from delivery where shop = $1 and order_id = $2 and state <> 'done'", [DEMO_SHOP, orderId]);
        return open.length === 0 && told.length === 1 && told[0]!.state === ended && !told[0]!.due ? true : null;
      }, 100_000);

      const actions = world.network.network.account(DEMO_ACCOUNT_SID).actions.filter((action) => action.orderId === orderId);
      const held = actions.flatMap((action) => action.items).reduce((sum, item) => sum + BigInt(item.amount), 0n);
      const { rows: [order] } = await client.query<{ outcome: string; reason: string | null; credited: string }>("select outcome, reason, credited::text from order_state where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
      const { rows: [ledger] } = await client.query<{ sum: string }>("select coalesce(sum(amount), 0)::text as sum from ledger_entry where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
      expect([actions.length, ledger!.sum]).toEqual(verdict === "credited" ? [1, held.toString()] : [0, "0"]);
      expect(order).toEqual(verdict === "credited" ? { outcome: "credited", reason: null, credited: held.toString() } : { outcome: "not_credited", reason: "network_refused", credited: "0" });
      expect(held > 0n).toBe(verdict === "credited");
      const { rows: verdicts } = await client.query("select verdict from network_verdict where shop = $1 and order_id = $2", [DEMO_SHOP, orderId]);
      expect(verdicts).toEqual([{ verdict }]);
    }, 240_000);
  }

  /** A sale with the code; `clicked`: the network saw a click of its creator before. */
  function sale(clicked: boolean): string {
    const { network } = world.network;
    const held = network.account(DEMO_ACCOUNT_SID).codes.find((one) => one.code === code)!;
    const id = `click${Math.random().toString(36).slice(2)}`;
    if (clicked) network.addClick(DEMO_ACCOUNT_SID, { programId: held.programId, partnerId: held.partnerId, id, atMs: nowMs() - 60_000 });
    const [first, second] = world.store.store.products.filter((product) => !product.giftCard).map((product) => product.variants[0]!);
    const made = world.store.store.checkout({
      items: [{ variantId: first!.id, quantity: 2 }, { variantId: second!.id, quantity: 1 }], codes: [code], email: `buyer-${id}@example.com`, name: "A Buyer",
      noteAttributes: clicked ? [{ name: "irclickid", value: id }] : [],
    });
    if (!made.ok) throw new Error(made.reason);
    return String(made.order.id);
  }
});
