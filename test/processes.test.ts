// Several processes over one database: what each role answers, what the probes say, what an outage of the database costs, and how a process ends under load.
import { connect } from "node:net";
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { type RunningApp, startApp, until } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { orderBody, signedHeaders, SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

const database = useDatabase();
const TOKEN = "a-token-for-the-metrics";

let nextOrder = 5_000;

/** A signed delivery of an order of its own; the status of the answer, null: the connection broke. */
async function deliver(app: RunningApp): Promise<{ status: number | null; order: string; raw: string; headers: Record<string, string> }> {
  const order = String(nextOrder++);
  const raw = JSON.stringify(orderBody({ id: order }));
  const headers = signedHeaders(raw, { webhookId: randomUUID() });
  return { status: await send(app, raw, headers), order, raw, headers };
}

function send(app: RunningApp, raw: string, headers: Record<string, string>): Promise<number | null> {
  return fetch(`${app.url}/webhooks`, { method: "POST", body: raw, headers }).then(async (answer) => (await answer.arrayBuffer(), answer.status), () => null);
}

async function settledOf(orders: readonly string[]): Promise<number> {
  const { rows } = await pool().query<{ n: number }>("select count(distinct order_id)::int as n from ledger_entry where shop = $1 and order_id = any($2)", [SHOP, orders]);
  return rows[0]!.n;
}

async function untilSettled(orders: readonly string[]): Promise<void> {
  await until("the orders are settled", async () => ((await settledOf(orders)) === orders.length ? true : null), 60_000);
}

async function readyz(app: RunningApp) {
  const answer = await fetch(`${app.url}/readyz`);
  return { status: answer.status, body: (await answer.json()) as { ready: boolean; role: string; notReady: string[]; checks: Record<string, Record<string, unknown>> } };
}

async function metricsOf(app: RunningApp): Promise<Map<string, number>> {
  const text = await (await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
  return new Map(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url.replace(/\/test_[0-9a-f]+\?/, "/postgres?") });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const databaseName = () => /\/(test_[0-9a-f]+)\?/.exec(database.url)![1]!;
const cutConnections = () => asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${databaseName()}' and application_name like 'creator-codes web' or datname = '${databaseName()}' and application_name like 'creator-codes worker'`);

describe("a process that answers and one that works", () => {
  let web: RunningApp;
  let worker: RunningApp;
  const role = `limited_${randomUUID().slice(0, 8)}`;
  beforeAll(async () => {
    await makeMariesShop();
    // Limits are for those who are no superusers; and the app needs to be none.
    await pool().query(`create role "${role}" login`);
    await pool().query(`grant all on schema public to "${role}"`);
    await pool().query(`grant all on all tables in schema public to "${role}"`);
    await pool().query(`grant all on all sequences in schema public to "${role}"`);
    const databaseUrl = database.url.replace("//postgres@", `//${role}@`);
    [web, worker] = await Promise.all([
      startApp({ databaseUrl, env: { ROLE: "web", METRICS_TOKEN: TOKEN, LOG_LEVEL: "info" } }),
      startApp({ databaseUrl, env: { ROLE: "worker", METRICS_TOKEN: TOKEN, LOG_LEVEL: "info" } }),
    ]);
  }, 600_000);
  afterAll(async () => {
    await web?.stop();
    await worker?.stop();
    await pool().query(`drop owned by "${role}"`);
    await pool().query(`drop role "${role}"`);
  });

  it("are alive and ready, each as what it is", async () => {
    for (const [app, role] of [[web, "web"], [worker, "worker"]] as const) {
      expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
      expect(await until("it is ready", async () => (({ status, body }) => (status === 200 ? body : null))(await readyz(app)))).toMatchObject({ ready: true, role, notReady: [], checks: { database: { ok: true }, migrations: { ok: true }, queue: { ok: true } } });
    }
    expect((await readyz(web)).body.checks.loops).toBeUndefined();
    expect((await readyz(worker)).body.checks.loops!.running).toBeGreaterThan(10);
  });

  it("a worker answers nothing but its probes", async () => {
    for (const path of ["/", "/app", "/webhooks", "/touches", "/storefront/offer"]) expect((await fetch(`${worker.url}${path}`, { method: "POST", body: "{}" })).status).toBe(404);
  });

  it("what the one notes the other settles, and each counts what it did; what the database holds is told once", async () => {
    const noted = await Promise.all(Array.from({ length: 20 }, () => deliver(web)));
    expect(noted.map(({ status }) => status)).toEqual(noted.map(() => 200));
    await untilSettled(noted.map(({ order }) => order));
    await send(web, noted[0]!.raw, noted[0]!.headers);
    await send(web, noted[0]!.raw, { ...noted[0]!.headers, "x-shopify-hmac-sha256": "AAAA" });

    const [ofWeb, ofWorker] = [await metricsOf(web), await metricsOf(worker)];
    const webs = (result: string, topic = "orders/paid") => ofWeb.get(`creator_codes_deliveries_total{topic="${topic}",result="${result}"}`);
    expect([webs("noted"), webs("repeated"), webs("signature", "unsigned")]).toEqual([20, 1, 1]);
    expect(ofWorker.get('creator_codes_deliveries_settled_total{topic="orders/paid",effect="newest"}')).toBe(20);
    expect(ofWorker.get('creator_codes_ledger_entries_total{kind="credit"}')).toBe(20);
    expect(ofWorker.get('creator_codes_lag_seconds_count{stage="noted_to_settled"}')).toBe(20);
    expect(ofWeb.get('creator_codes_build_info{version="0.1.0",role="web"}')).toBe(1);
    expect(ofWeb.get('creator_codes_http_requests_total{part="webhooks",status="2xx"}')).toBe(21);
    expect(ofWorker.get('creator_codes_loop_turns_total{loop="settle"}')).toBeGreaterThan(0);
    const here = [ofWeb, ofWorker].map((of) => of.get("creator_codes_database_told_here"));
    expect(here.sort()).toEqual([0, 1]);
    const holds = [ofWeb, ofWorker].flatMap((of) => of.get('creator_codes_db_inbox{of="count"}') ?? []);
    expect(holds).toEqual([0]);
    for (const [name] of [...ofWeb, ...ofWorker]) expect(name).not.toMatch(/myshopify|MARIE|marie|5000/);
  }, 120_000);

  it("the metrics are for whoever shows the token", async () => {
    expect((await fetch(`${web.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${web.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}x` } })).status).toBe(401);
  });

  it("a delivery can be followed through its stages", async () => {
    const { order, headers } = await deliver(web);
    await untilSettled([order]);
    const about = (app: RunningApp) => app.process.tail().split("\n").flatMap((line) => (line.includes(headers["x-shopify-webhook-id"]!) ? [JSON.parse(line) as Record<string, unknown>] : []));
    await until("both have told", async () => (about(web).length > 0 && about(worker).length > 0 ? true : null));
    expect(about(web)).toEqual([expect.objectContaining({ stage: "noted", shop: SHOP, topic: "orders/paid", order })]);
    expect(about(worker)).toEqual([expect.objectContaining({ stage: "settled", shop: SHOP, order, effect: "newest" })]);
  }, 120_000);

  it("hold no more connections than they say", async () => {
    const { rows } = await pool().query<{ name: string; n: number }>("select application_name as name, count(*)::int as n from pg_stat_activity where datname = current_database() group by 1");
    const of = (role: string) => rows.find(({ name }) => name === `creator-codes ${role}`)?.n ?? 0;
    expect([of("web"), of("worker")].every((n) => n > 0)).toBe(true);
    expect(of("web")).toBeLessThanOrEqual(20);
    expect(of("worker")).toBeLessThanOrEqual(20);
  });

  it("live through cut connections: whatever was answered with 200 is settled", async () => {
    const all: Awaited<ReturnType<typeof deliver>>[] = [];
    for (let round = 0; round < 3; round++) {
      const going = Array.from({ length: 10 }, () => deliver(web));
      await cutConnections();
      all.push(...(await Promise.all(going)));
    }
    for (const one of all) {
      expect([200, 500, 503]).toContain(one.status);
      // As the store does: sent again until it is taken.
      if (one.status !== 200) await until("it is taken", async () => ((await send(web, one.raw, one.headers)) === 200 ? true : null));
    }
    await untilSettled(all.map(({ order }) => order));
    expect([web.process.ended, worker.process.ended]).toEqual([false, false]);
  }, 240_000);

  it.each([
    { what: "is away", begin: `alter database "$db" with allow_connections false`, end: `alter database "$db" with allow_connections true`, database: { ok: false } },
    { what: "has no connection left", begin: `alter role "$role" connection limit 0`, end: `alter role "$role" connection limit -1`, database: { ok: false } },
    { what: "is read-only", begin: `alter database "$db" set default_transaction_read_only = on`, end: `alter database "$db" reset default_transaction_read_only`, database: { ok: false, readOnly: true } },
  ])("while the database $what, deliveries are answered with 5xx and nobody is ended; afterwards all goes on", async ({ begin, end, database: seen }) => {
    const sql = (text: string) => text.replace("$db", databaseName()).replace("$role", role);
    await asAdmin(sql(begin));
    await cutConnections();
    try {
      await until("it is not ready", async () => ((await readyz(web)).status === 503 ? true : null));
      expect((await readyz(web)).body).toMatchObject({ notReady: ["database"], checks: { database: seen } });
      expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
      expect([500, 503]).toContain((await deliver(web)).status);
    } finally {
      await asAdmin(sql(end));
      await cutConnections();
    }
    await until("it is ready again", async () => ((await readyz(web)).status === 200 ? true : null), 60_000);
    const late = await until("it is taken again", async () => (({ status, order }) => (status === 200 ? order : null))(await deliver(web)), 60_000);
    await untilSettled([late]);
    expect([web.process.ended, worker.process.ended]).toEqual([false, false]);
  }, 240_000);

  it("a full disk is no reason to lose a delivery", async () => {
    await pool().query("create function no_room() returns trigger language plpgsql as $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$");
    await pool().query("create trigger no_room before insert on delivery for each row execute function no_room()");
    const refused = await deliver(web);
    await pool().query("drop trigger no_room on delivery");
    expect([500, 503]).toContain(refused.status);
    expect(await send(web, refused.raw, refused.headers)).toBe(200);
    await untilSettled([refused.order]);
  }, 120_000);

  it("a build whose migrations are not applied is not ready, and says which", async () => {
    const { rows } = await pool().query<{ name: string }>("select migration_name as name from _prisma_migrations order by 1 desc limit 1");
    const name = rows[0]!.name;
    await pool().query("update _prisma_migrations set rolled_back_at = now() where migration_name = $1", [name]);
    const { body } = await until("it is not ready", async () => (({ status, body }) => (status === 503 ? { body } : null))(await readyz(web)));
    await pool().query("update _prisma_migrations set rolled_back_at = null where migration_name = $1", [name]);
    await until("it is ready again", async () => ((await readyz(web)).status === 200 ? true : null));
    expect(body).toMatchObject({ notReady: ["migrations"], checks: { migrations: { ok: false, missing: [name] } } });
  });

  it("a queue that stands makes the worker not ready; the web process still takes deliveries in", async () => {
    await pool().query("insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state) values ($1, 'stands', 'orders/paid', now() - interval '1 hour', '1', 'x', 'new')", [SHOP]);
    const blocker = await pool().connect();
    try {
      await blocker.query("begin");
      // Held by somebody else, it waits.
      const held = await blocker.query("select from delivery where webhook_id = 'stands' and state = 'new' for update");
      if (held.rowCount === 0) return; // it was settled before it could be held: the queue does not stand
      await until("the worker is not ready", async () => (({ status, body }) => (status === 503 && body.notReady.includes("queue") ? true : null))(await readyz(worker)));
      expect((await readyz(web)).body).toMatchObject({ ready: true, checks: { queue: { ok: true, mostSeconds: 600 } } });
    } finally {
      await blocker.query("rollback");
      blocker.release();
    }
  }, 60_000);

  it("told to end under load, both end in good order: what was answered with 200 is there, and is settled by whoever comes next", async () => {
    const idle = connect(Number(new URL(web.url).port), "127.0.0.1");
    idle.on("error", () => {});
    const sent: Promise<Awaited<ReturnType<typeof deliver>>>[] = [];
    const load = setInterval(() => sent.push(deliver(web)), 10);
    await until("there is load", async () => (sent.length >= 30 ? true : null));
    worker.process.kill("SIGTERM");
    web.process.kill("SIGTERM");
    // It says so for as long as it still takes connections.
    const seen = await until("it is not ready", async () => readyz(web).then((said) => (said.status === 503 ? said : null), () => ({ status: 503, body: { notReady: ["process"] } })));
    const begun = performance.now();
    expect(await Promise.all([web.process.end, worker.process.end])).toEqual(["code 0", "code 0"]);
    expect(performance.now() - begun).toBeLessThan(11_000);
    expect(seen).toMatchObject({ status: 503, body: { notReady: ["process"] } });
    clearInterval(load);
    idle.destroy();
    const noted = (await Promise.all(sent)).filter(({ status }) => status === 200).map(({ order }) => order);
    expect(noted.length).toBeGreaterThan(0);
    const { rows } = await pool().query<{ n: number }>("select count(*)::int as n from delivery where shop = $1 and order_id = any($2)", [SHOP, noted]);
    expect(rows[0]!.n).toBe(noted.length);
    const { rows: left } = await pool().query("select from pg_stat_activity where datname = current_database() and application_name like 'creator-codes w%'");
    expect(left).toHaveLength(0);

    const next = await startApp({ databaseUrl: database.url });
    await untilSettled(noted);
    next.process.kill("SIGTERM");
    next.process.kill("SIGTERM");
    expect(await next.process.end).toMatch(/^code [01]$/);
  }, 240_000);
});
