// npm run reconcile -- --shop DOMAIN --from DATE [--to DATE] [--read] [--repair] [--json]: store, app and network of a period side by side, as the app's page has it.
// It changes nothing but the reconciliation's own tables. --read reads the networks back first, within their hours; --repair has the store asked for what is mended so.
// Exit code 0: all agree; 1: there are differences; 2: it could not be found out (usage, environment, database, store); 130: stopped by a signal.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { now, nowMs } from "./clock.ts";
import { closeDatabase } from "./db.server.ts";
import { allDifferences, readReconciliation } from "./db/reads/reconcile.ts";
import { findShop } from "./db/shop.ts";
import { readProblem } from "./domain/problem.ts";
import type { Reconciliation } from "./domain/reconcile-page.ts";
import { linesOf, reportOf, sentenceOf } from "./domain/reconcile-report.ts";
import { wallTime } from "./domain/zone.ts";
import { env, EnvironmentError } from "./env.server.ts";
import { reconcileOnce } from "./flow/reconcile.ts";
import { fetchDifferences, planReconciliation } from "./flow/reconcile-acts.ts";

const USAGE = "usage: npm run reconcile -- --shop DOMAIN --from DATE [--to DATE] [--read] [--repair] [--json]      (DATE as 2026-06-30, in the shop's time zone; --to is today where it is left out)";
const TELL_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 500;
/** So many differences are listed; the others are counted. */
const MOST_LISTED = 1_000;

type Arguments = { shop: string; from: string; to: string | undefined; read: boolean; repair: boolean; json: boolean };

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (given === null) return cannot(USAGE);
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());
  try {
    env();
    return await reconcile(given, stopping.signal);
  } catch (fault) {
    return cannot(fault instanceof EnvironmentError ? fault.message : `It could not be found out: ${toldOf(fault)}`);
  } finally {
    await closeDatabase().catch(() => {}); // where the environment is not complete there is none
  }
}

async function reconcile(given: Arguments, signal: AbortSignal): Promise<number> {
  const { shop } = given;
  const known = await findShop(shop);
  if (known === null) return cannot(`There is no shop ${shop} in this database.`);
  const toDate = given.to ?? wallTime(now(), known.timezone || "UTC").date;
  const planned = await planReconciliation(shop, { fromDate: given.from, toDate }, given.read, "npm run reconcile");
  if (!planned.ok) return cannot(`The period cannot be read: --from and --to are days that have come, as 2026-06-30, at most three years apart, and --to is not before --from.\n${USAGE}`);
  const run = await finished(shop, planned.id, signal);
  if (run === null) {
    // An app that runs goes on with it.
    process.stderr.write("Stopped before the end: nothing is said of the period.\n");
    return 130;
  }
  if (run.state !== "done" || run.sums === null) return cannot(`It could not be found out: ${faultOf(run)}`);
  const repair = given.repair ? await fetchDifferences(shop, run.id, null, null) : null;
  const asked = repair?.ok ? repair.orders : null;
  const listed = [];
  for await (const page of allDifferences(shop, run.id)) {
    listed.push(...page.slice(0, MOST_LISTED - listed.length));
    if (listed.length >= MOST_LISTED) break;
  }
  process.stdout.write(given.json ? `${JSON.stringify(reportOf(shop, run, listed, asked))}\n` : linesOf(shop, run, listed, asked));
  return run.counts.all > 0 ? 1 : 0;
}

/** Works on the run, or looks on while an app does, until it has come to an end; null: it was told to stop. */
async function finished(shop: string, id: string, signal: AbortSignal): Promise<Reconciliation | null> {
  let toldMs = nowMs();
  while (!signal.aborted) {
    const worked = await reconcileOnce({ shop, id });
    const run = (await readReconciliation(shop, { id, cause: "", page: 1 }, now()))!;
    if (run.state !== "waiting" && run.state !== "running") return run;
    if (nowMs() - toldMs >= TELL_EVERY_MS) {
      toldMs = nowMs();
      process.stderr.write(`${sentenceOf(run)}\n`);
    }
    if (worked === 0) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}

function faultOf({ state, problem }: Reconciliation): string {
  if (state === "stopped") return "somebody stopped it.";
  const read = readProblem(problem);
  const detail = Object.values(read?.values ?? {}).join(", ");
  return `${WORDS[read?.key ?? ""] ?? read?.key ?? "the reason is not known"}${detail === "" ? "" : ` (${detail})`}.`;
}

const WORDS: Record<string, string> = {
  "store.unauthorized": "the store does not accept the app's access any more; somebody has to open the app in the admin",
  "store.scope": "the app lacks an access scope that this needs",
  "store.refused": "the store refused the question",
  "store.unreadable": "the store's answer cannot be read",
  "reconcile.failed": "a fault",
};

function readArguments(words: string[]): Arguments | null {
  try {
    const flag = { type: "boolean", default: false } as const;
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args: words, options: { shop: text, from: text, to: text, read: flag, repair: flag, json: flag } });
    const { shop, from, to, read, repair, json } = values;
    return shop && from ? { shop, from, to, read, repair, json } : null;
  } catch {
    return null; // an option that is not known
  }
}

function cannot(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

/** A refused connection says nothing of its own where several addresses were tried. */
function toldOf(fault: unknown): string {
  if (fault instanceof AggregateError) return fault.errors.map(toldOf).join("; ");
  return fault instanceof Error ? fault.message : String(fault);
}

process.exitCode = await main();
