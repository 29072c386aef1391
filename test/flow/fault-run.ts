// A run of many orders through settling and reporting while the network fails in every way, in simulated time: nothing waits for the machine's clock, and
// everything that is drawn is drawn from the seed. Two shops share one account at the network, and so its hour.
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { reportOnce } from "#app/flow/report.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { leadFetch } from "#test/local/lead.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import { chance } from "#test/local/network/faults.ts";
import { startNetwork, type LocalNetwork } from "#test/local/network/server.ts";
import { note } from "#test/support/deliver.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import { eventsOf, skuOfLine, type OrderEvent } from "./fault-orders.ts";

const SID = "IRfaultrun001";
const TOKEN = "token-of-the-fault-run";
export const LIMIT = 1_000;
const SHOPS = ["fault-run-a.myshopify.com", "fault-run-b.myshopify.com"];
const PARTNERS = 12;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const BEGIN = Date.parse("2026-06-10T06:00:00Z");
/** Time goes by in steps of this length, and over what lies between when nothing is due. */
const STEP = 3 * MINUTE;
/** The way there and back, and how long a caller waits for an answer that does not come. */
const WAY_MS = 150;
const PATIENCE_MS = 15_000;
const LONGEST_MS = 40 * DAY;
const AT_ONCE = 20;

let clockMs = 0;

export type FaultRun = {
  orders: number;
  requests: number;
  /** Requests by method and resource. */
  asked: Record<string, number>;
  /** How often the network turned a request away for want of budget. */
  turnedAway: number;
  /** What struck: time-outs before and after acting, and the network's own faults by kind. */
  struck: Record<string, number>;
  mostInAnHour: number;
  simulatedHours: number;
  /** How often a person had to ask for what was given up to be tried again. */
  triedAgain: number;
  /** Conversions that wait for a person for another reason, or are not at rest. */
  left: unknown[];
  /** Orders whose amounts at the network are not the ledger's: "<order> <sku>": [ledger, network]. */
  differences: Record<string, [string, string]>;
  /** Order ids that the network holds more than once. */
  twice: string[];
};

/** Runs so many orders to their end. The database has to be empty. */
export async function faultRun(orders: number, seed: number): Promise<FaultRun> {
  const realNow = Date.now;
  clockMs = BEGIN;
  Date.now = () => clockMs;
  setClockOffsetMs(0);
  const local = await startNetwork();
  const undo = leadFetch({ network: local.url });
  const wire = failing(local, seed);
  try {
    await openShops(local);
    addFaults(local, seed);
    const { triedAgain } = await live(eventsOf(orders, seed, BEGIN), local);
    return {
      orders, requests: wire.requests, asked: wire.asked, turnedAway: wire.answered429 - (struckOf(local)["429"] ?? 0), struck: { ...struckOf(local), ...wire.struck }, mostInAnHour: mostInAnHour(wire.arrivals),
      simulatedHours: Math.round((clockMs - BEGIN) / (60 * MINUTE)), triedAgain, left: await leftOver(), ...(await compared(local)),
    };
  } finally {
    wire.undo();
    undo();
    await local.close();
    Date.now = realNow;
  }
}

function addFaults(local: LocalNetwork, seed: number): void {
  const { network } = local;
  network.addFault({ kind: "503", when: "before", probability: 0.03, seed: seed + 2 });
  network.addFault({ kind: "500", when: "before", endpoint: "GET /Actions", probability: 0.05, seed: seed + 3 });
  network.addFault({ kind: "502", when: "after", probability: 0.03, seed: seed + 4 });
  network.addFault({ kind: "429", when: "before", probability: 0.000_5, seed: seed + 5 }); // the rest of the hour is believed to be gone
  network.addFault({ kind: "lose", probability: 0.02, seed: seed + 6 });
  network.addFault({ kind: "slow", probability: 0.05, seed: seed + 7, minutes: 90 });
}

type Wire = { asked: Record<string, number>; requests: number; answered429: number; struck: Record<string, number>; arrivals: number[]; undo: () => void };

/** Requests take time, and one in twenty has no answer: half of these are carried out all the same. */
function failing(local: LocalNetwork, seed: number): Wire {
  const real = globalThis.fetch;
  const wire: Wire = { asked: {}, requests: 0, answered429: 0, struck: { "timeout before": 0, "timeout after": 0 }, arrivals: [], undo: () => (globalThis.fetch = real) };
  globalThis.fetch = async (input, init) => {
    const fate = chance(seed + 1, wire.requests++);
    const what = `${init?.method ?? "GET"} ${new URL(String(input)).pathname.split("/").slice(3).map((part, at) => (at % 2 === 0 ? part : "…")).join("/")}`;
    wire.asked[what] = (wire.asked[what] ?? 0) + 1;
    clockMs += WAY_MS;
    if (fate >= 0.025) {
      wire.arrivals.push(clockMs);
      const answer = await real(input, init);
      clockMs += WAY_MS;
      if (answer.status === 429) wire.answered429 += 1;
      if (fate >= 0.05) return answer;
      await answer.text();
    }
    wire.struck[fate < 0.025 ? "timeout before" : "timeout after"]! += 1;
    clockMs += PATIENCE_MS;
    throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
  };
  return wire;
}

function struckOf(local: LocalNetwork): Record<string, number> {
  return Object.fromEntries(local.network.state.faults.map((fault) => [fault.kind, fault.struck]));
}

/** The network's hour begins with the first request after the last one ended. */
function mostInAnHour(arrivals: readonly number[]): number {
  let [began, count, most] = [0, 0, 0];
  for (const at of arrivals) {
    if (at - began >= 60 * MINUTE) [began, count] = [at, 0];
    count += 1;
    most = Math.max(most, count);
  }
  return most;
}

async function openShops({ network }: LocalNetwork): Promise<void> {
  network.addAccount({ sid: SID, token: TOKEN, currency: null, hourlyLimit: LIMIT });
  const longAgo = BEGIN - 90 * DAY;
  for (const [at, shop] of SHOPS.entries()) {
    const program = network.addProgram(SID, { name: shop, type: "Creator" });
    await makeShop({ shop });
    await prisma().networkConnection.create({
      data: { shop, id: "net", network: "impact", accountSid: SID, token: seal(TOKEN), keyId: sealingKeyId(), state: "connected", createdAt: new Date(longAgo) },
    });
    await makeProgram("p1", { shop, connectionId: "net", externalId: program.id, eventTypeId: program.eventTypes[0]!.id });
    for (let n = 0; n < PARTNERS; n++) {
      const partner = network.addPartner(SID, { name: `Creator ${at}-${n}`, email: `c${at}-${n}@creators.example` });
      network.addPartnerToProgram(SID, partner.id, program.id, { joinedMs: longAgo });
      network.assignCode(SID, { programId: program.id, partnerId: partner.id, code: `CREATOR${n}`, createdMs: longAgo });
      await makeCreator(`c${n}`, { shop, memberships: [{ program: "p1", partnerId: partner.id }] });
      await makeCode(`k${n}`, { shop, code: `CREATOR${n}`, creator: `c${n}`, program: "p1" });
    }
  }
}

function shopOf(order: number): string {
  return SHOPS[order % SHOPS.length]!;
}

async function live(events: readonly OrderEvent[], local: LocalNetwork): Promise<{ triedAgain: number }> {
  let told = 0;
  let triedAgain = 0;
  for (;;) {
    const due: OrderEvent[] = [];
    while (told < events.length && events[told]!.atMs <= clockMs) due.push(events[told++]!);
    await deliver(due);
    while (await reportAll());
    const next = Math.min(events[told]?.atMs ?? Infinity, await nextDueMs());
    if (next === Infinity) {
      // What was given up is made due again, as a person does it.
      const { rowCount } = await pool().query("update conversion set next_at = $1, attempts = 0 where state = 'stuck' and problem = 'gave_up'", [new Date(clockMs)]);
      if (!rowCount) return { triedAgain };
      triedAgain += rowCount;
    }
    if (clockMs - BEGIN > LONGEST_MS) return { triedAgain };
    clockMs = Math.max(clockMs + 1_000, Math.ceil(Math.max(clockMs + 1, next === Infinity ? 0 : next) / STEP) * STEP);
    local.network.advance();
  }
}

/** States of one order come one after the other; of different orders some at once. */
async function deliver(due: readonly OrderEvent[]): Promise<void> {
  const inTurns = [...Map.groupBy(due, ({ order }) => order).values()];
  for (let at = 0; at < inTurns.length; at += AT_ONCE) {
    await Promise.all(inTurns.slice(at, at + AT_ONCE).map(async (states) => {
      for (const { body, order } of states) await note(body, { shop: shopOf(order) });
    }));
  }
  while (due.length > 0 && (await settleOnce()) > 0);
}

/** One shop after the other, so that all is asked in the same order in every run. */
async function reportAll(): Promise<boolean> {
  let done = 0;
  for (const shop of SHOPS) done += await reportOnce({ shop });
  return done > 0;
}

async function nextDueMs(): Promise<number> {
  const { rows } = await pool().query<{ at: Date | null }>("select min(next_at) as at from conversion");
  return rows[0]!.at?.getTime() ?? Infinity;
}

async function leftOver(): Promise<unknown[]> {
  const { rows } = await pool().query(
    `select shop, order_id, n, state, problem, problem_detail, op, attempts, next_at, target, sent from conversion
      where next_at is not null or not (state in ('reported', 'reversed') or (state = 'waiting' and target = '[]')) or problem is not null order by shop, order_id, n limit 20`,
  );
  return rows;
}

/** The ledger's balances by order and SKU beside what the network holds, in minor units. */
async function compared({ network }: LocalNetwork): Promise<Pick<FaultRun, "differences" | "twice">> {
  const ledger = new Map<string, bigint>();
  const { rows } = await pool().query<{ order_id: string; line_id: string; amount: string }>("select order_id, line_id, sum(amount)::text as amount from ledger_entry group by 1, 2");
  for (const { order_id, line_id, amount } of rows) add(ledger, `${order_id} ${skuOfLine(line_id)}`, BigInt(amount));
  const held = new Map<string, bigint>();
  const ids = new Map<string, number>();
  for (const action of conversionsOf(network, SID)) {
    ids.set(action.orderId, (ids.get(action.orderId) ?? 0) + 1);
    if (action.state !== "REVERSED") for (const { sku, amount } of action.items) add(held, `${action.orderId.split("-")[0]} ${sku}`, BigInt(amount));
  }
  const differences: FaultRun["differences"] = {};
  for (const key of new Set([...ledger.keys(), ...held.keys()])) {
    const [ours, theirs] = [ledger.get(key) ?? 0n, held.get(key) ?? 0n];
    if (ours !== theirs) differences[key] = [ours.toString(), theirs.toString()];
  }
  return { differences, twice: [...ids].filter(([, count]) => count > 1).map(([id]) => id) };
}

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
