// What the network will pay is read back from the real local network over HTTP: in lists, within the hour's budget, until it is final.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { pool, prisma } from "#app/db.server.ts";
import { newReaderState, readBack } from "#app/flow/read-back.ts";
import { useDatabase } from "#test/support/database.ts";
import { item, openScene, pass, retarget, SHOP, SID, wanted, workFor, type Scene } from "./reporting.ts";

useDatabase();

const DAY = 24 * 60;
let scene: Scene;
let number = 7_100_000_000_000n;
let undo: () => void = () => {};

beforeAll(async () => void (scene = await openScene()));
beforeEach(async () => {
  await pool().query("delete from conversion");
  await pool().query("delete from network_action");
  await pool().query("update program set actions_to = $1, actions_at = null", [new Date(nowMs())]);
  await pool().query("delete from rate_budget");
  await pool().query("update network_connection set state = 'connected', problem = null");
  scene.local.network.state.exchanges = [];
});
afterEach(() => {
  undo();
  undo = () => {};
  scene.local.network.clearFaults();
});
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

type Payout = { payout: string | null; currency: string | null; state: string | null; read: boolean };

async function payouts(shop = SHOP): Promise<Record<string, Payout>> {
  const { rows } = await pool().query<Payout & { id: string }>(
    "select order_id as id, payout::text, payout_currency as currency, payout_state as state, payout_read_at is not null as read from conversion where shop = $1 order by order_id",
    [shop],
  );
  return Object.fromEntries(rows.map(({ id, ...payout }) => [id, payout]));
}

/** What the network lists as changed was read just now: what is asked for is what it does not list. */
async function changesRead(): Promise<void> {
  await pool().query("update program set actions_to = $1, actions_at = $1", [new Date(nowMs())]);
}

function order(): string {
  return String(number++);
}

/** How often actions were asked for: lists, and single ones. */
function asked(): { lists: number; single: number } {
  const paths = scene.local.network.state.exchanges.filter(({ method }) => method === "GET").map(({ path }) => path);
  return { lists: paths.filter((path) => /^\/Actions\?/.test(path)).length, single: paths.filter((path) => /^\/Actions\/[^/?]+$/.test(path)).length };
}

/** Orders that the network holds, with nothing known of what they pay. */
async function reported(...amounts: string[]): Promise<string[]> {
  const ids = amounts.map(order);
  for (const [index, amount] of amounts.entries()) await wanted(scene, ids[index]!, [item("A", 1, amount)]);
  await workFor(60);
  await pool().query("update conversion set payout = null, payout_currency = null, payout_state = null, payout_read_at = null, event_there = null");
  scene.local.network.state.exchanges = [];
  return ids;
}

/** Answers of the network as something changes them on their way. */
function changing(change: (url: URL, body: string) => Response | string): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await real(input, init);
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (!url.pathname.endsWith("/Actions")) return answer;
    const changed = change(url, await answer.text());
    return typeof changed === "string" ? new Response(changed, { status: answer.status, headers: answer.headers }) : changed;
  };
  undo = () => void (globalThis.fetch = real);
}

describe("payouts", () => {
  it("of many conversions are read with one list, each to the cent of the contract's rate", async () => {
    const [a, b, c] = await reported("9950", "12345", "1");
    expect(await payouts()).toMatchObject({ [a!]: { payout: null, state: null, read: false } });
    expect(await readBack({ shop: SHOP })).toBe(1);
    expect(await payouts()).toEqual({
      [a!]: { payout: "995", currency: "EUR", state: "pending", read: true },
      [b!]: { payout: "1235", currency: "EUR", state: "pending", read: true },
      [c!]: { payout: "0", currency: "EUR", state: "pending", read: true },
    });
    expect(asked()).toEqual({ lists: 1, single: 0 });
  });

  it("are read again after an hour, follow a refund and a reversal, and are approved once the lock date has passed", async () => {
    const [kept, gone] = await reported("10000", "4000");
    await readBack({ shop: SHOP });
    pass(10);
    expect(await readBack({ shop: SHOP })).toBe(0);
    await retarget(kept!, [item("A", 1, "6000")]);
    await retarget(gone!, []);
    await workFor(90);
    pass(60);
    expect(await readBack({ shop: SHOP })).toBe(1);
    expect(await payouts()).toMatchObject({ [kept!]: { payout: "600", state: "pending" }, [gone!]: { payout: "0", state: "reversed" } });
    pass(70 * DAY);
    await readBack({ shop: SHOP });
    expect(await payouts()).toMatchObject({ [kept!]: { payout: "600", state: "approved" }, [gone!]: { payout: "0", state: "reversed" } });
    pass(DAY);
    await changesRead();
    scene.local.network.state.exchanges = [];
    expect([await readBack({ shop: SHOP }), asked()]).toEqual([0, { lists: 0, single: 0 }]);
  });

  it("of orders that were told long after they happened are found although the network dates them by their arrival", async () => {
    const late = order();
    await wanted(scene, late, [item("A", 1, "5000")]);
    await pool().query("update conversion set event_at = event_at - interval '20 days' where order_id = $1", [late]);
    await workFor(60);
    await pool().query("update conversion set payout = null, payout_read_at = null, event_there = null");
    await changesRead();
    scene.local.network.state.exchanges = [];
    await readBack({ shop: SHOP });
    expect([(await payouts())[late], asked().single]).toEqual([{ payout: "500", currency: "EUR", state: "pending", read: true }, 0]);
  });

  it("that no list shows are asked for one by one; what the network holds no more is unknown", async () => {
    const [there, gone] = await reported("5000", "7000");
    await pool().query("update conversion set event_at = event_at - interval '300 days', created_at = created_at - interval '300 days'");
    await pool().query("update conversion set action_id = '1.2.3' where order_id = $1", [gone]);
    await changesRead();
    await readBack({ shop: SHOP });
    expect(await payouts()).toMatchObject({ [there!]: { payout: "500", state: "pending" }, [gone!]: { payout: null, currency: null, state: null, read: true } });
    expect(asked().single).toBe(2);
  });

  it("that cannot be read exactly are noted as unknown and never rounded", async () => {
    const [whole, odd] = await reported("5000", "7000");
    changing((_, body) => body.replaceAll('"Payout":"7.00"', '"Payout":"7.005"'));
    await readBack({ shop: SHOP });
    expect(await payouts()).toMatchObject({ [whole!]: { payout: "500" }, [odd!]: { payout: null, currency: null, state: "pending", read: true } });
  });

  it("are asked for in shorter windows where the network has more than it lists", async () => {
    const [id] = await reported("5000");
    await changesRead();
    changing((url, body) => {
      const days = (Date.parse(url.searchParams.get("ActionDateEnd")!) - Date.parse(url.searchParams.get("ActionDateStart")!)) / 86_400_000;
      return days > 0.4 ? new Response(JSON.stringify({ Status: "ERROR", Message: "Too many records" }), { status: 400 }) : body;
    });
    expect(await readBack({ shop: SHOP })).toBe(1);
    expect((await payouts())[id!]).toMatchObject({ payout: "500" });
    expect(asked().lists).toBeGreaterThan(2);
  });
});

describe("the account", () => {
  it("is read with what is kept of its hour for reading, and beyond that with what is kept for nobody else", async () => {
    const [id] = await reported("5000");
    const account = `impact:${SID}`;
    const half = new Date(nowMs() + 1_800_000);
    await pool().query("insert into rate_budget (account, ends_at, \"limit\", used, reports, codes, reads) values ($1, $2, 1000, 960, 810, 0, 150) on conflict (account) do update set ends_at = excluded.ends_at, used = 960, reports = 810, codes = 0, reads = 150", [account, half]);
    const state = newReaderState();
    expect([await readBack({ shop: SHOP, state }), asked()]).toEqual([0, { lists: 0, single: 0 }]);
    await pool().query("update rate_budget set reports = 820, reads = 140 where account = $1", [account]);
    pass(31);
    expect(await readBack({ shop: SHOP, state })).toBe(1);
    expect((await payouts())[id!]).toMatchObject({ payout: "500" });
  });

  it("is left alone for as long as the network refuses for want of budget, across turns", async () => {
    await reported("5000");
    scene.local.network.addFault({ kind: "429", endpoint: "*", count: null });
    const state = newReaderState();
    await readBack({ shop: SHOP, state });
    const before = scene.local.network.state.exchanges.length;
    await readBack({ shop: SHOP, state });
    expect([before, scene.local.network.state.exchanges.length]).toEqual([1, 1]);
  });

  it("that refuses its credentials is marked so, and keeps no other account from being read", async () => {
    const [id] = await reported("5000");
    const { network } = scene.local;
    const sid = `IRother${order()}`;
    network.addAccount({ sid, token: "right", currency: "USD" });
    const at = new Date(nowMs());
    await prisma().networkConnection.create({ data: { shop: "a-first.myshopify.com", id: "net", network: "impact", accountSid: sid, token: seal("wrong"), keyId: sealingKeyId(), state: "connected", createdAt: at } });
    await prisma().program.create({ data: { shop: "a-first.myshopify.com", id: "p1", connectionId: "net", network: "impact", externalId: "1", eventTypeId: "1", name: "Creators", kind: "creator", createdAt: at } });
    await prisma().conversion.create({
      data: { shop: "a-first.myshopify.com", orderId: "1", n: 1, networkOrderId: "1", programId: "p1", codeId: "k", creatorId: "c", currency: "EUR", eventAt: at, target: [], state: "reported", actionId: "9.9.9", createdAt: at, changedAt: at },
    });
    expect(await readBack()).toBe(1);
    expect((await payouts())[id!]).toMatchObject({ payout: "500" });
    const { rows } = await pool().query("select shop, state from network_connection order by shop");
    expect(rows).toEqual([{ shop: "a-first.myshopify.com", state: "refused" }, { shop: SHOP, state: "connected" }]);
    expect(await payouts("a-first.myshopify.com")).toMatchObject({ 1: { payout: null, read: false } });
  });
});
