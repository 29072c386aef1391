// Replays one case through the code of production: signed requests to the intake, then settle, fetch and report as they fall due, on a clock that runs forward.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { closeDatabase, pool } from "#app/db.server.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { intake } from "#app/flow/intake.ts";
import { reportOnce } from "#app/flow/report.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { sweepShop } from "#app/flow/sweep.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { leadFetch } from "#test/local/lead.ts";
import { startNetwork } from "#test/local/network/server.ts";
import { startStore } from "#test/local/store/server.ts";
import type { LocalPostgres } from "#test/local/postgres.ts";
import { arrivals, bodyText, latestMs, storeTruth } from "./arrivals.ts";
import type { Case, CaseDelivery, Outcome } from "./case.ts";
import { outcomeOf } from "./outcome.ts";
import { setStage } from "./stage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Nothing of a case takes longer than this to come to rest. */
const MOST_MS = 10 * DAY_MS;

export type Options = { seed: number | null; sweep: boolean };

/** Replays a case on an empty database of its own. Throws where the app does not come to rest. */
export async function replay(one: Case, postgres: LocalPostgres, database: string, { seed, sweep }: Options): Promise<Outcome> {
  await postgres.dropDatabase(database);
  await postgres.createDatabase(database, "template");
  const beginMs = latestMs(one) + MINUTE_MS;
  setClockOffsetMs(beginMs - Date.now());

  const app = await listen();
  const store = await startStore({ shop: { domain: one.shop.domain, currency: one.shop.currency }, apiSecret: process.env.SHOPIFY_API_SECRET!, apiKey: process.env.SHOPIFY_API_KEY!, appUrl: app.url });
  const network = await startNetwork();
  const unlead = leadFetch({ store: store.url, network: network.url });
  try {
    for (const order of storeTruth(one)) store.store.setOrder(order as never);
    const token = await installed(one.shop.domain, store.store.sessionToken());
    setTokenSource(async () => token);
    await setStage(one, network.network);
    for (const delivery of arrivals(one, seed)) await deliver(app.url, one.shop.domain, delivery);
    await rest(beginMs);
    if (sweep) {
      const swept = await sweepShop(one.shop.domain, new Date(earliestMs(one) - DAY_MS));
      if (!swept.ok) throw new Error(`the store could not be swept: ${JSON.stringify(swept.fault)}`);
      await rest(beginMs);
    }
    return await outcomeOf(one.shop.domain, { fromMs: earliestMs(one) - DAY_MS, toMs: nowMs() + DAY_MS });
  } finally {
    unlead();
    setTokenSource(null);
    await Promise.all([app.close(), store.close(), network.close()]);
    await closeDatabase();
  }
}

async function listen(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

/** An offline token, had as the app has it: by exchanging a session token. */
async function installed(shop: string, sessionToken: string): Promise<string> {
  const answer = await fetch(`https://${shop}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      client_id: process.env.SHOPIFY_API_KEY,
      client_secret: process.env.SHOPIFY_API_SECRET,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: sessionToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    }),
  });
  const body = (await answer.json()) as { access_token?: string };
  if (!body.access_token) throw new Error(`the local store gave no token: ${answer.status}`);
  return body.access_token;
}

async function deliver(url: string, shop: string, delivery: CaseDelivery): Promise<void> {
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
      "x-shopify-hmac-sha256": createHmac("sha256", process.env.SHOPIFY_API_SECRET!).update(raw).digest("base64"),
      ...(delivery.eventId ? { "x-shopify-event-id": delivery.eventId } : {}),
    },
    body: raw,
  });
  if (answer.status !== 200) throw new Error(`${delivery.topic} ${delivery.webhookId} was answered ${answer.status}`);
}

/** Lets the stages work, and runs the clock on to whatever is due next, until nothing is. */
async function rest(beginMs: number): Promise<void> {
  for (;;) {
    while ((await settleOnce()) + (await fetchOnce()) + (await reportOnce()) > 0);
    const due = await pool().query<{ at: Date | null }>("select least((select min(next_at) from conversion), (select min(fetch_at) from order_state)) as at");
    const at = due.rows[0]!.at;
    if (at === null) return;
    if (at.getTime() > beginMs + MOST_MS) throw new Error("the app does not come to rest");
    const aheadMs = Math.max(at.getTime() - nowMs(), 0) + 1_000;
    setClockOffsetMs(nowMs() + aheadMs - Date.now());
  }
}

function earliestMs(one: Case): number {
  const created = [...one.deliveries.map((delivery) => delivery.body.created_at), ...storeTruth(one).map((order) => order.created_at)];
  return Math.min(nowMs(), ...created.flatMap((text) => (typeof text === "string" && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : [])));
}
