// A chaos run: stores, network, PostgreSQL and the app's processes, a history that was drawn from the seed, and everything that can go wrong with it.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rmSync, writeFileSync } from "node:fs";
import { nowMs } from "#app/clock.ts";
import { ensureBundle, ensurePrismaClient } from "#test/local/demo/build.ts";
import { startProcess } from "#test/local/demo/processes.ts";
import { writeJson } from "#test/local/store/json.ts";
import type { Order } from "#test/local/store/types.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { checkAll, type Found, truthsOf } from "./check.ts";
import { type Crew, type Seat, startCrew } from "./crew.ts";
import { openDatabase } from "./database.ts";
import { type Delays, silentActs, worstDelays } from "./delays.ts";
import { openExport } from "./export.ts";
import { addNetworkFaults, type FaultPlan, type Faults, planFaults } from "./faults.ts";
import { type Act, actOut, planHistory } from "./history.ts";
import { leftOver, live } from "./live.ts";
import { openPost, type Post } from "./post.ts";
import { planShops } from "./shops.ts";
import { type RunClock, startClock } from "./time.ts";
import { makeWorld, variantIds, type World } from "./world.ts";

/** Of the deliveries; the others repeat one of these. A little more than the post's share, and than what stores refuse to do, so that there are at least as many as were asked for. */
const FIRST_SENT = 0.83;

export type ChaosOptions = { seed: number; deliveries: number; shops: number; hours: number; faults: FaultPlan; share: { store: number; network: number }; exportDir: string | null; say: (line: string) => void };

export type Summary = {
  deliveries: number; repeated: number; shops: number; orders: number; faults: Record<string, number>; kills: number; lost: number; doubled: number; balanceDifferences: number; networkDifferences: number;
  decisionDifferences: number; seed: number; seconds: number; credited: number; attempts: number; givenUp: number; crashes: number; leftOver: number; triedAgain: number; verifyDifferences: number; simulatedHours: number;
  forged: number; forgedTaken: number; goneUnseen: number; pendingAtNetwork: number;
  /** From an act in a store to its ledger entry, in simulated minutes: of those that some delivery told, and of those that none did. */
  worstToldMinutes: number; worstSilentMinutes: number;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The first order: always the same, so that a seed draws the same orders whenever it is run. */
const BEGIN = Date.parse("2026-06-10T06:00:00Z");
const SEATS: Seat[] = [{ name: "web 1", role: "web", skewMs: 0 }, { name: "web 2", role: "web", skewMs: -HOUR }, { name: "worker 1", role: "worker", skewMs: 0 }, { name: "worker 2", role: "worker", skewMs: HOUR }];

/** Runs to the end, or until it is clear that there is none. `found`: what differs, for a person to read. */
export async function chaosRun(options: ChaosOptions): Promise<{ summary: Summary; found: Found; crashes: string[]; left: unknown[] }> {
  const begun = performance.now();
  setTestEnv();
  await ensurePrismaClient();
  await ensureBundle();
  const database = await openDatabase();
  process.env.DATABASE_URL = database.url;
  const shops = planShops(options.shops, options.seed, BEGIN, options.hours);
  const clock = startClock(join(tmpdir(), `chaos-clock-${process.pid}`), BEGIN - 5 * MINUTE);
  const wireFile = join(tmpdir(), `chaos-wire-${process.pid}`);
  const ends: (() => Promise<unknown> | void)[] = [() => database.close(), () => clock.close(), () => rmSync(wireFile, { force: true })];
  try {
    const world = await makeWorld(shops, BEGIN);
    ends.unshift(() => world.close());
    const hosts = Object.fromEntries([["api.impact.com", world.network.url], ...shops.map(({ shop }, at) => [shop, world.stores[at]!.url])]);
    writeFileSync(wireFile, JSON.stringify({ hosts, share: options.share }));
    addNetworkFaults(world.network, options.seed);
    const wire: Record<string, number> = {};
    const crew = await startCrew({
      seats: SEATS, databaseUrl: database.url, wireFile, clockFile: clock.file, seed: options.seed,
      onLine: (name, line) => (line.startsWith("chaos: ") ? (wire[line.slice(7)] = (wire[line.slice(7)] ?? 0) + 1) : process.env.CHAOS_LOG && options.say(`${name}: ${line}`)),
    });
    ends.unshift(() => crew.stop());
    options.say(`${shops.length} shops stand, ${SEATS.length} processes run (${seconds(begun)} s)`);

    const exporting = options.exportDir === null ? null : openExport(options.exportDir);
    const post = openPost({ seed: options.seed, secret: testEnv.SHOPIFY_API_SECRET, webs: crew.webs, nowMs, onEnd: (delivery) => exporting?.delivery(delivery) });
    const acts = planHistory(shops, variantIds(), Math.round(options.deliveries * FIRST_SENT), options.seed, BEGIN, options.hours);
    const faults = planFaults(options.faults, options.seed, [BEGIN + 2 * MINUTE, acts.at(-1)!.atMs + HOUR], crew, database);
    const sending = setInterval(() => post.turn(nowMs()), 4);
    ends.unshift(() => clearInterval(sending));
    const deleted = shops.map(() => new Map<string, Order>());
    const say = (what: string) => options.say(`${((nowMs() - BEGIN) / HOUR).toFixed(2)} h: ${what} (${seconds(begun)} s)`);
    const stage = stageOf(world, post, clock, deleted);
    const { atRest, triedAgain, stuck } = await live({ acts, play: stage.play, post, faults, crew, clock, database, say });
    const left = atRest ? [] : await leftOver(database);
    options.say(`${atRest ? "all is at rest" : "it does not come to rest"} after ${((nowMs() - BEGIN) / HOUR).toFixed(1)} simulated hours (${seconds(begun)} s)`);
    const verifyDifferences = await verified(database.url);
    await crew.stop();
    const truths = truthsOf(shops, world.stores, deleted);
    const found = await checkAll(truths, database, world.network, post.seen);
    const delays = await worstDelays(database, truths, silentActs(shops, acts, stage.ids));
    const summary = summaryOf(options, { found, left, crew, post, faults, acts, wire, world, verifyDifferences, triedAgain, delays, seconds: seconds(begun) });
    await exporting?.end({ shops, truths, database, network: world.network, stuck, strikes: faults.log, meta: { seed: options.seed, secret: testEnv.SHOPIFY_API_SECRET, summary, found } });
    return { summary, found, crashes: crew.crashes, left };
  } finally {
    for (const end of ends) await end();
  }
}

type Ended = {
  found: Found; left: unknown[]; crew: Crew; post: Post; faults: Faults; acts: readonly Act[]; wire: Record<string, number>; world: World; verifyDifferences: number; triedAgain: number; delays: Delays; seconds: number;
};

function summaryOf({ seed }: ChaosOptions, { found, left, crew, post, faults, acts, wire, world, verifyDifferences, triedAgain, delays, seconds }: Ended): Summary {
  const struck = Object.fromEntries(world.network.network.state.faults.map(({ kind, when, struck: count }) => [`network ${kind}${when === "after" ? " after" : ""}`, count]));
  const { deliveries, repeated, stale, attempts, failedAttempts, givenUp, forged, forgedTaken, idsUsedAgain } = post.counts;
  return {
    deliveries, repeated, shops: post.shops.size, orders: found.orders,
    faults: {
      ...faults.counts, stale, forged, "webhook ids used again": idsUsedAgain, "acts told by no delivery": acts.filter(({ silent }) => silent).length, "attempts that failed": failedAttempts, "clocks wrong by an hour": SEATS.filter(({ skewMs }) => skewMs !== 0).length,
      ...Object.fromEntries(Object.entries({ ...wire, ...struck }).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    kills: faults.counts.kills, lost: found.lost.length, doubled: found.doubled.length, balanceDifferences: Object.keys(found.balances).length, networkDifferences: Object.keys(found.network).length,
    decisionDifferences: Object.keys(found.decisions).length, seed, seconds, credited: found.credited, attempts, givenUp, crashes: crew.crashes.length, leftOver: left.length, triedAgain, verifyDifferences,
    simulatedHours: Math.round((nowMs() - BEGIN) / HOUR), forged, forgedTaken, goneUnseen: found.goneUnseen.length, pendingAtNetwork: found.pendingAtNetwork, ...delays,
  };
}

/**
 * What is wrong with a run, in words; none where it came out as it has to, and was what it was asked to be. A delivery that the store gave up is among it: the
 * sweep finds what it told of, but nothing that is done here lasts for four hours, so the app must have refused it eight times.
 */
export function faultsOf(one: Summary, asked: Pick<ChaosOptions, "deliveries" | "shops" | "faults">): string[] {
  const none = { lost: one.lost, doubled: one.doubled, balanceDifferences: one.balanceDifferences, networkDifferences: one.networkDifferences, decisionDifferences: one.decisionDifferences, leftOver: one.leftOver,
    verifyDifferences: one.verifyDifferences, triedAgain: one.triedAgain, crashes: one.crashes, givenUp: one.givenUp, forgedTaken: one.forgedTaken };
  const struck: [name: string, count: number, least: number][] = [
    ["deliveries", one.deliveries, asked.deliveries], ["repeated", one.repeated, Math.ceil(one.deliveries / 5)], ["shops", one.shops, asked.shops], ["kills", one.kills, asked.faults.kills],
    ["restarts", one.faults.restarts ?? 0, asked.faults.restarts], ["cuts", one.faults.cuts ?? 0, asked.faults.cuts], ["fullDisk", one.faults.fullDisk ?? 0, asked.faults.fullDiskMs > 0 ? 1 : 0],
  ];
  return [...Object.entries(none).flatMap(([name, count]) => (count === 0 ? [] : [`${name} is ${count}, and not 0`])), ...struck.flatMap(([name, count, least]) => (count >= least ? [] : [`${name} is ${count}, and ${least} were asked for`]))];
}

/** Acts out what was drawn; what the stores fire goes to the post, signed and as it stands at that moment. */
function stageOf(world: World, post: Post, clock: RunClock, deleted: Map<string, Order>[]): { play: (act: Act) => void; ids: ReadonlyMap<number, string> } {
  const ids = new Map<number, string>();
  let silent = false;
  let events = 0;
  for (const { store } of world.stores) {
    store.event = () => `00000000-0000-4000-8000-${String(events++).padStart(12, "0")}`;
    // What a webhook does not tell (a line's selling plan) is left out, as the store's own post does it.
    store.webhooks.fire = (eventId, topic, body, orderId) => {
      if (silent || topic === "order_transactions/create" || !/^(orders|refunds|disputes)\//.test(topic)) return;
      post.take({ shop: store.shop.domain, topic, orderId, eventId, triggeredAtMs: nowMs(), body: writeJson(body, ["selling_plan_allocation"]) });
    };
  }
  const play = (act: Act) => {
    silent = act.silent;
    const { store } = world.stores[act.shop]!;
    const id = clock.asOf(act.atMs, () => actOut(store, act, ids.get(act.order), (order) => void deleted[act.shop]!.set(String(order.id), order)));
    if (id !== undefined) ids.set(act.order, id);
  };
  return { play, ids };
}

/** The product's own proof of its ledger, as a person runs it. Returns how many differences it finds; -1 where it cannot say. */
async function verified(databaseUrl: string): Promise<number> {
  const lines: string[] = [];
  const running = startProcess({ name: "verify", script: "app/ledger.ts", args: ["verify", "--json"], env: { ...testEnv, NODE_ENV: "production", LOG_LEVEL: "silent", DATABASE_URL: databaseUrl }, onLine: (line) => lines.push(line) });
  await running.end;
  try {
    const said = JSON.parse(lines.findLast((line) => line.startsWith("{"))!) as { differenceCount: number; sums?: { differenceCount: number } };
    return said.differenceCount + (said.sums?.differenceCount ?? 0);
  } catch {
    return -1;
  }
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}
