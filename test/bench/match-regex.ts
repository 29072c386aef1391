// One code against a shop's 1,000 patterns: look-ups a second, against the bare set engine (RE2Set) on the same patterns and codes. Then the worst patterns and
// codes that a shop may have: how long the process is held up at most while they are matched.
import { RE2Set } from "re2js";
import { codeKey } from "#app/domain/code.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { checkPattern } from "#app/domain/pattern.ts";
import { matchingPatterns, patternSet } from "#app/domain/pattern-set.ts";
import type { CreatorCode } from "#app/domain/rule-book.ts";
import { warmPatterns } from "#app/flow/warm-patterns.ts";
import { median } from "./offer.ts";
import type { Measured } from "./run.ts";

const PATTERNS = 1_000;
const CODES = 3_000;
const ROUNDS = 5;
const MOST_HELD_MS = 5;

export async function matchRegex(): Promise<Measured> {
  const heldMs = await held();
  process.stdout.write(`the worst patterns and codes held the loop for ${heldMs.toFixed(1)} ms at most; the process peaked at ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB before the bare engine began\n`);
  if (heldMs > MOST_HELD_MS) throw new Error(`the loop was held for ${heldMs.toFixed(1)} ms`);
  const patterns = Array.from({ length: PATTERNS }, (_, n) => shapeOf(n));
  const set = patternSet(patterns);
  const bare = new RE2Set(RE2Set.UNANCHORED);
  for (const pattern of patterns) bare.add(pattern);
  bare.compile();
  const values: number[] = [];
  const controls: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    // Codes that were not seen before: what is known by now is no match.
    const codes = Array.from({ length: CODES }, (_, n) => codeOf(round * CODES + n));
    const own = took(() => codes.map((code) => matchingPatterns(set, code)));
    const engine = took(() => codes.map((code) => bare.match(code)));
    if (JSON.stringify(own.value) !== JSON.stringify(engine.value.map((found) => [...found].sort((a, b) => a - b)))) throw new Error("the two do not match the same");
    if (round === 0) continue; // the engine makes its states from the codes that it meets
    values.push(CODES / own.seconds);
    controls.push(CODES / engine.seconds);
  }
  const value = Math.round(median(values));
  const control = Math.round(median(controls));
  return { bench: "match-regex", value, control, ratio: Number((value / control).toFixed(2)), unit: "codes/s against 1,000 patterns" };
}

function shapeOf(n: number): string {
  return [`^CREATOR${n}-`, `(?i)^${wordOf(n)}\\d+$`, `^VIP[A-Z]+${n}$`, `(SPRING|SUMMER)${wordOf(n)}`][n % 4]!;
}

function wordOf(n: number): string {
  return [...String(n)].map((digit) => "QUXZARELMO"[Number(digit)]).join("") + "STAR";
}

/** One in four is some pattern's. */
function codeOf(n: number): string {
  const at = (n * 7_919) % PATTERNS;
  return [`CREATOR${at}-${n}`, `WELCOME${n}`, `${wordOf(at)}X${n}`, `GIFT-${n.toString(36).toUpperCase()}`][n % 4]!;
}

function took<T>(work: () => T): { value: T; seconds: number } {
  const began = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - began) / 1_000 };
}

/** As long as a code may be, and the dearest patterns that are let in, as many as a shop may have. The middle of a few rounds: what is collected meanwhile is no match. */
async function held(): Promise<number> {
  const shapes = ["(a|b|ab|ba)*c{N}$", "(.*a){20}c{N}", "((a|b)*c|(a|b)*d|(ab)*e){4}x{N}", "(a*)*(b*)*(ab)*z{N}", "(?i)(sk){20}!{N}", "(a?){40}a{40}{N}", "(\\w\\pL){20}z{N}"];
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const patterns = Array.from({ length: 500 }, (_, n) => shapes[n % shapes.length]!.replace("{N}", `q{${(n % 50) + 1}}${"k".repeat(round)}`)).filter((pattern) => checkPattern(pattern).ok);
    const codes = ["ab".repeat(127), "ſK".repeat(127), "a".repeat(255), Array.from({ length: 255 }, (_, n) => "abc"[(n * n * 31) % 3]).join("")].map((code) => code + String(round));
    rounds.push(await longestTurnMs(() => warmPatterns(patterns.map(regexCode), codes.map(orderWith))));
  }
  return median(rounds);
}

/** The longest turn of the loop meanwhile, in time of this thread: how busy the machine is does not count. */
async function longestTurnMs(work: () => Promise<void>): Promise<number> {
  const spentMs = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1_000; };
  let [last, longest, done] = [spentMs(), 0, false];
  const turns = new Promise<void>((resolve) => {
    function turn(): void {
      const at = spentMs();
      longest = Math.max(longest, at - last);
      last = at;
      if (done) resolve();
      else setImmediate(turn);
    }
    setImmediate(turn);
  });
  await work();
  done = true;
  await turns;
  return longest;
}

function regexCode(pattern: string, n: number): CreatorCode {
  return { id: String(n), position: n, code: pattern, key: codeKey(pattern), match: "regex", createdAtMs: 0, retiredAtMs: null, voided: null, terms: [] };
}

function orderWith(code: string): OrderFacts {
  return { lines: [], shipping: [], listedCodes: [code], applications: [{ kind: "discount_code", code }] } as unknown as OrderFacts;
}
