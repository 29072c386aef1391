// The checkout: which codes hold, what they take off, and that the parts come to the whole.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { bestCombination, type Candidate, type Cart } from "#test/local/store/discounting.ts";
import { BULB, GIFT, LAMP, makeDiscount, smallCatalogue, storeWithApp, TEA, type TestStore } from "#test/local/store/testing.ts";
import type { CheckoutInput, Discount, Order } from "#test/local/store/types.ts";

let store: TestStore;
beforeEach(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue });
});
afterEach(async () => {
  setClockOffsetMs(0);
  await store.close();
});

const lamp = { variantId: LAMP, quantity: 1 };
function buy(input: Partial<CheckoutInput>): { order: Order; refusals: (string | null)[] } {
  const result = store.store.checkout({ items: [lamp], email: "ines@mail.example", name: "Ines Haller", ...input });
  if (!result.ok) throw new Error(result.reason);
  return { order: result.order, refusals: result.codes.map(({ refusal }) => refusal) };
}
const allocations = (order: Order) => order.line_items.map((line) => line.discount_allocations.map((each) => `${each.amount}@${each.discount_application_index}`));
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const on = (ids: number[], value: unknown) => ({ customerGets: { items: { products: { productsToAdd: ids.map((id) => `gid://shopify/Product/${id}`) } }, value } });

describe("a code that does not hold is refused with its reason, and the order goes through", () => {
  test.each<[string, Record<string, unknown>, Partial<CheckoutInput>, string]>([
    ["not begun", { startsAt: at(60_000) }, {}, "not_started"],
    ["over", { endsAt: at(-60_000) }, {}, "expired"],
    ["below its minimum", { minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "119.01" } } }, {}, "minimum_subtotal"],
    ["too few pieces", { minimumRequirement: { quantity: { greaterThanOrEqualToQuantity: "2" } } }, {}, "minimum_quantity"],
    ["for other products", on([8100000000003], { percentage: 0.1 }), {}, "not_applicable"],
    ["a cart of gift cards", {}, { items: [{ variantId: GIFT, quantity: 1 }] }, "not_applicable"],
    ["gift cards do not count for the minimum", { minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "150" } } }, { items: [lamp, { variantId: GIFT, quantity: 1 }] }, "minimum_subtotal"],
    ["for subscriptions only", { customerGets: { items: { all: true }, value: { percentage: 0.1 }, appliesOnOneTimePurchase: false, appliesOnSubscription: true } }, {}, "not_applicable"],
  ])("%s", async (_what, input, cart, refusal) => {
    await makeDiscount(store, "MARIE10", input);
    const { order, refusals } = buy({ codes: ["marie10"], ...cart });
    expect(refusals).toEqual([refusal]);
    expect([order.discount_codes, order.discount_applications, order.total_discounts]).toEqual([[], [], "0.00"]);
  });

  test("an unknown code", () => {
    expect(buy({ codes: ["NOPE"] }).refusals).toEqual(["unknown"]);
  });

  test("once per customer: the second time, in whatever case the e-mail is written", async () => {
    await makeDiscount(store, "ONCE", { appliesOncePerCustomer: true });
    expect(buy({ codes: ["ONCE"] }).refusals).toEqual([null]);
    expect(buy({ codes: ["ONCE"], email: " INES@mail.example" }).refusals).toEqual(["once_per_customer"]);
    expect(buy({ codes: ["ONCE"], email: "other@mail.example" }).refusals).toEqual([null]);
  });

  test("the usage limit", async () => {
    await makeDiscount(store, "TWICE", { usageLimit: 2 });
    expect([1, 2, 3].map(() => buy({ codes: ["TWICE"] }).refusals[0])).toEqual([null, null, "usage_limit"]);
  });
});

describe("what is taken off", () => {
  test("a code in another case, with blanks around it, is on the order as it was made", async () => {
    await makeDiscount(store, "Marie10");
    const { order } = buy({ codes: ["  mARIE10 "] });
    expect(order.discount_codes).toEqual([{ code: "Marie10", amount: "11.90", type: "percentage" }]);
    expect(order.discount_applications).toEqual([
      { target_type: "line_item", type: "discount_code", code: "Marie10", value: "10.0", value_type: "percentage", allocation_method: "across", target_selection: "all" },
    ]);
    expect([order.subtotal_price, order.total_shipping_price_set, order.total_price]).toMatchObject(["107.10", { shop_money: { amount: "4.90" } }, "112.00"]);
    expect(order.line_items[0]).toMatchObject({ total_discount: "0.00", tax_lines: [{ price: "17.10", rate: 0.19, title: "MwSt" }] });
    expect(order.tax_lines.map((each) => each.price)).toEqual(["17.88"]);
  });

  test("a fixed amount over the lines, by largest remainder, gift card and tip left alone", async () => {
    await makeDiscount(store, "TENOFF", { customerGets: { items: { all: true }, value: { discountAmount: { amount: "10" } } } });
    const { order } = buy({ codes: ["TENOFF"], items: [{ variantId: BULB, quantity: 1 }, { variantId: TEA, quantity: 1 }, { variantId: GIFT, quantity: 1 }], tip: "2.00" });
    // 10.00 over 5.95 and 10.70: 3.5735..., 6.4264...
    expect(allocations(order)).toEqual([["3.57@0"], ["6.43@0"], [], []]);
    expect(order.line_items.map((line) => line.tax_lines.map((tax) => tax.price))).toEqual([["0.38"], ["0.28"], [], []]);
    expect(order.line_items[3]).toMatchObject({ title: "Tip", sku: null, variant_id: null, tip: { payment_method: "Visa" } });
    expect([order.total_line_items_price, order.subtotal_price, order.total_tip_received, order.total_price]).toEqual(["68.65", "58.65", "2.00", "63.55"]);
  });

  test("an amount off each piece, never more than the piece costs", async () => {
    await makeDiscount(store, "EACH", { customerGets: { items: { all: true }, value: { discountAmount: { amount: "6", appliesOnEachItem: true } } } });
    const { order } = buy({ codes: ["EACH"], items: [{ variantId: BULB, quantity: 3 }, { variantId: TEA, quantity: 2 }] });
    expect(allocations(order)).toEqual([["17.85@0"], ["12.00@0"]]);
    expect(order.discount_applications[0]).toMatchObject({ value: "6.0", value_type: "fixed_amount", allocation_method: "each", target_selection: "entitled" });
  });

  test("free shipping takes the shipping off and no line", async () => {
    await store.ask("mutation ($input: DiscountCodeFreeShippingInput!) { discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) { userErrors { message } } }", {
      input: { title: "Ship", code: "SHIP", startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, destination: { all: true } },
    });
    const { order } = buy({ codes: ["SHIP"] });
    expect(order.discount_codes).toEqual([{ code: "SHIP", amount: "4.90", type: "shipping" }]);
    expect(order.discount_applications[0]).toMatchObject({ target_type: "shipping_line", value: "100.0", allocation_method: "each" });
    expect(order.shipping_lines[0]).toMatchObject({ price: "4.90", discounted_price: "0.00", discount_allocations: [{ amount: "4.90", discount_application_index: 0 }] });
    expect([allocations(order), order.total_price]).toEqual([[[]], "119.00"]);
    expect(buy({ codes: ["SHIP"], shipping: "none" }).refusals).toEqual(["not_applicable"]);
  });
});

describe("combinations", () => {
  const combining = { combinesWith: { orderDiscounts: true, productDiscounts: true } };

  test("two order percentages are each on the same subtotal: 10 and 20 make 30", async () => {
    await makeDiscount(store, "TEN", combining);
    await makeDiscount(store, "TWENTY", { ...combining, customerGets: { items: { all: true }, value: { percentage: 0.2 } } });
    const { order } = buy({ codes: ["TWENTY", "TEN"] });
    expect(order.discount_codes.map(({ code, amount }) => [code, amount])).toEqual([["TWENTY", "23.80"], ["TEN", "11.90"]]);
  });

  test("the order discount is on what the product discount leaves; product discounts are listed first", async () => {
    await makeDiscount(store, "ORDER10", combining);
    await makeDiscount(store, "LAMP50", { ...combining, ...on([8100000000001], { percentage: 0.5 }) });
    const { order } = buy({ codes: ["ORDER10", "LAMP50"] });
    expect(order.discount_codes.map(({ code, amount }) => [code, amount])).toEqual([["ORDER10", "5.95"], ["LAMP50", "59.50"]]);
    expect(order.discount_applications.map(({ code }) => code)).toEqual(["LAMP50", "ORDER10"]);
    expect(allocations(order)).toEqual([["59.50@0", "5.95@1"]]);
  });

  test("both sides must allow it: otherwise the better one stays", async () => {
    await makeDiscount(store, "TEN", combining);
    await makeDiscount(store, "TWENTY", { customerGets: { items: { all: true }, value: { percentage: 0.2 } } });
    const { order, refusals } = buy({ codes: ["TEN", "TWENTY"] });
    expect(refusals).toEqual(["does_not_combine", null]);
    expect(order.discount_codes.map(({ code }) => code)).toEqual(["TWENTY"]);
  });

  test("two codes of one discount do not combine with each other", async () => {
    const id = await makeDiscount(store, "RESERVE", combining);
    await store.ask('mutation ($id: ID!) { discountRedeemCodeBulkAdd(discountId: $id, codes: [{ code: "A" }, { code: "B" }]) { userErrors { message } } }', { id });
    setClockOffsetMs(2_000);
    expect(buy({ codes: ["B", "A"] }).refusals).toEqual([null, "does_not_combine"]);
  });

  test("a line takes one product discount, the larger; another line may take the other", async () => {
    await makeDiscount(store, "LIGHT20", { ...combining, ...on([8100000000001, 8100000000002], { percentage: 0.2 }) });
    await makeDiscount(store, "LAMP30", { ...combining, ...on([8100000000001], { percentage: 0.3 }) });
    const { order } = buy({ codes: ["LIGHT20", "LAMP30"], items: [lamp, { variantId: BULB, quantity: 2 }] });
    expect(allocations(order)).toEqual([["35.70@1"], ["2.38@0"]]);
  });
});

test("the parts of every discount sum to the whole, and no line falls below zero", () => {
  const discount = (kind: number, size: number): Discount => ({
    id: String(kind), title: "", codes: [], startsAt: "", endsAt: null, usageLimit: null, oncePerCustomer: false, minimum: { kind: "none" }, items: { kind: "all" }, context: { kind: "all" },
    combinesWith: { order: true, product: true, shipping: true }, appliesOnOneTimePurchase: true, appliesOnSubscription: false, recurringCycleLimit: 1, tags: [], usedBy: [],
    salesMinor: "0", bulk: false, createdAt: "", updatedAt: "",
    value: kind % 2 === 0 ? { kind: "percentage", percentage: (size % 101) / 100 } : { kind: "amount", amount: (size / 100).toFixed(2), onEachItem: kind % 4 === 3 },
  });
  const line = fc.record({ unit: fc.bigInt(0n, 50_000n), quantity: fc.integer({ min: 1, max: 9 }), discountable: fc.boolean(), subscription: fc.boolean() });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.array(fc.tuple(fc.nat(7), fc.nat(20_000)), { minLength: 1, maxLength: 4 }), (lines, codes) => {
      const cart: Cart = { currency: "EUR", shipping: 490n, lines: lines.map((each, at) => ({ ...each, productId: String(at), variantId: String(at), collections: [] })) };
      const candidates: Candidate[] = codes.map(([kind, size], at) => ({ discount: { ...discount(kind, size), id: String(at) }, code: { id: String(at), code: `C${at}`, usageCount: 0, createdBy: null } }));
      const { taken, leftOut } = bestCombination(candidates, cart);
      expect(taken.length + leftOut.length).toBe(candidates.length);
      cart.lines.forEach((each, at) => {
        const off = taken.reduce((all, one) => all + (one.lines[at] ?? 0n), 0n);
        expect(off >= 0n && off <= each.unit * BigInt(each.quantity)).toBe(true);
        if (!each.discountable || each.subscription) expect(off).toBe(0n);
      });
      for (const { candidate, lines: parts } of taken) {
        const { value } = candidate.discount;
        if (value.kind !== "percentage" || taken.length > 1) continue;
        const whole = cart.lines.reduce((all, each) => all + (each.discountable && !each.subscription ? each.unit * BigInt(each.quantity) : 0n), 0n);
        const hundredths = BigInt(Math.round(value.percentage * 100));
        expect(parts.reduce((all: bigint, each) => all + (each ?? 0n), 0n)).toBe((whole * hundredths * 2n + 100n) / 200n);
      }
    }),
  );
});
