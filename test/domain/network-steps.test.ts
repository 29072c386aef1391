import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import type { DealTerms } from "#app/domain/deal.ts";
import { dealChange, endOf, NO_END, toNetworkDeal } from "#app/domain/network-deal.ts";
import type { DealInfo, NewDeal } from "#app/domain/network-deal.ts";
import { hasOpenSteps, keepSteps, networkSteps, readSteps } from "#app/domain/network-steps.ts";

const terms = (change: Partial<DealTerms>): DealTerms => ({ value: { kind: "percentage", basisPoints: 1250 }, ...PLAIN_TERMS, ...change });
const told = (change: Partial<DealTerms>, currency = "EUR") => toNetworkDeal({ name: "Spring", terms: terms(change), startsAt: "2026-06-01T00:00:00.000Z", endsAt: null }, currency);
const picked = (...titles: string[]) => titles.map((title, n) => ({ id: `gid://shopify/Collection/${n}`, title }));
const lamps = { kind: "collections" as const, collections: picked("Lamps") };
const rugs = { kind: "products" as const, products: picked("Rug, red", "Mat").map((product) => ({ ...product, variants: [] })) };

const seen = (change: Partial<DealInfo> = {}): DealInfo => ({
  externalId: "3", name: "Spring", state: "active", description: null, type: "general_sale", discount: { kind: "percent", percent: "12.5" }, applies: { scope: "entire_store" },
  startsAt: "2026-06-01T00:00:00.000Z", endsAt: null, syncs: true, minimum: null, maximumSavings: null, defaultCode: null, restrictedPartners: [], restrictedGroups: [], perOrder: null, ...change,
});
const wanted = (change: Partial<NewDeal> = {}): NewDeal => ({ ...told({}).deal, ...change });
const nobody = { minimum: null, partners: [], codes: [] };

describe("our deal in the network's words", () => {
  it.each<[string, Partial<DealTerms>, Partial<NewDeal>, string[]]>([
    ["a percentage of everything", {}, { discount: { kind: "percent", percent: "12.5" }, applies: { scope: "entire_store" }, syncs: true }, []],
    ["an amount off the order", { value: { kind: "fixed_order", amount: "500" } }, { discount: { kind: "fixed", amount: "500", currency: "EUR" } }, []],
    ["an amount off each item", { value: { kind: "fixed_item", amount: "500" } }, { discount: { kind: "fixed", amount: "500", currency: "EUR" } }, ["each_item"]],
    ["of collections", { appliesTo: lamps }, { applies: { scope: "category", names: "Lamps" } }, []],
    ["of products, whose names keep no comma", { appliesTo: rugs }, { applies: { scope: "product", names: "Rug red, Mat" } }, []],
    ["free shipping, to some countries", { value: { kind: "free_shipping", countries: ["DE", "FR"], highestRate: "900" } }, { discount: { kind: "free_shipping" } }, ["countries", "highest_rate"]],
    [
      "buy two lamps, get a rug for half",
      { value: { kind: "buy_get", buys: { by: "quantity", quantity: 2, items: lamps }, gets: { quantity: 1, items: rugs, effect: { kind: "percentage", basisPoints: 5000 } }, usesPerOrder: 3 } },
      { discount: { kind: "buy_get", buys: { quantity: 2, scope: "category", name: "Lamps" }, gets: { quantity: 1, scope: "product", name: "Rug red, Mat" }, effect: { kind: "percent", percent: "50" } } },
      ["per_order"],
    ],
    [
      "buy for an amount, which the network cannot say",
      { value: { kind: "buy_get", buys: { by: "amount", amount: "5000", items: lamps }, gets: { quantity: 1, items: lamps, effect: { kind: "free" } }, usesPerOrder: null } },
      { discount: { kind: "buy_get", buys: { quantity: 1, scope: "category", name: "Lamps" }, gets: { quantity: 1, scope: "category", name: "Lamps" }, effect: { kind: "free" } } },
      ["buys_amount"],
    ],
    [
      "what else the store alone holds buyers to",
      { minimum: { kind: "quantity", quantity: 2 }, buyers: { kind: "segments", segments: [] }, purchase: { oneTime: false, subscription: true, cycles: 3 }, oncePerCustomer: true, usageLimit: 100 },
      {},
      ["minimum_quantity", "buyers_segments", "subscriptions_only", "cycles", "once", "limit"],
    ],
  ])("%s", (_name, change, deal, notes) => {
    const made = told(change);
    expect(made.deal).toMatchObject(deal);
    expect(made.notes.map((note) => note.key)).toEqual(notes);
  });

  it("any number of names makes one text of bounded length that says how many are left out", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 255 }), { minLength: 1, maxLength: 100 }), (titles) => {
        const { applies } = told({ appliesTo: { kind: "collections", collections: picked(...titles) } }).deal;
        if (applies.scope === "entire_store") throw new Error("of the collections nothing was told");
        expect(applies.names.length).toBeLessThanOrEqual(260);
        const shown = applies.names.split(", ");
        const more = /^\+(\d+)$/.exec(shown.at(-1)!);
        if (titles.every((title) => title.trim() !== "" && title.length < 200 && !/[,+]/.test(title))) expect(more ? shown.length - 1 + Number(more[1]) : shown.length).toBe(titles.length);
      }),
    );
  });
});

describe("what of an edit the network is told", () => {
  it.each<[string, Partial<NewDeal>, Partial<DealInfo>, unknown]>([
    ["nothing, where it has all", {}, {}, null],
    ["an instant is the same to the second", { startsAt: "2026-06-01T00:00:00.000Z" }, { startsAt: "2026-06-01T00:00:00.900Z" }, null],
    ["the percentage", { discount: { kind: "percent", percent: "15" } }, {}, { discount: { kind: "percent", percent: "15" } }],
    ["an amount in the currency that it has", { discount: { kind: "fixed", amount: "500", currency: "EUR" } }, { discount: { kind: "fixed", amount: "400", currency: "EUR" } }, { discount: { kind: "fixed", amount: "500", currency: "EUR" } }],
    ["not an amount in another currency", { discount: { kind: "fixed", amount: "500", currency: "USD" } }, { discount: { kind: "fixed", amount: "500", currency: "EUR" } }, null],
    ["not another type", { discount: { kind: "free_shipping" } }, {}, null],
    ["what it is for", { applies: { scope: "category", names: "Lamps" } }, {}, { applies: { scope: "category", names: "Lamps" } }],
    ["an end", { endsAt: "2026-12-31T00:00:00.000Z" }, {}, { endsAt: "2026-12-31T00:00:00.000Z" }],
    ["no end any more, by one that is never reached", { endsAt: null }, { endsAt: "2026-12-31T00:00:00.000Z" }, { endsAt: NO_END }],
    ["that it keeps its codes in step", {}, { syncs: false }, { syncs: true }],
    ["no words of ours", { description: null }, { description: "written by the merchant" }, null],
  ])("%s", (_name, deal, read, change) => {
    expect(dealChange(wanted(deal), seen(read))).toEqual(change);
  });

  it("an end that is never reached is none", () => {
    expect(dealChange(wanted(), seen({ endsAt: NO_END }))).toBeNull();
    expect(endOf({ endsAt: NO_END })).toBeNull();
  });
});

describe("the steps that only a person can take there", () => {
  const minimum = { amount: "5000", currency: "EUR" };
  const someBuyGet = { kind: "buy_get" as const, buys: { quantity: 1, scope: "category" as const, name: "Lamps" }, gets: { quantity: 1, scope: "category" as const, name: "Rugs" } };
  it.each<[string, Partial<NewDeal>, Partial<Parameters<typeof networkSteps>[0]>, Partial<DealInfo>, string[]]>([
    ["none, where it has all", {}, {}, {}, []],
    ["another type, and nothing of its value before", { discount: { kind: "free_shipping" } }, {}, {}, ["type_free_shipping"]],
    ["a gift there", {}, {}, { type: "gift", discount: null }, ["type_general_sale"]],
    ["another currency", { discount: { kind: "fixed", amount: "500", currency: "USD" } }, {}, { discount: { kind: "fixed", amount: "500", currency: "EUR" } }, ["currency"]],
    ["a minimum that it has not", {}, { minimum }, {}, ["minimum"]],
    ["another minimum", {}, { minimum }, { minimum: { amount: "6000", currency: "EUR" } }, ["minimum"]],
    ["the minimum that it has", {}, { minimum }, { minimum }, []],
    ["a minimum that we have not", {}, {}, { minimum }, ["no_minimum"]],
    ["a limit of savings", {}, {}, { maximumSavings: minimum }, ["no_maximum_savings"]],
    ["an amount that a get costs less, shown in no currency", { discount: { ...someBuyGet, effect: { kind: "amount", amount: "500", currency: "EUR" } } }, {}, { type: "bogo", discount: null }, ["currency"]],
    ["the same, shown in another one", { discount: { ...someBuyGet, effect: { kind: "amount", amount: "500", currency: "EUR" } } }, {}, { type: "bogo", discount: { ...someBuyGet, effect: { kind: "amount", amount: "500", currency: "USD" } } }, ["currency"]],
    ["what a get costs less in percent, not yet told", { discount: { ...someBuyGet, effect: { kind: "percent", percent: "50" } } }, {}, { type: "bogo", discount: null }, []],
    ["groups that may not promote it, whoever is in them", {}, { partners: [{ id: "1", name: "Marie" }] }, { restrictedGroups: ["5"] }, ["groups"]],
    ["groups that may not promote it, and nobody with a code", {}, {}, { restrictedGroups: ["5"] }, []],
    ["partners with a code who may not promote it", {}, { partners: [{ id: "1", name: "Marie" }, { id: "2", name: "Zoë" }] }, { restrictedPartners: ["2", "9"] }, ["not_restricted"]],
    ["a default code of somebody else", {}, { codes: ["MARIE10"] }, { defaultCode: "all10" }, ["default_code"]],
    ["a default code of the deal, in any case", {}, { codes: ["ALL10"] }, { defaultCode: "all10" }, []],
    ["all together", {}, { minimum, partners: [{ id: "2", name: "Zoë" }] }, { maximumSavings: minimum, restrictedPartners: ["2"], defaultCode: "X" }, ["minimum", "no_maximum_savings", "not_restricted", "default_code"]],
  ])("%s", (_name, deal, of, read, keys) => {
    expect(networkSteps({ deal: wanted(deal), ...nobody, ...of }, seen(read)).map((step) => step.key)).toEqual(keys);
  });

  it("every step names the deal as it is called there", () => {
    for (const step of networkSteps({ deal: wanted({ discount: { kind: "free_shipping" } }), ...nobody, minimum }, seen({ name: "Old spring" }))) expect(step.values.name).toBe("Old spring");
  });

  const step = (key: string, amount = "5000") => ({ key, values: { name: "Spring", amount } });
  it("a step that a reading does not find any more is done from then on, and one that comes back is open again", () => {
    const first = keepSteps([], [step("minimum"), step("default_code")], "2026-06-01T00:00:00.000Z");
    expect(first.map(({ key, doneAt }) => [key, doneAt])).toEqual([["minimum", null], ["default_code", null]]);
    expect(hasOpenSteps(first)).toBe(true);
    const second = keepSteps(first, [step("default_code")], "2026-06-02T00:00:00.000Z");
    expect(second.map(({ key, doneAt }) => [key, doneAt])).toEqual([["default_code", null], ["minimum", "2026-06-02T00:00:00.000Z"]]);
    const third = keepSteps(second, [], "2026-06-03T00:00:00.000Z");
    expect(third.map(({ key, doneAt }) => [key, doneAt])).toEqual([["default_code", "2026-06-03T00:00:00.000Z"], ["minimum", "2026-06-02T00:00:00.000Z"]]);
    expect(hasOpenSteps(third)).toBe(false);
    expect(keepSteps(third, [step("minimum", "6000")], "2026-06-04T00:00:00.000Z")).toContainEqual({ ...step("minimum", "6000"), doneAt: null });
  });

  it("what is no list of steps is none", () => {
    for (const kept of [null, undefined, {}, "x", [null, 1, {}]]) expect(readSteps(kept)).toEqual([]);
  });
});
