// Exact codes among 1 million of 1,000 shops: look-ups a second as settling makes them (whose a code is, with its history, and the shop's patterns beside it),
// against the bare look-up in the index, in the same batches over the same connection. npm run -s bench -- match-exact [SHOPS]
import { join } from "node:path";
import type pg from "pg";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { root } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv } from "#test/support/env.ts";
import { median } from "./offer.ts";
import { pinDatabase, pinTested } from "./pinned.ts";
import type { Measured } from "./run.ts";

const DATABASE = "bench_match";
const SHOPS = 1_000;
const CODES_A_SHOP = 1_000;
const BATCH = 100;
const BATCHES = 200;
const ROUNDS = 5;

type Asked = { shop: string; key: string };

export async function matchExact([number]: string[]): Promise<Measured> {
  const shops = number === undefined ? SHOPS : Number(number);
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "match") });
  try {
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    process.env.DATABASE_URL = postgres.url(DATABASE);
    setTestEnv();
    await migrate(postgres.url(DATABASE), join(root, "prisma", "migrations"));
    pinDatabase(postgres.pid);
    pinTested(process.pid);
    const { pool, closeDatabase } = await import("#app/db.server.ts");
    await fill(pool(), shops);
    const client = await pool().connect();
    try {
      return await rounds(client, shops);
    } finally {
      client.release();
      await closeDatabase();
    }
  } finally {
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

/** Every tenth shop has ten patterns as well. */
async function fill(pool: pg.Pool, shops: number): Promise<void> {
  const shop = (n: string) => `'shop-' || ${n} || '.myshopify.com'`;
  await pool.query(
    `insert into code (shop, id, code, key, match, created_at) select ${shop("s")}, 'k' || n, 'CREATOR' || (n * 7919 % 100003), 'CREATOR' || (n * 7919 % 100003), 'exact', '2025-01-01'
     from generate_series(1, $1::int) s, generate_series(1, ${CODES_A_SHOP}) n`, [shops]);
  await pool.query(
    `insert into code (shop, id, code, key, match, created_at) select ${shop("s")}, 'r' || n, '^FRIENDS' || n || '-', '^FRIENDS' || n || '-', 'regex', '2025-01-01'
     from generate_series(1, $1::int, 10) s, generate_series(1, 10) n`, [shops]);
  // What the database does for each row as it comes, done for all of them at once.
  await pool.query("alter table code_term disable trigger user");
  await pool.query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select shop, id, '2025-01-01', 'c' || id, 'p1', 'always' from code");
  await pool.query("alter table code_term enable trigger user");
  await pool.query(
    `update code c set terms = (select jsonb_agg(jsonb_build_object('validFromMs', round(extract(epoch from t.valid_from) * 1000), 'creatorId', t.creator_id, 'programId', t.program_id, 'creditPolicy', t.credit_policy, 'startsAtMs', null, 'endsAtMs', null))
     from code_term t where t.shop = c.shop and t.code_id = c.id)`);
  await pool.query("vacuum analyze");
}

async function rounds(client: pg.PoolClient, shops: number): Promise<Measured> {
  const { codesOf } = await import("#app/db/rules.ts");
  const own = async (batch: readonly Asked[]) => {
    const byShop = Map.groupBy(batch, ({ shop }) => shop);
    const found = await codesOf(client, [...byShop].map(([shop, asked]) => ({ shop, keys: asked.map(({ key }) => key), ids: [] })));
    return [...found.values()].reduce((sum, codes) => sum + codes.filter(({ match }) => match === "exact").length, 0);
  };
  const bare = async (batch: readonly Asked[]) =>
    (await client.query({
      name: "bare_lookup",
      text: "select c.shop, c.id, c.code, c.key from unnest($1::text[], $2::text[]) as k(shop, key) join code c on c.shop = k.shop and c.key = k.key",
      values: [batch.map(({ shop }) => shop), batch.map(({ key }) => key)],
    })).rows.length;
  const values: number[] = [];
  const controls: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const batches = Array.from({ length: BATCHES }, (_, at) => drawn(round * BATCHES + at, shops));
    const { app, control } = await perSecond(batches, own, bare);
    if (round === 0) continue;
    process.stdout.write(`round ${round}: app ${app.toFixed(0)}/s, control ${control.toFixed(0)}/s, ${(app / control).toFixed(2)}\n`);
    values.push(app);
    controls.push(control);
  }
  process.stdout.write(`the process peaked at ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB\n`);
  const value = Math.round(median(values));
  const control = Math.round(median(controls));
  return { bench: "match-exact", value, control, ratio: Number((value / control).toFixed(2)), unit: "look-ups/s" };
}

type Look = (batch: readonly Asked[]) => Promise<number>;

/** Each batch is asked for by both, the one first and then the other by turns: who comes second finds its pages in memory. */
async function perSecond(batches: readonly Asked[][], own: Look, bare: Look): Promise<{ app: number; control: number }> {
  const app = { look: own, ms: 0, found: 0 };
  const control = { look: bare, ms: 0, found: 0 };
  for (const [at, batch] of batches.entries()) {
    for (const side of at % 2 === 0 ? [app, control] : [control, app]) {
      const began = performance.now();
      side.found += await side.look(batch);
      side.ms += performance.now() - began;
    }
  }
  const all = batches.length * BATCH;
  for (const { found } of [app, control]) if (found !== all) throw new Error(`${found} of ${all} codes were found`);
  return { app: (all * 1_000) / app.ms, control: (all * 1_000) / control.ms };
}

/** Codes of deliveries as they come: of any shop, each one that there is. */
function drawn(seed: number, shops: number): Asked[] {
  return Array.from({ length: BATCH }, (_, at) => {
    const n = (seed * BATCH + at) * 48_271;
    return { shop: `shop-${(n % shops) + 1}.myshopify.com`, key: `CREATOR${(((Math.floor(n / 8) % CODES_A_SHOP) + 1) * 7_919) % 100_003}` };
  });
}
