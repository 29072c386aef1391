import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { believedAt, isClickId, isVisitor, MOST_ENTRIES, OLDEST_TOUCH_MS, readClicks, readEntry, readWord, touchKey, withLanding, writeClicks, writeEntry, type Entry } from "#app/domain/touch.ts";
import "#test/support/drawn.ts";

const AT = 1_781_000_000_000;

const word = fc.string({ unit: "grapheme", maxLength: 100 }).map((text) => readWord(text)).filter((text): text is string => text !== null);
const clickId = fc.stringMatching(/^[A-Za-z0-9._~-]{1,128}$/);
const parameter = fc.stringMatching(/^[A-Za-z0-9_]{1,40}$/);
const atMs = fc.integer({ min: 0, max: 999_999_999_999_999 });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ atMs, kind: fc.constant("click_id" as const), parameter, value: clickId }),
  fc.record({ atMs, kind: fc.constantFrom("code" as const, "link" as const), parameter: fc.option(parameter), value: word }),
);

describe("entries", () => {
  test.each<[Entry, string]>([
    [{ atMs: AT, kind: "click_id", parameter: "irclickid", value: "2ZI.a~b_c-9" }, `${AT}.i.irclickid.2ZI%2Ea%7Eb_c-9`],
    [{ atMs: AT, kind: "code", parameter: null, value: "MARIE10" }, `${AT}.c.-.MARIE10`],
    [{ atMs: AT, kind: "link", parameter: "creator", value: "小红 & co." }, `${AT}.l.creator.%E5%B0%8F%E7%BA%A2%20%26%20co%2E`],
  ])("%j is written as %s", (one, text) => {
    expect(writeEntry(one)).toBe(text);
    expect(readEntry(text)).toEqual(one);
  });

  test("what was written is read as it was, alone and in a row", () => {
    fc.assert(fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      expect(entries.map((one) => readEntry(writeEntry(one)))).toEqual(entries);
      expect(readClicks(writeClicks(entries))).toEqual(entries.slice(-MOST_ENTRIES));
      // A cookie holds it as it is.
      expect(writeClicks(entries)).not.toMatch(/[;,\s"\\]/);
    }));
  });

  test("any text is read, and what comes out can be written again", () => {
    const pieces = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 30 }), fc.constantFrom("~", ".", "%", "%E5", ".i.", "-", `${AT}.c.-.`, `${AT}.i.irclickid.x`, "\0", "\ud83d"), entry.map(writeEntry)), { maxLength: 12 });
    fc.assert(fc.property(pieces, (parts) => {
      const read = readClicks(parts.join(""));
      expect(read.length).toBeLessThanOrEqual(MOST_ENTRIES);
      expect(readClicks(writeClicks(read))).toEqual(read);
    }));
  });

  test.each([
    "", "~", "x", `${AT}.i.-.abc`, `${AT}.i.irclickid.a%20b`, `${AT}.i.irclickid.${"a".repeat(129)}`, `${AT}.x.-.A`, `${AT}.c.-.`, `${AT}.c.-.%20`, `${AT}.c.-.%zz`, `${AT}.c.-.%E5`, `${AT}.c.-.%00`, `${AT}.c.a b.A`, `-1.c.-.A`, `1e3.c.-.A`, `${AT}.c.-.A.B`,
    `${AT}.c.-.${"A".repeat(129)}`, "9".repeat(9_000),
  ])("%j holds no entry", (text) => {
    expect(readClicks(text)).toEqual([]);
  });

  test("an entry that is none does not spoil the others", () => {
    expect(readClicks(`${AT}.c.-.A~rubbish~${AT}.c.-.B`).map(({ value }) => value)).toEqual(["A", "B"]);
  });
});

describe("a landing", () => {
  const marie: Entry = { atMs: AT, kind: "link", parameter: "creator", value: "MARIE10" };

  test.each<[string, Partial<Entry>, boolean]>([
    ["the same a moment later", { atMs: AT + 2_000 }, true],
    ["the same a moment earlier, by the other's clock", { atMs: AT - 2_000 }, true],
    ["the same half an hour later", { atMs: AT + 30 * 60_000 }, false],
    ["another word", { atMs: AT + 1, value: "LEO10" }, false],
    ["another kind", { atMs: AT + 1, kind: "code" }, false],
    ["another parameter", { atMs: AT + 1, parameter: null }, false],
  ])("%s", (_what, change, same) => {
    const touch = { ...marie, ...change };
    expect(withLanding([marie], [touch])).toEqual(same ? { entries: [marie], landed: [marie] } : { entries: [marie, touch], landed: [touch] });
  });

  test("with several touches is the same when it is seen again, and what was not seen the first time is added", () => {
    const clicked: Entry = { atMs: AT, kind: "click_id", parameter: "irclickid", value: "abc" };
    const code: Entry = { atMs: AT + 500, kind: "code", parameter: null, value: "MARIE10" };
    const again = [code, { ...marie, atMs: AT + 500 }, { ...clicked, atMs: AT + 500 }];
    expect(withLanding([marie, clicked], again)).toEqual({ entries: [marie, clicked, code], landed: [code, marie, clicked] });
  });

  test("by one creator after another's counts for itself", () => {
    const leo = { ...marie, atMs: AT + 1_000, value: "LEO10" };
    expect(withLanding([marie, leo], [{ ...marie, atMs: AT + 2_000 }]).entries).toHaveLength(3);
  });

  test("the oldest goes when there are too many", () => {
    let entries: Entry[] = [];
    for (let n = 0; n < 7; n++) ({ entries } = withLanding(entries, [{ ...marie, atMs: AT + n, value: `CODE${n}` }]));
    expect(entries.map(({ value }) => value)).toEqual(["CODE2", "CODE3", "CODE4", "CODE5", "CODE6"]);
  });

  test("its name tells visitor and touch apart", () => {
    expect(touchKey("vABCDEFGHIJ", marie)).toBe(`vABCDEFGHIJ:${AT}.l.creator.MARIE10`);
  });
});

describe("forms", () => {
  test.each([["v1234567", true], ["vAbC_-90xyz", true], ["v123456", false], ["v".repeat(65), false], ["v1234567\n", false], ["v123 4567", false], ["", false]])("%j as a visitor: %s", (text, is) => {
    expect(isVisitor(text)).toBe(is);
  });

  test.each([["a", true], ["2ZI.a~b_c-9", true], ["a".repeat(129), false], ["a b", false], ["a\n", false], ["<script>", false], ["", false], ["é", false]])("%j as a click id: %s", (text, is) => {
    expect(isClickId(text)).toBe(is);
  });

  test.each([[" MARIE10 ", "MARIE10"], ["小红书", "小红书"], ["a b", "a b"], ["", null], ["   ", null], ["a\u0000b", null], ["a\u0085b", null], ["\ud83d", null], ["a".repeat(129), null]])("%j as a word: %j", (text, is) => {
    expect(readWord(text)).toBe(is);
  });
});

describe("when it happened", () => {
  test.each([
    ["a moment ago", AT - 1_000, AT - 1_000],
    ["a month ago, told when consent came", AT - 30 * 86_400_000, AT - 30 * 86_400_000],
    ["by a clock that is a minute ahead", AT + 60_000, AT],
    ["by a clock that is years ahead", AT + 4e11, AT],
    ["at the oldest that counts", AT - OLDEST_TOUCH_MS, AT - OLDEST_TOUCH_MS],
    ["longer ago than any click counts", AT - OLDEST_TOUCH_MS - 1, null],
  ])("%s", (_what, told, is) => {
    expect(believedAt(told, AT)).toBe(is);
  });
});
