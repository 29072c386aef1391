// When a code stands out by its orders without a click.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClickedOrders, LEAST_WITHOUT, standsOut } from "#app/domain/unclicked.ts";

const orders = (seen: number, without: number): ClickedOrders => ({ seen, without });
const plus = (a: ClickedOrders, b: ClickedOrders): ClickedOrders => orders(a.seen + b.seen, a.without + b.without);

describe("a code stands out", () => {
  // What is known of the code's orders, and of all other codes' together.
  const cases: [string, ClickedOrders, ClickedOrders, boolean][] = [
    ["where none of ten comes with a click, and half of the others do", orders(10, 10), orders(100, 50), true],
    ["not where nine come without one: that may be chance", orders(9, 9), orders(100, 50), false],
    ["where the part with a click is exactly half of the others'", orders(20, 15), orders(100, 50), true],
    ["not where it is a little more than half", orders(19, 14), orders(100, 50), false],
    ["not where the others come without clicks just as often", orders(40, 30), orders(400, 300), false],
    ["where the others nearly always come with one, though most of its own do not lack it by much", orders(40, 22), orders(100, 2), true],
    ["not where no order of another code is known", orders(50, 50), orders(0, 0), false],
    ["not where too few are known to compare with", orders(50, 50), orders(9, 1), false],
    ["not where no code of the shop ever comes with a click", orders(50, 50), orders(200, 200), false],
    ["not where nothing is known of its orders", orders(0, 0), orders(200, 20), false],
  ];
  it.each(cases)("%s", (_name, own, others, expected) => {
    expect(standsOut(own, plus(own, others))).toBe(expected);
  });

  const known = fc.nat({ max: 5_000 }).chain((seen) => fc.nat({ max: seen }).map((without) => orders(seen, without)));

  it("never for a few orders, nor for one that comes with a click as often as the others", () => {
    fc.assert(
      fc.property(known, known, (own, others) => {
        const stands = standsOut(own, plus(own, others));
        if (own.without < LEAST_WITHOUT) expect(stands).toBe(false);
        if ((own.seen - own.without) * others.seen >= (others.seen - others.without) * own.seen) expect(stands).toBe(false);
      }),
    );
  });

  it("one more order without a click never takes a code off the list, one more with a click never puts it on", () => {
    fc.assert(
      fc.property(known, known, (own, others) => {
        const stands = standsOut(own, plus(own, others));
        const more = orders(own.seen + 1, own.without + 1);
        const fewer = orders(own.seen + 1, own.without);
        if (stands) expect(standsOut(more, plus(more, others))).toBe(true);
        else expect(standsOut(fewer, plus(fewer, others))).toBe(false);
      }),
    );
  });

  it("not all codes of a shop at once", () => {
    fc.assert(
      fc.property(fc.array(known, { minLength: 1, maxLength: 8 }), (codes) => {
        const all = codes.reduce(plus, orders(0, 0));
        expect(codes.every((own) => standsOut(own, all))).toBe(false);
      }),
    );
  });
});
