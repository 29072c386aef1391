// npm run -s replay -- [--check] [--shuffle SEED] FILE…
// One line of JSON per case: {"name", "ledger", "decisions", "network"}. With --check differences are printed too, and the exit code is 1 if there are any.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "#app/db/migrate.ts";
import { startPostgres } from "#test/local/postgres.ts";
import { setTestEnv } from "#test/support/env.ts";
import { readCase } from "./case.ts";
import { differences } from "./compare.ts";

const usage = "usage: npm run -s replay -- [--check] [--shuffle SEED] [--sweep] [--kill] FILE…";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: "boolean" }, shuffle: { type: "string" }, sweep: { type: "boolean" }, kill: { type: "boolean" } },
  });
  const seed = values.shuffle === undefined ? null : Number(values.shuffle);
  if (positionals.length === 0 || (seed !== null && !Number.isSafeInteger(seed))) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const cases = positionals.map((path) => readCase(path));

  const dataDir = join(import.meta.dirname, "..", "..", ".data", "replay", String(process.pid));
  const postgres = await startPostgres({ dataDir: join(dataDir, "postgres"), settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } });
  try {
    await postgres.createDatabase("template");
    await migrate(postgres.url("template"));
    setTestEnv();
    process.env.DATABASE_URL = postgres.url("replay");
    const { replay } = await import("./run.ts");
    let failed = 0;
    for (const one of cases) {
      const outcome = await replay(one, postgres, "replay", { seed, sweep: values.sweep ?? false, kill: values.kill ?? false, clockFile: join(dataDir, "clock") });
      process.stdout.write(`${JSON.stringify({ name: one.name, ...outcome })}\n`);
      if (!values.check) continue;
      const found = differences(outcome, one.expect);
      if (found.length > 0) failed += 1;
      for (const difference of found) process.stderr.write(`${one.name}: ${JSON.stringify(difference)}\n`);
    }
    if (values.check) process.stderr.write(`${cases.length - failed} of ${cases.length} cases agree\n`);
    return failed > 0 ? 1 : 0;
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main();
