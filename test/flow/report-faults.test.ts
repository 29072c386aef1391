// Everything goes wrong at once, at random: in the end the network holds what it is to hold, once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { reportOnce } from "#app/flow/report.ts";
import type { ReportItem } from "#app/domain/report.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { chance } from "#test/local/network/faults.ts";
import { useDatabase } from "#test/support/database.ts";
import { item, openScene, pass, retarget, SHOP, SID, wanted, type Scene } from "./reporting.ts";

useDatabase();

const ORDERS = 100;
const LIMIT = 250;
let scene: Scene;
let undo: () => void = () => {};
let turn = 0;
let refusals = 0;
const draw = () => chance(4711, turn++);

beforeAll(async () => void (scene = await openScene()));
afterAll(async () => {
  undo();
  setClockOffsetMs(0);
  await scene.close();
});

/** One request in five is not answered: half of them are carried out all the same. The local network itself answers some with 429 and 5xx, loses some and keeps some waiting. */
function breakEverything(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const fate = draw();
    if (fate < 0.1) throw new DOMException("timeout", "TimeoutError");
    const answer = await real(input, init);
    if (answer.status === 429) refusals += 1;
    if (fate < 0.2) {
      await answer.text();
      throw new DOMException("timeout", "TimeoutError");
    }
    return answer;
  };
  undo = () => (globalThis.fetch = real);
  const { network } = scene.local;
  network.addFault({ kind: "503", when: "before", probability: 0.05, seed: 2 });
  network.addFault({ kind: "502", when: "after", probability: 0.05, seed: 3 });
  network.addFault({ kind: "reset", when: "after", probability: 0.03, seed: 4 });
  network.addFault({ kind: "lose", probability: 0.05, seed: 5 });
  network.addFault({ kind: "slow", probability: 0.1, seed: 6, minutes: 90 });
}

function repair(): void {
  undo();
  scene.local.network.clearFaults();
}

/** What an order is to hold after some refunds: pieces or money come off, or everything does. */
function refunded(items: ReportItem[]): ReportItem[] {
  const fate = draw();
  if (fate < 0.15) return [];
  return items.flatMap((one) => {
    const kept = BigInt(one.amount) - BigInt(Math.floor(draw() * Number(one.amount)));
    return draw() < 0.2 ? [] : [{ ...one, quantity: Math.floor(draw() * (one.quantity + 1)), amount: (kept > 0n ? kept : 1n).toString() }];
  });
}

async function runFor(minutes: number, step = 3): Promise<void> {
  for (let gone = 0; gone < minutes; gone += step) {
    await Promise.all([reportOnce(), reportOnce()]);
    pass(step);
  }
}

describe("a network that fails in every way", () => {
  it("ends with each order held once, to the minor unit, and its budget never overdrawn", async () => {
    scene.local.network.account(SID).hourlyLimit = LIMIT;
    breakEverything();
    const target = new Map<string, ReportItem[]>();
    for (let n = 0; n < ORDERS; n++) {
      const items = Array.from({ length: 1 + Math.floor(draw() * 3) }, (_, i) => item(`SKU-${i}`, 1 + Math.floor(draw() * 3), String(1 + Math.floor(draw() * 50_000))));
      target.set(`9007199254${740_993 + n}`, items);
    }
    for (const [order, items] of target) await wanted(scene, order, items);
    for (let round = 0; round < 3; round++) {
      await runFor(180);
      for (const [order, items] of target) {
        const { rows } = await pool().query("select state from conversion where order_id = $1", [order]);
        if (rows[0].state === "reversed" || items.length === 0 || draw() < 0.4) continue;
        target.set(order, refunded(items));
        await retarget(order, target.get(order)!);
      }
    }
    await runFor(600);
    repair();
    // What was given up is made due again, as a person does it.
    await pool().query("update conversion set next_at = $1, attempts = 0 where state = 'stuck'", [new Date(nowMs())]);
    await runFor(26 * 60, 10);

    // One that lost everything before it could be told was never told.
    const { rows } = await pool().query(
      `select order_id, state, problem, problem_detail, op, next_at, target, sent, attempts from conversion where shop = $1 and (next_at is not null or not (state in ('reported', 'reversed') or (state = 'waiting' and target = '[]')))`,
      [SHOP],
    );
    expect(rows).toEqual([]);
    const actions = conversionsOf(scene.local.network);
    expect(new Set(actions.map((action) => action.orderId)).size).toBe(actions.length);
    const atNetwork = Object.fromEntries(actions.filter(({ state }) => state !== "REVERSED").map((action) => [action.orderId, spell(action.items)]));
    expect(atNetwork).toEqual(Object.fromEntries([...target].filter(([, items]) => items.length > 0).map(([order, items]) => [order, spell(items)])));
    expect(refusals).toBe(0);
  }, 300_000);
});

function spell(items: { sku: string; quantity: number; amount: string }[]): Record<string, string> {
  return Object.fromEntries(items.filter(({ amount }) => amount !== "0").map(({ sku, quantity, amount }) => [sku, `${quantity}/${amount}`]));
}
