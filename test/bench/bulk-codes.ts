// How much of what a store permits a bulk of codes uses, once the bucket is empty, and how often it is turned away; the network's queue beside it. In
// simulated time, with the app's own loop and database. npm run -s bench -- bulk-codes [CODES [MAXIMUM RESTORE]]: a million, 2,000 points, 100 a second.
import { join } from "node:path";
import pg from "pg";
import { migrate } from "#app/db/migrate.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { queueEnds, REQUESTS_A_CODE } from "#app/domain/code-batch.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { root } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { run } from "./filled.ts";
import type { Measured } from "./run.ts";

const CODES = 1_000_000;
const SHOP = "bench-codes.myshopify.com";
const DATABASE = "bench_bulk_codes";

type Said = { live: number; seconds: number; calls: number; throttled: number; share: number; control: number };

/** Points used of those that came back, in percent, against an ideal spender's. */
export async function bulkCodes([number, maximum = "2000", restore = "100"]: string[]): Promise<Measured> {
  const codes = number === undefined ? CODES : Number(number);
  if (!Number.isSafeInteger(codes) || codes < 1) throw new Error(`"${number}" is no number of codes`);
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "postgres") });
  try {
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    const url = postgres.url(DATABASE);
    await migrate(url, join(root, "prisma", "migrations"));
    await fill(url, codes);
    const ran = await run("test/bench/bulk-codes-run.ts", [SHOP, maximum, restore], url);
    const said = JSON.parse(ran.said) as Said;
    if (said.live !== codes) throw new Error(`of ${codes} codes: ${ran.said}`);
    const inStore = `${said.live} codes are in the store after ${clock(said.seconds)} of its time: ${said.calls} calls, ${said.throttled} turned away; simulated in ${ran.seconds.toFixed(0)} s (peak ${ran.peakMb ?? "?"} MB)`;
    process.stdout.write(`${inStore}\nthe network's queue beside it: ${codes} codes of ${REQUESTS_A_CODE} requests each at 1000 an hour take ${clock(queueEnds(codes, null, 0) / 1_000)}\n`);
    const [value, control] = [said.share * 100, said.control * 100];
    return { bench: "bulk-codes", value: Number(value.toFixed(1)), control: Number(control.toFixed(1)), ratio: Number((value / control).toFixed(3)), unit: "% of the points that come back" };
  } finally {
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}

function clock(seconds: number): string {
  const hours = seconds / 3_600;
  return hours >= 48 ? `${(hours / 24).toFixed(1)} days` : hours >= 2 ? `${hours.toFixed(1)} hours` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A shop with a deal and this many codes that wait for the store, as runs write them: a thousand at one instant. */
async function fill(url: string, codes: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const terms = JSON.stringify({ value: { kind: "percentage", basisPoints: 1_000 }, ...PLAIN_TERMS });
  await client.query("insert into shop (shop, name, currency, timezone, created_at) values ($1, 'Bench', 'EUR', 'Europe/Berlin', '2020-01-01')", [SHOP]);
  await client.query("insert into program (shop, id, network, name, kind, created_at) values ($1, 'p1', 'none', 'Creators', 'creator', '2020-01-01')", [SHOP]);
  await client.query("insert into deal (shop, id, name, program_id, terms, starts_at, reserve_code, next_at, created_at) values ($1, 'd1', 'Bulk', 'p1', $2, '2020-01-01', 'RESERVE0', '2020-01-01', '2020-01-01')", [SHOP, terms]);
  await client.query("insert into code (shop, id, code, key, match, deal_id, created_at) select $1, 'c' || n, 'BULK' || n, 'BULK' || n, 'exact', 'd1', '2020-01-01' from generate_series(1, $2::int) n", [SHOP, codes]);
  await client.query("insert into code_placement (shop, code_id, target, next_at) select $1, 'c' || n, 'store', '2020-01-01'::timestamptz + (n / 1000) * interval '1 millisecond' from generate_series(1, $2::int) n", [SHOP, codes]);
  await client.query("analyze");
  await client.end();
}
