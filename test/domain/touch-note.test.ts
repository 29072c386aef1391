import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { touchKey, type Entry } from "#app/domain/touch.ts";
import { MOST_TOUCHES, readNote } from "#app/domain/touch-note.ts";
import "#test/support/drawn.ts";

const VISITOR = "vAbCdEfGhIjKlMnOpQrS1";
const AT = "2026-06-10T08:00:00.123Z";
const clicked: Entry = { atMs: Date.parse(AT), kind: "click_id", parameter: "irclickid", value: "2ZI.a~b" };

function touch(change: Record<string, unknown> = {}, entry: Entry = clicked): Record<string, unknown> {
  return { key: touchKey(VISITOR, entry), at: AT, kind: entry.kind, parameter: entry.parameter, value: entry.value, ...change };
}

function body(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { token: "shop.1.x", visitor: VISITOR, source: "pixel", touches: [touch()], ...change };
}

const checkout = { token: "Z2NwLWV1cm9wZS13ZXN0", orderId: "gid://shopify/Order/9007199254740993", customerId: "7", codes: ["MARIE10"], at: AT };

describe("a body", () => {
  test("with a touch and a checkout", () => {
    expect(readNote(body({ checkout }))).toEqual({
      ok: true,
      note: {
        token: "shop.1.x", visitor: VISITOR, source: "pixel", touches: [{ ...clicked, key: touchKey(VISITOR, clicked) }],
        checkout: { token: "Z2NwLWV1cm9wZS13ZXN0", orderId: "9007199254740993", customerId: "7", codes: ["MARIE10"], atMs: Date.parse(AT) },
      },
    });
  });

  test("of a guest's checkout alone", () => {
    const read = readNote({ token: "t", visitor: VISITOR, source: "embed", checkout: { token: "abc", orderId: null, customerId: null, codes: [], at: AT } });
    expect(read).toMatchObject({ ok: true, note: { touches: [], checkout: { orderId: null, customerId: null, codes: [] } } });
  });

  test("an instant may have another zone, and the key its own way to write the same entry", () => {
    const word: Entry = { atMs: Date.parse(AT), kind: "link", parameter: "creator", value: "it's" };
    const key = touchKey(VISITOR, word).replace("'", "%27");
    expect(readNote(body({ touches: [touch({ key, at: "2026-06-10T10:00:00.123+02:00" }, word)] }))).toMatchObject({ ok: true, note: { touches: [{ key: touchKey(VISITOR, word), atMs: word.atMs }] } });
  });

  const wrong: [string, unknown, RegExp][] = [
    ["null", null, /^the body is no object$/],
    ["a list", [], /^the body is no object$/],
    ["a text", "x", /^the body is no object$/],
    ["no visitor", body({ visitor: undefined }), /^visitor is no text$/],
    ["a visitor of two lines", body({ visitor: "v1234567\nX" }), /^visitor must be/],
    ["no token", body({ token: null }), /^token is no text$/],
    ["a token without end", body({ token: "t".repeat(401) }), /^token is longer/],
    ["an unknown source", body({ source: "theme" }), /^source must be/],
    ["touches that are none", body({ touches: {} }), /^touches is no list$/],
    ["nothing to note", body({ touches: [] }), /^touches or checkout must be given$/],
    ["too many touches", body({ touches: Array.from({ length: MOST_TOUCHES + 1 }, () => touch()) }), /^touches has more than 10$/],
    ["a touch that is none", body({ touches: [null] }), /^touches\[0\] is no object$/],
    ["an unknown kind", body({ touches: [touch({ kind: "constructor" })] }), /^touches\[0\]\.kind must be/],
    ["a click id without its parameter", body({ touches: [touch({ parameter: null })] }), /^touches\[0\]\.parameter must say/],
    ["a parameter that is none", body({ touches: [touch({ parameter: "a.b" })] }), /^touches\[0\]\.parameter must be/],
    ["a click id with a space", body({ touches: [touch({ value: "a b" })] }), /^touches\[0\]\.value is no click id$/],
    ["a word of blanks", body({ touches: [touch({ value: " " }, { ...clicked, kind: "link" })] }), /^touches\[0\]\.value is no word$/],
    ["an instant without a zone", body({ touches: [touch({ at: "2026-06-10T08:00:00" })] }), /^touches\[0\]\.at is no instant/],
    ["an instant as a number", body({ touches: [touch({ at: 1 })] }), /^touches\[0\]\.at is no text$/],
    ["an instant before 1970", body({ touches: [touch({ at: "1969-12-31T23:59:59Z" })] }), /^touches\[0\]\.at is no instant/],
    ["another visitor's key", body({ touches: [touch({ key: touchKey("vZZZZZZZZZZ", clicked) })] }), /^touches\[0\]\.key must be/],
    ["another touch's key", body({ touches: [touch({ key: touchKey(VISITOR, { ...clicked, atMs: 1 }) })] }), /^touches\[0\]\.key must be/],
    ["no key", body({ touches: [touch({ key: undefined })] }), /^touches\[0\]\.key is no text$/],
    ["a checkout that is none", body({ checkout: "abc" }), /^checkout is no object$/],
    ["a checkout's token with a NUL", body({ checkout: { ...checkout, token: "a\0" } }), /^checkout\.token is no token$/],
    ["an order's id that is none", body({ checkout: { ...checkout, orderId: "12a" } }), /^checkout\.orderId is no id$/],
    ["a customer's id as a number", body({ checkout: { ...checkout, customerId: 7 } }), /^checkout\.customerId is no text$/],
    ["a code with a NUL", body({ checkout: { ...checkout, codes: ["A\0"] } }), /^checkout\.codes\[0\] is no code$/],
    ["half a character as a code", body({ checkout: { ...checkout, codes: ["\ud83d"] } }), /^checkout\.codes\[0\] is no code$/],
    ["too many codes", body({ checkout: { ...checkout, codes: Array.from({ length: 26 }, () => "A") } }), /^checkout\.codes has more than 25$/],
  ];
  test.each(wrong)("%s is refused with what is wrong", (_what, given, problem) => {
    const read = readNote(given);
    expect(read.ok ? "" : read.problem).toMatch(problem);
  });

  test("any JSON is read or refused", () => {
    const near = fc.record({ token: fc.anything(), visitor: fc.oneof(fc.constant(VISITOR), fc.anything()), source: fc.constantFrom("pixel", "embed", "x"), touches: fc.oneof(fc.array(fc.oneof(fc.constant(touch()), fc.anything()), { maxLength: 3 }), fc.anything()), checkout: fc.oneof(fc.constant(checkout), fc.anything()) });
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), near), (given) => {
      const read = readNote(given);
      if (read.ok) expect(read.note.touches.length + (read.note.checkout === null ? 0 : 1)).toBeGreaterThan(0);
      else expect(read.problem).not.toBe("");
    }));
  });
});
