// Who may use a code and on what: buy X get Y, customers, segments, markets, countries, subscriptions; each refusal has its reason.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setMember } from "#test/local/store/audience.ts";
import { bxgyOffer } from "#test/local/store/bxgy.ts";
import { sellingPlanOf } from "#test/local/store/catalogue.ts";
import type { Cart } from "#test/local/store/discounting.ts";
import { BULB, GIFT, LAMP, makeDiscount, smallCatalogue, storeWithApp, TEA, type TestStore } from "#test/local/store/testing.ts";
import type { CheckoutInput, Discount, Order } from "#test/local/store/types.ts";

let store: TestStore;
beforeEach(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue });
});
afterEach(() => store.close());

const gid = (type: string, id: string) => `gid://shopify/${type}/${id}`;
const PRODUCT = { [LAMP]: "8100000000001", [BULB]: "8100000000002", [TEA]: "8100000000003" };
const products = (...variants: (keyof typeof PRODUCT)[]) => ({ products: { productsToAdd: variants.map((id) => gid("Product", PRODUCT[id]!)) } });
const light = { collections: { add: [gid("Collection", "461000000001")] } };
function buy(items: [variantId: string, quantity: number][], input: Partial<CheckoutInput>): { order: Order; refusals: (string | null)[] } {
  const result = store.store.checkout({ items: items.map(([variantId, quantity]) => ({ variantId, quantity })), email: "ines@mail.example", ...input });
  if (!result.ok) throw new Error(result.reason);
  return { order: result.order, refusals: result.codes.map(({ refusal }) => refusal) };
}

async function bxgy(code: string, buys: unknown, gets: unknown, { value = { quantity: "2" } as unknown, quantity = "1", effect = { percentage: 1 } as unknown, ...input } = {} as Record<string, unknown>): Promise<void> {
  const { data, errors } = await store.ask(
    "mutation ($input: DiscountCodeBxgyInput!) { discountCodeBxgyCreate(bxgyCodeDiscount: $input) { userErrors { field message } } }",
    {
      input: {
        title: code, code, startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, customerBuys: { items: buys, value },
        customerGets: { items: gets, value: { discountOnQuantity: { quantity, effect } } }, ...input,
      },
    },
  );
  expect([errors, data.discountCodeBxgyCreate.userErrors]).toEqual([undefined, []]);
}

describe("buy X get Y", () => {
  // Lamp 119.00, bulb 5.95, tea 10.70.
  test.each<[string, unknown, unknown, Record<string, unknown>, [string, number][], string | null, (string | null)[]]>([
    ["two lamps, a bulb for nothing", products(LAMP), products(BULB), {}, [[LAMP, 2], [BULB, 1]], null, [null, "5.95"]],
    ["as often as it goes", products(LAMP), products(BULB), {}, [[LAMP, 5], [BULB, 3]], null, [null, "11.90"]],
    ["no more often than it may", products(LAMP), products(BULB), { usesPerOrderLimit: 1 }, [[LAMP, 5], [BULB, 3]], null, [null, "5.95"]],
    ["half price, two of them", products(LAMP), products(BULB, TEA), { quantity: "2", effect: { percentage: 0.5 } }, [[LAMP, 2], [BULB, 1], [TEA, 1]], null, [null, "2.98", "5.35"]],
    ["an amount off, never more than the price", products(LAMP), products(BULB), { effect: { amount: "8.00" } }, [[LAMP, 2], [BULB, 1]], null, [null, "5.95"]],
    ["of a collection that buys and gets, the cheapest is free", light, light, {}, [[LAMP, 2], [BULB, 1]], null, [null, "5.95"]],
    ["a piece does not pay for itself", light, light, {}, [[LAMP, 2]], "minimum_quantity", []],
    ["for an amount spent", products(LAMP), products(BULB), { value: { amount: "200.00" } }, [[LAMP, 2], [BULB, 2]], null, [null, "5.95"]],
    ["less spent than that", products(LAMP), products(BULB), { value: { amount: "240.00" } }, [[LAMP, 2], [BULB, 2]], "minimum_subtotal", []],
    ["only one bought", products(LAMP), products(BULB), {}, [[LAMP, 1], [BULB, 1]], "minimum_quantity", []],
    ["nothing to get in the cart", products(LAMP), products(BULB), {}, [[LAMP, 2]], "not_applicable", []],
    ["nothing bought for it", products(LAMP), products(BULB), {}, [[BULB, 2], [GIFT, 1]], "not_applicable", []],
  ])("%s", async (_what, buys, gets, terms, items, refusal, off) => {
    await bxgy("BUYGET", buys, gets, terms);
    const { order, refusals } = buy(items, { codes: ["buyget"] });
    expect(refusals).toEqual([refusal]);
    expect(order.line_items.map((line) => line.discount_allocations[0]?.amount ?? null)).toEqual(refusal === null ? off : items.map(() => null));
    if (refusal === null) expect(order.discount_applications[0]).toMatchObject({ code: "BUYGET", allocation_method: "each", target_selection: "entitled" });
  });

  test("takes no more than the pieces that it names cost, and nothing without what is bought for it", () => {
    const line = fc.record({ unit: fc.bigInt(0n, 9_000n), quantity: fc.integer({ min: 1, max: 5 }), product: fc.constantFrom("buy", "get", "both", "other") });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.option(fc.integer({ min: 1, max: 2 })), (lines, need, get, usesPerOrder) => {
        const cart: Cart = { currency: "EUR", shipping: null, lines: lines.map(({ unit, quantity, product }, at) => ({ productId: product, variantId: String(at), collections: [], quantity, unit, discountable: true, subscription: false })) };
        const of = (...names: string[]) => ({ kind: "products" as const, products: names, variants: [] });
        const value = { kind: "bxgy" as const, buys: { items: of("buy", "both"), need: { kind: "quantity" as const, quantity: need }, oneTime: true, subscription: false }, quantity: get, effect: { kind: "percentage" as const, percentage: 1 }, usesPerOrder };
        const offer = bxgyOffer({ items: of("get", "both"), appliesOnOneTimePurchase: true, appliesOnSubscription: false, value } as unknown as Discount, value, cart);
        const count = (...names: string[]) => lines.reduce((all, each) => all + (names.includes(each.product) ? each.quantity : 0), 0);
        const free = offer.filter((amount) => amount !== null).length;
        offer.forEach((amount, at) => expect(amount === null || (amount <= lines[at]!.unit * BigInt(lines[at]!.quantity) && ["get", "both"].includes(lines[at]!.product))).toBe(true));
        if (count("buy", "both") < need || count("get", "both") < get || count("buy", "get", "both") < need + get) expect(free).toBe(0);
      }),
    );
  });
});

describe("whom a code is for", () => {
  test("a segment lets in its members and those who bought as often", async () => {
    const [once, , friends] = store.store.state.segments;
    await makeDiscount(store, "FRIENDS", { context: { customerSegments: { add: [gid("Segment", friends!.id)] } } });
    await makeDiscount(store, "AGAIN", { context: { customerSegments: { add: [gid("Segment", once!.id)] } }, combinesWith: { orderDiscounts: true } });
    expect(buy([[LAMP, 1]], { codes: ["FRIENDS", "AGAIN"] }).refusals).toEqual(["not_eligible", "not_eligible"]);
    expect(buy([[LAMP, 1]], { codes: ["AGAIN"] }).refusals).toEqual([null]);
    setMember(store.store, friends!.id, " Ines@mail.example", true);
    expect(buy([[LAMP, 1]], { codes: ["FRIENDS"] }).refusals).toEqual([null]);
    expect(buy([[LAMP, 1]], { codes: ["FRIENDS"], email: null }).refusals).toEqual(["not_eligible"]);
    setMember(store.store, friends!.id, "ines@mail.example", false);
    expect(buy([[LAMP, 1]], { codes: ["FRIENDS"] }).refusals).toEqual(["not_eligible"]);
  });

  test("a customer", async () => {
    buy([[LAMP, 1]], {});
    await makeDiscount(store, "INES", { context: { customers: { add: [gid("Customer", store.store.state.customers[0]!.id)] } } });
    expect(buy([[LAMP, 1]], { codes: ["INES"] }).refusals).toEqual([null]);
    expect(buy([[LAMP, 1]], { codes: ["INES"], email: "other@mail.example" }).refusals).toEqual(["not_eligible"]);
  });

  test("a market by the country that it goes to; a draft of one lets nobody in", async () => {
    const [, france, , , america] = store.store.state.markets;
    await makeDiscount(store, "FRANCE", { context: { markets: { add: [gid("Market", france!.id), gid("Market", america!.id)] } } });
    const in_ = (country: string) => buy([[LAMP, 1]], { codes: ["FRANCE"], country }).refusals[0];
    expect([in_("FR"), in_("DE"), in_("US")]).toEqual([null, "not_eligible", "not_eligible"]);
    expect(buy([[LAMP, 1]], { country: "FR" }).order.shipping_address).toMatchObject({ country: "France", country_code: "FR" });
  });

  test("free shipping to countries, and to the rest of the world", async () => {
    await store.ask("mutation ($input: DiscountCodeFreeShippingInput!) { discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) { userErrors { message } } }", {
      input: { title: "Ship", code: "SHIP", startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, destination: { countries: { add: ["DE"], includeRestOfWorld: true } } },
    });
    const to = (country: string) => buy([[LAMP, 1]], { codes: ["SHIP"], country }).refusals[0];
    expect([to("DE"), to("FR"), to("JP")]).toEqual([null, "other_country", null]);
  });
});

describe("subscriptions", () => {
  test("a code holds for as many bills as it says, and 0 is all of them", async () => {
    const terms = (recurringCycleLimit: number) => ({ recurringCycleLimit, customerGets: { items: { all: true }, value: { percentage: 0.1 }, appliesOnSubscription: true } });
    await makeDiscount(store, "THREE", terms(3));
    await makeDiscount(store, "EVER", terms(0));
    const plan = sellingPlanOf({ tags: ["subscription"] });
    const bill = (code: string, billingCycle: number) => {
      const result = store.store.checkout({ items: [{ variantId: TEA, quantity: 1, sellingPlan: plan }], codes: [code], sourceName: billingCycle === 1 ? "web" : "subscription_contract", billingCycle });
      return result.ok ? result.codes[0]!.refusal : result.reason;
    };
    expect([1, 2, 3, 4].map((cycle) => bill("THREE", cycle))).toEqual([null, null, null, "renewals_over"]);
    expect([1, 4].map((cycle) => bill("EVER", cycle))).toEqual([null, null]);
  });
});

test("five codes on products and orders and one on shipping: the sixth is one too many", async () => {
  const combining = { combinesWith: { orderDiscounts: true, productDiscounts: true, shippingDiscounts: true }, customerGets: { items: { all: true }, value: { percentage: 0.01 } } };
  const codes = ["A1", "A2", "A3", "A4", "A5", "A6"];
  for (const code of codes) await makeDiscount(store, code, combining);
  for (const code of ["S1", "S2"]) {
    await store.ask("mutation ($input: DiscountCodeFreeShippingInput!) { discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) { userErrors { message } } }", {
      input: { title: code, code, startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, combinesWith: { orderDiscounts: true } },
    });
  }
  expect(buy([[LAMP, 1]], { codes: [...codes, "S1", "S2"] }).refusals).toEqual([null, null, null, null, null, "too_many", null, "does_not_combine"]);
});
