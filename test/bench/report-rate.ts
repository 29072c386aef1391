// How much of the requests that a network permits in an hour the app makes while there is work, and that it never makes more. In simulated time, with the
// app's own outbox, gate and database and the local network's own count. npm run -s bench -- report-rate [HOURS]: three hours.
import { join } from "node:path";
import { migrate } from "#app/db/migrate.ts";
import { ensurePrismaClient } from "#test/local/demo/build.ts";
import { root } from "#test/local/demo/processes.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { run } from "./filled.ts";
import type { Measured } from "./run.ts";

const HOURS = 3;
const DATABASE = "bench_report_rate";

/** Of each account the requests of each whole hour, in all and by kind; `turnedAway`: how often the network refused one. */
type Said = { hours: Record<"shared" | "alone", { used: number; reports: number; codes: number; reads: number }[]>; limit: number; turnedAway: number; control: number };

/** Requests made of those that were permitted, in percent, in the hour in which the fewest were, against a sender with nothing else to do. */
export async function reportRate([typed]: string[]): Promise<Measured> {
  const hours = typed === undefined ? HOURS : Number(typed);
  if (!Number.isSafeInteger(hours) || hours < 1 || hours > 24) throw new Error(`"${typed}" is no number of hours up to 24`);
  await ensurePrismaClient();
  const postgres = await startPostgres({ dataDir: join(root, ".data", "bench", "postgres") });
  try {
    await postgres.dropDatabase(DATABASE);
    await postgres.createDatabase(DATABASE);
    const url = postgres.url(DATABASE);
    await migrate(url, join(root, "prisma", "migrations"));
    const ran = await run("test/bench/report-rate-run.ts", [String(hours)], url);
    const said = JSON.parse(ran.said) as Said;
    for (const [account, each] of Object.entries(said.hours)) {
      each.forEach(({ used, reports, codes, reads }, at) => process.stdout.write(`${account}, hour ${at + 1}: ${used} of ${said.limit} requests (conversions ${reports}, codes ${codes}, reading ${reads})\n`));
    }
    process.stdout.write(`${said.turnedAway} turned away by the network; ${hours} hours simulated in ${ran.seconds.toFixed(0)} s (peak ${ran.peakMb ?? "?"} MB)\n`);
    const all = Object.values(said.hours).flat();
    if (said.turnedAway > 0 || all.some(({ used }) => used > said.limit)) throw new Error("more was asked than is permitted");
    const value = (Math.min(...all.map(({ used }) => used)) / said.limit) * 100;
    const control = (said.control / said.limit) * 100;
    return { bench: "report-rate", value: Number(value.toFixed(1)), control: Number(control.toFixed(1)), ratio: Number((value / control).toFixed(3)), unit: "% of the requests permitted in an hour" };
  } finally {
    await postgres.dropDatabase(DATABASE);
    await postgres.stop();
  }
}
