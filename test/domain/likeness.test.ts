import fc from "fast-check";
import { expect, test } from "vitest";
import { likeness, openLikeness } from "#app/domain/likeness.ts";

test.each([
  ["MARIE10", "MARIE1O", "looks_alike"],
  ["MARIE10", "MAR1E10", "looks_alike"],
  ["MARIE10", "MARIE-10", "looks_alike"],
  ["SUSI5", "5U5I5", "looks_alike"],
  ["BERND8", "BEMD8", "looks_alike"],
  ["MARIE10", "MARIA10", "one_apart"],
  ["MARIE10", "MARRIE10", "one_apart"],
  ["MARIE10", "MAIRE10", "one_apart"],
  ["MARIE10", "ARIE10", "one_apart"],
  ["MARIE10", "MARIEX10", "one_apart"],
  ["MARIE10", "MARIE1A", "one_apart"],
  ["MARIE10", "MARIE15", null],
  ["MARIE10", "MARIE1", null],
  ["SALE1", "SALE12", null],
  ["SALE12", "SALE21", null],
  ["MARIE10", "MARION10", null],
  ["MARIE120", "MARIE1A0", "one_apart"],
  ["ANA", "ANN", null],
  ["李雷李雷", "李雷李梅", "one_apart"],
])("%s and %s: %s", (a, b, how) => {
  expect(likeness(a, b)).toBe(how);
  expect(likeness(b, a)).toBe(how);
  const index = openLikeness();
  index.add(a, 1);
  expect(index.near(b, 3)).toEqual(how === null ? [] : [{ id: 1, key: a, how }]);
});

const key = fc.string({ unit: fc.constantFrom(..."ABIO0158SRNMVW-"), minLength: 1, maxLength: 7 });

test("the index finds what comparing each with each finds", () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 40 }), key, (keys, asked) => {
      const index = openLikeness();
      for (const [id, each] of keys.entries()) index.add(each, id);
      const slow = keys.flatMap((each, id) => (each !== asked && likeness(each, asked) !== null ? [{ id, key: each, how: likeness(each, asked) }] : []));
      const found = index.near(asked, 1_000).sort((a, b) => a.id - b.id);
      expect(found).toEqual(slow);
    }),
    { numRuns: 2_000 },
  );
});

test("fifty thousand codes that count up are like none of each other, and a slip among them is found", () => {
  const index = openLikeness();
  let like = 0;
  for (let id = 0; id < 50_000; id++) {
    const each = `SUMMER${id}`;
    like += index.near(each, 3).length;
    index.add(each, id);
  }
  expect(like).toBe(0);
  expect(index.near("SUNMER777", 3)).toEqual([{ id: 777, key: "SUMMER777", how: "one_apart" }]);
});
