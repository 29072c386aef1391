import { describe, expect, test } from "vitest";
import { codeKey } from "#app/domain/code.ts";
import { creditTotal, rollUpOf, settleOrder, type Known } from "#app/domain/credit.ts";
import type { HandAct } from "#app/domain/hand.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { DEFAULT_PROGRAM_RULE, DEFAULT_SHOP_RULE, type CreditPolicy, type ProgramRule, type RuleBook, type StackingRule, type Touch } from "#app/domain/rule-book.ts";
import { isVerdict, partnerReason, readRefusal, REFUSALS, type Verdict } from "#app/domain/verdict.ts";
import { orderBody } from "#test/support/orders.ts";

const DAY_MS = 86_400_000;
const ORDERED_MS = Date.parse("2026-06-10T08:00:00Z");

function order(fields: Parameters<typeof orderBody>[0] = {}): OrderFacts {
  const read = readOrder(orderBody({ codes: ["MARIE10", "JONAS15"], lines: [{ id: "1", price: "100.00", off: [[0, "15.00"], [1, "10.00"]] }], ...fields }), () => "h:buyer");
  if (!read.ok) throw new Error(read.reason);
  return read.facts;
}

type Sketch = { rule?: Partial<ProgramRule>; marie?: CreditPolicy | null; jonas?: CreditPolicy; network?: string; stackingRule?: StackingRule; override?: CreditPolicy | null };

/** MARIE10 is judged by the network unless a case says otherwise; JONAS15 always earns. `marie` null: MARIE10 is for everybody. */
function bookOf({ rule = {}, marie = "involved", jonas = "always", network = "impact", stackingRule = "largest_discount", override }: Sketch = {}): RuleBook {
  const code = (id: string, creatorId: string | null, text: string, position: number, creditPolicy: CreditPolicy) => ({
    id, position, code: text, key: codeKey(text), match: "exact" as const, createdAtMs: position, retiredAtMs: null,
    terms: [{ validFromMs: 0, creatorId, programId: "p1", creditPolicy, startsAtMs: null, endsAtMs: null }],
  });
  return {
    shopRules: [{ ...DEFAULT_SHOP_RULE, stackingRule }],
    overrides: override === undefined ? [] : [{ id: "o1", programId: "p1", fromMs: 0, toMs: ORDERED_MS + 1, settings: { creditPolicy: override } }],
    programs: new Map([["p1", { id: "p1", network, rules: [{ ...DEFAULT_PROGRAM_RULE, clicks: "network" as const, ...rule }] }]]),
    codes: [code("k1", marie === null ? null : "c1", "MARIE10", 1, marie ?? "always"), code("k2", "c2", "JONAS15", 2, jonas)],
    memberships: ["c1", "c2"].map((creatorId) => ({ creatorId, programId: "p1", fromMs: 0, toMs: null, partnerId: "1" })),
    emailHashes: new Map(),
  };
}

const at = "2026-06-10T09:00:00.000Z";
const CREDITED: Verdict = { verdict: "credited", reason: null, at };
const REFUSED: Verdict = { verdict: "refused", reason: "rule", at };
const click = (creatorId: string | null, daysBefore = 1, clickId: string | null = null): Touch => ({ atMs: ORDERED_MS - daysBefore * DAY_MS, visitor: "v", creatorId, clickId });
const byHand: HandAct = { id: "1", who: "someone", atMs: 0, reason: "so it is", act: "credit", codeId: "k1", amount: null };

function settle(rules: RuleBook, { facts = order(), touches = [], k1, k2, ...known }: Partial<Known> & { facts?: OrderFacts; touches?: Touch[]; k1?: Verdict; k2?: Verdict } = {}) {
  const verdicts = new Map([...(k1 ? [["k1", k1] as const] : []), ...(k2 ? [["k2", k2] as const] : [])]);
  const settlement = settleOrder(facts, { everPaid: false, deleted: false, ...known, verdicts }, rules, touches);
  const became = Object.fromEntries(settlement.decisions.map(({ codeId, outcome, reason }) => [codeId, reason ?? outcome]));
  return { settlement, became, ...rollUpOf(settlement) };
}

describe("whose word holds for a code's clicks", () => {
  const cases: { what: string; rules?: Sketch; touches?: Touch[]; hand?: HandAct; cancelled?: true; verdict?: Verdict; marie: string; jonas: string; credited: bigint }[] = [
    { what: "no word of the network yet: the code keeps the others out, and nothing is credited", marie: "awaiting_network", jonas: "outranked", credited: 0n },
    { what: "also where our own clicks would credit it", touches: [click("c1")], marie: "awaiting_network", jonas: "outranked", credited: 0n },
    { what: "the network credits it, whatever our own clicks say", verdict: CREDITED, marie: "credited", jonas: "outranked", credited: 7500n },
    { what: "the network refuses it, and the other code competes", verdict: REFUSED, touches: [click("c1")], marie: "network_refused", jonas: "credited", credited: 7500n },
    { what: "winner is left to it as well", rules: { marie: "winner" }, verdict: REFUSED, marie: "network_refused", jonas: "credited", credited: 7500n },
    { what: "always asks for no click, and so for nobody's word", rules: { marie: "always" }, verdict: REFUSED, marie: "credited", jonas: "outranked", credited: 7500n },
    { what: "a code for everybody stays with our own clicks", rules: { marie: null }, verdict: CREDITED, marie: "no_click", jonas: "credited", credited: 7500n },
    { what: "a code for everybody with a click", rules: { marie: null }, touches: [click("c2")], verdict: REFUSED, marie: "credited", jonas: "outranked", credited: 7500n },
    { what: "a program that only places codes tells nothing, so our own clicks decide", rules: { rule: { mode: "codes_only" } }, verdict: CREDITED, marie: "no_click", jonas: "credited", credited: 7500n },
    { what: "a program without a network likewise", rules: { network: "none" }, verdict: CREDITED, marie: "no_click", jonas: "credited", credited: 7500n },
    { what: "our own clicks decide where the program says so", rules: { rule: { clicks: "own" } }, verdict: CREDITED, marie: "no_click", jonas: "credited", credited: 7500n },
    { what: "a policy that a person chose afterwards is judged by our own clicks", rules: { override: "involved" }, touches: [click("c2")], verdict: CREDITED, marie: "no_click", jonas: "credited", credited: 7500n },
    { what: "and given back, by the network again", rules: { override: null }, verdict: CREDITED, marie: "credited", jonas: "outranked", credited: 7500n },
    { what: "a person's decision goes before the network's word", hand: byHand, verdict: REFUSED, marie: "credited", jonas: "outranked", credited: 7500n },
    { what: "and does not wait for it", hand: byHand, marie: "credited", jonas: "outranked", credited: 7500n },
    { what: "what stands before the clicks in the order of reasons stays there", cancelled: true, verdict: CREDITED, marie: "cancelled", jonas: "cancelled", credited: 0n },
  ];
  test.each(cases)("$what", ({ rules, touches, hand, cancelled, verdict, marie, jonas, credited }) => {
    const facts = order(cancelled ? { cancelled_at: "2026-06-10T09:00:00Z" } : {});
    const one = settle(bookOf(rules), { facts, touches, hand: hand ?? null, ...(verdict ? { k1: verdict } : {}) });
    expect(one.became).toEqual({ k1: marie, k2: jonas });
    expect(one.credited).toBe(credited);
  });
});

test("what our own clicks say is known beside the network's word", () => {
  const ownOf = (rules: Sketch, touches: Touch[]) => settle(bookOf(rules), { touches, k1: CREDITED }).settlement.candidates[0]!.network;
  expect(ownOf({}, [])).toEqual({ verdict: CREDITED, own: "no_click" });
  expect(ownOf({}, [click("c1")])).toEqual({ verdict: CREDITED, own: null });
  expect(ownOf({ marie: "winner" }, [click("c1", 2), click("c2", 1)])).toEqual({ verdict: CREDITED, own: "not_winning_click" });
  expect(ownOf({ marie: "always" }, [])).toBe(null);
});

describe("what the network is told", () => {
  test("of a code that waits for it as of one that is credited", () => {
    const waiting = settle(bookOf()).settlement;
    expect(waiting.credits).toEqual([]);
    expect(waiting.told).toEqual(settle(bookOf(), { k1: CREDITED }).settlement.credits);
    expect(waiting.told).toMatchObject([{ codeId: "k1", told: "MARIE10", byNetwork: true, lines: [{ lineId: "1", amount: 7500n }] }]);
  });

  test("with the click that would decide here, be it another's, or else with the one that the order names", () => {
    const named = { ...order(), clickId: "of-the-order" };
    const clickId = (rules: Sketch, touches: Touch[]) => settle(bookOf(rules), { facts: named, touches }).settlement.told[0]!.clickId;
    expect(clickId({ marie: "winner" }, [click("c1", 2, "hers"), click("c2", 1, "his")])).toBe("his");
    expect(clickId({ marie: "involved" }, [click("c1", 2, "hers"), click("c2", 1, "his")])).toBe("hers");
    expect(clickId({}, [])).toBe("of-the-order");
    expect(clickId({ rule: { clicks: "own" } }, [click("c1", 1, "hers")])).toBe("hers");
  });

  test("nothing more is waited for once nothing is left of the order", () => {
    const returned = order({ refunds: [{ id: 7, refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal: "75.00" }] }] });
    expect(settle(bookOf(), { facts: returned })).toMatchObject({ outcome: "credited", credited: 0n, became: { k1: "credited", k2: "outranked" } });
  });
});

describe("under split each code waits for itself", () => {
  const rules = bookOf({ stackingRule: "split", jonas: "always" });
  const totals = (verdict?: Verdict) => {
    const { settlement, outcome, became } = settle(rules, verdict ? { k1: verdict } : {});
    return { outcome, became, credits: Object.fromEntries(settlement.credits.map((credit) => [credit.codeId, creditTotal(credit)])), told: settlement.told.map(({ codeId }) => codeId) };
  };
  test("the other one's share stands in the ledger at once", () => {
    expect(totals()).toEqual({ outcome: "credited", became: { k1: "awaiting_network", k2: "credited" }, credits: { k2: 3000n }, told: ["k1", "k2"] });
    expect(totals(CREDITED)).toEqual({ outcome: "credited", became: { k1: "credited", k2: "credited" }, credits: { k1: 4500n, k2: 3000n }, told: ["k1", "k2"] });
  });
  test("and has all of it once the network refuses", () => {
    expect(totals(REFUSED)).toEqual({ outcome: "credited", became: { k1: "network_refused", k2: "credited" }, credits: { k2: 7500n }, told: ["k2"] });
  });
});

test("a refusal is a verdict, but where the network found nobody and did not have the code yet", () => {
  expect(REFUSALS.filter((one) => isVerdict(one, true))).toEqual(REFUSALS);
  expect(REFUSALS.filter((one) => isVerdict(one, false))).toEqual(["rule", "priority", "others", "reversed"]);
});

test("a refusal says who was credited instead, or why nobody was", () => {
  expect(readRefusal(partnerReason("77"))).toEqual({ partnerId: "77" });
  expect(readRefusal("rule")).toEqual({ partnerId: null, refusal: "rule" });
  expect([readRefusal("a word of tomorrow"), readRefusal(null)]).toEqual([{ partnerId: null, refusal: null }, { partnerId: null, refusal: null }]);
});
