// What-ifs: what is computed is what applying does; computing can be killed, stopped and taken up again; the past changes once, and only when it is asked for.
import { beforeEach, describe, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { addHandAct } from "#app/db/hand.ts";
import { readWhatIf } from "#app/db/reads/what-if.ts";
import { claimWhatIf } from "#app/db/what-if.ts";
import type { WhatIfFields } from "#app/domain/what-if-form.ts";
import { applyWhatIf, computeAnew, continueWhatIf, haltWhatIf, planWhatIf } from "#app/flow/what-if-apply.ts";
import { whatIfOnce } from "#app/flow/what-if.ts";
import { whatIfFields } from "#app/domain/what-if-form.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { setClockOffsetMs } from "#app/clock.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { balances, compute, computeAll, differences, kept, makeWhatIfShop, plan, sellInJune, settleAll } from "./what-ifs.ts";

useDatabase();

let shops = 0;
let shop = "";
beforeEach(async () => {
  shop = `what-if-${(shops += 1)}.myshopify.com`;
  await makeWhatIfShop(shop);
  await sellInJune(shop);
});

async function apply(id: string): Promise<number> {
  const applied = await applyWhatIf(shop, id, "Claire");
  if (!applied.ok) throw new Error(JSON.stringify(applied.errors));
  return applied.orders;
}

async function refusal(work: Promise<{ ok: true } | { ok: false; errors: { key: string }[] }>): Promise<string[]> {
  const answer = await work;
  return answer.ok ? [] : answer.errors.map((error) => error.key);
}

async function kinds(): Promise<string[]> {
  const { rows } = await pool().query<{ entry: string }>(`select order_id || ' ' || kind || ' ' || amount as entry from ledger_entry where shop = $1 and cause like 'what-if:%' order by id`, [shop]);
  return rows.map((row) => row.entry);
}

const AS_THEY_ARE = { "1/k-leo/leo": 7000n, "3/k-marie/marie": 6700n, "7/k-marie/marie": 6700n };

test("the orders are credited as they are told to be", async () => {
  expect(await balances(shop)).toEqual(AS_THEY_ARE);
});

const settings: { name: string; fields: Partial<WhatIfFields>; changes: Record<string, string> }[] = [
  { name: "stacking rule: first listed", fields: { stackingRule: "first_listed" }, changes: { "1/k-leo/leo": "7000 > 0", "1/k-marie/marie": "0 > 7000" } },
  { name: "stacking rule: split", fields: { stackingRule: "split" }, changes: { "1/k-leo/leo": "7000 > 4667", "1/k-marie/marie": "0 > 2333" } },
  { name: "policy: must have been clicked", fields: { creditPolicy: "involved" }, changes: { "1/k-leo/leo": "7000 > 0", "3/k-marie/marie": "6700 > 0" } },
  { name: "policy: always", fields: { creditPolicy: "always" }, changes: { "4/k-zoe/zoe": "0 > 7200" } },
  { name: "scope: discounted lines", fields: { scope: "discounted_lines" }, changes: { "3/k-marie/marie": "6700 > 2700" } },
  { name: "credit on: created", fields: { creditOn: "created" }, changes: { "2/k-marie/marie": "0 > 4500" } },
  { name: "click window: 60 days", fields: { window: "days", clickWindowDays: "60" }, changes: { "4/k-zoe/zoe": "0 > 7200" } },
  { name: "self-referral: allowed", fields: { selfReferral: "allowed" }, changes: { "5/k-marie/marie": "0 > 1800" } },
  { name: "two at once", fields: { scope: "discounted_lines", creditOn: "created" }, changes: { "2/k-marie/marie": "0 > 4500", "3/k-marie/marie": "6700 > 2700" } },
  { name: "a setting that held anyway", fields: { creditOn: "paid" }, changes: {} },
];

describe.each(settings)("$name", ({ fields, changes }) => {
  test("is shown before anything changes, and applied as it was shown", async () => {
    const id = await compute(shop, fields);
    expect(await differences(shop, id)).toEqual(changes);
    expect(await kept(shop, id)).toMatchObject({ state: "done", total: 6, done: 6, summary: { orders: 5, changed: new Set(Object.keys(changes).map((key) => key.split("/")[0])).size, skipped: 0 } });
    expect(await balances(shop)).toEqual(AS_THEY_ARE);

    await apply(id);
    await settleAll();
    const after: Record<string, bigint> = { ...AS_THEY_ARE };
    for (const [account, change] of Object.entries(changes)) {
      const amount = BigInt(change.split(" > ")[1]!);
      if (amount === 0n) delete after[account];
      else after[account] = amount;
    }
    expect(await balances(shop)).toEqual(after);
    expect((await kinds()).every((entry) => entry.includes(" adjustment "))).toBe(true);
    expect(await verifyLedger({ shop })).toMatchObject({ differenceCount: 0, waiting: 0 });
  });
});

test("the summary tells the sums by creator and by day, of the orders with a code of the program", async () => {
  const id = await compute(shop, { stackingRule: "split", creditOn: "created" });
  const { summary } = await kept(shop, id);
  expect(summary).toEqual({
    orders: 5, changed: 2, skipped: 0, asks: 0,
    currencies: [{ currency: "EUR", changed: 2, before: "13700", after: "18200" }],
    creators: [
      { creatorId: "marie", currency: "EUR", changed: 2, before: "6700", after: "13533" },
      { creatorId: "leo", currency: "EUR", changed: 1, before: "7000", after: "4667" },
    ],
    days: [{ day: "2026-06-10", currency: "EUR", before: "13700", after: "18200" }],
  });
});

describe("applying", () => {
  test("is written to the shop's log, and done once", async () => {
    const id = await compute(shop, { scope: "discounted_lines" });
    await apply(id);
    expect(await refusal(applyWhatIf(shop, id, "Claire"))).toEqual(["what_if.applied_before"]);
    await settleAll();
    expect(await kinds()).toEqual(["3 adjustment -4000"]);
    const { rows } = await pool().query("select who, what, detail from shop_log where shop = $1", [shop]);
    expect(rows).toMatchObject([{ who: "Claire", what: "what_if.applied", detail: { id, program: "p1", from: "2026-06-01", to: "2026-06-30", count: 1 } }]);
  });

  test("two at the same time are one", async () => {
    const id = await compute(shop, { scope: "discounted_lines" });
    const answers = await Promise.all([applyWhatIf(shop, id, "Claire"), applyWhatIf(shop, id, "Tom"), applyWhatIf(shop, id, "Ana")]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  });

  test("a later state of an order keeps it", async () => {
    await apply(await compute(shop, { scope: "discounted_lines" }));
    await settleAll();
    await note(orderBody({ id: "3", updated_at: "2026-06-20T10:00:00+02:00", lines: [{ id: "31", price: "30.00", off: [[0, "5.00"]] }, { id: "32", price: "40.00" }] }), { shop });
    await settleAll();
    expect((await balances(shop))["3/k-marie/marie"]).toBe(2500n);
  });

  test("an order of the period that arrives later is judged by it", async () => {
    await apply(await compute(shop, { scope: "discounted_lines" }));
    await note(orderBody({ id: "8", lines: [{ id: "81", price: "30.00", off: [[0, "3.00"]] }, { id: "82", price: "40.00" }] }), { shop });
    await settleAll();
    expect((await balances(shop))["8/k-marie/marie"]).toBe(2700n);
    expect(await verifyLedger({ shop })).toMatchObject({ differenceCount: 0 });
  });

  test("an order that changed since it was computed ends right, though it was not among those that differ", async () => {
    const id = await compute(shop, { scope: "discounted_lines" });
    // Order 1 had no line without a discount when it was looked at.
    await note(orderBody({ id: "1", updated_at: "2026-06-20T10:00:00+02:00", codes: ["MARIE10", "LEO20"], lines: [{ id: "11", price: "100.00", off: [[0, "10.00"], [1, "20.00"]] }, { id: "12", price: "9.00" }] }), { shop });
    await settleAll();
    expect((await balances(shop))["1/k-leo/leo"]).toBe(7900n);
    await apply(id);
    await settleAll();
    expect((await balances(shop))["1/k-leo/leo"]).toBe(7000n);
    expect(await verifyLedger({ shop })).toMatchObject({ differenceCount: 0 });
  });

  test("waits for a settling that is under way, which therefore knows nothing of it, and has its order settled anew", async () => {
    const id = await compute(shop, { scope: "discounted_lines" });
    await pool().query("create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.4); return new; end'");
    await pool().query("create trigger slow before insert on decision for each row execute function slow()");
    await note(orderBody({ id: "9", lines: [{ id: "91", price: "30.00", off: [[0, "3.00"]] }, { id: "92", price: "40.00" }] }), { shop });
    const settling = settleAll();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await apply(id);
    await settling;
    await pool().query("drop function slow cascade");
    await settleAll();
    expect((await balances(shop))["9/k-marie/marie"]).toBe(2700n);
    expect(await verifyLedger({ shop })).toMatchObject({ differenceCount: 0, waiting: 0 });
  });

  test("is refused where another one was applied to the period since; computed anew, it shows what is left to change", async () => {
    const first = await compute(shop, { scope: "discounted_lines" });
    const second = await compute(shop, { scope: "discounted_lines", creditOn: "created" });
    await apply(first);
    await settleAll();
    expect(await refusal(applyWhatIf(shop, second, "Claire"))).toEqual(["what_if.outdated"]);
    expect(await refusal(computeAnew(shop, second))).toEqual([]);
    await computeAll();
    expect(await differences(shop, second)).toEqual({ "2/k-marie/marie": "0 > 4500" });
    await apply(second);
    await settleAll();
    expect(await balances(shop)).toEqual({ ...AS_THEY_ARE, "2/k-marie/marie": 4500n, "3/k-marie/marie": 2700n });
  });

  test("can be undone: what held at the time comes back, policies that differed by code included", async () => {
    const first = await compute(shop, { creditPolicy: "winner", stackingRule: "split", window: "days", clickWindowDays: "90" });
    await apply(first);
    await settleAll();
    expect(await balances(shop)).toEqual({ "4/k-zoe/zoe": 7200n, "7/k-marie/marie": 6700n });
    expect((await readWhatIf(shop, first))!.since).toBeNull();
    const second = await compute(shop, { creditPolicy: "history", stackingRule: "history", window: "history" });
    expect((await readWhatIf(shop, first))!.since).toBeNull();
    await apply(second);
    expect([(await readWhatIf(shop, first))!.since, (await readWhatIf(shop, second))!.since]).toEqual([{ id: second, at: expect.any(String), undone: true }, null]);
    await settleAll();
    expect(await balances(shop)).toEqual(AS_THEY_ARE);
    expect(await verifyLedger({ shop })).toMatchObject({ differenceCount: 0 });
  });

  test.each(["waiting", "running", "stopped", "failed"])("is refused while it is %s", async (state) => {
    const id = await compute(shop, { scope: "discounted_lines" });
    await pool().query("update what_if set state = $3 where shop = $1 and id = $2", [shop, id, state]);
    expect(await refusal(applyWhatIf(shop, id, "Claire"))).toEqual(["what_if.not_done"]);
    expect(await kinds()).toEqual([]);
    await pool().query("delete from what_if where shop = $1", [shop]);
  });

  test("another shop has no hand in it", async () => {
    const id = await compute(shop, { scope: "discounted_lines" });
    const other = `other-${shop}`;
    await makeWhatIfShop(other);
    for (const work of [applyWhatIf(other, id, "Eve"), haltWhatIf(other, id), continueWhatIf(other, id), computeAnew(other, id)]) expect(await refusal(work)).toEqual(["what_if.not_found"]);
    expect((await kept(shop, id)).state).toBe("done");
    await pool().query("delete from program where shop = $1 and id = 'p2'", [other]);
    expect(await refusal(planWhatIf(other, { ...whatIfFields({}), programId: "p2", fromDate: "2026-06-01", toDate: "2026-06-30", scope: "order" }, "Eve"))).toEqual(["program.not_found"]);
  });
});

describe("computing", () => {
  /** Enough orders for more than one turn. */
  async function sellMore(count: number): Promise<void> {
    await pool().query(
      `insert into order_state (shop, order_id, name, created_at, updated_ns, facts, ever_paid, outcome, currency, credited, settled_at)
       select shop, order_id || '-' || g, name, created_at + g * interval '1 second', updated_ns, jsonb_set(facts, '{id}', to_jsonb(order_id || '-' || g)), ever_paid, outcome, currency, credited, settled_at
       from order_state, generate_series(1, $2) g where shop = $1 and order_id = '3'`,
      [shop, count],
    );
  }

  test("goes on where its holder died, and comes to the same rows", async () => {
    await sellMore(5_000);
    const whole = await compute(shop, { scope: "discounted_lines" });
    const id = await plan(shop, { scope: "discounted_lines" });
    await whatIfOnce();
    const before = await kept(shop, id);
    expect(before).toMatchObject({ state: "running", total: 5_006 });
    expect(before.done).toBeGreaterThan(0);
    expect(before.done).toBeLessThan(5_006);
    // A process claims it and is never heard of again.
    const at = new Date();
    expect((await claimWhatIf(at, new Date(at.getTime() + 60_000)))?.id).toBe(id);
    await computeAll();
    expect((await kept(shop, id)).done).toBe(before.done);
    setClockOffsetMs(61_000);
    await computeAll();
    setClockOffsetMs(0);
    expect(await kept(shop, id)).toMatchObject({ state: "done", done: 5_006 });
    expect(await differences(shop, id)).toEqual(await differences(shop, whole));
    expect((await kept(shop, id)).summary).toEqual((await kept(shop, whole)).summary);
  });

  test("one that was taken over by another keeps nothing more", async () => {
    await sellMore(5_000);
    const id = await plan(shop, { scope: "discounted_lines" });
    const turn = whatIfOnce();
    while ((await kept(shop, id)).done === 0);
    await pool().query("update what_if set lease_at = now() + interval '1 hour' where shop = $1 and id = $2", [shop, id]);
    const taken = await kept(shop, id);
    await turn;
    expect(await kept(shop, id)).toEqual(taken);
    await pool().query("delete from what_if where shop = $1", [shop]);
  });

  test("can be stopped, keeps what it found, and goes on", async () => {
    await sellMore(5_000);
    const id = await plan(shop, { scope: "discounted_lines" });
    await whatIfOnce();
    expect(await refusal(haltWhatIf(shop, id))).toEqual([]);
    const stopped = await kept(shop, id);
    await computeAll();
    expect(await kept(shop, id)).toEqual(stopped);
    expect(await refusal(haltWhatIf(shop, id))).toEqual(["what_if.other_state"]);
    expect(await refusal(continueWhatIf(shop, id))).toEqual([]);
    await computeAll();
    expect(await kept(shop, id)).toMatchObject({ state: "done", done: 5_006, summary: { changed: 5_001 } });
  });

  test("stopped between two pages of a turn, ends there", async () => {
    await sellMore(5_000);
    const id = await plan(shop, { scope: "discounted_lines" });
    const turn = whatIfOnce();
    while ((await kept(shop, id)).done === 0);
    await haltWhatIf(shop, id);
    const stopped = await kept(shop, id);
    await turn;
    expect(await kept(shop, id)).toEqual(stopped);
    expect(stopped.state).toBe("stopped");
  });

  test("an order that cannot be settled is counted and left as it is", async () => {
    await pool().query(`update order_state set facts = facts || '{"lines": [{"id": "1"}]}' where shop = $1 and order_id = '3'`, [shop]);
    const id = await compute(shop, { scope: "discounted_lines", creditOn: "created" });
    expect(await kept(shop, id)).toMatchObject({ state: "done", done: 6, summary: { skipped: 1, changed: 1 } });
  });

  test("what a person decided about an order holds under other settings too", async () => {
    await inTransaction((client) => addHandAct(client, shop, { orderId: "3", who: "Ana", act: "exclude", codeId: null, amount: null, reason: "a sample" }, new Date()));
    await inTransaction((client) => addHandAct(client, shop, { orderId: "2", who: "Ana", act: "correct", codeId: "k-marie", amount: 1000n, reason: "as agreed" }, new Date()));
    await settleAll();
    const id = await compute(shop, { scope: "discounted_lines", creditOn: "created" });
    expect(await differences(shop, id)).toEqual({ "2/k-marie/marie": "0 > 1000" });
    await apply(id);
    await settleAll();
    expect(await balances(shop)).toEqual({ "1/k-leo/leo": 7000n, "2/k-marie/marie": 1000n, "7/k-marie/marie": 6700n });
    expect(await verifyLedger({ shop })).toMatchObject({ differenceCount: 0, waiting: 0 });
  });

  test("orders on which no code of the program stands are left alone", async () => {
    const id = await compute(shop, { programId: "p2", creditOn: "created", scope: "discounted_lines" });
    expect(await differences(shop, id)).toEqual({ "6/k-ada/ada": "0 > 900" });
    expect((await kept(shop, id)).summary).toMatchObject({ orders: 1 });
  });
});
