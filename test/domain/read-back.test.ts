// How an action differs from what is known of it here: cases, and what holds whatever they are.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { total, type ReportState } from "#app/domain/plan-report.ts";
import { compareAction, type Compared, type HeldAction, type OwnConversion, type Place } from "#app/domain/read-back.ts";
import { offersFor, refAfter, versionOf, type ActionFacts } from "#app/domain/worklist.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const iso = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
const item = (sku: string, quantity: number, amount: string) => ({ sku, name: sku, category: null, quantity, amount });

const HELD: HeldAction = { actionId: "1.2.3", state: "pending", word: null, currency: "EUR", amount: "9000", payout: "900", partnerId: "77", lockAt: iso(24 * 20), readAt: iso(-1), items: null };
const OWN: OwnConversion = {
  n: 1, next: 2, state: "reported", resting: true, actionId: "1.2.3", currency: "EUR", target: [item("A", 1, "5000"), item("B", 2, "4000")], partnerId: "77", lockAt: iso(24 * 20), awaiting: false, changedAt: iso(-2),
};
const FULL: Place = { mode: "full", mine: true };

type Case = [string, Partial<HeldAction>, Partial<OwnConversion> | null, Compared, Partial<Place>?];

const CASES: Case[] = [
  ["the same on both sides", {}, {}, "same"],
  ["another amount", { amount: "6000" }, {}, { kind: "amount", how: null }],
  ["another amount, in another currency than was sent", { amount: "6000", currency: "USD" }, {}, "same"],
  ["an amount that cannot be read", { amount: null }, {}, "same"],
  ["another amount, while an edit is under way", { amount: "6000" }, { state: "queued", resting: false }, "wait"],
  ["another amount, while an edit is due", { amount: "6000" }, { resting: false }, "wait"],
  ["another amount, read before it last changed here", { amount: "6000", readAt: iso(-3) }, {}, "wait"],
  ["the same, read before it last changed here", { readAt: iso(-3) }, {}, "same"],
  ["another amount of one that waits for a person already", { amount: "6000" }, { state: "stuck" }, "same"],
  ["another partner", { partnerId: "78" }, {}, { kind: "partner", how: null }],
  ["another partner, where a click alone was told", { partnerId: "78" }, { partnerId: null }, "same"],
  ["another partner, where the network decides", { partnerId: "78" }, { awaiting: true }, "same"],
  ["another partner and another amount", { partnerId: "78", amount: "1" }, {}, { kind: "partner", how: null }],
  ["reversed there", { state: "reversed", amount: "0" }, {}, { kind: "state", how: "reversed" }],
  ["reversed there, where the network decides", { state: "reversed", amount: "0" }, { awaiting: true }, "same"],
  ["reversed on both sides", { state: "reversed", amount: "0" }, { state: "reversed", target: [] }, "same"],
  ["standing there, reversed here", {}, { state: "reversed", target: [] }, { kind: "state", how: "stands" }],
  ["standing there with nothing left of it, reversed here", { amount: "0" }, { state: "reversed", target: [] }, "same"],
  ["approved after its lock", { state: "approved", lockAt: iso(-1) }, {}, "same"],
  ["approved before its lock", { state: "approved" }, {}, { kind: "state", how: "early" }],
  ["approved, with no lock known", { state: "approved", lockAt: null }, { lockAt: null }, "same"],
  ["a state that is new", { state: "other", word: "ON_HOLD" }, {}, { kind: "state", how: "word" }],
  ["gone there", { state: "gone", amount: null, currency: "" }, {}, { kind: "missing", how: null }],
  ["gone there, where nothing is held here either", { state: "gone", amount: null }, { state: "reversed", target: [] }, "same"],
  ["not read yet", { state: "unread", readAt: null }, {}, "same"],
  ["of an order that is not told", {}, null, { kind: "extra", how: null }],
  ["of an order that is not told, in a program that another integration reports", {}, null, "same", { mode: "codes_only" }],
  ["of nobody here", {}, null, "same", { mine: false }],
  ["of an order that is not told, reversed", { state: "reversed" }, null, "same"],
  ["a second one of an order", {}, { actionId: "9.9.9" }, { kind: "extra", how: null }],
  ["a second one of an order, under way", {}, { actionId: null, state: "queued", resting: false }, "wait"],
  ["one of an order that the network did not take from us", {}, { actionId: null, state: "stuck" }, "same"],
  ["credited to another by the network, which refused ours", { partnerId: "78" }, { state: "dropped", target: [], awaiting: true }, "same"],
  ["credited to another by the network, which refused ours without naming it", { partnerId: "78" }, { state: "dropped", target: [], awaiting: true, actionId: null }, "same"],
  ["credited to ours though it was refused", {}, { state: "dropped", target: [], awaiting: true }, { kind: "state", how: "stands" }],
  ["another shop's on the same account", {}, null, "same", { elsewhere: "held" }],
  ["another shop's on the same account, whose order has the same name", {}, { actionId: "9.9.9" }, "same", { elsewhere: "held" }],
  ["maybe that which another shop waits for", {}, null, "wait", { elsewhere: "pending" }],
  ["ours, though another shop waits for one of that name", { amount: "6000" }, {}, { kind: "amount", how: null }, { elsewhere: "pending" }],
];

describe("an action beside its conversion", () => {
  it.each(CASES)("%s", (_, held, own, found, place = {}) => {
    expect(compareAction({ ...HELD, ...held }, own === null ? null : { ...OWN, ...own }, { ...FULL, ...place }, NOW)).toEqual(found);
  });
});

const heldActions: fc.Arbitrary<HeldAction> = fc.record({
  actionId: fc.constantFrom("1.2.3", "9.9.9"),
  state: fc.constantFrom<HeldAction["state"]>("pending", "approved", "reversed", "other", "gone", "unread"),
  word: fc.constant(null),
  currency: fc.constantFrom("EUR", "USD"),
  amount: fc.constantFrom(null, "0", "6000", "9000"),
  payout: fc.constantFrom(null, "0", "900"),
  partnerId: fc.constantFrom("", "77", "78"),
  lockAt: fc.constantFrom(null, iso(-1), iso(1), iso(1_000)),
  readAt: fc.constantFrom(null, iso(-3), iso(-1)),
  items: fc.constantFrom(null, [item("A", 1, "5000"), item("B", 1, "1000")], [item("A", 1, "5000"), item("B", 2, "4000")]),
});
const owns: fc.Arbitrary<OwnConversion | null> = fc.option(
  fc.record({
    n: fc.constantFrom(1, 2),
    next: fc.constant(3),
    state: fc.constantFrom<ReportState>("waiting", "sending", "queued", "reported", "reversed", "dropped", "stuck"),
    resting: fc.boolean(),
    actionId: fc.constantFrom(null, "1.2.3"),
    currency: fc.constant("EUR"),
    target: fc.constantFrom([], OWN.target),
    partnerId: fc.constantFrom(null, "77"),
    lockAt: fc.constantFrom(null, iso(1)),
    awaiting: fc.boolean(),
    changedAt: fc.constant(iso(-2)),
  }),
);
const places: fc.Arbitrary<Place> = fc.record({ mode: fc.constantFrom("full", "codes_only"), mine: fc.boolean() });

describe("whatever an action and its conversion are", () => {
  it("nothing is said of what is under way, of others' sales, or of what was read before it last changed here", () => {
    fc.assert(
      fc.property(heldActions, owns, places, (held, own, place) => {
        const found = compareAction(held, own, place, NOW);
        if (typeof found === "string") return;
        expect(own === null || (own.resting && !["waiting", "sending", "queued"].includes(own.state))).toBe(true);
        if (own === null) expect(place).toEqual({ mode: "full", mine: true });
        if (own !== null && own.actionId === held.actionId) expect(held.readAt! >= own.changedAt).toBe(true);
        if (found.kind === "amount") expect([held.currency, held.amount === total(own!.target).toString()]).toEqual([own!.currency, false]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("what is offered can be done: nothing is sent after the lock, an edit ends where it says, and every difference can be looked at and left", () => {
    fc.assert(
      fc.property(heldActions, owns, places, (held, own, place) => {
        const facts: ActionFacts = { held, own, place, orderRef: "42", networkOrderId: "42" };
        const found = compareAction(held, own, place, NOW);
        if (typeof found === "string") return;
        const offers = offersFor(found, facts, NOW);
        const names = offers.map((offer) => offer.repair);
        expect(names.slice(-2)).toEqual(["look", "accept"]);
        expect(new Set(names).size).toBe(names.length);
        if (held.lockAt !== null && Date.parse(held.lockAt) <= NOW) expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(edit|reverse)$/)]));
        const edit = offers.find((offer) => offer.repair === "edit")?.effect;
        if (edit?.key === "edit") expect(edit.amount).toBe(total(own!.target).toString());
        expect(versionOf(facts, NOW)).toBe(versionOf(structuredClone(facts), NOW));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("what was shown", () => {
  it.each<[string, Partial<HeldAction>, Partial<OwnConversion>]>([
    ["another amount", { amount: "1" }, {}],
    ["another payout", { payout: "1" }, {}],
    ["another state", { state: "approved" }, {}],
    ["other items", { items: [item("A", 1, "1")] }, {}],
    ["a lock that has passed", { lockAt: iso(-1) }, {}],
    ["another target", {}, { target: [item("A", 1, "1")] }],
    ["the same sum of other items", {}, { target: [item("A", 1, "4000"), item("B", 2, "5000")] }],
    ["work that began", {}, { resting: false }],
  ])("is another with %s", (_, held, own) => {
    const facts = (held: Partial<HeldAction>, own: Partial<OwnConversion>): ActionFacts => ({ held: { ...HELD, ...held }, own: { ...OWN, ...own }, place: FULL, orderRef: "42", networkOrderId: "42" });
    expect(versionOf(facts(held, own), NOW)).not.toBe(versionOf(facts({}, {}), NOW));
  });

  it.each([["42", 1, 2, "42-2"], ["42-2", 2, 3, "42-3"], ["#1001", 1, 4, "#1001-4"], ["EN-1001", 1, 2, "EN-1001-2"], ["EN-1001-2", 2, 3, "EN-1001-3"]])("the order id after %s with number %i is, with number %i, %s", (told, n, next, ref) => {
    expect(refAfter(told, n, next)).toBe(ref);
  });
});
