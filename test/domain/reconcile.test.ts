// Tables of cases: what differs on an order between store, app and network, and why; what is in order by a rule; what the numbers come to.
import { describe, expect, it, test } from "vitest";
import fc from "fast-check";
import { CAUSE_NAMES, CAUSES, compareOrder, FETCHED, itemsOf, type AppOrder, type StoreOrder } from "#app/domain/reconcile.ts";
import { compareSales, type Credited, type OwnSale, type ProgramThen, type ReadAction } from "#app/domain/reconcile-network.ts";
import { CAUSE_WORDS, linesOf, sentenceOf } from "#app/domain/reconcile-report.ts";
import { addCredited, addFound, addOrder, byCurrency, countsOf, noSums } from "#app/domain/reconcile-sums.ts";
import type { Reconciliation } from "#app/domain/reconcile-page.ts";

const BEGAN = Date.parse("2026-06-30T12:00:00Z");
const nsOf = (iso: string) => (BigInt(Date.parse(iso)) * 1_000_000n).toString();
const STORE: StoreOrder = { name: "#1001", createdAt: "2026-06-10T08:00:00.000Z", updatedNs: nsOf("2026-06-10T08:00:04Z"), test: false, cancelled: false, status: "paid", codes: ["MARIE10"] };
const APP: AppOrder = {
  name: "#1001", createdAt: STORE.createdAt, updatedNs: STORE.updatedNs, facts: { test: false, cancelled: false, status: "paid", codes: ["marie10 "] }, outcome: "credited",
  deleted: false, forgotten: false, closed: false, asked: false, tries: 0, unreadable: null, arriving: false,
};
const ns = (change: bigint) => (BigInt(STORE.updatedNs) + change).toString();
const JUST_NOW = "2026-06-30T11:59:30Z";

const EUR = (amount: string) => ({ amount, currency: "EUR" });

type Case = { name: string; store?: Partial<StoreOrder> | null; app?: Partial<AppOrder> | null; shownSinceMs?: number; cause?: string; known?: string[] };
const orders: Case[] = [
  { name: "the same on both sides" },
  { name: "the app has it newer: the store was asked before", app: { updatedNs: ns(1n) } },
  { name: "a code that took nothing off is not kept with the facts", store: { codes: ["MARIE10", "NOTHING"] } },
  { name: "the app never saw it", app: null, cause: "never_seen" },
  { name: "the app has only its id", app: { facts: null, updatedNs: null, outcome: null }, cause: "never_seen" },
  { name: "the app never saw it, and it changed just now", store: { updatedNs: nsOf(JUST_NOW) }, app: null, cause: "on_the_way" },
  { name: "the app has an older state", app: { updatedNs: ns(-1n) }, cause: "older" },
  { name: "older, and its change is of just now", store: { updatedNs: nsOf(JUST_NOW) }, cause: "on_the_way" },
  { name: "older, and its delivery waits to be settled", app: { updatedNs: ns(-1n), arriving: true }, cause: "on_the_way" },
  { name: "older, and the store is being asked", app: { updatedNs: ns(-1n), asked: true, tries: 3 }, cause: "fetch_waits" },
  { name: "older, and the store was asked in vain", app: { updatedNs: ns(-1n), asked: true, tries: 4 }, cause: "fetch_fails" },
  { name: "a delivery could not be read", app: { unreadable: "no lines" }, cause: "unreadable" },
  { name: "of one version, and another status", app: { facts: { ...APP.facts!, status: "pending" } }, cause: "read_otherwise" },
  { name: "of one version, and a test there", store: { test: true }, cause: "read_otherwise" },
  { name: "of one version, and cancelled there", store: { cancelled: true }, cause: "read_otherwise" },
  { name: "of one version, and a code that the store does not list", store: { codes: [] }, cause: "read_otherwise" },
  { name: "of one version, and its items come to the same", store: { items: EUR("9000") }, app: { facts: { ...APP.facts!, items: EUR("9000") } } },
  { name: "of one version, and its items come to another sum", store: { items: EUR("9001") }, app: { facts: { ...APP.facts!, items: EUR("9000") } }, cause: "store_amount" },
  { name: "of one version, and its items are in another currency", store: { items: { amount: "9000", currency: "USD" } }, app: { facts: { ...APP.facts!, items: EUR("9000") } }, cause: "store_amount" },
  { name: "its items cannot be compared there", store: { items: null }, app: { facts: { ...APP.facts!, items: EUR("9000") } } },
  { name: "its items cannot be compared here", store: { items: EUR("9000") }, app: { facts: { ...APP.facts!, items: null } } },
  { name: "the app has it newer, with items for another sum", store: { items: EUR("9001") }, app: { updatedNs: ns(1n), facts: { ...APP.facts!, items: EUR("9000") } } },
  { name: "known, and never settled", app: { outcome: null }, cause: "unexplained" },
  { name: "the store lists it no more", store: null, cause: "gone_in_store" },
  { name: "the store does not list it yet", store: null, app: { createdAt: "2026-06-30T11:50:00.000Z" }, cause: "on_the_way" },
  { name: "older than the store shows", store: null, shownSinceMs: Date.parse("2026-06-11T00:00:00Z"), known: ["beyond_reach"] },
  { name: "deleted in the store", store: null, app: { deleted: true }, known: ["deleted"] },
  { name: "deleted, and listed all the same: deleting is final", app: { deleted: true }, known: ["deleted"] },
  { name: "an id that neither side knows more of", store: null, app: { facts: null, createdAt: null, updatedNs: null } },
  { name: "an id that the store is being asked for", store: null, app: { facts: null, createdAt: null, updatedNs: null, asked: true }, cause: "fetch_waits" },
  { name: "of a forgotten buyer", app: { forgotten: true }, known: ["forgotten"] },
  { name: "of a forgotten buyer, and older", app: { forgotten: true, updatedNs: ns(-1n) }, cause: "older", known: ["forgotten"] },
  { name: "of a forgotten shop, whatever the store says", app: { closed: true, forgotten: true, facts: null, updatedNs: null }, known: ["shop_forgotten"] },
];

test.each(orders)("an order: $name", ({ store, app, shownSinceMs = null, cause, known = [] }) => {
  const found = compareOrder(store === null ? null : { ...STORE, ...store }, app === null ? null : { ...APP, ...app }, { beganMs: BEGAN, shownSinceMs });
  expect({ causes: found.differences.map((one) => one.cause), known: found.known }).toEqual({ causes: cause ? [cause] : [], known });
});

test("the amounts of a difference are the app's and the store's", () => {
  expect(compareOrder({ ...STORE, items: EUR("9001") }, { ...APP, facts: { ...APP.facts!, items: EUR("9000") } }, { beganMs: BEGAN, shownSinceMs: null }).differences).toMatchObject([{ cause: "store_amount", currency: "EUR", here: "9000", there: "9001" }]);
});

const LINE = { id: "1", sku: null, variantId: null, title: "Lamp", quantity: 3, currentQuantity: 3, price: "3333", allocations: [{ application: 0, amount: "1000" }, { application: 1, amount: "1" }], tax: "0", giftCard: false, tip: false };
const BOUGHT = { lines: [LINE, { ...LINE, id: "2", quantity: 1, currentQuantity: 1, allocations: [] }], refunds: [], currency: "EUR", presentment: { currency: "EUR", total: "1" } };
test.each([
  { name: "after discounts", facts: BOUGHT, items: EUR("12331") },
  { name: "of no lines", facts: { ...BOUGHT, lines: [] }, items: EUR("0") },
  { name: "paid in another currency", facts: { ...BOUGHT, presentment: { currency: "USD", total: "1" } }, items: null },
  { name: "with a gift card", facts: { ...BOUGHT, lines: [LINE, { ...LINE, giftCard: true }] }, items: null },
  { name: "with a tip", facts: { ...BOUGHT, lines: [LINE, { ...LINE, tip: true }] }, items: null },
  { name: "with pieces that were taken off", facts: { ...BOUGHT, lines: [{ ...LINE, currentQuantity: 2 }] }, items: null },
  { name: "with a refund", facts: { ...BOUGHT, refunds: [{ id: "1", createdAt: null, lines: [], adjustment: "0" }] }, items: null },
])("what an order's items came to, $name", ({ facts, items }) => {
  expect(itemsOf(facts)).toEqual(items);
});

const ITEMS = [{ sku: "A", name: "A", category: null, quantity: 1, amount: "9000" }];
const SALE: OwnSale = { n: 1, programId: "p1", creatorId: "c1", codeId: "k1", state: "reported", currency: "EUR", target: ITEMS, sent: ITEMS, actionId: "a1", lockAt: null, nextAt: null, underWay: false, problem: null, left: false };
const READ = "2026-06-29T12:00:00.000Z";
const OWN = { n: 1, next: 2, state: "reported" as "reported" | "stuck" | "reversed", resting: true, actionId: "a1", currency: "EUR", target: ITEMS, partnerId: "1001", lockAt: null, awaiting: false, changedAt: "2026-06-28T12:00:00.000Z" };
const ACTION: ReadAction = {
  programId: "p1", creatorId: "c1", repair: null, accepted: null, orderRef: "1001", networkOrderId: "1001", own: OWN, place: { mode: "full", mine: true, elsewhere: null },
  held: { actionId: "a1", state: "pending", word: null, currency: "EUR", amount: "9000", payout: null, partnerId: "1001", lockAt: null, readAt: READ, items: null },
};
const CREDITED: Credited = { rollUp: "9000", balances: [{ programId: "p1", creatorId: "c1", currency: "EUR", amount: "9000" }], awaiting: [], sales: [SALE], actions: [ACTION] };
const PROGRAM: ProgramThen = { network: "impact", mode: "full", account: "connected" };
const held = (change: Partial<ReadAction["held"]>): Credited => ({ ...CREDITED, actions: [{ ...ACTION, held: { ...ACTION.held, ...change } }] });
const sale = (change: Partial<OwnSale>, own: Partial<typeof OWN> = {}): Credited => ({ ...CREDITED, sales: [{ ...SALE, ...change }], actions: [{ ...ACTION, own: { ...OWN, ...own } }] });
const nothing: Pick<Credited, "rollUp" | "balances"> = { rollUp: "0", balances: [] };
const other = { ...ACTION, own: null, held: { ...ACTION.held, actionId: "a9" } };

type SaleCase = { name: string; credited: Credited; program?: Partial<ProgramThen>; causes?: string[]; known?: string[] };
const sales: SaleCase[] = [
  { name: "the same everywhere", credited: CREDITED },
  { name: "nothing anywhere", credited: { ...nothing, awaiting: [], sales: [], actions: [] } },
  { name: "waits to be told", credited: { ...sale({ state: "waiting", actionId: null, underWay: true, sent: null }), actions: [] }, causes: ["waits"] },
  { name: "is being told", credited: { ...sale({ state: "queued", actionId: null, sent: null }), actions: [] }, causes: ["waits"] },
  { name: "waits, and its account is disconnected", credited: { ...sale({ state: "waiting", actionId: null, underWay: true, sent: null }), actions: [] }, program: { account: "disconnected" }, causes: ["cut_off"] },
  { name: "waits, and the token is refused", credited: { ...sale({ state: "waiting", actionId: null, underWay: true, sent: null }), actions: [] }, program: { account: "refused" }, causes: ["cut_off"] },
  { name: "was never told, and is not to be any more", credited: { ...CREDITED, ...nothing, sales: [{ ...SALE, state: "waiting", actionId: null, sent: null, target: [] }], actions: [] } },
  { name: "was not taken", credited: { ...sale({ state: "stuck", problem: "rejected", actionId: null, sent: null }), actions: [] }, causes: ["not_taken"] },
  { name: "was reversed there, and nobody chose what becomes of it", credited: { ...sale({ state: "reversed", problem: "rejected", sent: [] }), actions: [] }, causes: ["not_taken"] },
  { name: "changed after the lock", credited: sale({ state: "stuck", problem: "after_lock" }, { state: "stuck" }), causes: ["locked"] },
  { name: "was left by a person", credited: sale({ state: "stuck", problem: "after_lock", left: true }, { state: "stuck" }), known: ["accepted"] },
  { name: "was told, and not read back", credited: { ...CREDITED, actions: [] }, causes: ["not_read_back"] },
  { name: "was told, and only a postback named it", credited: held({ state: "unread" }), causes: ["not_read_back"] },
  { name: "changed here since it was read", credited: sale({}, { changedAt: "2026-06-30T11:00:00.000Z", target: [{ ...ITEMS[0]!, amount: "8000" }] }), causes: ["not_read_back"] },
  { name: "is another amount there", credited: held({ amount: "6000" }), causes: ["amount"] },
  { name: "is gone there", credited: held({ state: "gone", amount: null }), causes: ["not_there"] },
  { name: "is somebody else's there", credited: held({ partnerId: "2002" }), causes: ["partner"] },
  { name: "was reversed there", credited: held({ state: "reversed", amount: "0" }), causes: ["reversed_there"] },
  { name: "stands there, and was reversed here", credited: { ...sale({ state: "reversed", target: [], sent: [] }, { state: "reversed", target: [] }), ...nothing }, causes: ["stands_there"] },
  { name: "was approved before its lock", credited: held({ state: "approved", lockAt: "2026-07-30T00:00:00.000Z" }), causes: ["approved_early"] },
  { name: "has a word that nobody knows", credited: held({ state: "other", word: "PONDERED" }), causes: ["unknown_word"] },
  { name: "another amount, and a person accepted that", credited: { ...held({ amount: "6000" }), actions: [{ ...held({ amount: "6000" }).actions[0]!, accepted: "amount||pending||6000|1001|9000" }] }, known: ["accepted"] },
  { name: "another amount, and a repair is under way", credited: { ...CREDITED, actions: [{ ...held({ amount: "6000" }).actions[0]!, repair: "edit" }] }, causes: ["repair_waits"] },
  { name: "is shown in another currency", credited: held({ currency: "USD", amount: "9800" }), known: ["other_currency"] },
  { name: "a second one stands there", credited: { ...CREDITED, actions: [ACTION, other] }, causes: ["too_many"] },
  { name: "a second one that is nobody's here", credited: { ...CREDITED, actions: [ACTION, { ...other, place: { ...other.place, mine: false } }] } },
  { name: "a second one that another shop holds", credited: { ...CREDITED, actions: [ACTION, { ...other, place: { ...other.place, elsewhere: "held" } }] } },
  { name: "the network has yet to decide", credited: { ...CREDITED, ...nothing, awaiting: ["k1"] }, known: ["awaiting_network"] },
  { name: "the network decided for another, and nothing is there", credited: { ...CREDITED, ...nothing, awaiting: ["k1"], sales: [{ ...SALE, state: "dropped", actionId: null, sent: null, target: [] }], actions: [] }, known: ["awaiting_network"] },
  { name: "a program without a network", credited: { ...CREDITED, sales: [], actions: [] }, program: { network: "none", account: null }, known: ["no_network"] },
  { name: "a program that places codes only", credited: { ...CREDITED, sales: [], actions: [] }, program: { mode: "codes_only" }, known: ["codes_only"] },
  { name: "a program that places codes only, and its integration told it", credited: { ...CREDITED, sales: [], actions: [{ ...other, place: { ...other.place, mode: "codes_only" } }] }, program: { mode: "codes_only" }, known: ["codes_only", "codes_only"] },
  { name: "credited, and nothing is to be told of it", credited: { ...CREDITED, sales: [], actions: [] }, causes: ["unexplained"] },
  { name: "the outbox is to tell something else than the ledger has", credited: { ...CREDITED, rollUp: "8000", balances: [{ ...CREDITED.balances[0]!, amount: "8000" }] }, causes: ["unexplained"] },
  { name: "the sum kept with the order is not the ledger's", credited: { ...CREDITED, rollUp: "8000" }, causes: ["unexplained"] },
];

test.each(sales)("a sale: $name", ({ credited, program, causes = [], known = [] }) => {
  const found = compareSales(credited, () => ({ ...PROGRAM, ...program }), BEGAN);
  expect({ causes: found.differences.map((one) => one.cause), known: found.known }).toEqual({ causes, known });
});

test("a difference names its amounts, conversion, action and creator", () => {
  expect(compareSales(held({ amount: "6000", lockAt: "2026-06-01T00:00:00.000Z" }), () => PROGRAM, BEGAN).differences).toEqual([
    { cause: "amount", n: 1, programId: "p1", actionId: "a1", creatorId: "c1", currency: "EUR", here: "9000", there: "6000", detail: { locked: true } },
  ]);
});

test("whatever is held there, a sale in one currency is in order, explained, or a difference: never passed over", () => {
  const states = fc.constantFrom<ReadAction["held"]["state"]>("pending", "approved", "reversed", "gone", "other");
  fc.assert(
    fc.property(states, fc.bigInt({ min: 1n, max: 2n ** 62n }), fc.bigInt({ min: 1n, max: 2n ** 62n }), fc.constantFrom("1001", "2002"), (state, here, there, partnerId) => {
      const target = [{ ...ITEMS[0]!, amount: here.toString() }];
      const credited: Credited = {
        rollUp: here.toString(), balances: [{ ...CREDITED.balances[0]!, amount: here.toString() }], awaiting: [], sales: [{ ...SALE, target, sent: target }],
        actions: [{ ...ACTION, own: { ...OWN, target }, held: { ...ACTION.held, state, partnerId, amount: state === "reversed" ? "0" : there.toString(), word: state === "other" ? "NEW" : null } }],
      };
      const { differences } = compareSales(credited, () => PROGRAM, BEGAN);
      const same = (state === "pending" || state === "approved") && here === there && partnerId === "1001";
      expect(differences).toHaveLength(same ? 0 : 1);
    }),
  );
});

describe("the numbers", () => {
  it("are of orders, codes, and sales by program and currency, in whatever order they come", () => {
    const parts: [StoreOrder | null, AppOrder | null, Credited][] = [
      [STORE, APP, CREDITED],
      [{ ...STORE, codes: [] }, null, { ...nothing, awaiting: [], sales: [], actions: [] }],
      [null, { ...APP, facts: { ...APP.facts!, codes: [] } }, { ...CREDITED, balances: [{ programId: "p2", creatorId: "c1", currency: "USD", amount: "100" }], sales: [], actions: [] }],
      [STORE, APP, held({ state: "approved" })],
    ];
    const expected = { store: { orders: 3, withCodes: 2 }, app: { orders: 3, withCodes: 2 } };
    for (const order of [parts, [...parts].reverse()]) {
      const sums = noSums();
      for (const part of order) addOrder(sums, ...part);
      expect(sums).toMatchObject(expected);
      const sum = (count: number, amount: string) => ({ count, amount });
      expect(byCurrency(sums.programs)).toEqual([
        { programId: "", currency: "EUR", credited: sum(2, "18000"), told: sum(2, "18000"), held: sum(2, "18000"), approvedHere: sum(1, "9000"), approved: sum(1, "9000") },
        { programId: "", currency: "USD", credited: sum(1, "100"), told: sum(0, "0"), held: sum(0, "0"), approvedHere: sum(0, "0"), approved: sum(0, "0") },
      ]);
    }
  });

  it("leave out what the network has yet to decide, and what is another shop's", () => {
    const sums = noSums();
    addCredited(sums, { ...CREDITED, ...nothing, awaiting: ["k1"], actions: [{ ...other, place: { ...other.place, elsewhere: "held" } }] });
    expect(sums.programs).toEqual([]);
  });

  it("count each difference, and those that wait for a person", () => {
    const sums = noSums();
    addFound(sums, compareSales(held({ amount: "6000" }), () => PROGRAM, BEGAN));
    addFound(sums, compareSales({ ...CREDITED, actions: [] }, () => PROGRAM, BEGAN));
    addFound(sums, { differences: [], known: ["codes_only", "codes_only"] });
    expect([countsOf(sums), sums.known]).toEqual([{ all: 2, you: 1, unexplained: 0 }, { codes_only: 1 }]);
  });
});

test("every cause has its words, and those that the store mends are fetched", () => {
  expect(Object.keys(CAUSE_WORDS).sort()).toEqual([...CAUSE_NAMES].sort());
  expect(FETCHED).toEqual(["unexplained", "never_seen", "older", "read_otherwise", "store_amount", "unreadable"]);
  expect(CAUSE_NAMES.filter((cause) => CAUSES[cause].needs === "you" && CAUSES[cause].repair === null)).toEqual([]);
});

describe("the report", () => {
  const sums = noSums();
  addOrder(sums, STORE, APP, held({ amount: "6000" }));
  addFound(sums, compareSales(held({ amount: "6000" }), () => PROGRAM, BEGAN));
  const run: Reconciliation = {
    id: "r", from: "2026-06-01", to: "2026-06-30", until: "", state: "done", stage: "rest", problem: null, total: 1, done: 1, who: "", createdAt: "", doneAt: null, counts: countsOf(sums),
    sums: { ...sums, programs: sums.programs.map((one) => ({ ...one, program: "Creators", network: "impact" })), reads: [{ program: "Creators", readAt: null, problem: null, account: "connected", isOld: true }] }, groups: [], cause: "",
  };
  const row = { id: "1", cause: "amount" as const, order: { id: "5", name: "#1001" }, orderRef: "#1001\u001b[31m", orderAt: null, program: "Creators", creator: { id: "c1", name: "Marie" }, actionId: "a1", currency: "EUR", here: "9000", there: "6000", detail: { locked: false }, live: null, work: null };

  it("says in its first line how many differences there are and how many need a person, then the numbers and each with its repair", () => {
    const lines = linesOf("petit.myshopify.com", run, [row], 0).split("\n");
    expect(lines[0]).toBe("1 difference for petit.myshopify.com, 2026-06-01 to 2026-06-30: 1 needs a person.");
    expect(lines.find((line) => line.startsWith("reported"))!.replace(/ +/g, " ")).toBe("reported - 1 / 90.00 EUR 1 / 60.00 EUR");
    expect(lines).toContain("1: the network has another amount. Repair: choose on the worklist.");
    // What others named cannot steer a terminal.
    expect(lines).toContain("  #1001 [31m, order 5, Marie, Creators, here 90.00 EUR, there 60.00 EUR");
    expect(lines.some((line) => line.includes("The network of Creators was never read back."))).toBe(true);
    expect(linesOf("x", { ...run, counts: { all: 0, you: 0, unexplained: 0 } }, [], null).split("\n")[0]).toBe("Store, app and network agree for x, 2026-06-01 to 2026-06-30.");
  });

  it("says how far it is", () => {
    expect([sentenceOf({ stage: "orders", done: 400, total: 1200 }), sentenceOf({ stage: "store", done: 600, total: 0 }), sentenceOf({ stage: "app", done: 2000, total: 0 })]).toEqual(["comparing orders: 400 of 1,200", "reading the store's orders: 600", "gathering the app's orders: 2,000"]);
  });
});
