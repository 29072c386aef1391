// npm run ledger -- verify [--shop DOMAIN] [--json]: the ledger computed once more from the stored facts, and the daily sums from the ledger. It writes nothing to the database.
// npm run ledger -- rebuild-sums [--shop DOMAIN]: the daily sums built anew; the app may go on working.
// Exit code 0: all agrees; 1: there are differences; 2: it could not be found out (usage, environment, database); 130: stopped by a signal.
import { parseArgs } from "node:util";
import { nowMs } from "./clock.ts";
import { closeDatabase } from "./db.server.ts";
import { amountIn, counted, grouped } from "./domain/command-words.ts";
import type { Difference } from "./domain/verify.ts";
import { env, EnvironmentError } from "./env.server.ts";
import { rebuildSums } from "./flow/sums.ts";
import { verifyLedger, type SumDifference, type SumFound, type Verification } from "./flow/verify.ts";

const USAGE = "usage: npm run ledger -- verify [--shop DOMAIN] [--json]\n       npm run ledger -- rebuild-sums [--shop DOMAIN]";
const TELL_EVERY_MS = 2_000;

type Arguments = { act: "verify" | "rebuild-sums"; shop: string | undefined; json: boolean };

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (given === null) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());
  try {
    env();
    if (given.act === "rebuild-sums") return await rebuild(given.shop, stopping.signal);
    const found = await verifyLedger({ ...(given.shop !== undefined && { shop: given.shop }), signal: stopping.signal, onProgress: progress() });
    if (given.shop !== undefined && found.shops === 0) {
      process.stderr.write(`There is no shop ${given.shop} in this database.\n`);
      return 2;
    }
    process.stdout.write(given.json ? `${JSON.stringify(found)}\n` : sentences(found));
    return found.differenceCount + found.sums.differenceCount > 0 ? 1 : 0;
  } catch (fault) {
    if (stopping.signal.aborted) {
      process.stderr.write("Stopped before the end: nothing is said of the ledger.\n");
      return 130;
    }
    process.stderr.write(`${fault instanceof EnvironmentError ? fault.message : `The ledger could not be verified: ${toldOf(fault)}`}\n`);
    return 2;
  } finally {
    await closeDatabase().catch(() => {}); // where the environment is not complete there is none
  }
}

function readArguments(words: string[]): Arguments | null {
  try {
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options: { shop: { type: "string" }, json: { type: "boolean", default: false } } });
    return positionals.length === 1 && (positionals[0] === "verify" || positionals[0] === "rebuild-sums") && values.shop !== "" ? { act: positionals[0], shop: values.shop, json: values.json } : null;
  } catch {
    return null; // an option that is not known
  }
}

async function rebuild(shop: string | undefined, signal: AbortSignal): Promise<number> {
  let toldMs = nowMs();
  const shops = await rebuildSums({
    ...(shop !== undefined && { shop }),
    signal,
    onProgress: (each, orders) => {
      if (nowMs() - toldMs < TELL_EVERY_MS) return;
      toldMs = nowMs();
      process.stderr.write(`${each}: ${counted(orders, "order")} in the sums\n`);
    },
  });
  if (shops === 0) {
    process.stderr.write(shop === undefined ? "There is no shop in this database.\n" : `There is no shop ${shop} in this database.\n`);
    return 2;
  }
  process.stdout.write(`The daily sums of ${counted(shops, "shop")} are built anew.\n`);
  return 0;
}

/** A line on stderr every two seconds, and one at the end. */
function progress(): (done: number, total: number) => void {
  const beganMs = nowMs();
  let toldMs = beganMs;
  return (done, total) => {
    const at = nowMs();
    if (at - toldMs < TELL_EVERY_MS && done < total) return;
    toldMs = at;
    const perSecond = Math.round((done * 1_000) / Math.max(1, at - beganMs));
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
    process.stderr.write(`${grouped(done)} of ${grouped(total)} orders (${percent} %), ${grouped(perSecond)} a second\n`);
  };
}

function sentences(found: Verification): string {
  const lines = [`${counted(found.orders, "order")} of ${counted(found.shops, "shop")}: ${counted(found.balances, "balance")} computed once more from the stored facts.`];
  if (found.withoutFacts > 0) lines.push(`${counted(found.withoutFacts, "order")} without facts: they cannot be recomputed.`);
  if (found.redacted > 0) lines.push(`${counted(found.redacted, "order")} of forgotten buyers or shops: recomputed from what had been decided, or passed over.`);
  if (found.waiting > 0) lines.push(`${counted(found.waiting, "order")} with a click that was noted just now and is not settled yet: they are left out.`);
  if (found.sums.shops > 0) lines.push(`${counted(found.sums.compared, "sum")} of days and periods of ${counted(found.sums.shops, "shop")} added up once more from the entries.`);
  if (found.differenceCount + found.sums.differenceCount === 0) return `${lines.join("\n")}\nThe ledger agrees.\n`;
  if (found.differenceCount > 0) lines.push(`${counted(found.differenceCount, "difference")} in ${counted(found.ordersWithDifferences, "order")}:`);
  lines.push(...found.differences.map((difference) => `  ${sentenceOf(difference)}`), ...more(found.differenceCount, found.differences));
  if (found.sums.differenceCount > 0) lines.push(`${counted(found.sums.differenceCount, "sum")} that differ${found.sums.differenceCount === 1 ? "s" : ""} (npm run ledger -- rebuild-sums builds them anew):`);
  lines.push(...found.sums.differences.map((difference) => `  ${sumSentence(difference)}`), ...more(found.sums.differenceCount, found.sums.differences));
  return `${lines.join("\n")}\n`;
}

function more(count: number, listed: readonly unknown[]): string[] {
  return count > listed.length ? [`  ... and ${grouped(count - listed.length)} more`] : [];
}

function sumSentence({ shop, kind, id, day, held, added }: SumDifference): string {
  const whose = kind === "shop" ? "" : `, ${kind} ${id}`;
  const when = /^\d+$/.test(day) ? (day === "0" ? "ever" : `the last ${day} days`) : day;
  const said = (sum: SumFound) => `${counted(Number(sum.orders), "order")} with ${sum.amount} minor units, ${sum.back} taken back`;
  return `${shop}${whose}, ${when}: ${said(held)}, and the entries make ${said(added)}`;
}

/** "petit.myshopify.com, order 1001: the balance of code k1, creator c1, program p1, line 1 is 95.00 EUR, and should be 90.00 EUR". */
function sentenceOf(one: Difference): string {
  const parts = [["code", one.codeId], ["creator", one.creatorId], ["program", one.programId], ["line", one.lineId]] as const;
  const account = parts.flatMap(([name, id]) => (id === null ? [] : `${name} ${id}`)).join(", ");
  const where = `${one.shop}, order ${one.orderId}`;
  switch (one.kind) {
    case "balance":
      return `${where}: the balance of ${account} is ${amount(one.found, one.currency)}, and should be ${amount(one.expected, one.currency)}`;
    case "no_facts":
      return `${where}: the ledger has ${amount(one.found, one.currency)} for ${account}, and no facts stand behind it`;
    case "credited":
      return `${where}: the sum kept with the order is ${amount(one.found, one.currency)}, and should be ${amount(one.expected, one.currency)}`;
    case "decision": {
      const code = one.codeId === null ? "that no creator code matched" : `for code ${one.codeId}`;
      return `${where}: the decision ${code} is ${one.found ?? "missing"}, and should be ${one.expected ?? "none"}`;
    }
    case "unreadable":
      return `${where}: its facts cannot be settled: ${one.found}`;
    default:
      return `${where}: its ${one.kind} is ${one.found ?? "none"}, and should be ${one.expected ?? "none"}`;
  }
}

function amount(minor: string | null, currency: string | null): string {
  if (minor === null) return "none";
  return currency === null ? `${minor} minor units` : amountIn(minor, currency);
}

/** A refused connection says nothing of its own where several addresses were tried. */
function toldOf(fault: unknown): string {
  if (fault instanceof AggregateError) return fault.errors.map(toldOf).join("; ");
  return fault instanceof Error ? fault.message : String(fault);
}

process.exitCode = await main();
