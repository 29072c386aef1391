// Replays one case through the code of production: signed requests to the intake, then settle, fetch and report as they fall due, on a clock that runs forward.
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { now, nowMs, setClockOffsetMs } from "#app/clock.ts";
import { closeDatabase, inTransaction, pool } from "#app/db.server.ts";
import { addHandAct } from "#app/db/hand.ts";
import { lockOrders } from "#app/db/order.ts";
import { env } from "#app/env.server.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { intake } from "#app/flow/intake.ts";
import { reportOnce } from "#app/flow/report.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { sweepShop } from "#app/flow/sweep.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { leadFetch } from "#test/local/lead.ts";
import { startNetwork } from "#test/local/network/server.ts";
import { startStore, type LocalStore } from "#test/local/store/server.ts";
import type { LocalPostgres } from "#test/local/postgres.ts";
import { arrivals, bodyText, latestMs, seedOf, storeDisputes, storeTruth } from "./arrivals.ts";
import type { Case, CaseAct, CaseDelivery, Outcome } from "./case.ts";
import { installed } from "./install.ts";
import { startKilled } from "./killed.ts";
import { outcomeOf } from "./outcome.ts";
import { hear, heardAfter, setStage } from "./stage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Nothing of a case takes longer than this to come to rest. */
const MOST_MS = 10 * DAY_MS;

export type Options = { seed: number | null; sweep: boolean; kill: boolean; clockFile: string };

/** The stages of the app: within this process, or in one that is killed once. */
type Stages = { url: string; rest: () => Promise<void>; stop: () => Promise<void> };

/** Replays a case on an empty database of its own. Throws where the app does not come to rest, or its ledger is not what its facts say. */
export async function replay(one: Case, postgres: LocalPostgres, database: string, options: Options): Promise<Outcome> {
  await emptied(postgres, database);
  const beginMs = latestMs(one) + MINUTE_MS;
  setClockOffsetMs(beginMs - Date.now());
  writeFileSync(options.clockFile, String(beginMs - Date.now()));

  const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = env();
  const store = await startStore({ shop: { domain: one.shop.domain, currency: one.shop.currency }, apiSecret, apiKey, appUrl: "http://127.0.0.1:9" });
  const network = await startNetwork();
  const unlead = leadFetch({ store: store.url, network: network.url });
  let stages: Stages | null = null;
  try {
    stock(store, one);
    const token = await installed(one.shop.domain, store.store.sessionToken());
    setTokenSource(async () => token);
    await setStage(one, network.network);
    const endMs = beginMs + MOST_MS;
    if (options.kill) {
      const killed = await startKilled({ databaseUrl: postgres.url(database), storeUrl: store.url, networkUrl: network.url, token, clockFile: options.clockFile, seed: seedOf(options.seed ?? 1, `kill ${one.name}`) });
      stages = { ...killed, rest: () => killed.rest(endMs) };
    } else {
      stages = await startHere(endMs);
    }
    await arrive(one, stages, options);
    if (options.sweep) {
      const swept = await sweepShop(one.shop.domain, new Date(earliestMs(one) - DAY_MS));
      if (!swept.ok) throw new Error(`the store could not be swept: ${JSON.stringify(swept.fault)}`);
      await stages.rest();
    }
    const { differences } = await verifyLedger({ shop: one.shop.domain });
    if (differences.length > 0) throw new Error(`${one.name}: the ledger is not what the facts say: ${JSON.stringify(differences)}`);
    return await outcomeOf(one.shop.domain, { fromMs: earliestMs(one) - DAY_MS, toMs: nowMs() + DAY_MS });
  } finally {
    await stages?.stop();
    unlead();
    setTokenSource(null);
    await Promise.all([store.close(), network.close()]);
    await closeDatabase();
  }
}

/** A database as the migrations leave it. Where there is one, its rows are taken out: that takes a tenth of the time of making another. */
async function emptied(postgres: LocalPostgres, database: string): Promise<void> {
  await postgres.createDatabase(database, "template");
  const client = new pg.Client({ connectionString: postgres.url(database) });
  await client.connect();
  try {
    const { rows } = await client.query<{ empty: string }>(
      `select string_agg(format('delete from %I;', tablename), '') || (select coalesce(string_agg(format('alter sequence %I restart;', sequencename), ''), '') from pg_sequences where schemaname = 'public') as empty
         from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'`,
    );
    // The ledger refuses to be emptied, as it should: its triggers rest meanwhile.
    await client.query(`set session_replication_role = replica; ${rows[0]!.empty}`);
  } finally {
    await client.end();
  }
}

function stock({ store }: LocalStore, one: Case): void {
  for (const { id, tags = "", product_type: productType = "" } of one.store?.products ?? []) {
    store.setProduct(String(id), { productType, tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean) });
  }
  for (const order of storeTruth(one)) store.setOrder(order as never);
  for (const dispute of storeDisputes(one)) store.setDispute(dispute as never);
}

/** Deliveries and people's decisions: one that names a delivery is made once that was settled, and none before those that are listed before it. */
async function arrive(one: Case, stages: Stages, { seed, kill }: Options): Promise<void> {
  const acts = [...(one.acts ?? [])];
  const arrived = new Set<string>();
  const awaited = heardAfter(one);
  for (const delivery of arrivals(one, seed)) {
    await deliver(stages.url, one.shop.domain, delivery, kill ? 100 : 0);
    arrived.add(delivery.webhookId);
    if (awaited.delete(delivery.webhookId)) {
      await stages.rest();
      await hear(one, delivery.webhookId);
    }
    while (acts[0]?.after !== undefined && arrived.has(acts[0].after)) {
      await stages.rest();
      await decideByHand(one.shop.domain, acts.shift()!);
    }
  }
  await stages.rest();
  for (const act of acts) {
    await decideByHand(one.shop.domain, act);
    await stages.rest();
  }
}

/** As the page of the order does, but for what its form would refuse: whether it does hangs on what arrived by then. */
async function decideByHand(shop: string, { order, act, code = null, amount = null, reason }: CaseAct): Promise<void> {
  await inTransaction(async (client) => {
    await lockOrders(client, [{ shop, orderId: order }]);
    await addHandAct(client, shop, { orderId: order, who: "replay", act, codeId: code, amount: amount === null ? null : BigInt(amount), reason }, now());
  });
}

async function startHere(endMs: number): Promise<Stages> {
  const server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rest: () => rest(endMs),
    stop: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

/** Delivers as the store does: what is not answered with 200 is sent again, under the same webhook id. */
async function deliver(url: string, shop: string, delivery: CaseDelivery, tries: number): Promise<void> {
  const status = await send(url, shop, delivery).catch(() => null);
  if (status === 200) return;
  if (tries === 0) throw new Error(`${delivery.topic} ${delivery.webhookId} was answered ${status}`);
  await sleep(50);
  return deliver(url, shop, delivery, tries - 1);
}

async function send(url: string, shop: string, delivery: CaseDelivery): Promise<number> {
  const raw = bodyText(delivery);
  const answer = await fetch(`${url}/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": delivery.topic,
      "x-shopify-shop-domain": shop,
      "x-shopify-webhook-id": delivery.webhookId,
      "x-shopify-triggered-at": delivery.triggeredAt,
      "x-shopify-api-version": "2026-10",
      "x-shopify-hmac-sha256": createHmac("sha256", env().SHOPIFY_API_SECRET).update(raw).digest("base64"),
      ...(delivery.eventId ? { "x-shopify-event-id": delivery.eventId } : {}),
    },
    body: raw,
  });
  return answer.status;
}

/** Lets the stages work, and runs the clock on to whatever is due next, until nothing is. */
async function rest(endMs: number): Promise<void> {
  for (;;) {
    while ((await settleOnce()) + (await fetchOnce()) + (await reportOnce()) > 0);
    const due = await pool().query<{ at: Date | null }>("select least((select min(next_at) from conversion), (select min(fetch_at) from order_state)) as at");
    const at = due.rows[0]!.at;
    if (at === null) return;
    if (at.getTime() > endMs) throw new Error("the app does not come to rest");
    const aheadMs = Math.max(at.getTime() - nowMs(), 0) + 1_000;
    setClockOffsetMs(nowMs() + aheadMs - Date.now());
  }
}

function earliestMs(one: Case): number {
  const created = [...one.deliveries.map((delivery) => delivery.body.created_at), ...storeTruth(one).map((order) => order.created_at)];
  return Math.min(nowMs(), ...created.flatMap((text) => (typeof text === "string" && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : [])));
}
