import { describe, expect, test } from "vitest";
import { instantIso, instantNs } from "#app/domain/instant.ts";
import { parseJson } from "#app/domain/json.ts";
import { applyWord, isHint, type KnownOrder, type Word } from "#app/domain/order-state.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { orderBody } from "#test/support/orders.ts";

const NOTHING: KnownOrder = { facts: null, beside: null, updatedNs: null, triggeredNs: null, everPaid: false, deleted: false };

function facts(fields: Parameters<typeof orderBody>[0] = {}): OrderFacts {
  const read = readOrder(orderBody(fields), (email) => `h:${email}`);
  if (!read.ok) throw new Error(read.reason);
  return read.facts;
}

const T1 = "2026-06-10T10:00:04+02:00";
const T2 = "2026-06-10T10:00:05+02:00";
const word = (updated_at: string, triggeredNs: bigint | null, fields = {}): Word => ({ topic: triggeredNs === null ? "fetch" : "orders/updated", triggeredNs, facts: facts({ updated_at, ...fields }) });
const known = (one: Word): KnownOrder => applyWord(NOTHING, one).known;

describe("an instant", () => {
  test.each([
    ["2026-06-10T08:00:05.173234870Z", "1781078405173234870"],
    ["2026-06-10T10:00:05+02:00", "1781078405000000000"],
    ["2026-06-10T10:00:05.1+0200", "1781078405100000000"],
    ["2026-06-10T08:00:05z", "1781078405000000000"],
  ])("%s is read to the last digit", (text, ns) => {
    expect(instantNs(text)).toBe(BigInt(ns));
  });

  test.each(["2026-06-10", "2026-06-10T08:00:05", "yesterday", "", "2026-13-45T99:00:00Z"])("%s is none: it would be a guess", (text) => {
    expect(instantNs(text)).toBeNull();
  });

  test("is written in UTC", () => {
    expect(instantIso("2026-06-10T10:00:05.123456+02:00")).toBe("2026-06-10T08:00:05.123Z");
  });
});

describe("a delivery and what was known", () => {
  const pending = { financial_status: "pending" };
  const cases: { what: string; before: KnownOrder; word: Word; effect: string; ask?: string | null }[] = [
    { what: "the first state is the newest", before: NOTHING, word: word(T1, 5n), effect: "newest" },
    { what: "a later updated_at wins, triggered earlier or not", before: known(word(T1, 9n)), word: word(T2, 5n), effect: "newest" },
    { what: "an earlier updated_at is stale, triggered later or not", before: known(word(T2, 5n)), word: word(T1, 9n), effect: "none" },
    { what: "at one updated_at the later trigger wins", before: known(word(T1, 5n)), word: word(T1, 6n, { test: true }), effect: "newest" },
    { what: "at one updated_at a fetched state wins", before: known(word(T1, 5n)), word: word(T1, null, { test: true }), effect: "newest" },
    { what: "and is not beaten again", before: known(word(T1, null)), word: word(T1, 9n, { test: true }), effect: "none" },
    { what: "a repeat changes nothing", before: known(word(T1, 5n)), word: word(T1, 5n), effect: "none", ask: null },
    { what: "a stale state that was paid says so", before: known(word(T2, 5n, pending)), word: word(T1, 4n), effect: "paid" },
    { what: "a body that was not kept asks the store", before: known(word(T1, 5n)), word: { topic: "orders/updated", facts: null, triggeredNs: 6n }, effect: "none", ask: "orders/updated" },
    { what: "a refund asks the store", before: NOTHING, word: { topic: "refunds/create", facts: null, triggeredNs: 6n }, effect: "none", ask: "refunds/create" },
    { what: "of a deleted order nothing is asked", before: { ...NOTHING, deleted: true }, word: { topic: "refunds/create", facts: null, triggeredNs: 6n }, effect: "none", ask: null },
    { what: "a deletion is final", before: { ...NOTHING, deleted: true }, word: { topic: "orders/delete", facts: null, triggeredNs: 6n }, effect: "none" },
    { what: "a click settles a known order again", before: known(word(T1, 5n)), word: { topic: "touch", facts: null, triggeredNs: null }, effect: "resettle" },
    { what: "a click on an unknown order does nothing", before: NOTHING, word: { topic: "touch", facts: null, triggeredNs: null }, effect: "none" },
  ];
  test.each(cases)("$what", ({ before, word, effect, ask }) => {
    const change = applyWord(before, word);
    expect(change.effect).toBe(effect);
    if (ask !== undefined) expect(change.ask).toBe(ask);
  });

  test("two different states of one version end in the same state, whichever came first, and the store is asked", () => {
    const [a, b] = [word(T1, 5n), word(T1, 5n, { test: true })];
    const [ab, ba] = [applyWord(known(a), b), applyWord(known(b), a)];
    expect(ab.known).toEqual(ba.known);
    expect([ab.ask, ba.ask]).toEqual(["one_version", "one_version"]);
  });

  describe("the e-mail, which the Admin API does not always tell", () => {
    const of = (words: Word[]) => words.reduce<KnownOrder>((before, word) => applyWord(before, word).known, NOTHING).facts!.emailHash;
    const webhook = (updated: string, email: string, triggered = 5n) => word(updated, triggered, { email });
    const fetched = (updated: string, email = "") => word(updated, null, { email });
    const T3 = "2026-06-10T10:00:06+02:00";
    const cases: { what: string; words: Word[]; email: string | null }[] = [
      { what: "a fetched state has what the newest webhook showed", words: [webhook(T1, "a@x.example"), fetched(T2)], email: "h:a@x.example" },
      { what: "also where that webhook comes later", words: [fetched(T2), webhook(T1, "a@x.example")], email: "h:a@x.example" },
      { what: "of two webhooks the newer counts", words: [fetched(T3), webhook(T2, "b@x.example"), webhook(T1, "a@x.example")], email: "h:b@x.example" },
      { what: "in any order", words: [webhook(T1, "a@x.example"), fetched(T3), webhook(T2, "b@x.example")], email: "h:b@x.example" },
      { what: "a webhook without an e-mail has none", words: [webhook(T1, "a@x.example"), webhook(T2, "")], email: null },
      { what: "whichever came first", words: [webhook(T2, ""), webhook(T1, "a@x.example")], email: null },
      { what: "what a fetched state tells itself counts", words: [webhook(T1, "a@x.example"), fetched(T2, "c@x.example")], email: "h:c@x.example" },
    ];
    test.each(cases)("$what", ({ words, email }) => expect(of(words)).toBe(email));

    test("lent to a known state, it settles the order again", () => {
      expect(applyWord(known(fetched(T2)), webhook(T1, "a@x.example")).effect).toBe("resettle");
    });
  });
});

test.each([["refunds/create", true], ["orders/edited", true], ["returns/close", true], ["orders/updated", false], ["orders/delete", false]])("%s names an order without carrying it: %s", (topic, hint) => {
  expect(isHint(topic)).toBe(hint);
});

describe("reading a body", () => {
  test("ids past 2^53 keep their digits, wherever they stand", () => {
    expect(parseJson('{"id":9007199254740993,"lines":[{"id":9007199254740995,"n":12}],"text":"9007199254740993"}')).toEqual({
      id: "9007199254740993", lines: [{ id: "9007199254740995", n: 12 }], text: "9007199254740993",
    });
  });

  test.each([
    ["an amount in another currency than the order's", { line_items: [{ id: 1, quantity: 1, price_set: { shop_money: { amount: "1.00", currency_code: "USD" } } }] }, /price_set is in USD/],
    ["a bare number as amount", { line_items: [{ id: 1, quantity: 1, price: 10.5 }] }, /line_items\[0\]\.price is no amount/],
    ["a negative quantity", { line_items: [{ id: 1, quantity: -1, price: "1.00" }] }, /quantity is no count/],
    ["lines that are no list", { line_items: { a: 1 } }, /line_items is no list/],
    ["no creation time", { created_at: null }, /created_at is missing/],
    ["a currency that is none", { currency: "EURO" }, /EURO/],
  ])("%s makes the order unreadable, and says where", (_what, fields, reason) => {
    const read = readOrder({ ...orderBody(), ...fields }, (email) => email);
    expect(read.ok ? "read" : read.reason).toMatch(reason);
  });

  test("optional parts may be missing", () => {
    const read = readOrder({ id: 1, created_at: T1, updated_at: T1, currency: "EUR" }, (email) => email);
    expect(read).toMatchObject({ ok: true, facts: { id: "1", lines: [], refunds: [], applications: [], emailHash: null, financialStatus: "pending" } });
  });

  test("text that a database cannot hold is cleaned", () => {
    const read = readOrder({ ...orderBody(), name: "#1\0\ud800" }, (email) => email);
    expect(read).toMatchObject({ ok: true, facts: { name: "#1\ufffd" } });
  });

  test("shipping refunds are no adjustments; others are summed", () => {
    const adjustment = (kind: string, amount: string) => ({ kind, amount_set: { shop_money: { amount, currency_code: "EUR" } } });
    const read = readOrder({ ...orderBody(), refunds: [{ id: 1, order_adjustments: [adjustment("shipping_refund", "-4.90"), adjustment("refund_discrepancy", "-5.00"), adjustment("refund_discrepancy", "2.00")] }] }, (email) => email);
    expect(read).toMatchObject({ ok: true, facts: { refunds: [{ adjustment: "-300" }] } });
  });
});
