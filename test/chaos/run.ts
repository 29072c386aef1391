// A chaos run: stores, network, PostgreSQL and the app's processes, a history that was drawn from the seed, and everything that can go wrong with it.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nowMs } from "#app/clock.ts";
import { ensureBundle, ensurePrismaClient } from "#test/local/demo/build.ts";
import { startProcess } from "#test/local/demo/processes.ts";
import { writeJson } from "#test/local/store/json.ts";
import type { Order } from "#test/local/store/types.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { checkAll, type Found, truthsOf } from "./check.ts";
import { type Seat, startCrew } from "./crew.ts";
import { openDatabase, type ChaosDatabase } from "./database.ts";
import { openExport } from "./export.ts";
import { addNetworkFaults, planFaults, type FaultPlan } from "./faults.ts";
import { type Act, actOut, planHistory } from "./history.ts";
import { openPost } from "./post.ts";
import { planShops } from "./shops.ts";
import { startClock } from "./time.ts";
import { makeWorld, variantIds, type World } from "./world.ts";

export type ChaosOptions = { seed: number; deliveries: number; shops: number; hours: number; faults: FaultPlan; share: { store: number; network: number }; exportDir: string | null; say: (line: string) => void };

export type Summary = {
  deliveries: number; repeated: number; shops: number; orders: number; faults: Record<string, number>; kills: number; lost: number; doubled: number; balanceDifferences: number; networkDifferences: number;
  decisionDifferences: number; seed: number; seconds: number; credited: number; attempts: number; givenUp: number; crashes: number; leftOver: number; triedAgain: number; verifyDifferences: number; simulatedHours: number;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The first order: always the same, so that a seed draws the same orders whenever it is run. */
const BEGIN = Date.parse("2026-06-10T06:00:00Z");
/** Leases are counted in minutes: whoever holds one has to get on with his work between two steps, or it would be taken from him for nothing. */
const STEP_MS = 6_000;
/** After so many steps without anything due, time goes to what comes next; no further than this at once. */
const QUIET_STEPS = 6;
const LONGEST_STEP_MS = 15 * MINUTE;
const LEAST_STEP_MS = 20;
/** What is due and not answered yet: time waits for it. */
const MOST_BACKLOG = 60;
/** The store is asked what it changed once an hour. */
const SWEPT_AFTER_MS = 150 * MINUTE;
const LINGERED_MS = 4 * HOUR;
const LONGEST_MS = 60 * HOUR;
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
    const acts = planHistory(shops, variantIds(), Math.round(options.deliveries * 0.8), options.seed, BEGIN, options.hours);
    const deleted = shops.map(() => new Map<string, Order>());
    const play = stageOf(world, post, clock, deleted);
    const lastActMs = acts.at(-1)!.atMs;
    const faults = planFaults(options.faults, options.seed, [BEGIN + 2 * MINUTE, lastActMs + HOUR], crew, database);
    const sending = setInterval(() => post.turn(nowMs()), 4);
    ends.unshift(() => clearInterval(sending));

    let played = 0;
    let triedAgain = 0;
    let silentActs = 0;
    let saidAt = performance.now();
    let atRest = false;
    const endMs = Math.max(lastActMs, faults.lastMs) + SWEPT_AFTER_MS;
    let quiet = 0;
    while (!atRest && nowMs() - BEGIN < LONGEST_MS) {
      await Promise.all([crew.pulse(), sleep(LEAST_STEP_MS)]);
      await faults.turn(nowMs());
      const comes = (at: number | null) => (at === null ? Infinity : Math.max(0, at - nowMs()));
      const nextMs = Math.min(LONGEST_STEP_MS, comes(acts[played]?.atMs ?? (nowMs() < endMs ? endMs : null)), comes(post.nextMs()), comes(faults.nextMs()));
      const inside = nextMs > STEP_MS && crew.away() === 0 ? await dueInMs(database) : 0;
      quiet = Math.min(nextMs, inside) > STEP_MS ? quiet + 1 : 0;
      if (post.backlog(nowMs()) <= MOST_BACKLOG) clock.forward(quiet >= QUIET_STEPS ? Math.min(nextMs, inside) : STEP_MS);
      if (quiet >= QUIET_STEPS) quiet = 0;
      for (; played < acts.length && acts[played]!.atMs <= nowMs(); played++) {
        if (acts[played]!.silent) silentActs += 1;
        play(acts[played]!);
      }
      if (performance.now() - saidAt > 5_000) {
        saidAt = performance.now();
        options.say(`${((nowMs() - BEGIN) / HOUR).toFixed(2)} h: ${played} of ${acts.length} acts, ${post.counts.answered} of ${post.counts.deliveries} deliveries answered, ${post.waiting()} wait, ${faults.counts.kills} kills, ${crew.crashes.length} crashes (${seconds(begun)} s)`);
      }
      if (played < acts.length || post.waiting() > 0 || faults.nextMs() !== null || nowMs() < endMs || crew.away() > 0) continue;
      if (!(await isAtRest(database))) continue;
      const again = await tryAgain(database);
      triedAgain += again;
      atRest = again === 0;
    }
    const left = atRest ? [] : await leftOver(database);
    options.say(`${atRest ? "all is at rest" : "it does not come to rest"} after ${((nowMs() - BEGIN) / HOUR).toFixed(1)} simulated hours (${seconds(begun)} s)`);
    const verifyDifferences = await verified(database.url);
    await crew.stop();
    const truths = truthsOf(shops, world.stores, deleted);
    const found = await checkAll(truths, database, world.network);
    const struck = Object.fromEntries(world.network.network.state.faults.map(({ kind, when, struck: count }) => [`network ${kind}${when === "after" ? " after" : ""}`, count]));
    const summary: Summary = {
      deliveries: post.counts.deliveries, repeated: post.counts.repeated, shops: shops.length, orders: found.orders,
      faults: { ...faults.counts, stale: post.counts.stale, "acts told by no delivery": silentActs, "attempts that failed": post.counts.failedAttempts, "clocks wrong by an hour": SEATS.filter(({ skewMs }) => skewMs !== 0).length, ...sorted(wire), ...struck },
      kills: faults.counts.kills, lost: found.lost.length, doubled: found.doubled.length, balanceDifferences: Object.keys(found.balances).length, networkDifferences: Object.keys(found.network).length,
      decisionDifferences: Object.keys(found.decisions).length, seed: options.seed, seconds: seconds(begun), credited: found.credited, attempts: post.counts.attempts, givenUp: post.counts.givenUp, crashes: crew.crashes.length,
      leftOver: left.length, triedAgain, verifyDifferences, simulatedHours: Math.round((nowMs() - BEGIN) / HOUR),
    };
    await exporting?.end({ shops, truths, database, network: world.network, meta: { seed: options.seed, secret: testEnv.SHOPIFY_API_SECRET, summary, found } });
    return { summary, found, crashes: crew.crashes, left };
  } finally {
    for (const end of ends) await end();
  }
}

/** True where the run came out as it has to. */
export function isGood(one: Summary): boolean {
  return one.lost + one.doubled + one.balanceDifferences + one.networkDifferences + one.decisionDifferences + one.leftOver + one.verifyDifferences === 0;
}

/** Acts out what was drawn; what the stores fire goes to the post, signed and as it stands at that moment. */
function stageOf(world: World, post: ReturnType<typeof openPost>, clock: ReturnType<typeof startClock>, deleted: Map<string, Order>[]): (act: Act) => void {
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
  return (act) => {
    silent = act.silent;
    const { store } = world.stores[act.shop]!;
    const id = clock.asOf(act.atMs, () => actOut(store, act, ids.get(act.order), (order) => void deleted[act.shop]!.set(String(order.id), order)));
    if (id !== undefined) ids.set(act.order, id);
  };
}

/** In how long something is due in the app, as far as its tables say. */
async function dueInMs(database: ChaosDatabase): Promise<number> {
  const [row] = await database.ask<{ at: Date | null }>(
    `select min(at) as at from (select min(received_at) from delivery where state = 'new' union all select min(fetch_at) from order_state where fetch_at is not null union all select min(next_at) from conversion where next_at is not null) due(at)`,
  );
  return row!.at === null ? LONGEST_STEP_MS : row!.at.getTime() - nowMs();
}

/**
 * Nothing waits to be settled, to be asked of a store, or to be told. A creation that got lost and is wanted no more is watched for a day, should it turn up after
 * all; that day is not waited for, after the hours in which it could.
 */
async function isAtRest(database: ChaosDatabase): Promise<boolean> {
  const [row] = await database.ask<{ open: boolean }>(
    `select exists (select from delivery where state = 'new') or exists (select from order_state where fetch_at is not null)
       or exists (select from conversion where next_at is not null and not (op = 'create' and target = '[]' and op_at < $1)) as open`,
    [new Date(nowMs() - LINGERED_MS)],
  );
  return !row!.open;
}

/** What reporting gave up is made due again, as a person does it on the worklist. */
async function tryAgain(database: ChaosDatabase): Promise<number> {
  const rows = await database.ask("update conversion set next_at = $1, attempts = 0 where state = 'stuck' and problem = 'gave_up' returning 1", [new Date(nowMs())]);
  return rows.length;
}

async function leftOver(database: ChaosDatabase): Promise<unknown[]> {
  return database.ask(
    `select 'delivery' as what, shop, order_id, state, reason as why, null::timestamptz as next_at from delivery where state = 'new'
     union all select 'order', shop, order_id, null, fetch_why, fetch_at from order_state where fetch_at is not null
     union all select 'conversion', shop, order_id, state, problem, next_at from conversion where next_at is not null limit 50`,
  );
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

function sorted(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}
