import { describe, expect, test } from "vitest";
import { readAnswer } from "#app/shopify/admin.ts";
import { createInput } from "#app/shopify/discounts-input.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import type { DealTerms } from "#app/domain/deal.ts";

const cost = (requested: number, available: number) => ({
  cost: { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: { maximumAvailable: 2000, currentlyAvailable: available, restoreRate: 100 } },
});
const failure = (code: string | null, message = "no", extensions = {}) => JSON.stringify({ errors: [{ message, ...(code && { extensions: { code } }) }], extensions });

describe("what the Admin API answers", () => {
  test("data comes with its cost", () => {
    const answer = readAnswer(200, null, JSON.stringify({ data: { shop: { name: "A" } }, extensions: cost(1, 1999) }));
    expect(answer).toEqual({ ok: true, data: { shop: { name: "A" } }, cost: { requested: 1, actual: null, available: 1999, maximum: 2000, restorePerSecond: 100 } });
  });

  test.each([
    ["a throttled call waits until its points are back", 200, null, failure("THROTTLED", "Throttled", cost(60, 10)), { kind: "throttled", waitMs: 500 }],
    ["a throttled call without a cost waits a second", 200, null, failure("THROTTLED"), { kind: "throttled", waitMs: 1000 }],
    ["429 waits as long as it says", 429, "2.0", "", { kind: "throttled", waitMs: 2000 }],
    ["429 without a time waits a second", 429, null, "", { kind: "throttled", waitMs: 1000 }],
    ["401 asks for the app to be opened", 401, null, "{}", { kind: "unauthorized" }],
    ["a missing scope is named", 200, null, failure("ACCESS_DENIED", "Access denied for discountNodes field."), { kind: "scope", detail: "Access denied for discountNodes field." }],
    ["403 is a missing scope", 403, null, "Forbidden", { kind: "scope", detail: "Forbidden" }],
    ["5xx leaves open what was done", 502, null, "<html>", { kind: "unavailable", status: 502 }],
    ["the store's own failure leaves open what was done", 200, null, failure("INTERNAL_SERVER_ERROR"), { kind: "unavailable", status: 200 }],
    ["an error in the call is final", 200, null, failure("undefinedField", "Field 'x' doesn't exist"), { kind: "graphql", errors: [{ code: "undefinedField", message: "Field 'x' doesn't exist" }] }],
    ["errors as one text are final", 200, null, JSON.stringify({ errors: "Not Found" }), { kind: "graphql", errors: [{ code: null, message: "Not Found" }] }],
    ["errors beside data are errors", 200, null, JSON.stringify({ data: { a: null }, errors: [{ message: "no" }] }), { kind: "graphql", errors: [{ code: null, message: "no" }] }],
    ["what is no JSON is unreadable", 200, null, "<html>", { kind: "unreadable", detail: "the answer is no JSON" }],
    ["no data is unreadable", 200, null, "{}", { kind: "unreadable", detail: "the answer carries no data" }],
  ])("%s", (_name, status, retryAfter, text, fault) => {
    expect(readAnswer(status, retryAfter, text)).toEqual({ ok: false, fault });
  });
});

describe("the input of a discount", () => {
  const terms: DealTerms = {
    value: { kind: "percentage", basisPoints: 1250 },
    ...PLAIN_TERMS,
    minimum: { kind: "subtotal", amount: "5000" },
    oncePerCustomer: true,
    usageLimit: 100,
    combinesWith: { order: false, product: true, shipping: true },
  };
  const discount = { title: "Spring", reserveCode: "RESERVEX", terms, currency: "EUR", startsAt: "2026-06-01T00:00:00.000Z", endsAt: null };
  const common = {
    title: "Spring",
    code: "RESERVEX",
    startsAt: "2026-06-01T00:00:00.000Z",
    endsAt: null,
    context: { all: "ALL" },
    appliesOncePerCustomer: true,
    usageLimit: 100,
    combinesWith: { orderDiscounts: false, productDiscounts: true, shippingDiscounts: true },
    tags: ["creator-codes"],
    recurringCycleLimit: 1,
  };
  const oneTime = { appliesOnOneTimePurchase: true, appliesOnSubscription: false };
  const from50 = { subtotal: { greaterThanOrEqualToSubtotal: "50.00" } };

  test.each<[string, Partial<DealTerms>, string, Record<string, unknown>]>([
    ["a percentage from an amount", {}, "EUR", { minimumRequirement: from50, customerGets: { ...oneTime, items: { all: true }, value: { percentage: 0.125 } } }],
    ["an amount off the order", { value: { kind: "fixed_order", amount: "505" } }, "EUR",
      { minimumRequirement: from50, customerGets: { ...oneTime, items: { all: true }, value: { discountAmount: { amount: "5.05", appliesOnEachItem: false } } } }],
    ["an amount off each item, in yen, from two items", { value: { kind: "fixed_item", amount: "500" }, minimum: { kind: "quantity", quantity: 2 } }, "JPY",
      { minimumRequirement: { quantity: { greaterThanOrEqualToQuantity: "2" } }, customerGets: { ...oneTime, items: { all: true }, value: { discountAmount: { amount: "500", appliesOnEachItem: true } } } }],
    ["free shipping without a minimum", { value: { kind: "free_shipping", countries: null, highestRate: null }, minimum: { kind: "none" } }, "EUR", { ...oneTime, minimumRequirement: null, destination: { all: true }, maximumShippingPrice: null }],
  ])("%s", (_name, change, currency, rest) => {
    expect(createInput({ ...discount, currency, terms: { ...terms, ...change } })).toEqual({ ...common, ...rest });
  });
});
