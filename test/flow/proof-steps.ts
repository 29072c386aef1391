// Checks of a proof's own arithmetic, from the document alone: what does not add up, in words.
import type { OrderProofDocument } from "#app/flow/proof-schema.ts";

type Line = OrderProofDocument["lines"][number];

const held = (amount: bigint) => (amount < 0n ? 0n : amount);
const of = (money: { minor: string } | undefined) => BigInt(money?.minor ?? "0");
const sum = (amounts: { minor: string }[]) => amounts.reduce((total, amount) => total + BigInt(amount.minor), 0n);

/** Empty where every step follows from the ones before, the parts sum to the whole, and the ledger says the same. */
export function stepsOf(document: OrderProofDocument): string[] {
  const { lines, codes, ledger, discounts, result } = document;
  const wrong = lines.flatMap(lineSteps);
  const say = (what: string, one: bigint, other: bigint) => (one === other ? [] : [`${what}: ${one} is not ${other}`]);
  for (const discount of discounts) wrong.push(...say(`discount ${discount.index}`, of(discount.amount), sum(discount.allocations.map((one) => one.amount))));
  for (const code of codes) {
    const credits = lines.flatMap((line) => line.credited.filter((one) => one.codeId === code.id).map((one) => one.amount));
    const entries = ledger.entries.filter((entry) => entry.codeId === code.id).map((entry) => entry.amount);
    wrong.push(...say(`credit of ${code.code}`, of(code.credited), sum(credits)), ...say(`balance of ${code.code}`, of(code.credited), sum(entries)));
    wrong.push(...say(`what waits of ${code.code}`, of(code.awaited), sum(lines.flatMap((line) => line.awaited.filter((one) => one.codeId === code.id).map((one) => one.amount)))));
  }
  for (const line of lines) wrong.push(...say(`balance of line ${line.id}`, sum(line.credited.map((one) => one.amount)), sum(ledger.entries.filter((entry) => entry.lineId === line.id).map((entry) => entry.amount))));
  return [...wrong, ...say("the whole", of(result.credited), sum(codes.map((code) => code.credited))), ...say("what waits", of(result.awaited), sum(codes.map((code) => code.awaited))), ...say("the ledger", of(ledger.balance), sum(ledger.entries.map((entry) => entry.amount)))];
}

function lineSteps(line: Line): string[] {
  const base = line.noBase !== null ? 0n : held(of(line.gross) - sum(line.discounts.map((one) => one.amount)) - of(line.taxInside));
  const left = held(base - held(of(line.returned?.amount) + of(line.removed?.amount)) - of(line.goodwill));
  const parts = [...line.credited, ...line.awaited];
  const shared = sum(parts.map((one) => one.amount));
  const steps: [string, boolean][] = [
    ["gross", of(line.gross) === of(line.price) * BigInt(line.quantity)],
    ["base", of(line.base) === base],
    ["left", of(line.left) === left],
    ["credited at most what is left", shared <= left && shared >= 0n],
    ["nothing where it does not count", parts.every((one) => of(one.amount) === 0n || line.counts.some((each) => each.codeId === one.codeId && each.counts))],
    ["all that is left where it counts", !line.counts.some((one) => one.counts) || shared === left],
  ];
  return steps.flatMap(([what, holds]) => (holds ? [] : [`line ${line.id}: ${what}`]));
}
