// What holds of every shop and every order, whatever their settings and their history.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { creditTotal, settleOrder, type Credit } from "#app/domain/credit.ts";
import { sum } from "#app/domain/money.ts";
import type { Line, OrderFacts, Refund } from "#app/domain/order.ts";
import { itemsOf } from "#app/domain/report.ts";
import type { Arrival } from "./generate-order.ts";
import { world, type World } from "./generate.ts";
import { run, type Ended } from "./small-shop.ts";

const RUNS = 400;

function told({ orders, clicks }: World): Arrival[] {
  return [...orders.flatMap((order) => order.arrivals), ...clicks];
}

/** The same arrivals in another order, some of them again, the store answering now and then. What people decide stays in its order: the last word holds. */
function shuffled(arrivals: readonly Arrival[]): fc.Arbitrary<Arrival[]> {
  return fc.subarray(arrivals.filter((each) => each.kind === "word")).chain((again) => {
    const all: Arrival[] = [...arrivals, ...again, { kind: "fetch" }, { kind: "fetch" }];
    return fc.shuffledSubarray(all, { minLength: all.length }).map((mixed) => {
      const acts = arrivals.filter((each) => each.kind === "act");
      return mixed.map((each) => (each.kind === "act" ? acts.shift()! : each));
    });
  });
}

const ended = world().map((one) => ({ one, end: run(one.book, one.orders, told(one)).get(one.orders[0]!.id)! }));

/** An order that credits somebody, or will once the network has said so: of the others there is nothing to say. */
const credited = ended.filter(({ end }) => (end.settlement?.told.length ?? 0) > 0).map(({ one, end }) => ({ one, end, facts: end.known.facts!, settlement: end.settlement! }));

function settledAs({ book, clicks }: World, { known, hand, verdicts }: Ended, facts: OrderFacts): Credit[] {
  const touches = clicks.flatMap((each) => (each.kind === "click" && each.touch.visitor === facts.visitor ? [each.touch] : []));
  return settleOrder(facts, { ...known, hand, verdicts }, book, touches).told;
}

/** What the buyer paid for a line, without its tax. Reckoned from the order alone. */
function paidFor({ taxesIncluded }: OrderFacts, line: Line): bigint {
  if (line.giftCard || line.tip) return 0n;
  return BigInt(line.price) * BigInt(line.quantity) - sum(line.allocations.map(({ amount }) => BigInt(amount))) - (taxesIncluded ? BigInt(line.tax) : 0n);
}

function refundsOf(facts: OrderFacts, line: Line): bigint {
  const own = facts.refunds.flatMap((refund) => refund.lines).filter(({ lineId }) => lineId === line.id);
  return sum(own.map(({ subtotal, tax }) => BigInt(subtotal) - (facts.taxesIncluded ? BigInt(tax) : 0n)));
}

test("any order of arrival, and any repetition, ends in the same balances and decisions", () => {
  fc.assert(
    fc.property(world().chain((one) => fc.tuple(fc.constant(one), shuffled(told(one)))), ([one, other]) => {
      const [a, b] = [run(one.book, one.orders, told(one)), run(one.book, one.orders, other)];
      for (const { id } of one.orders) {
        expect(b.get(id)!.decisions).toEqual(a.get(id)!.decisions);
        expect(b.get(id)!.balances).toEqual(a.get(id)!.balances);
      }
    }),
    { numRuns: 2 * RUNS },
  );
});

test("an order that has nothing to do with another changes nothing of it", () => {
  const several = world({ min: 2, max: 3 }).chain((one) => fc.tuple(fc.constant(one), shuffled(told(one))));
  fc.assert(
    fc.property(several, ([one, arrivals]) => {
      const together = run(one.book, one.orders, arrivals);
      for (const order of one.orders) {
        const alone = run(one.book, [order], arrivals.filter((each) => !("orderId" in each) || each.orderId === order.id)).get(order.id)!;
        expect(together.get(order.id)!.decisions).toEqual(alone.decisions);
        expect(together.get(order.id)!.balances).toEqual(alone.balances);
      }
    }),
    { numRuns: RUNS },
  );
});

test("what waits for the network is in no total; what it says ends the waiting, one way or the other", () => {
  fc.assert(
    fc.property(ended, ({ one, end }) => {
      const { known, hand, settlement } = end;
      if (known.facts === null || settlement === null) return;
      for (const { codeId } of settlement.decisions.filter(({ outcome }) => outcome === "awaiting_network")) {
        expect(Object.keys(end.balances).filter((account) => account.startsWith(`${codeId}/`))).toEqual([]);
        for (const verdict of ["credited", "refused"] as const) {
          const verdicts = new Map([...end.verdicts, [codeId!, { verdict, reason: null, at: "2027-01-01T00:00:00.000Z" }]]);
          const touches = one.clicks.flatMap((each) => (each.kind === "click" && each.touch.visitor === known.facts!.visitor ? [each.touch] : []));
          const then = settleOrder(known.facts, { ...known, hand, verdicts }, one.book, touches);
          expect(then.decisions.find((decision) => decision.codeId === codeId)).toMatchObject(verdict === "credited" ? { outcome: "credited" } : { outcome: "not_credited", reason: "network_refused" });
          if (verdict === "credited") expect(then.credits.find((credit) => credit.codeId === codeId)).toEqual(settlement.told.find((credit) => credit.codeId === codeId));
        }
      }
    }),
    { numRuns: 2 * RUNS },
  );
});

test("no balance is ever negative on the way, nor above what its line was sold for in the end", () => {
  fc.assert(
    fc.property(ended, ({ end }) => {
      const balances = new Map<string, bigint>();
      for (const { codeId, creatorId, programId, lineId, amount } of end.entries) {
        const account = [codeId, creatorId, programId, lineId].join("/");
        balances.set(account, (balances.get(account) ?? 0n) + amount);
        expect(amount).not.toBe(0n);
        expect(balances.get(account)! >= 0n).toBe(true);
      }
      for (const line of end.known.facts?.lines ?? []) {
        const own = sum([...balances].flatMap(([account, balance]) => (account.endsWith(`/${line.id}`) ? [balance] : [])));
        expect(own <= paidFor(end.known.facts!, line)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

describe("the parts make the whole", () => {
  test("each line is shared out to the last minor unit among the codes for which it counts", () => {
    fc.assert(
      fc.property(credited, ({ end, settlement }) => {
        const { told, bases, candidates, neverEarning } = settlement;
        const shares = bases.map(({ line }) => sum(told.flatMap(({ lines }) => lines.flatMap((part) => (part.lineId === line.id ? [part.amount] : [])))));
        const corrected = end.hand?.act === "correct" ? end.hand.amount : null;
        const whole = sum(bases.map(({ left }) => left));
        if (corrected !== null) {
          expect(sum(shares)).toBe(corrected < whole ? corrected : whole);
          return;
        }
        const scopes = candidates.filter(({ reason }) => reason === null).map(({ rule }) => rule.scope);
        for (const [at, { line, left }] of bases.entries()) {
          if (neverEarning.has(line.id)) expect(shares[at]).toBe(0n);
          else if (scopes.includes("order")) expect(shares[at]).toBe(left);
          else expect([0n, left]).toContain(shares[at]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("what the network is told of a credit is what the ledger holds of it, or will hold", () => {
    fc.assert(
      fc.property(credited, ({ end, settlement: { told, credits, bases } }) => {
        const held = sum(Object.values(end.balances));
        expect(held).toBe(sum(credits.map(creditTotal)));
        for (const credit of told) expect(sum(itemsOf(credit, bases).map(({ amount }) => BigInt(amount)))).toBe(creditTotal(credit));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("refunds of everything", () => {
  const all = (facts: OrderFacts, refund: Partial<Refund>): OrderFacts => ({ ...facts, refunds: [...facts.refunds, { id: "999", createdAt: null, lines: [], adjustment: "0", ...refund }] });
  const money = (facts: OrderFacts) => sum(facts.lines.map((line) => paidFor(facts, line) + BigInt(line.tax)));
  const ways: Record<string, (facts: OrderFacts) => OrderFacts> = {
    "line by line": (facts) =>
      all(facts, {
        lines: facts.lines.map((line) => {
          const given = facts.refunds.flatMap((refund) => refund.lines).filter(({ lineId }) => lineId === line.id);
          const net = BigInt(line.price) * BigInt(line.quantity) - sum(line.allocations.map(({ amount }) => BigInt(amount)));
          const rest = { subtotal: net - sum(given.map(({ subtotal }) => BigInt(subtotal))), tax: BigInt(line.tax) - sum(given.map(({ tax }) => BigInt(tax))) };
          return { lineId: line.id, quantity: line.currentQuantity, subtotal: rest.subtotal.toString(), tax: rest.tax.toString() };
        }),
      }),
    "without a line": (facts) => all(facts, { adjustment: (-money(facts)).toString() }),
    "by an edit": (facts) => ({ ...facts, refunds: [], lines: facts.lines.map((line) => ({ ...line, currentQuantity: 0 })) }),
  };

  test.each(Object.keys(ways))("%s, leave nothing", (way) => {
    fc.assert(
      fc.property(credited, ({ one, end, facts }) => {
        expect(settledAs(one, end, ways[way]!(facts)).flatMap(({ lines }) => lines)).toEqual([]);
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

describe("nobody is credited with more than what the buyer paid for goods without tax", () => {
  test("less what came back line by line: exactly", () => {
    fc.assert(
      fc.property(credited, ({ facts, settlement }) => {
        const paid = sum(facts.lines.map((line) => paidFor(facts, line) - (line.giftCard || line.tip ? 0n : refundsOf(facts, line))));
        expect(sum(settlement.told.map(creditTotal)) <= paid).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  /** Every line is rounded at most three times: what was taken off by an edit, what was refunded without a line, and the tax in that. */
  const ROUNDINGS = 3n;

  test("less all that came back, refunds without a line too: in whole money, with the tax on what is credited", () => {
    fc.assert(
      fc.property(credited, ({ facts, settlement }) => {
        const goods = facts.lines.filter((line) => !line.giftCard && !line.tip && paidFor(facts, line) > 0n);
        const back = -sum(facts.refunds.map(({ adjustment }) => BigInt(adjustment)));
        const left = goods.map((line) => {
          const quantity = facts.refunds.flatMap((refund) => refund.lines).reduce((count, each) => (each.lineId === line.id ? count + each.quantity : count), 0);
          const removed = (paidFor(facts, line) * BigInt(line.quantity - line.currentQuantity - quantity)) / BigInt(line.quantity);
          return withTax(line, paidFor(facts, line) - refundsOf(facts, line) - removed);
        });
        const parts = settlement.told.flatMap(({ lines }) => lines);
        const held = sum(goods.map((line) => withTax(line, sum(parts.flatMap((part) => (part.lineId === line.id ? [part.amount] : []))))));
        const most = sum(left) - (back > 0n ? back : 0n);
        expect(held <= (most > 0n ? most : 0n) + ROUNDINGS * BigInt(goods.length)).toBe(true);

        function withTax(line: Line, amount: bigint): bigint {
          return amount + (amount * BigInt(line.tax)) / paidFor(facts, line);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
