// By hand: what a person decides about an order, kept through all its later states, until it is withdrawn.
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { lockOrders } from "#app/db/order.ts";
import { addTouch } from "#app/db/touch.ts";
import { lineBases } from "#app/domain/base.ts";
import type { HandAnswer, HandFields } from "#app/domain/hand-page.ts";
import { sum } from "#app/domain/money.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { answerHand, readHand } from "#app/flow/hand.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { until } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { money, orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

let shops = 0;
let shop = "";
beforeEach(async () => {
  shop = `hand-${(shops += 1)}.myshopify.com`;
  await makeMariesShop(shop);
  await makeCreator("c2", { shop, name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { shop, code: "ZOE5", creator: "c2", program: "p1" });
});

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function balances(orderId = "1001"): Promise<Record<string, bigint>> {
  const found = await pool().query<{ account: string; amount: bigint }>(
    `select code_id || '/' || creator_id || '/' || line_id as account, sum(amount)::bigint as amount from ledger_entry where shop = $1 and order_id = $2 group by 1 having sum(amount) <> 0 order by 1`,
    [shop, orderId],
  );
  return Object.fromEntries(found.rows.map((row) => [row.account, row.amount]));
}

type Ask = Partial<HandFields> & { act: string };

async function ask(fields: Ask, options: { orderId?: string; who?: string; own?: string } = {}): Promise<HandAnswer | null> {
  return answerHand(options.own ?? shop, options.who ?? "Ana", options.orderId ?? "1001", { codeId: "", amount: "", reason: "told by e-mail", seen: "", ...fields });
}

/** Asks, agrees to what is shown, and has it settled. */
async function decide(fields: Ask, options: Parameters<typeof ask>[1] = {}): Promise<HandAnswer | null> {
  const shown = await ask(fields, options);
  if (shown?.preview == null) return shown;
  const answer = await ask({ ...fields, seen: shown.preview.seen }, options);
  await settleAll();
  return answer;
}

const wrongs = (answer: HandAnswer | null) => answer?.errors.map((error) => `${error.field}: ${error.key}`);

const later = (fields = {}) => orderBody({ updated_at: "2026-06-11T10:00:00+02:00", ...fields });
const refund = (subtotal: string) => ({ id: 7, admin_graphql_api_id: "gid://shopify/Refund/7", created_at: "2026-06-11T10:00:00+02:00", refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: money(subtotal), total_tax_set: money("0.00") }], order_adjustments: [] });

describe("each act", () => {
  test("is shown with its amounts before it is kept, and nothing is written until then", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    const shown = await ask({ act: "credit", codeId: "k2" });
    expect(shown).toMatchObject({ done: null, errors: [], preview: { currency: "EUR", notPaid: false } });
    expect(shown?.preview?.changes).toEqual([
      { codeId: "k1", code: "MARIE10", creator: "Marie", before: "9000", after: "0" },
      { codeId: "k2", code: "ZOE5", creator: "Zoë", before: "0", after: "9000" },
    ]);
    expect((await readHand(shop, "1001"))?.lines).toEqual([]);
    expect((await pool().query("select 1 from shop_log where shop = $1", [shop])).rowCount).toBe(0);
  });

  const acts: { what: string; order?: Record<string, unknown>; act: Ask; held: Record<string, bigint> }[] = [
    { what: "credit moves the credit to another creator's code", act: { act: "credit", codeId: "k2" }, held: { "k2/c2/1": 9000n } },
    { what: "credit gives an order without a code to a creator", order: { codes: [] }, act: { act: "credit", codeId: "k2" }, held: { "k2/c2/1": 10000n } },
    { what: "a correction lowers to the cent", act: { act: "correct", codeId: "k1", amount: "12,34" }, held: { "k1/c1/1": 1234n } },
    { what: "a correction of all that is left", act: { act: "correct", codeId: "k1", amount: "90.00" }, held: { "k1/c1/1": 9000n } },
    { what: "exclusion takes all of it away", act: { act: "exclude" }, held: {} },
  ];
  test.each(acts)("$what, and the rules have it back once it is withdrawn", async ({ order = {}, act, held }) => {
    await note(orderBody(order), { shop });
    await settleAll();
    const byRules = await balances();
    expect(await decide(act)).toMatchObject({ done: act.act, errors: [] });
    expect(await balances()).toEqual(held);
    expect((await verifyLedger({ shop })).differences).toEqual([]);
    expect(await decide({ act: "withdraw", reason: "a mistake" })).toMatchObject({ done: "withdraw" });
    expect(await balances()).toEqual(byRules);
    expect((await verifyLedger({ shop })).differences).toEqual([]);
    const view = await readHand(shop, "1001");
    expect(view?.lines.map(({ act, who, reason }) => [act, who, reason])).toEqual([["withdraw", "Ana", "a mistake"], [act.act, "Ana", "told by e-mail"]]);
    const log = await pool().query("select who, what, detail->>'reason' as reason, detail->>'order' as \"order\" from shop_log where shop = $1 order by id", [shop]);
    expect(log.rows).toEqual([
      { who: "Ana", what: `hand.${act.act}`, reason: "told by e-mail", order: "#1001" },
      { who: "Ana", what: "hand.withdraw", reason: "a mistake", order: "#1001" },
    ]);
  });

  test("names itself as the cause of its entries", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    await decide({ act: "exclude" });
    const [line] = (await readHand(shop, "1001"))!.lines;
    const { rows } = await pool().query("select kind, amount, cause from ledger_entry where shop = $1 order by id", [shop]);
    expect(rows.at(-1)).toEqual({ kind: "reversal", amount: -9000n, cause: line!.cause });
  });

  test("a decision that is made twice is kept once; another one follows it", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    await decide({ act: "exclude" });
    expect(await decide({ act: "exclude" })).toMatchObject({ done: "exclude", errors: [] });
    expect((await readHand(shop, "1001"))?.lines).toHaveLength(1);
    await decide({ act: "correct", codeId: "k2", amount: "5" });
    expect(await balances()).toEqual({ "k2/c2/1": 500n });
    expect((await readHand(shop, "1001"))?.lines.map((line) => line.act)).toEqual(["correct", "exclude"]);
  });

  test("what the rules alone would say stands beside it", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    await decide({ act: "credit", codeId: "k2" });
    expect(await readHand(shop, "1001")).toMatchObject({
      holds: true, settling: false, left: "9000", closed: null, credited: { id: "k2", creator: "Zoë" },
      rules: { credited: [{ codeId: "k1", code: "MARIE10", creator: "Marie", amount: "9000" }], reason: null },
    });
  });

  test("an order whose dispute was lost is closed to credit, unless a program of the shop keeps its credit then", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    expect((await readHand(shop, "1001"))?.closed).toBeNull();
    const lost = { returning: null, lines: {}, disputes: [{ id: "7", kind: "chargeback", status: "lost", triggeredNs: "0" }] };
    await pool().query("update order_state set beside = $2 where shop = $1", [shop, lost]);
    expect((await readHand(shop, "1001"))?.closed).toBe("charged_back");
    await pool().query("update program_rule set chargebacks = 'keep' where shop = $1", [shop]);
    expect((await readHand(shop, "1001"))?.closed).toBeNull();
  });

  test("on an order that is not paid says so, and credits once it is paid", async () => {
    await note(orderBody({ codes: [], financial_status: "pending" }), { shop });
    await settleAll();
    expect((await ask({ act: "credit", codeId: "k2" }))?.preview).toMatchObject({ notPaid: true, changes: [] });
    await decide({ act: "credit", codeId: "k2" });
    expect(await balances()).toEqual({});
    await note(later({ codes: [] }), { shop });
    await settleAll();
    expect(await balances()).toEqual({ "k2/c2/1": 10000n });
  });
});

describe("what cannot be taken is named at its field", () => {
  const cases: { what: string; order?: Record<string, unknown>; act: Ask; errors: string[] }[] = [
    { what: "an act that is none", act: { act: "give" }, errors: ["act: hand.act_unknown"] },
    { what: "no reason", act: { act: "exclude", reason: " \u0000 " }, errors: ["reason: hand.reason_missing"] },
    { what: "a reason as long as a letter", act: { act: "exclude", reason: "x".repeat(501) }, errors: ["reason: hand.reason_long"] },
    { what: "nothing to withdraw", act: { act: "withdraw" }, errors: ["act: hand.nothing_held"] },
    { what: "no code and no reason", act: { act: "credit", reason: "" }, errors: ["reason: hand.reason_missing", "codeId: hand.code_missing"] },
    { what: "a code of nobody's shop", act: { act: "credit", codeId: "k\u00009" }, errors: ["codeId: hand.code_unknown"] },
    { what: "a pattern", act: { act: "credit", codeId: "pattern" }, errors: ["codeId: hand.code_pattern"] },
    { what: "a code for everybody", act: { act: "credit", codeId: "everybody" }, errors: ["codeId: hand.code_for_all"] },
    ...["0", "-1", ""].map((amount) => ({ what: `the amount "${amount}"`, act: { act: "correct", codeId: "k1", amount }, errors: ["amount: hand.amount_missing"] })),
    ...["much", "1e3"].map((amount) => ({ what: `the amount "${amount}"`, act: { act: "correct", codeId: "k1", amount }, errors: ["amount: hand.amount_not_number"] })),
    { what: "an amount with its thousands set apart", act: { act: "correct", codeId: "k1", amount: "1,234.56" }, errors: ["amount: hand.amount_grouped"] },
    { what: "an amount that is one or a thousand", act: { act: "correct", codeId: "k1", amount: "1.000" }, errors: ["amount: hand.amount_unclear"] },
    { what: "an amount finer than a cent", act: { act: "correct", codeId: "k1", amount: "1.005" }, errors: ["amount: hand.amount_thousands"] },
    { what: "an amount with four decimals", act: { act: "correct", codeId: "k1", amount: "1.2345" }, errors: ["amount: hand.amount_decimals"] },
    { what: "a cent more than is left", act: { act: "correct", codeId: "k1", amount: "90.01" }, errors: ["amount: hand.amount_above"] },
    { what: "any amount where nothing is left", order: { refunds: [refund("90.00")] }, act: { act: "correct", codeId: "k1", amount: "1" }, errors: ["amount: hand.nothing_left"] },
    { what: "credit of a test order", order: { test: true }, act: { act: "credit", codeId: "k2" }, errors: ["act: hand.test_order"] },
    { what: "credit of a cancelled order", order: { cancelled_at: "2026-06-11T10:00:00Z" }, act: { act: "correct", codeId: "k2", amount: "1" }, errors: ["act: hand.cancelled"] },
  ];
  test.each(cases)("$what", async ({ order = {}, act, errors }) => {
    await makeCode("pattern", { shop, code: "^MAR", match: "regex", creator: "c1", program: "p1" });
    await makeCode("everybody", { shop, code: "ALL5", creator: null, program: "p1" });
    await note(orderBody(order), { shop });
    await settleAll();
    expect(wrongs(await decide(act))).toEqual(errors);
    expect((await readHand(shop, "1001"))?.lines).toEqual([]);
  });

  test("an order of another shop, one that is known by name only, and one that nobody knows are no orders here", async () => {
    const other = `other-${shop}`;
    await makeMariesShop(other);
    await note(orderBody(), { shop });
    await settleAll();
    expect(await ask({ act: "exclude" }, { own: other })).toBeNull();
    expect(await readHand(other, "1001")).toBeNull();
    expect(await ask({ act: "exclude" }, { orderId: "5" })).toBeNull();
    expect((await pool().query("select 1 from order_state where shop = $1", [other])).rowCount).toBe(0);
  });

  test("another shop's code is not known", async () => {
    const other = `other-${shop}`;
    await makeMariesShop(other);
    await makeCode("foreign", { shop: other, code: "FOREIGN", creator: "c1", program: "p1" });
    await note(orderBody(), { shop });
    await settleAll();
    expect(wrongs(await ask({ act: "credit", codeId: "foreign" }))).toEqual(["codeId: hand.code_unknown"]);
  });

  test("an agreement to amounts that are others meanwhile is shown anew", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    const shown = await ask({ act: "exclude" });
    await note(later({ financial_status: "partially_refunded", refunds: [refund("40.00")] }), { shop });
    await settleAll();
    const answer = await ask({ act: "exclude", seen: shown!.preview!.seen });
    expect(wrongs(answer)).toEqual(["act: hand.changed"]);
    expect(answer?.preview?.changes).toMatchObject([{ before: "5000", after: "0" }]);
    expect(await ask({ act: "exclude", seen: answer!.preview!.seen })).toMatchObject({ done: "exclude" });
  });
});

describe("later states of the order keep it", () => {
  const states: { what: string; then: () => Promise<void>; credited: Record<string, bigint>; corrected: Record<string, bigint> }[] = [
    { what: "a refund of a part", then: () => note(later({ refunds: [refund("40.00")] }), { shop }), credited: { "k2/c2/1": 5000n }, corrected: { "k1/c1/1": 5000n } },
    { what: "a refund of everything", then: () => note(later({ refunds: [refund("90.00")] }), { shop }), credited: {}, corrected: {} },
    { what: "a cancellation", then: () => note(later({ cancelled_at: "2026-06-11T10:00:00Z" }), { shop }), credited: {}, corrected: {} },
    { what: "another code", then: () => note(later({ codes: ["ZOE5"] }), { shop }), credited: { "k2/c2/1": 9000n }, corrected: { "k1/c1/1": 6000n } },
    { what: "no code at all", then: () => note(later({ codes: [] }), { shop }), credited: { "k2/c2/1": 10000n }, corrected: { "k1/c1/1": 6000n } },
    {
      what: "an edit that adds an item", then: () => note(later({ lines: [{ id: "1", price: "100.00", off: [[0, "10.00"]] }, { id: "2", price: "30.00" }] }), { shop }),
      credited: { "k2/c2/1": 9000n, "k2/c2/2": 3000n }, corrected: { "k1/c1/1": 4500n, "k1/c1/2": 1500n },
    },
    { what: "a late click", then: () => addTouch(shop, { at: new Date("2026-06-09T08:00:00Z"), visitor: "v1", creatorId: "c1", clickId: null }, new Date()), credited: { "k2/c2/1": 9000n }, corrected: { "k1/c1/1": 6000n } },
    { what: "the same state again", then: () => note(orderBody({ note_attributes: [{ name: "creator_visitor", value: "v1" }] }), { shop }), credited: { "k2/c2/1": 9000n }, corrected: { "k1/c1/1": 6000n } },
  ];
  const acts: [keyof (typeof states)[number] & ("credited" | "corrected"), Ask][] = [["credited", { act: "credit", codeId: "k2" }], ["corrected", { act: "correct", codeId: "k1", amount: "60" }]];
  test.each(states.flatMap((state) => acts.map(([name, act]) => ({ ...state, name, act }))))("$name, then $what", async ({ then, name, act, ...expected }) => {
    await note(orderBody({ note_attributes: [{ name: "creator_visitor", value: "v1" }] }), { shop });
    await settleAll();
    await decide(act);
    await then();
    await settleAll();
    expect(await balances()).toEqual(expected[name]);
    expect((await verifyLedger({ shop })).differences).toEqual([]);
  });

  test("a cancelled order that is restored is credited by hand again", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    await decide({ act: "credit", codeId: "k2" });
    await note(later({ cancelled_at: "2026-06-11T10:00:00Z" }), { shop });
    await settleAll();
    expect(await balances()).toEqual({});
    await note(orderBody({ updated_at: "2026-06-12T10:00:00+02:00" }), { shop });
    await settleAll();
    expect(await balances()).toEqual({ "k2/c2/1": 9000n });
  });

  test("an excluded order stays excluded, whatever comes", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    await decide({ act: "exclude" });
    for (const { then } of states) await then();
    await settleAll();
    expect(await balances()).toEqual({});
  });
});

describe("beside settling", () => {
  test("a decision while the order is being settled is not missed", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    const { preview } = (await ask({ act: "exclude" }))!;
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const holding = Promise.withResolvers<void>();
    // Somebody has the order in hand, as settling does: the decision waits, and whoever settles next knows it.
    const settling = inTransaction(async (client) => {
      await lockOrders(client, [{ shop, orderId: "1001" }]);
      holding.resolve();
      await held;
    });
    await holding.promise;
    let decided = false;
    const deciding = ask({ act: "exclude", seen: preview!.seen }).finally(() => (decided = true));
    await until("the decision waits for the order", async () => (await pool().query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rows[0] ?? null);
    expect(decided).toBe(false);
    letGo();
    await settling;
    expect(await deciding).toMatchObject({ done: "exclude" });
    await settleAll();
    expect(await balances()).toEqual({});
  });

  test("decisions and deliveries at once end as the last decision has it", async () => {
    await note(orderBody(), { shop });
    await settleAll();
    const { preview } = (await ask({ act: "exclude" }))!;
    await note(later({ note: "a word" }), { shop });
    await Promise.all([settleOnce(), ask({ act: "exclude", seen: preview!.seen }), settleOnce()]);
    await settleAll();
    expect(await balances()).toEqual({});
    expect((await verifyLedger({ shop })).differences).toEqual([]);
  });
});

describe("properties", () => {
  type Step = { kind: "state"; index: number } | { kind: "act"; act: Ask };
  const act: fc.Arbitrary<Ask> = fc.oneof(
    fc.constantFrom<Ask>({ act: "exclude" }, { act: "withdraw" }, { act: "credit", codeId: "k2" }, { act: "credit", codeId: "k1" }),
    fc.record({ act: fc.constant("correct"), codeId: fc.constantFrom("k1", "k2"), amount: fc.integer({ min: 1, max: 9_000 }).map((minor) => (minor / 100).toFixed(2)) }),
  );
  const states = [
    orderBody(),
    orderBody({ updated_at: "2026-06-11T10:00:00+02:00", codes: ["ZOE5", "MARIE10"] }),
    orderBody({ updated_at: "2026-06-12T10:00:00+02:00", refunds: [refund("40.00")] }),
    orderBody({ updated_at: "2026-06-13T10:00:00+02:00", cancelled_at: "2026-06-13T10:00:00Z" }),
    orderBody({ updated_at: "2026-06-14T10:00:00+02:00", refunds: [refund("90.00")] }),
  ];

  test("acts between deliveries in any order: the balances are what settling the facts gives, within the bases, and nothing once all is refunded", async () => {
    let runs = 0;
    const steps = fc.array(fc.oneof({ weight: 2, arbitrary: fc.nat(3).map((index): Step => ({ kind: "state", index })) }, { weight: 1, arbitrary: act.map((one): Step => ({ kind: "act", act: one })) }), { minLength: 2, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(steps, async (drawn) => {
        shop = `hand-any-${(runs += 1)}.myshopify.com`;
        await makeMariesShop(shop);
        await makeCreator("c2", { shop, name: "Zoë", memberships: [{ program: "p1", partnerId: "1002" }] });
        await makeCode("k2", { shop, code: "ZOE5", creator: "c2", program: "p1" });
        for (const step of drawn) {
          if (step.kind === "state") await note(states[step.index]!, { shop });
          else await decide(step.act);
          await settleAll();
          const found = await balances();
          const { rows } = await pool().query<{ facts: OrderFacts }>("select facts from order_state where shop = $1 and facts is not null", [shop]);
          const left = rows[0] ? sum(lineBases(rows[0].facts).map((entry) => entry.left)) : 0n;
          for (const amount of Object.values(found)) expect(amount > 0n).toBe(true);
          expect(sum(Object.values(found)) <= left).toBe(true);
        }
        expect((await verifyLedger({ shop })).differences).toEqual([]);
        await note(states[4]!, { shop });
        await settleAll();
        expect(await balances()).toEqual({});
      }),
      { numRuns: 25 },
    );
  });
});
