// npm run ledger -- verify [--shop DOMAIN] [--json]: the ledger computed once more from the stored facts. It writes nothing to the database.
// Exit code 0: all agrees; 1: there are differences; 2: it could not be found out (usage, environment, database); 130: stopped by a signal.
import { parseArgs } from "node:util";
import { nowMs } from "./clock.ts";
import { closeDatabase } from "./db.server.ts";
import { AmountError, formatAmount } from "./domain/money.ts";
import type { Difference } from "./domain/verify.ts";
import { env, EnvironmentError } from "./env.server.ts";
import { verifyLedger, type Verification } from "./flow/verify.ts";

const USAGE = "usage: npm run ledger -- verify [--shop DOMAIN] [--json]";
const TELL_EVERY_MS = 2_000;

type Arguments = { shop: string | undefined; json: boolean };

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
    const found = await verifyLedger({ ...(given.shop !== undefined && { shop: given.shop }), signal: stopping.signal, onProgress: progress() });
    if (given.shop !== undefined && found.shops === 0) {
      process.stderr.write(`There is no shop ${given.shop} in this database.\n`);
      return 2;
    }
    process.stdout.write(given.json ? `${JSON.stringify(found)}\n` : sentences(found));
    return found.differenceCount > 0 ? 1 : 0;
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
    return positionals.length === 1 && positionals[0] === "verify" && values.shop !== "" ? { shop: values.shop, json: values.json } : null;
  } catch {
    return null; // an option that is not known
  }
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
  if (found.differenceCount === 0) return `${lines.join("\n")}\nThe ledger agrees.\n`;
  lines.push(`${counted(found.differenceCount, "difference")} in ${counted(found.ordersWithDifferences, "order")}:`);
  lines.push(...found.differences.map((difference) => `  ${sentenceOf(difference)}`));
  const rest = found.differenceCount - found.differences.length;
  if (rest > 0) lines.push(`  ... and ${grouped(rest)} more`);
  return `${lines.join("\n")}\n`;
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
  try {
    return currency === null ? `${minor} minor units` : `${formatAmount(BigInt(minor), currency)} ${currency}`;
  } catch (fault) {
    if (fault instanceof AmountError) return `${minor} minor units of "${currency}"`;
    throw fault;
  }
}

function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

function grouped(count: number): string {
  return count.toLocaleString("en");
}

/** A refused connection says nothing of its own where several addresses were tried. */
function toldOf(fault: unknown): string {
  if (fault instanceof AggregateError) return fault.errors.map(toldOf).join("; ");
  return fault instanceof Error ? fault.message : String(fault);
}

process.exitCode = await main();
