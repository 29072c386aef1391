import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineBases } from "#app/domain/base.ts";
import { codeKey } from "#app/domain/code.ts";
import { creditTotal, settleOrder, type Reason } from "#app/domain/credit.ts";
import { sum } from "#app/domain/money.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { itemsOf } from "#app/domain/report.ts";
import { DEFAULT_PROGRAM_RULE, DEFAULT_SHOP_RULE, type CodeTerm, type ProgramRule, type RuleBook, type StackingRule, type Touch } from "#app/domain/rule-book.ts";
import { money, orderBody, type LineSketch } from "#test/support/orders.ts";

const ORDERED = "2026-06-10T08:00:00Z";
const at = (text: string) => Date.parse(text);

function facts(fields: Parameters<typeof orderBody>[0] = {}): OrderFacts {
  const read = readOrder(orderBody(fields), (email) => `h:${email}`);
  if (!read.ok) throw new Error(read.reason);
  return read.facts;
}

type Sketch = { rule?: Partial<ProgramRule>; term?: Partial<CodeTerm>; stackingRule?: StackingRule; createdAt?: string; joined?: string; left?: string | null };

function book({ rule = {}, term = {}, stackingRule = "largest_discount", createdAt = "2026-01-05T09:00:00Z", joined = "2026-01-01T00:00:00Z", left = null }: Sketch = {}): RuleBook {
  const own = (id: string, creatorId: string, text: string, position: number) => ({
    id, position, code: text, key: codeKey(text), match: "exact" as const, createdAtMs: at(createdAt) + position, retiredAtMs: null,
    terms: [{ validFromMs: 0, creatorId, programId: "p1", creditPolicy: "always" as const, startsAtMs: null, endsAtMs: null, ...term }],
  });
  const membership = (creatorId: string) => ({ creatorId, programId: "p1", fromMs: at(joined), toMs: left === null ? null : at(left), partnerId: "1" });
  return {
    shopRules: [{ ...DEFAULT_SHOP_RULE, stackingRule }],
    overrides: [],
    programs: new Map([["p1", { id: "p1", network: "impact", rules: [{ ...DEFAULT_PROGRAM_RULE, ...rule }] }]]),
    codes: [own("k1", "c1", "MARIE10", 1), own("k2", "c2", "JONAS15", 2)],
    memberships: [membership("c1"), membership("c2")],
    emailHashes: new Map([["c1", [{ validFromMs: 0, hashes: new Set(["h:marie@creators.example"]) }]]]),
  };
}

const NEW = { everPaid: false, deleted: false };
const click = (when: string, creatorId: string | null = "c1"): Touch => ({ atMs: at(when), visitor: "v", creatorId, clickId: null });

describe("when a matched code earns nothing: the first reason that holds", () => {
  const cases: { what: string; order?: Parameters<typeof orderBody>[0]; rules?: Sketch; known?: typeof NEW; touches?: Touch[]; reason: Reason | null }[] = [
    { what: "a test order, though cancelled too", order: { test: true, cancelled_at: ORDERED }, reason: "test_order" },
    { what: "a cancelled order, though unpaid too", order: { cancelled_at: ORDERED, financial_status: "pending" }, reason: "cancelled" },
    { what: "a deleted order", known: { everPaid: true, deleted: true }, reason: "cancelled" },
    { what: "a pending order", order: { financial_status: "pending" }, reason: "not_paid" },
    { what: "a partly paid order that was paid once", order: { financial_status: "partially_paid" }, known: { everPaid: true, deleted: false }, reason: null },
    { what: "a refunded order has been paid", order: { financial_status: "refunded" }, reason: null },
    { what: "credit on creation: pending counts", order: { financial_status: "pending" }, rules: { rule: { creditOn: "created" } }, reason: null },
    { what: "credit on creation: voided does not, paid once or not", order: { financial_status: "voided" }, known: { everPaid: true, deleted: false }, rules: { rule: { creditOn: "created" } }, reason: "not_paid" },
    { what: "an order before the code was linked", rules: { createdAt: "2026-06-10T08:00:01Z" }, reason: "before_code" },
    { what: "an order before the code starts", rules: { term: { startsAtMs: at(ORDERED) + 1 } }, reason: "outside_window" },
    { what: "an order as the code starts", rules: { term: { startsAtMs: at(ORDERED) } }, reason: null },
    { what: "an order as the code ends", rules: { term: { endsAtMs: at(ORDERED) } }, reason: "outside_window" },
    { what: "a creator who joins later", rules: { joined: "2026-06-10T08:00:01Z" }, reason: "creator_not_in_program" },
    { what: "a creator who joins at that instant", rules: { joined: ORDERED }, reason: null },
    { what: "a creator who leaves at that instant", rules: { left: ORDERED }, reason: "creator_not_in_program" },
    { what: "the creator's own purchase, in another case", order: { email: " Marie@Creators.example " }, reason: "self_referral" },
    { what: "the creator's own purchase, where that is allowed", order: { email: "marie@creators.example" }, rules: { rule: { blockSelfReferral: false } }, reason: null },
    { what: "involved without a click", rules: { term: { creditPolicy: "involved" } }, reason: "no_click" },
    { what: "involved with a click at the edge of the window", rules: { term: { creditPolicy: "involved" } }, touches: [click("2026-05-11T08:00:00Z")], reason: null },
    { what: "involved with a click a moment before the window", rules: { term: { creditPolicy: "involved" } }, touches: [click("2026-05-11T07:59:59.999Z")], reason: "no_click" },
    { what: "involved with a click after the order", rules: { term: { creditPolicy: "involved" } }, touches: [click("2026-06-10T08:00:00.001Z")], reason: "no_click" },
    { what: "winner whose click is not the latest", rules: { term: { creditPolicy: "winner" } }, touches: [click("2026-06-01T00:00:00Z"), click("2026-06-02T00:00:00Z", "c2")], reason: "not_winning_click" },
    { what: "winner beaten by a click of an unknown owner", rules: { term: { creditPolicy: "winner" } }, touches: [click("2026-06-01T00:00:00Z"), click("2026-06-02T00:00:00Z", null)], reason: "not_winning_click" },
    { what: "winner at one instant: the later in the list", rules: { term: { creditPolicy: "winner" } }, touches: [click("2026-06-01T00:00:00Z", "c2"), click("2026-06-01T00:00:00Z")], reason: null },
    { what: "a generic code without any click", rules: { term: { creatorId: null } }, reason: "no_click" },
    { what: "a generic code with a click of one who has not joined", rules: { term: { creatorId: null } }, touches: [click("2026-06-01T00:00:00Z", "stranger")], reason: "no_click" },
    { what: "a generic code and its own clicker's purchase", order: { email: "marie@creators.example" }, rules: { term: { creatorId: null } }, touches: [click("2026-06-01T00:00:00Z", "c2"), click("2026-06-02T00:00:00Z")], reason: "self_referral" },
  ];
  test.each(cases)("$what", ({ order = {}, rules = {}, known = NEW, touches = [], reason }) => {
    const { decisions } = settleOrder(facts(order), known, book(rules), touches);
    expect(decisions).toMatchObject([{ codeId: "k1", reason, outcome: reason === null ? "credited" : "not_credited" }]);
  });

  test("no creator code is one decision without a code", () => {
    expect(settleOrder(facts({ codes: ["NOBODY"] }), NEW, book(), []).decisions).toMatchObject([{ codeId: null, reason: "no_creator_code" }]);
  });
});

describe("history: an order is judged by what held at its creation", () => {
  test("a later change of owner, policy and program settings leaves it alone", () => {
    const rules = book();
    rules.codes[0]!.terms.push({ validFromMs: at(ORDERED) + 1, creatorId: "c2", programId: "p1", creditPolicy: "winner", startsAtMs: null, endsAtMs: null });
    rules.programs.get("p1")!.rules.push({ ...DEFAULT_PROGRAM_RULE, validFromMs: at(ORDERED) + 1, creditOn: "created", scope: "discounted_lines" });
    expect(settleOrder(facts(), NEW, rules, []).decisions).toMatchObject([{ creatorId: "c1", outcome: "credited" }]);
  });

  test("a change at that very instant holds", () => {
    const rules = book();
    rules.codes[0]!.terms.push({ validFromMs: at(ORDERED), creatorId: "c2", programId: "p1", creditPolicy: "always", startsAtMs: null, endsAtMs: null });
    expect(settleOrder(facts(), NEW, rules, []).decisions).toMatchObject([{ creatorId: "c2" }]);
  });
});

describe("two creator codes on one order", () => {
  const two = (marie: string, jonas: string) => facts({ codes: ["MARIE10", "JONAS15"], lines: [{ id: "1", price: "100.00", off: [[0, marie], [1, jonas]] }] });
  const cases: { rule: StackingRule; marie: string; jonas: string; credited: Record<string, bigint> }[] = [
    { rule: "largest_discount", marie: "10.00", jonas: "15.00", credited: { k2: 7500n } },
    { rule: "largest_discount", marie: "12.00", jonas: "12.00", credited: { k1: 7600n } },
    { rule: "first_listed", marie: "10.00", jonas: "15.00", credited: { k1: 7500n } },
    { rule: "newest_code", marie: "20.00", jonas: "5.00", credited: { k2: 7500n } },
    { rule: "split", marie: "10.00", jonas: "15.00", credited: { k1: 3000n, k2: 4500n } },
    { rule: "split", marie: "0.00", jonas: "0.00", credited: { k1: 5000n, k2: 5000n } },
  ];
  test.each(cases)("$rule with $marie and $jonas", ({ rule, marie, jonas, credited }) => {
    const { credits, decisions } = settleOrder(two(marie, jonas), NEW, book({ stackingRule: rule }), []);
    expect(Object.fromEntries(credits.map((credit) => [credit.codeId, creditTotal(credit)]))).toEqual(credited);
    for (const decision of decisions) expect(decision.reason).toBe(decision.codeId! in credited ? null : "outranked");
  });
});

describe("properties of any order", () => {
  const cents = fc.integer({ min: 0, max: 50_000 }).map((minor) => (minor / 100).toFixed(2));
  const lines = fc.array(
    fc.record({ price: cents, quantity: fc.integer({ min: 0, max: 5 }), gone: fc.integer({ min: 0, max: 5 }), marie: cents, jonas: cents, tax: cents, giftCard: fc.boolean() }),
    { minLength: 1, maxLength: 8 },
  );
  const refunds = fc.array(fc.record({ line: fc.nat(7), quantity: fc.integer({ min: 0, max: 5 }), subtotal: cents, tax: cents, adjustment: fc.integer({ min: -20_000, max: 20_000 }) }), { maxLength: 4 });

  test("credits are never negative, never above the bases, and under split share out exactly what is left", () => {
    fc.assert(
      fc.property(lines, refunds, fc.boolean(), fc.constantFrom<StackingRule>("largest_discount", "split", "first_listed"), fc.constantFrom("order", "discounted_lines"), (sketches, given, taxesIncluded, stackingRule, scope) => {
        const order = facts({
          codes: ["MARIE10", "JONAS15"],
          taxes_included: taxesIncluded,
          lines: sketches.map((one, index): LineSketch => ({ id: String(index + 1), price: one.price, quantity: one.quantity, currentQuantity: Math.max(0, one.quantity - one.gone), tax: one.tax, giftCard: one.giftCard, off: [[0, one.marie], [1, one.jonas]] })),
          refunds: given.map((one, index) => ({
            id: index + 1,
            refund_line_items: [{ line_item_id: one.line + 1, quantity: one.quantity, subtotal_set: money(one.subtotal), total_tax_set: money(one.tax) }],
            order_adjustments: [{ kind: "refund_discrepancy", amount_set: money((one.adjustment / 100).toFixed(2)) }],
          })),
        });
        const { credits, bases } = settleOrder(order, NEW, book({ stackingRule, rule: { scope: scope as "order" } }), []);
        for (const entry of bases) {
          expect(entry.left >= 0n && entry.left <= entry.base).toBe(true);
          const shared = sum(credits.flatMap((credit) => credit.lines.filter((line) => line.lineId === entry.line.id).map((line) => line.amount)));
          expect(shared).toBe(entry.left);
        }
        for (const line of credits.flatMap((credit) => credit.lines)) expect(line.amount > 0n).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("what is refunded in full leaves nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ price: cents, quantity: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 6 }), (sketches) => {
        const order = facts({
          codes: ["MARIE10"],
          lines: sketches.map((one, index) => ({ id: String(index + 1), price: one.price, quantity: one.quantity, currentQuantity: 0 })),
          refunds: [{ id: 1, refund_line_items: sketches.map((one, index) => ({ line_item_id: index + 1, quantity: one.quantity, subtotal_set: money((Math.round(Number(one.price) * 100) * one.quantity / 100).toFixed(2)), total_tax_set: money("0.00") })) }],
        });
        expect(sum(lineBases(order).map((entry) => entry.left))).toBe(0n);
      }),
    );
  });
});

test("the longest order that a body can carry is settled before anybody notices: its time grows with its lines, not with their square", () => {
  const most = 20_000;
  const lines = Array.from({ length: most }, (_, index): LineSketch => ({ id: String(index + 1), price: "1.00" }));
  const refunds = [{ id: 7, refund_line_items: lines.map(({ id }) => ({ line_item_id: Number(id), quantity: 1, subtotal: "0.25" })), order_adjustments: [] }];
  const order = facts({ lines: [{ ...lines[0]!, off: [[0, "0.10"]] }, ...lines.slice(1)], refunds });
  const begun = performance.now();
  const settled = settleOrder(order, NEW, book(), []);
  expect(creditTotal(settled.credits[0]!)).toBe(75n * BigInt(most) - 10n);
  expect(itemsOf(settled.credits[0]!, settled.bases)).toHaveLength(most);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

describe("the click that the network is told of", () => {
  const own = (when: string, clickId: string, parameter: string | null = "irclickid", creatorId: string | null = "c1"): Touch => ({ ...click(when, creatorId), clickId, parameter, kind: "click_id" });
  const link = (when: string, creatorId = "c1"): Touch => ({ ...click(when, creatorId), kind: "link", word: "MARIE10" });
  const involved = { creditPolicy: "involved" as const };
  const cases: { what: string; term?: Partial<CodeTerm>; rule?: Partial<ProgramRule>; order?: Parameters<typeof orderBody>[0]; touches: Touch[]; told: [string | null, string | null] }[] = [
    { what: "the creator's click", term: involved, touches: [own("2026-06-09T00:00:00Z", "a")], told: ["a", "irclickid"] },
    { what: "one that was noted before parameters were kept", term: involved, touches: [own("2026-06-09T00:00:00Z", "a", null)], told: ["a", null] },
    { what: "his latest one of the program's network, where the deciding click is a link of his", term: involved, touches: [own("2026-06-07T00:00:00Z", "a"), own("2026-06-08T00:00:00Z", "b"), link("2026-06-09T00:00:00Z")], told: ["b", "irclickid"] },
    { what: "none of another network", term: involved, touches: [own("2026-06-09T00:00:00Z", "w", "awc")], told: [null, null] },
    { what: "his own network's, though another network's came later", term: involved, touches: [own("2026-06-08T00:00:00Z", "a"), own("2026-06-09T00:00:00Z", "w", "awc")], told: ["a", "irclickid"] },
    { what: "no click of another creator", term: involved, touches: [link("2026-06-08T00:00:00Z"), own("2026-06-09T00:00:00Z", "b", "irclickid", "c2")], told: [null, null] },
    { what: "no click outside the window", term: involved, touches: [own("2026-05-01T00:00:00Z", "a"), link("2026-06-09T00:00:00Z")], told: [null, null] },
    { what: "none where no click is asked for", touches: [own("2026-06-09T00:00:00Z", "a")], told: [null, null] },
    { what: "a code for everybody: that of the creator it credits", term: { creatorId: null }, touches: [own("2026-06-08T00:00:00Z", "a"), link("2026-06-09T00:00:00Z")], told: ["a", "irclickid"] },
    { what: "a code for everybody whose click is another network's: that it is", term: { creatorId: null }, touches: [own("2026-06-09T00:00:00Z", "w", "awc")], told: [null, "awc"] },
    { what: "where the network decides: the click that would decide here, whosever it is", term: { creditPolicy: "winner" }, rule: { clicks: "network" }, touches: [own("2026-06-09T00:00:00Z", "b", "irclickid", "c2")], told: ["b", "irclickid"] },
    { what: "where the network decides: else the one that the order names", term: involved, rule: { clicks: "network" }, order: { note_attributes: [{ name: "awc", value: "w" }, { name: "irclickid", value: "n" }] }, touches: [], told: ["n", "irclickid"] },
  ];
  test.each(cases)("$what", ({ term = {}, rule = {}, order = {}, touches, told }) => {
    const { told: [credit] } = settleOrder(facts(order), NEW, { ...book({ term, rule }), clickNetworks: new Map([["irclickid", "impact"], ["awc", null]]) }, touches);
    expect([credit!.clickId, credit!.clickParameter]).toEqual(told);
  });
});

describe("what the clicks said of a code", () => {
  const cases: { what: string; term?: Partial<CodeTerm>; touches: Touch[]; clicked: string | null }[] = [
    { what: "nothing", touches: [], clicked: null },
    { what: "one was its creator's, though another's came later", touches: [click("2026-06-01T00:00:00Z"), click("2026-06-02T00:00:00Z", "c2")], clicked: "own" },
    { what: "one is of an owner who is not known yet", touches: [click("2026-06-01T00:00:00Z", "c2"), click("2026-06-02T00:00:00Z", null)], clicked: "unknown" },
    { what: "all were others'", touches: [click("2026-06-01T00:00:00Z", "c2")], clicked: "other" },
    { what: "one before the window says nothing", touches: [click("2026-01-01T00:00:00Z")], clicked: null },
    { what: "a code for everybody: one names a creator", term: { creatorId: null }, touches: [click("2026-06-01T00:00:00Z", "c2")], clicked: "own" },
    { what: "a code for everybody: one names somebody who has not joined", term: { creatorId: null }, touches: [click("2026-06-01T00:00:00Z", "stranger")], clicked: "other" },
  ];
  test.each(cases)("$what", ({ term = {}, touches, clicked }) => {
    expect(settleOrder(facts(), NEW, book({ term }), touches).candidates[0]!.clicked).toBe(clicked);
  });
});
