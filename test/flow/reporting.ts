// A shop with one account at the local network, for tests of reporting: rows as settling writes them, the clock run forward, and what the network holds in the end.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { pool, prisma } from "#app/db.server.ts";
import type { ReportItem } from "#app/domain/report.ts";
import { reportOnce } from "#app/flow/report.ts";
import { leadFetch } from "#test/local/lead.ts";
import { conversionsOf, type HeldConversion } from "#test/local/network/control.ts";
import { startNetwork, type LocalNetwork } from "#test/local/network/server.ts";

export const SHOP = "report.myshopify.com";
export const SID = "IRreporttest01";
export const TOKEN = "token-of-the-report-test";
export const CODE = "MARIE10";

const MINUTE = 60_000;

export type Row = {
  state: string; op: string | null; submission_id: string | null; action_id: string | null; lock_at: Date | null; next_at: Date | null;
  sent: ReportItem[] | null; attempts: number; problem: string | null; problem_detail: string | null;
};

export type Scene = {
  local: LocalNetwork;
  programId: string;
  eventTypeId: string;
  partnerId: string;
  close: () => Promise<void>;
};

export function item(sku: string, quantity: number, amount: string): ReportItem {
  return { sku, name: `Thing ${sku}`, category: null, quantity, amount };
}

/** The network with a program, a joined partner and his code; the shop connected to it. */
export async function openScene(): Promise<Scene> {
  const local = await startNetwork();
  const undo = leadFetch({ network: local.url });
  const { network } = local;
  network.addAccount({ sid: SID, token: TOKEN, currency: null });
  const program = network.addProgram(SID, { name: "Creators", type: "Creator" });
  const longAgo = nowMs() - 90 * 24 * 60 * MINUTE;
  const partner = network.addPartner(SID, { name: "Marie", email: "marie@example.com" });
  network.addPartnerToProgram(SID, partner.id, program.id, { joinedMs: longAgo });
  network.assignCode(SID, { programId: program.id, partnerId: partner.id, code: CODE, createdMs: longAgo });
  const at = new Date(longAgo);
  await prisma().networkConnection.create({ data: { shop: SHOP, id: "net", network: "impact", accountSid: SID, token: seal(TOKEN), keyId: sealingKeyId(), state: "connected", createdAt: at } });
  await prisma().program.create({
    data: { shop: SHOP, id: "p1", connectionId: "net", network: "impact", externalId: program.id, eventTypeId: program.eventTypes[0]!.id, name: "Creators", kind: "creator", createdAt: at },
  });
  return {
    local,
    programId: program.id,
    eventTypeId: program.eventTypes[0]!.id,
    partnerId: partner.id,
    async close() {
      undo();
      await local.close();
    },
  };
}

let offsetMs = 0;

export function pass(minutes: number): void {
  offsetMs += minutes * MINUTE;
  setClockOffsetMs(offsetMs);
}

/** Writes a conversion as settling does for a new order. */
export async function wanted(scene: Scene, orderId: string, target: ReportItem[], change: Partial<Record<"toldCode" | "clickId" | "partnerId", string | null>> & { currency?: string } = {}): Promise<void> {
  const at = new Date(nowMs());
  await prisma().conversion.create({
    data: {
      shop: SHOP, orderId, n: 1, networkOrderId: orderId, programId: "p1", codeId: "k1", creatorId: "c1", partnerId: scene.partnerId, toldCode: CODE, clickId: null, currency: "EUR",
      eventAt: at, target, state: "waiting", nextAt: at, createdAt: at, changedAt: at, ...change,
    },
  });
}

/** Sets what a conversion is to hold, as settling does for one that was told (app/db/conversion-target.ts). */
export async function retarget(orderId: string, target: ReportItem[]): Promise<void> {
  await pool().query(
    `update conversion set target = $3, changed_at = $4, next_at = case when state in ('waiting', 'reported', 'stuck') then $4 else next_at end where shop = $1 and order_id = $2`,
    [SHOP, orderId, JSON.stringify(target), new Date(nowMs())],
  );
}

export async function row(orderId: string): Promise<Row> {
  const { rows } = await pool().query<Row>("select * from conversion where shop = $1 and order_id = $2", [SHOP, orderId]);
  return rows[0]!;
}

/** Works until nothing is due. */
export async function work(): Promise<void> {
  for (let turns = 0; turns < 200; turns++) if ((await reportOnce()) === 0) return;
  throw new Error("reporting does not come to rest");
}

/** Works while time goes by, in steps of a few minutes, until no conversion has anything planned within the time given. */
export async function workFor(minutes: number, step = 3): Promise<void> {
  await work();
  for (let gone = 0; gone < minutes; gone += step) {
    const { rows } = await pool().query("select 1 from conversion where next_at is not null limit 1");
    if (rows.length === 0) return;
    pass(step);
    await work();
  }
}

/** The network's actions of an order, with their items by SKU as "quantity/amount". */
export function held(scene: Scene, orderId: string): (Pick<HeldConversion, "state" | "partnerId" | "code"> & { items: Record<string, string> })[] {
  return conversionsOf(scene.local.network)
    .filter((action) => action.orderId === orderId)
    .map(({ state, partnerId, code, items }) => ({ state, partnerId, code, items: Object.fromEntries(items.map(({ sku, quantity, amount }) => [sku, `${quantity}/${amount}`])) }));
}

/** How often the network was called, by "POST /Conversions" and the like. */
export function calls(scene: Scene): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of scene.local.network.state.exchanges) {
    const name = `${method} /${path.split(/[/?]/)[1]}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Makes the next requests of a method fail without an answer, before or after the network acts, as a real client sees a time-out. Returns what undoes it. */
export function noAnswer(method: string, path: RegExp, when: "before" | "after", count = 1): () => void {
  const real = globalThis.fetch;
  let left = count;
  const broken: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (left === 0 || (init?.method ?? "GET") !== method || !path.test(url.pathname)) return real(input, init);
    left -= 1;
    if (when === "after") await (await real(input, init)).text();
    throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
  };
  globalThis.fetch = broken;
  return () => {
    if (globalThis.fetch === broken) globalThis.fetch = real;
  };
}

/** What the tests of a file share: the scene, an order id of its own for each test, and faults that end with their test. */
export type Turn = { scene: Scene; order: string; anotherOrder: () => string; undo: () => void };

/** Opens the scene for all tests of a file, and clears what one test leaves behind before the next. */
export function useScene(): Turn {
  let number = 5_659_122_728_000n;
  const turn: Turn = { scene: undefined as never, order: "", anotherOrder: () => String(number++), undo: () => {} };
  beforeAll(async () => void (turn.scene = await openScene()));
  beforeEach(async () => {
    turn.order = turn.anotherOrder();
    await pool().query("delete from conversion");
    turn.scene.local.network.state.exchanges = [];
  });
  afterEach(() => {
    turn.undo();
    turn.undo = () => {};
    turn.scene.local.network.clearFaults();
  });
  afterAll(async () => {
    setClockOffsetMs(0);
    await turn.scene.close();
  });
  return turn;
}

export const A2 = item("A", 2, "2000");
export const A1 = item("A", 1, "1000");
export const B1 = item("B", 1, "500");

/** Has the turn's order told, until the network holds it. */
export async function reported({ scene, order }: Turn, target = [A2, B1]): Promise<void> {
  await wanted(scene, order, target);
  await workFor(45);
  expect(await row(order)).toMatchObject({ state: "reported", sent: target, next_at: null, problem: null });
}
