// What a creator asks who disputes a credit: which clicks were looked at, why did that code win, how did the amount come about.
import { beforeAll, describe, expect, test } from "vitest";
import { settleOrder, type Known } from "#app/domain/credit.ts";
import { codeKey } from "#app/domain/code.ts";
import { explainOrder, type Names, type OrderProof } from "#app/domain/explain.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import type { OrderHead } from "#app/domain/orders-page.ts";
import { clickParts, stillChosen, type ClickedCode, type ClickPart } from "#app/domain/proof.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { DEFAULT_PROGRAM_RULE, DEFAULT_SHOP_RULE, type CreatorCode, type Override, type ProgramRule, type RuleBook, type ShopRule, type Touch } from "#app/domain/rule-book.ts";
import { loadLanguage, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { clickRemarks } from "#app/ui/orders/click-words.ts";
import { headlineSentences, proofWords } from "#app/ui/orders/words.ts";
import { money, orderBody } from "#test/support/orders.ts";

const ORDERED = "2026-06-10T08:00:00Z";
const at = (text: string) => Date.parse(text);
const joined = (creatorId: string) => ({ creatorId, programId: "p1", fromMs: 0, toMs: null, partnerId: "1" });
const click = (when: string, creatorId: string | null = "c1"): Touch => ({ atMs: at(when), visitor: "v", creatorId, clickId: null });

describe("what a click meant for a code", () => {
  const involved: ClickedCode = { creatorId: "c1", programId: "p1", policy: "involved", windowDays: 30 };
  const winner: ClickedCode = { ...involved, policy: "winner" };
  const generic: ClickedCode = { ...involved, creatorId: null };
  const cases: { what: string; code: ClickedCode; touches: Touch[]; parts: ClickPart[] }[] = [
    { what: "a code that needs no click", code: { ...involved, policy: "always" }, touches: [click("2026-06-01T00:00:00Z")], parts: ["not_needed"] },
    { what: "involved: any click of the creator counts", code: involved, touches: [click("2026-06-01T00:00:00Z"), click("2026-06-02T00:00:00Z", "c2"), click("2026-06-03T00:00:00Z", null)], parts: ["counts", "other_creator", "unknown_creator"] },
    { what: "winner: the last one decides", code: winner, touches: [click("2026-06-03T00:00:00Z"), click("2026-06-02T00:00:00Z", "c2")], parts: ["decides", "later_click"] },
    { what: "winner: the last one is another's", code: winner, touches: [click("2026-06-01T00:00:00Z"), click("2026-06-02T00:00:00Z", "c2")], parts: ["later_click", "against"] },
    { what: "winner: the last one is nobody's", code: winner, touches: [click("2026-06-02T00:00:00Z", null)], parts: ["against"] },
    { what: "winner at one instant: the one noted later", code: winner, touches: [click("2026-06-01T00:00:00Z", "c2"), click("2026-06-01T00:00:00Z")], parts: ["later_click", "decides"] },
    { what: "generic: the last of a creator in the program", code: generic, touches: [click("2026-06-01T00:00:00Z", "c2"), click("2026-06-02T00:00:00Z"), click("2026-06-03T00:00:00Z", "stranger"), click("2026-06-04T00:00:00Z", null)], parts: ["later_click", "decides", "not_in_program", "unknown_creator"] },
    { what: "the edges of the window", code: involved, touches: [click("2026-05-11T07:59:59.999Z"), click("2026-05-11T08:00:00Z"), click(ORDERED), click("2026-06-10T08:00:00.001Z")], parts: ["too_early", "counts", "counts", "after_order"] },
  ];
  test.each(cases)("$what", ({ code, touches, parts }) => {
    expect(clickParts(code, touches, { memberships: [joined("c1"), joined("c2")] }, at(ORDERED))).toEqual(parts);
  });
});

type Sketch = { rule?: Partial<ProgramRule>; shop?: Partial<ShopRule>; codes?: Partial<CreatorCode>[]; overrides?: Override[]; known?: Known; touches?: Touch[] };

/** MARIE10 is c1's, and older than c2's LEO5. */
function bookOf({ rule, shop, codes = [], overrides = [] }: Sketch): RuleBook {
  const own = (id: string, creatorId: string, text: string, position: number): CreatorCode => ({
    id, position, code: text, key: codeKey(text), match: "exact", createdAtMs: at("2026-01-05T09:00:00Z") + position, retiredAtMs: null,
    terms: [{ validFromMs: 0, creatorId, programId: "p1", creditPolicy: "always", startsAtMs: null, endsAtMs: null }], ...codes[position],
  });
  return {
    shopRules: [{ ...DEFAULT_SHOP_RULE, ...shop }],
    programs: new Map([["p1", { id: "p1", network: "impact", rules: [{ ...DEFAULT_PROGRAM_RULE, ...rule }] }]]),
    codes: [own("k1", "c1", "MARIE10", 0), own("k2", "c2", "LEO5", 1), ...codes.slice(2).map((code, index) => ({ ...own(`k${index + 3}`, "c2", code.code!, index + 2), ...code }))],
    memberships: [joined("c1"), joined("c2")],
    overrides,
    emailHashes: new Map(),
  };
}

function facts(fields: Parameters<typeof orderBody>[0] = {}): OrderFacts {
  const read = readOrder(orderBody(fields), (email) => email);
  if (!read.ok) throw new Error(read.reason);
  return read.facts;
}

const NAMES: Names = { creators: new Map([["c1", "Marie"], ["c2", "Leo"]]), programs: new Map([["p1", "Creators"]]), appliedAt: new Map([["o1", "2026-07-01T00:00:00.000Z"]]) };

function proof(order: OrderFacts, sketch: Sketch = {}): OrderProof {
  const { known = { everPaid: false, deleted: false }, touches = [] } = sketch;
  const book = bookOf(sketch);
  return explainOrder({ facts: order, deleted: known.deleted, beside: known.beside ?? null, hand: known.hand ?? null, settlement: settleOrder(order, known, book, touches), book, evidence: { source: "attributes", by: "visitor", visitors: [], clicks: [...touches] } }, NAMES);
}

/** MARIE10 took 8.00 off, LEO5 5.00. */
const both = (first = "8.00", second = "5.00", codes = ["MARIE10", "LEO5"]) => facts({ codes, lines: [{ id: "1", price: "100.00", off: [[0, first], [1, second]] }] });

describe("why a code won", () => {
  const cases: { what: string; order: OrderFacts; sketch?: Sketch; how: string | null; ranking: string[] }[] = [
    { what: "the only one", order: facts(), how: "alone", ranking: ["k1"] },
    { what: "the larger discount", order: both(), how: "won", ranking: ["k1", "k2"] },
    { what: "the larger discount, listed second", order: both("5.00", "8.00"), how: "won", ranking: ["k2", "k1"] },
    { what: "equal discounts: the one listed first", order: both("5.00", "5.00", ["LEO5", "MARIE10"]), how: "tie", ranking: ["k2", "k1"] },
    { what: "the one listed first", order: both("5.00", "8.00"), sketch: { shop: { stackingRule: "first_listed" } }, how: "won", ranking: ["k1", "k2"] },
    { what: "the newest", order: both(), sketch: { shop: { stackingRule: "newest_code" } }, how: "won", ranking: ["k2", "k1"] },
    { what: "equally new: the one listed first", order: both(), sketch: { shop: { stackingRule: "newest_code" }, codes: [{ createdAtMs: 5 }, { createdAtMs: 5 }] }, how: "tie", ranking: ["k1", "k2"] },
    { what: "all of them", order: both(), sketch: { shop: { stackingRule: "split" } }, how: "shared", ranking: ["k1", "k2"] },
    { what: "the only one left", order: both(), sketch: { codes: [{ createdAtMs: at("2026-06-11T00:00:00Z") }] }, how: "only_one_left", ranking: ["k2"] },
    { what: "nobody", order: facts({ financial_status: "pending" }), how: null, ranking: [] },
  ];
  test.each(cases)("$what", ({ order, sketch, how, ranking }) => {
    const { contest, codes } = proof(order, sketch);
    expect([contest?.how ?? null, contest?.ranking.map((one) => one.codeId) ?? []]).toEqual([how, ranking]);
    const credited = codes.filter((code) => code.reason === null).map((code) => code.codeId);
    expect(credited.sort()).toEqual(how === "shared" ? [...ranking].sort() : ranking.slice(0, 1));
  });

  test("a person's choice goes before every rule, and names its reason", () => {
    const hand = { id: "7", who: "Ines", atMs: at("2026-06-20T00:00:00Z"), reason: "agreed on the phone", act: "correct" as const, codeId: "k2", amount: 2_000n };
    const one = proof(both(), { known: { everPaid: false, deleted: false, hand } });
    expect(one.contest).toMatchObject({ how: "by_hand", ranking: [{ codeId: "k2" }] });
    expect(one.hand).toEqual({ id: "7", act: "correct", codeId: "k2", amount: "2000", reason: "agreed on the phone", at: "2026-06-20T00:00:00.000Z" });
    expect([one.credited, one.codes.map((code) => code.reason)]).toEqual(["2000", ["outranked", null]]);
  });
});

describe("what else decided", () => {
  const lost = { id: "7", kind: "chargeback" as const, status: "lost", triggeredNs: String(BigInt(at("2026-07-01T10:00:00Z")) * 1_000_000n) };
  test.each([
    { what: "not asked, no dispute", beside: null, said: { returning: null, disputes: [], chargedBack: false } },
    { what: "a lost dispute that the store told of", beside: { returning: true, lines: {}, disputes: [lost] }, said: { returning: true, disputes: [{ id: "7", kind: "chargeback", status: "lost", toldAt: "2026-07-01T10:00:00Z" }], chargedBack: true } },
    { what: "an open one that was found when asking", beside: { returning: false, lines: {}, disputes: [{ ...lost, status: "under_review", triggeredNs: null }] }, said: { returning: false, disputes: [{ id: "7", kind: "chargeback", status: "under_review", toldAt: null }], chargedBack: false } },
  ])("$what", ({ beside, said }) => {
    expect(proof(facts(), { known: { everPaid: false, deleted: false, beside } })).toMatchObject({ ...said, deleted: false });
  });
});

describe("the rules in force", () => {
  test("what a person chose for the time afterwards is contained, and named", () => {
    const overrides: Override[] = [
      { id: "o1", programId: "p1", fromMs: 0, toMs: at(ORDERED) + 1, settings: { scope: "discounted_lines", creditPolicy: "involved" } },
      { id: "o2", programId: "p1", fromMs: 0, toMs: at(ORDERED), settings: { clickWindowDays: 1 } },
      { id: "o3", programId: "elsewhere", fromMs: 0, toMs: at(ORDERED) + 1, settings: { scope: "order" } },
    ];
    const one = proof(facts(), { overrides, touches: [click("2026-06-01T00:00:00Z")] });
    expect(one.overrides).toEqual([{ id: "o1", program: { id: "p1", name: "Creators" }, appliedAt: "2026-07-01T00:00:00.000Z", settings: overrides[0]!.settings }]);
    expect(one.codes).toMatchObject([{ policy: "involved", rule: { scope: "discounted_lines", clickWindowDays: 30 }, reason: null }]);
    expect(one.clicks).toMatchObject([{ at: "2026-06-01T00:00:00.000Z", creator: { id: "c1", name: "Marie" }, parts: [{ codeId: "k1", part: "counts" }] }]);
  });

  const chose = (id: string, settings: Override["settings"], programId = "p1") => ({ id, program: { id: programId, name: "" }, settings });
  test.each([
    { what: "nothing", choices: [], still: [] },
    { what: "one choice", choices: [chose("a", { scope: "order", clickWindowDays: 3 })], still: [chose("a", { scope: "order", clickWindowDays: 3 })] },
    { what: "a later one goes before it, setting by setting", choices: [chose("a", { scope: "order", clickWindowDays: 3 }), chose("b", { scope: "discounted_lines" })], still: [chose("a", { clickWindowDays: 3 }), chose("b", { scope: "discounted_lines" })] },
    { what: "what was taken back, and the taking back itself", choices: [chose("a", { scope: "order" }), chose("b", { scope: null })], still: [] },
    { what: "another program's stays", choices: [chose("a", { scope: "order" }), chose("b", { scope: null }, "p2")], still: [chose("a", { scope: "order" })] },
  ])("of what was chosen afterwards still decides: $what", ({ choices, still }) => {
    expect(stillChosen(choices)).toEqual(still);
  });

  test("patterns that would have matched too are named", () => {
    const patterns = [{}, {}, { code: "^MARIE", key: "^MARIE", match: "regex" as const }, { code: "10$", key: "10$", match: "regex" as const }];
    expect(proof(facts(), { codes: patterns }).codes).toMatchObject([{ codeId: "k1", onOrder: ["MARIE10"], alsoMatched: [{ codeId: "k3", code: "^MARIE" }, { codeId: "k4", code: "10$" }] }]);
  });
});

describe("a line", () => {
  test("under discounted lines only what the code took something off counts", () => {
    const order = facts({ lines: [{ id: "1", price: "50.00", off: [[0, "5.00"]] }, { id: "2", price: "30.00" }] });
    const { lines } = proof(order, { rule: { scope: "discounted_lines" } });
    expect(lines.map((line) => [line.left, line.counts, line.credited])).toEqual([
      ["4500", [{ codeId: "k1", counts: true }], [{ codeId: "k1", amount: "4500" }]],
      ["3000", [{ codeId: "k1", counts: false }], []],
    ]);
  });

  const marked = { returning: null, lines: { "1": { subscribed: true, type: "Linen", tags: ["sample", "Gift"] } }, disputes: [] };
  test.each([
    { what: "its SKU, whatever the store told", never: { tags: ["gift"], types: ["linen"], skus: [" sku-1"] }, by: { by: "sku", word: " sku-1" } },
    { what: "its type", never: { tags: ["gift"], types: ["wool", "linen"], skus: ["SKU-9"] }, by: { by: "type", word: "linen" } },
    { what: "one of its tags", never: { tags: ["gift"], types: ["wool"], skus: [] }, by: { by: "tag", word: "gift" } },
    { what: "nothing", never: { tags: ["Gif"], types: ["wool"], skus: ["sku-"] }, by: null },
  ])("never earns by $what", ({ never, by }) => {
    const { lines } = proof(facts(), { shop: { neverEarn: never }, known: { everPaid: false, deleted: false, beside: marked } });
    expect(lines).toMatchObject([{ neverEarns: by, subscribed: true, left: "9000", counts: [{ counts: by === null }], credited: by === null ? [{ amount: "9000" }] : [] }]);
  });

  test("names each discount, by its place, also what is no code", () => {
    const order = facts({
      codes: ["MARIE10"], lines: [{ id: "1", price: "100.00", off: [[0, "10.00"], [1, "4.00"]] }],
      discount_applications: [{ type: "discount_code", code: "MARIE10", target_type: "line_item" }, { type: "automatic", title: "Spring", target_type: "line_item" }],
    });
    const { lines, discounts } = proof(order);
    expect(lines[0]!.discounts).toEqual([{ index: 0, name: "MARIE10", kind: "discount_code", amount: "1000" }, { index: 1, name: "Spring", kind: "automatic", amount: "400" }]);
    expect(discounts).toMatchObject([{ name: "MARIE10", amount: "1000", allocations: [{ lineId: "1", amount: "1000" }] }, { name: "Spring", amount: "400" }]);
  });
});

describe("in words", () => {
  beforeAll(() => loadLanguage("en"));

  const wordsOf = (one: OrderProof) => proofWords(one, translateIn("en", "orders"), makeFormat({ language: "en", currency: "EUR", timezone: "UTC", now: "2026-08-01T00:00:00Z" }));
  const known = { everPaid: false, deleted: false };
  const hand = { id: "7", who: "Ines", atMs: at("2026-06-20T00:00:00Z"), reason: "agreed", act: "correct" as const, codeId: "k1", amount: 8_000n };
  const half = { refunds: [{ id: 9, created_at: ORDERED, order_adjustments: [], refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money("50.00"), total_tax_set: money("0.00") }] }] };
  const two = { lines: [{ id: "1", price: "50.00", quantity: 2 }] };
  const lost = { returning: null, lines: { "1": { subscribed: true, type: null, tags: [] } }, disputes: [{ id: "D1", kind: "chargeback" as const, status: "lost", triggeredNs: null }] };
  const pattern = { code: "^MAR.*$", key: "^MAR.*$", match: "regex" as const };

  test.each([
    { what: "a person's amount", order: facts(two), sketch: { known: { ...known, hand } }, said: ["Marie was credited €80.00 for MARIE10, because a person of the shop decided so. The reason given: “agreed”."] },
    { what: "a person's amount that still is left after a refund", order: facts({ ...two, ...half }), sketch: { known: { ...known, hand: { ...hand, amount: 2_000n } } }, said: ["Marie was credited €20.00 for MARIE10, because a person of the shop decided so. The reason given: “agreed”."] },
    { what: "a person's amount of which less is left", order: facts({ ...two, ...half }), sketch: { known: { ...known, hand } }, said: ["A person of the shop decided that Marie is credited €80.00 for MARIE10. No more than €50.00 of the order is left to credit, so that is what Marie gets. The reason given: “agreed”."] },
    { what: "no item with an amount", order: facts({ lines: [{ id: "1", price: "0.00" }] }), said: ["The order has no item that can be credited, so there is nothing for Marie (MARIE10)."] },
    { what: "no item that earns", order: facts(), sketch: { shop: { neverEarn: { tags: [], types: [], skus: ["SKU-1"] } } }, said: ["The order has no item that can be credited, so there is nothing for Marie (MARIE10)."] },
    { what: "a lost dispute that takes the credit", order: facts(), sketch: { known: { ...known, beside: lost } }, said: ["The buyer disputed the payment and got the money back, so Marie gets nothing for MARIE10."] },
    { what: "a lost dispute that leaves it", order: facts(), sketch: { rule: { chargebacks: "keep" as const }, known: { ...known, beside: lost } }, said: ["Marie was credited €90.00, because the buyer used MARIE10: every order with this code is credited to Marie.", "The buyer disputed the payment and got the money back; in Creators the credit stays all the same."] },
    { what: "deleted", order: facts(), sketch: { known: { ...known, deleted: true } }, said: ["The order was deleted in the store, so Marie gets nothing for MARIE10."] },
    { what: "cancelled", order: facts({ cancelled_at: ORDERED }), said: ["The order was cancelled, so Marie gets nothing for MARIE10."] },
    { what: "a pattern, by the code that was used", order: facts(), sketch: { codes: [pattern] }, said: ["Marie was credited €90.00, because the buyer used MARIE10: every order with this code is credited to Marie."] },
  ])("the answer: $what", ({ order, sketch = {}, said }) => {
    expect(wordsOf(proof(order, sketch)).headline).toEqual(said);
  });

  test.each([
    { by: "visitor", source: "attributes", said: "The cart named the visit that the order came from." },
    { by: "clicks", source: "attributes", said: "The cart named the clicks." },
    { by: "checkout", source: "pixel", said: "The pixel tied the checkout to the visit." },
    { by: "customer", source: "pixel", said: "The pixel tied the customer’s account to the visit: the same person, also on another device." },
    { by: "landing", source: "landing", said: "The landing page of the visit named the click." },
    { by: null, source: null, said: "Neither the cart nor the pixel nor the landing page names a visit, so no click can be known." },
  ] as const)("where the clicks are known from: $by", ({ by, source, said }) => {
    expect(wordsOf({ ...proof(facts()), evidence: { by, source, removedAt: null } }).evidence).toBe(said);
  });

  test.each<{ what: string; click: Partial<Touch>; said: string[] }>([
    { what: "noted at once", click: { kind: "code", word: "MARIE10", from: "pixel", heardMs: at("2026-06-01T00:00:01Z") }, said: ["It came by the link of the code MARIE10.", "The pixel noted it at once."] },
    { what: "noted later, once the visitor agreed", click: { kind: "code", word: "MARIE10", from: "pixel", heardMs: at("2026-06-01T00:05:00Z") }, said: ["It came by the link of the code MARIE10.", "The pixel noted it: Jun 1, 2026, 12:05 AM."] },
    { what: "known after the order", click: { kind: "link", word: "marie", from: "embed", heardMs: at("2026-06-20T00:00:00Z") }, said: ["It came by a creator’s own link, with the word marie.", "It became known only after the order, by the theme: Jun 20, 2026, 12:00 AM."] },
    { what: "known from the cart", click: { kind: "click_id", clickId: "x", parameter: "awc", from: "cart" }, said: ["It came by a network’s link, with its click in awc.", "It is known from the cart of the order."] },
    { what: "without a time", click: { kind: "click_id", clickId: "x", parameter: "irclickid", from: "landing", undated: true }, said: ["It came by a network’s link, with its click in irclickid.", "It is known from the page that the visit began on.", "Nobody said when it was, so it counts at the time of the order."] },
    { what: "noted before such things were kept", click: { clickId: "x" }, said: ["It came by a network’s link."] },
  ])("a click: $what", ({ click: more, said }) => {
    const touches = [{ atMs: at("2026-06-01T00:00:00Z"), visitor: "v", creatorId: "c1", clickId: null, ...more }];
    expect(wordsOf(proof(facts(), { touches })).sources).toEqual([said]);
  });

  test.each<{ what: string; click: Partial<Touch>; said: string }>([
    { what: "of a network's link, which may still become somebody's", click: { kind: "click_id", clickId: "x", parameter: "irclickid" }, said: "No network has named a creator for this link so far; until one does, it does not count for MARIE10." },
    { what: "of a link without an id", click: {}, said: "Nobody knows whose link it was, so it does not count for MARIE10." },
  ])("a click of nobody known: $what", ({ click: more, said }) => {
    const touches = [{ ...click("2026-06-01T00:00:00Z", null), ...more }];
    const involvedCode: Partial<CreatorCode> = { terms: [{ validFromMs: 0, creatorId: "c1", programId: "p1", creditPolicy: "involved", startsAtMs: null, endsAtMs: null }] };
    expect(wordsOf(proof(facts(), { touches, codes: [involvedCode] })).clicks).toEqual([[said]]);
  });

  test("clicks of an order without a creator's code earn nothing, and that is said", () => {
    const told = proof(facts({ codes: ["NOBODY"] }), { touches: [click("2026-06-01T00:00:00Z")] });
    expect(told.clicks).toHaveLength(1);
    expect(clickRemarks({ ...told, evidence: { by: "visitor", source: "attributes", removedAt: null } }, translateIn("en", "orders"), makeFormat({ language: "en", currency: "EUR", timezone: "UTC", now: "2026-08-01T00:00:00Z" }))).toEqual([
      "The cart named the visit that the order came from.", "No creator’s code stood on the order, and a click alone earns nothing.",
    ]);
  });

  test.each([
    { found: "line_items[1].price_set 10.005 has more decimals than EUR (2)", why: "What was wrong: an amount has more decimals than EUR has. It is about item 2 of the order." },
    { found: 'total_tax_set "much" is no amount', why: "What was wrong: where an amount belongs, something else stands." },
    { found: "created_at is missing", why: "What was wrong: a part of it is missing, or does not have the form that the store describes." },
  ])("a newer state that could not be read: what stands, what was wrong, what to do ($found)", ({ found, why }) => {
    const t = translateIn("en", "orders");
    const head = { outcome: "unreadable", unreadable: found } as OrderHead;
    const [title, ...said] = headlineSentences(head, wordsOf(proof(facts())), t);
    expect(title).toContain("A newer state of this order could not be read");
    expect(said.slice(0, 3)).toEqual(["What stands, by the last state that could be read: Marie was credited €90.00, because the buyer used MARIE10: every order with this code is credited to Marie.", why, `In the store’s data: ${found}.`]);
    // Of an order that was never read there is nobody to name.
    expect(headlineSentences(head, null, t).slice(0, 2)).toEqual([expect.stringContaining("nobody is credited"), why]);
  });

  test.each([
    { what: "by what it never earns", sketch: { shop: { neverEarn: { tags: [], types: [], skus: ["SKU-1"] } } }, said: "the SKU SKU-1 earns nothing in this shop." },
    { what: "that nobody is credited, and why", sketch: { known: { ...known, beside: lost } }, said: "; not credited (payment lost)." },
    { what: "that it belongs to a subscription, where that is why", sketch: { rule: { renewals: "none" as const }, known: { ...known, beside: { ...lost, disputes: [] } } }, said: "; bought as a subscription; not credited (renewal)." },
  ])("a line says $what", ({ sketch, said }) => {
    const sentence = wordsOf(proof(facts(), sketch)).lines["1"]!;
    expect(sentence.slice(-said.length)).toBe(said);
  });

  test("a dispute says what it is, how it stands, and when the store told it", () => {
    const told = { id: "D2", kind: "inquiry" as const, status: "under_review", triggeredNs: String(BigInt(at("2026-07-01T10:00:00Z")) * 1_000_000n) };
    const { disputes } = wordsOf(proof(facts(), { known: { ...known, beside: { ...lost, disputes: [...lost.disputes, told] } } }));
    expect(disputes).toEqual(["Chargeback D1: lost by the shop. It was found when the store was asked for the order.", "Inquiry D2: the bank decides. The store told it on Jul 1, 2026, 10:00 AM."]);
  });
});
