// What holds of every proof, whatever the shop, the order and its history.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainOrder, type LineProof, type OrderProof } from "#app/domain/explain.ts";
import type { Settlement } from "#app/domain/credit.ts";
import { world } from "./generate.ts";
import { run, type Ended } from "./small-shop.ts";

const RUNS = 300;
const NO_NAMES = { creators: new Map(), programs: new Map(), appliedAt: new Map() };

type Proven = { proof: OrderProof; end: Ended; settlement: Settlement };

/** Orders that were settled, each with its proof. */
const proven: fc.Arbitrary<Proven | null> = world().map(({ book, orders, clicks }) => {
  const end = run(book, orders, [...orders.flatMap((order) => order.arrivals), ...clicks]).get(orders[0]!.id)!;
  const { known: { facts, deleted, beside }, hand, settlement } = end;
  if (facts === null || settlement === null) return null;
  const touches = clicks.flatMap((one) => (one.kind === "click" && one.touch.visitor === facts.visitor ? [one.touch] : []));
  return { proof: explainOrder({ facts, deleted, beside, hand, settlement, book, evidence: { source: "attributes", by: "visitor", visitors: [], clicks: [...touches] } }, NO_NAMES), end, settlement };
});

function holds(what: (proven: Proven) => void): void {
  fc.assert(
    fc.property(proven, (one) => {
      if (one !== null) what(one);
    }),
    { numRuns: RUNS },
  );
}

const held = (amount: bigint) => (amount < 0n ? 0n : amount);
const sum = (amounts: string[]) => amounts.reduce((total, amount) => total + BigInt(amount), 0n);
const credited = (line: LineProof) => sum(line.credited.map((one) => one.amount));
const awaited = (line: LineProof) => sum(line.awaited.map((one) => one.amount));

describe("in every proof", () => {
  test("each line's steps follow from each other", () => {
    holds(({ proof }) => {
      for (const line of proof.lines) {
        const base = line.noBase === null ? held(BigInt(line.gross) - sum(line.discounts.map((one) => one.amount)) - BigInt(line.taxInside)) : 0n;
        const left = held(base - held(sum([line.returned?.amount ?? "0", line.removed?.amount ?? "0"])) - BigInt(line.goodwill));
        expect([BigInt(line.gross), BigInt(line.base), BigInt(line.left)]).toEqual([BigInt(line.price) * BigInt(line.quantity), base, left]);
        const shared = credited(line) + awaited(line);
        expect(shared).toBeLessThanOrEqual(left);
        if (line.neverEarns !== null) expect(line.counts.some((one) => one.counts)).toBe(false);
        // What a person set is shared over all lines; else a line that counts is credited whole, and one that does not is not credited.
        if (proof.hand?.amount == null) expect(shared).toBe(line.counts.some((one) => one.counts) ? left : 0n);
      }
    });
  });

  test("the credits of the lines, of the codes, of the whole and of the ledger are the same", () => {
    holds(({ proof, end }) => {
      const whole = proof.lines.reduce((total, line) => total + credited(line), 0n);
      expect([BigInt(proof.credited), sum(proof.codes.map((code) => code.credited)), Object.values(end.balances).reduce((total, balance) => total + balance, 0n)]).toEqual([whole, whole, whole]);
    });
  });

  test("what waits for the network is in no credit, and its parts are the whole", () => {
    holds(({ proof, end }) => {
      const whole = proof.lines.reduce((total, line) => total + awaited(line), 0n);
      expect([BigInt(proof.awaited), sum(proof.codes.map((code) => code.awaited))]).toEqual([whole, whole]);
      for (const code of proof.codes) {
        expect(code.awaited !== "0").toBe(code.outcome === "awaiting_network");
        if (code.outcome !== "awaiting_network") continue;
        expect(code.network?.verdict).toBe(null);
        expect(Object.keys(end.balances).filter((account) => account.startsWith(`${code.codeId}/`))).toEqual([]);
      }
    });
  });

  test("what a discount took off is the sum of its allocations", () => {
    holds(({ proof }) => {
      for (const discount of proof.discounts) expect(BigInt(discount.amount)).toBe(sum(discount.allocations.map((one) => one.amount)));
    });
  });

  test("the clicks say what the reasons say", () => {
    holds(({ proof }) => {
      for (const code of proof.codes) {
        const parts = proof.clicks.map((click) => click.parts.find((one) => one.codeId === code.codeId)!.part);
        const byHand = proof.hand?.codeId === code.codeId;
        if (code.reason === "no_click") expect(parts).not.toContain(code.generic ? "decides" : "counts");
        if (code.reason === "not_winning_click") expect(parts).not.toContain("decides");
        const left = code.network;
        if (left !== null) expect(left.own === null).toBe(code.policy === "winner" ? parts.includes("decides") : parts.includes("counts"));
        if (code.reason === "network_refused") expect(left?.verdict?.verdict).toBe("refused");
        if ((code.reason !== null && code.reason !== "outranked") || byHand || left !== null) continue;
        if (code.generic || code.policy === "winner") expect(parts).toContain("decides");
        else if (code.policy === "involved") expect(parts).toContain("counts");
      }
    });
  });

  test("whoever won stands first among those that competed", () => {
    holds(({ proof, settlement }) => {
      const winners = settlement.told.map((credit) => credit.codeId);
      const ranking = proof.contest?.ranking.map((one) => one.codeId) ?? [];
      expect(proof.contest?.how === "shared" ? [...ranking].sort() : ranking.slice(0, 1)).toEqual([...winners].sort());
    });
  });

  test("and enough of the drawn orders are settled and credited for this to say something", () => {
    const drawn = fc.sample(proven, { numRuns: RUNS, seed: 7 });
    expect(drawn.filter((one) => one !== null && one.proof.credited !== "0").length).toBeGreaterThan(RUNS / 10);
    const codes = drawn.flatMap((one) => one?.proof.codes ?? []);
    for (const part of [codes.filter((code) => code.outcome === "awaiting_network"), codes.filter((code) => code.reason === "network_refused"), codes.filter((code) => code.network?.verdict?.verdict === "credited")]) expect(part.length).toBeGreaterThan(1);
  });
});
