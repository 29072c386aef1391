import { describe, expect, test } from "vitest";
import { codeMark, parseDealTerms, PLAIN_TERMS } from "#app/domain/deal.ts";
import { describeDeal } from "#app/domain/deal-words.ts";
import type { DealTerms } from "#app/domain/deal.ts";

const percentage = { value: { kind: "percentage", basisPoints: 1000 } };
const plain: DealTerms = {
  value: { kind: "percentage", basisPoints: 1000 },
  ...PLAIN_TERMS,
};

describe("terms", () => {
  test.each<[string, unknown, DealTerms]>([
    ["10 %, and nothing else said", percentage, plain],
    ["all of it", { ...plain, minimum: { kind: "subtotal", amount: "5000" }, oncePerCustomer: true, usageLimit: 100, combinesWith: { order: true, product: true, shipping: true } },
      { ...plain, minimum: { kind: "subtotal", amount: "5000" }, oncePerCustomer: true, usageLimit: 100, combinesWith: { order: true, product: true, shipping: true } }],
    ["leading zeros of an amount", { value: { kind: "fixed_order", amount: "0500" } }, { ...plain, value: { kind: "fixed_order", amount: "500" } }],
    ["an amount off each item", { value: { kind: "fixed_item", amount: "1" } }, { ...plain, value: { kind: "fixed_item", amount: "1" } }],
    ["free shipping from two items", { value: { kind: "free_shipping" }, minimum: { kind: "quantity", quantity: 2 } }, { ...plain, value: { kind: "free_shipping", countries: null, highestRate: null }, minimum: { kind: "quantity", quantity: 2 } }],
  ])("%s", (_name, input, terms) => {
    expect(parseDealTerms(input)).toEqual({ ok: true, terms });
    expect(parseDealTerms(JSON.parse(JSON.stringify(terms)))).toEqual({ ok: true, terms });
  });

  test.each<[string, unknown, [string, string][]]>([
    ["nothing", null, [["value.kind", "deal.kind_unknown"]]],
    ["a list", [], [["value.kind", "deal.kind_unknown"]]],
    ["0 %", { value: { kind: "percentage", basisPoints: 0 } }, [["value.basisPoints", "deal.percentage_range"]]],
    ["over 100 %", { value: { kind: "percentage", basisPoints: 10_001 } }, [["value.basisPoints", "deal.percentage_range"]]],
    ["half a basis point", { value: { kind: "percentage", basisPoints: 0.5 } }, [["value.basisPoints", "deal.percentage_range"]]],
    ["a percentage as text", { value: { kind: "percentage", basisPoints: "10" } }, [["value.basisPoints", "deal.percentage_range"]]],
    ["an amount of nothing", { value: { kind: "fixed_order", amount: "000" } }, [["value.amount", "deal.amount_missing"]]],
    ["a negative amount", { value: { kind: "fixed_item", amount: "-5" } }, [["value.amount", "deal.amount_missing"]]],
    ["an amount with decimals", { value: { kind: "fixed_item", amount: "5.00" } }, [["value.amount", "deal.amount_missing"]]],
    ["an amount of 18 digits", { value: { kind: "fixed_item", amount: "1".repeat(18) } }, [["value.amount", "deal.amount_missing"]]],
    ["a minimum without amount", { ...percentage, minimum: { kind: "subtotal", amount: "" } }, [["minimum.amount", "deal.minimum_amount_missing"]]],
    ["a minimum of no item", { ...percentage, minimum: { kind: "quantity", quantity: 0 } }, [["minimum.quantity", "deal.minimum_quantity_missing"]]],
    ["an unknown minimum", { ...percentage, minimum: { kind: "weight" } }, [["minimum.kind", "deal.minimum_unknown"]]],
    ["a limit of 0", { ...percentage, usageLimit: 0 }, [["usageLimit", "deal.usage_limit_range"]]],
    ["a limit past the store's", { ...percentage, usageLimit: 2 ** 31 }, [["usageLimit", "deal.usage_limit_range"]]],
    ["free shipping with free shipping", { value: { kind: "free_shipping" }, combinesWith: { shipping: true } }, [["combinesWith.shipping", "deal.shipping_with_shipping"]]],
    ["no collection", { ...percentage, appliesTo: { kind: "collections" } }, [["appliesTo", "deal.collections_missing"]]],
    ["no product", { ...percentage, appliesTo: { kind: "products", products: [] } }, [["appliesTo", "deal.products_missing"]]],
    ["no segment", { ...percentage, buyers: { kind: "segments", segments: [] } }, [["buyers", "deal.segments_missing"]]],
    ["no market", { ...percentage, buyers: { kind: "markets" } }, [["buyers", "deal.markets_missing"]]],
    ["buy X get Y with nothing picked, or with everything",
      { value: { kind: "buy_get", buys: { by: "quantity", quantity: 1, items: { kind: "products" } }, gets: { quantity: 1, items: { kind: "everything" }, effect: { kind: "free" } } } },
      [["value.buys.items", "deal.products_missing"], ["value.gets.items", "deal.items_missing"]]],
    ["two faults at once", { value: { kind: "fixed_order" }, usageLimit: -1 }, [["value.amount", "deal.amount_missing"], ["usageLimit", "deal.usage_limit_range"]]],
  ])("refuses %s at its field", (_name, input, errors) => {
    const parsed = parseDealTerms(input);
    expect(parsed.ok ? parsed.terms : parsed.errors.map((error) => [error.field, error.key])).toEqual(errors);
  });
});

describe("a deal in words", () => {
  const words = { money: (minor: bigint) => `EUR ${minor}`, percent: (points: number) => `${points / 100} %`, date: (iso: string) => iso.slice(0, 10), all: (names: string[]) => names.join(" and "), any: (names: string[]) => names.join(" or "), country: (code: string) => code };
  const dates = { startsAt: null, endsAt: null };
  test.each<[Partial<DealTerms>, { startsAt: null; endsAt: string | null }, unknown[]]>([
    [{}, dates, [{ key: "offer.percentage.none", values: { percent: "10 %" } }]],
    [{ minimum: { kind: "subtotal", amount: "5000" } }, dates, [{ key: "offer.percentage.subtotal", values: { percent: "10 %", minimum: "EUR 5000" } }]],
    [{ value: { kind: "fixed_item", amount: "500" }, minimum: { kind: "quantity", quantity: 3 } }, dates, [{ key: "offer.fixed_item.quantity", values: { amount: "EUR 500", count: 3 } }]],
    [{ value: { kind: "free_shipping", countries: null, highestRate: null }, oncePerCustomer: true, usageLimit: 1 }, { ...dates, endsAt: "2026-12-31T22:59:59Z" },
      [{ key: "offer.free_shipping.none", values: {} }, { key: "offer.once", values: {} }, { key: "offer.limit", values: { count: 1 } }, { key: "offer.until", values: { date: "2026-12-31" } }]],
  ])("%j", (terms, when, phrases) => {
    expect(describeDeal({ ...plain, ...terms }, when, words)).toEqual(phrases);
  });
});

test.each([
  [{ kind: "percentage", basisPoints: 1000 } as const, 2, "10"],
  [{ kind: "percentage", basisPoints: 1250 } as const, 2, ""],
  [{ kind: "fixed_order", amount: "500" } as const, 2, "5"],
  [{ kind: "fixed_order", amount: "550" } as const, 2, ""],
  [{ kind: "fixed_item", amount: "500" } as const, 0, "500"],
  [{ kind: "free_shipping", countries: null, highestRate: null } as const, 2, "FREE"],
])("the mark of %j in a code's name", (value, exponent, mark) => {
  expect(codeMark(value, exponent)).toBe(mark);
});
