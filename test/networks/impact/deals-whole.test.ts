// Every kind of deal that a merchant can make: each term of it reaches the network, or is a note or a step on the deal's page; none is dropped.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DealBuyers, type DealMinimum, type DealTerms, type DealValue, type GetEffect, type ItemChoice, parseDealTerms, PLAIN_TERMS } from "#app/domain/deal.ts";
import { dealChange, isUnreadable, ownDatesIn, toNetworkDeal } from "#app/domain/network-deal.ts";
import { networkSteps } from "#app/domain/network-steps.ts";
import { impact } from "#app/networks/impact/index.ts";
import type { Answer, DealInfo } from "#app/networks/port.ts";
import { leadFetch } from "#test/local/lead.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { startNetwork, type LocalNetwork } from "#test/local/network/server.ts";

let local: LocalNetwork;
let undo: () => void;
beforeAll(async () => {
  local = await startNetwork({ demo: true });
  undo = leadFetch({ network: local.url });
});
afterAll(async () => {
  undo();
  await local.close();
});
const network = impact({ accountSid: DEMO_ACCOUNT_SID, token: DEMO_ACCOUNT_TOKEN, takeBudget: async () => ({ ok: true }), noteBudget: async () => {}, onExchange: async () => {} });

function value<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.fault));
  return answer.value;
}

const gid = (type: string, n: number) => `gid://shopify/${type}/${n}`;
const lamps: ItemChoice = { kind: "collections", collections: [{ id: gid("Collection", 1), title: "Lamps" }] };
const rugs: ItemChoice = { kind: "products", products: [{ id: gid("Product", 1), title: "Rug", variants: [] }] };
const redRug: ItemChoice = { kind: "products", products: [{ id: gid("Product", 1), title: "Rug", variants: [{ id: gid("ProductVariant", 3), title: "red" }] }] };
const many: ItemChoice = { kind: "collections", collections: Array.from({ length: 60 }, (_, n) => ({ id: gid("Collection", n), title: `Collection number ${n}` })) };
const picked = (type: string) => [{ id: gid(type, 1), title: "Some" }];
const buyGet = (effect: GetEffect, items: ItemChoice = rugs): DealValue => ({ kind: "buy_get", buys: { by: "quantity", quantity: 2, items: lamps }, gets: { quantity: 1, items, effect }, usesPerOrder: null });

/** Where a term ends up: in what the network is told (fields that it then shows), in notes, in steps. */
type Case = { terms: Partial<DealTerms>; told?: Partial<DealInfo>; notes?: string[]; steps?: string[] };
const percent = { kind: "percent", percent: "12.5" } as const;

// Each of these names every kind that there is: a new one does not pass the type check until it is said here where it goes.
const values = {
  percentage: [{ terms: {}, told: { type: "general_sale", discount: percent, applies: { scope: "entire_store" }, syncs: true } }],
  fixed_order: [{ terms: { value: { kind: "fixed_order", amount: "500" } }, told: { type: "general_sale", discount: { kind: "fixed", amount: "500", currency: "EUR" } } }],
  fixed_item: [{ terms: { value: { kind: "fixed_item", amount: "500" } }, told: { discount: { kind: "fixed", amount: "500", currency: "EUR" } }, notes: ["each_item"] }],
  free_shipping: [
    { terms: { value: { kind: "free_shipping", countries: null, highestRate: null } }, told: { type: "free_shipping", discount: { kind: "free_shipping" } } },
    { terms: { value: { kind: "free_shipping", countries: ["DE"], highestRate: "900" } }, notes: ["countries", "highest_rate"] },
  ],
  buy_get: [
    { terms: { value: { ...buyGet({ kind: "free" }), buys: { by: "amount", amount: "5000", items: lamps }, usesPerOrder: 2 } as DealValue }, told: { type: "bogo" }, notes: ["buys_amount", "per_order"] },
  ],
} satisfies Record<DealValue["kind"], Case[]>;
const sides = { buys: { quantity: 2, scope: "category", name: "Lamps" }, gets: { quantity: 1, scope: "product", name: "Rug" } } as const;
const effects = {
  free: { terms: { value: buyGet({ kind: "free" }) }, told: { type: "bogo", discount: { kind: "buy_get", ...sides, effect: { kind: "free" } } } },
  percentage: { terms: { value: buyGet({ kind: "percentage", basisPoints: 5000 }) }, told: { discount: { kind: "buy_get", ...sides, effect: { kind: "percent", percent: "50" } } } },
  // The network shows the amount in no currency: a person looks at it.
  amount: { terms: { value: buyGet({ kind: "amount", amount: "500" }) }, told: { type: "bogo" }, steps: ["currency"] },
} satisfies Record<GetEffect["kind"], Case>;
const minimums = {
  none: { terms: {} },
  subtotal: { terms: { minimum: { kind: "subtotal", amount: "5000" } }, steps: ["minimum"] },
  quantity: { terms: { minimum: { kind: "quantity", quantity: 3 } }, notes: ["minimum_quantity"] },
} satisfies Record<DealMinimum["kind"], Case>;
const items = {
  everything: [{ terms: {}, told: { applies: { scope: "entire_store" } } }],
  collections: [{ terms: { appliesTo: lamps }, told: { applies: { scope: "category", names: "Lamps" } } }, { terms: { appliesTo: many }, notes: ["more_names"] }],
  products: [
    { terms: { appliesTo: rugs }, told: { applies: { scope: "product", names: "Rug" } } },
    { terms: { appliesTo: redRug }, told: { applies: { scope: "product", names: "Rug" } }, notes: ["variants"] },
    { terms: { value: buyGet({ kind: "free" }, redRug) }, told: { type: "bogo" }, notes: ["variants"] },
  ],
} satisfies Record<ItemChoice["kind"], Case[]>;
const buyers = {
  all: { terms: {} },
  segments: { terms: { buyers: { kind: "segments", segments: picked("Segment") } }, notes: ["buyers_segments"] },
  markets: { terms: { buyers: { kind: "markets", markets: picked("Market") } }, notes: ["buyers_markets"] },
} satisfies Record<DealBuyers["kind"], Case>;
const parts = {
  value: [...Object.values(values).flat(), ...Object.values(effects)],
  minimum: Object.values(minimums),
  appliesTo: Object.values(items).flat(),
  buyers: Object.values(buyers),
  purchase: [
    { terms: { purchase: { oneTime: true, subscription: true, cycles: null } }, notes: ["subscriptions_too"] },
    { terms: { purchase: { oneTime: false, subscription: true, cycles: 3 } }, notes: ["subscriptions_only", "cycles"] },
  ],
  oncePerCustomer: [{ terms: { oncePerCustomer: true }, notes: ["once"] }],
  usageLimit: [{ terms: { usageLimit: 100 }, notes: ["limit"] }],
  combinesWith: [{ terms: { combinesWith: { order: true, product: false, shipping: false } }, notes: ["combines"] }],
  tags: [{ terms: { tags: ["creators"] } }], // for the store's own admin, nothing that a buyer meets
} satisfies Record<keyof DealTerms, Case[]>;

const cases = Object.entries(parts).flatMap(([part, list]) => (list as Case[]).map((one, n): [string, number, Case] => [part, n + 1, one]));
const termsOf = (change: Partial<DealTerms>): DealTerms => ({ value: { kind: "percentage", basisPoints: 1250 }, ...PLAIN_TERMS, ...change });
const told = (terms: DealTerms, name = "Spring") => toNetworkDeal({ name, terms, startsAt: "2026-06-01T00:00:00.000Z", endsAt: null }, "EUR");
const minimumOf = (terms: DealTerms) => (terms.minimum.kind === "subtotal" ? { amount: terms.minimum.amount, currency: "EUR" } : null);

describe("a deal in the network, term by term", () => {
  it.each(cases)("%s, %i: made, read back, and what is missing there is a note or a step", async (part, n, { terms: change, told: shown = {}, notes = [], steps = [] }) => {
    const terms = termsOf(change);
    expect(parseDealTerms(terms)).toEqual({ ok: true, terms });
    const { deal, notes: said } = told(terms, `${part} ${n}`);
    const { externalId } = value(await network.createDeal(DEMO_CREATOR_PROGRAM_ID, deal));
    const seen = value(await network.deal(externalId));
    expect(seen).toMatchObject(shown);
    expect(said.map((note) => note.key)).toEqual(notes);
    expect(networkSteps({ deal, minimum: minimumOf(terms), partners: [], codes: [] }, seen).map((step) => step.key)).toEqual(steps);
    // What is there as it is here is no difference, and what cannot be read is left to its step.
    const changed = Object.keys(dealChange(deal, seen) ?? {}).filter((field) => field !== "discount" || !isUnreadable(deal.discount, seen));
    expect(changed).toEqual([]);
  });

  it.each(cases)("%s, %i: a deal of 12.5 % that becomes this is changed as far as calls can, and the rest is a step", async (part, n, { terms: change, steps = [] }) => {
    const { externalId } = value(await network.createDeal(DEMO_CREATOR_PROGRAM_ID, told(termsOf({}), `was ${part} ${n}`).deal));
    const terms = termsOf(change);
    const { deal } = told(terms, `is ${part} ${n}`);
    const edit = dealChange(deal, value(await network.deal(externalId)))!;
    value(await network.updateDeal(externalId, edit));
    const seen = value(await network.deal(externalId));
    const open = networkSteps({ deal, minimum: minimumOf(terms), partners: [], codes: [] }, seen).map((step) => step.key);
    // Another type, and an amount's currency, are a person's to set; once the type is right, what it gives is told (flow/place-deals-network.ts).
    const { discount } = deal;
    const byHand = discount.kind === "free_shipping" ? ["type_free_shipping"] : discount.kind === "buy_get" ? ["type_bogo"] : discount.kind === "fixed" ? ["currency"] : [];
    expect(open).toEqual([...byHand, ...steps.filter((step) => step !== "currency")]);
    expect(Object.keys(dealChange(deal, seen) ?? {}).filter((field) => field !== "discount")).toEqual([]);
  });

  it("whatever a merchant chooses that is not plain can be seen: no two offers that differ for buyers look alike on page and network", () => {
    const one = fc.constantFrom(...cases.filter(([part]) => part !== "tags"));
    fc.assert(
      fc.property(one, one, ([, , first], [, , second]) => {
        const a = termsOf(first.terms);
        const b = termsOf(second.terms);
        const seenOf = (terms: DealTerms) => JSON.stringify([told(terms), minimumOf(terms)]);
        if (JSON.stringify(a) !== JSON.stringify(b)) expect(seenOf(a)).not.toBe(seenOf(b));
      }),
    );
  });
});

describe("codes that follow their deal's dates", () => {
  const seen = { externalId: "3", startsAt: "2026-06-01T00:00:00.000Z", endsAt: null } as DealInfo;
  const code = { externalId: "7", code: "SUMMER", dealExternalId: "3", active: true, startsAt: null, endsAt: null };
  it.each<[string, Partial<Parameters<typeof ownDatesIn>[1][number]>, string[]]>([
    ["no dates", {}, []],
    ["the deal's own", { startsAt: "2026-06-01T00:00:00.500Z" }, []],
    ["an end of its own", { endsAt: "2026-07-01T00:00:00.000Z" }, ["SUMMER"]],
    ["a start of its own", { startsAt: "2026-06-10T00:00:00.000Z" }, ["SUMMER"]],
    ["an end of its own, which is past: expired", { endsAt: "2026-07-01T00:00:00.000Z", active: false }, []],
    ["an end of its own, in another deal", { endsAt: "2026-07-01T00:00:00.000Z", dealExternalId: "4" }, []],
    ["ours, placed with the deal's dates", { endsAt: "2026-07-01T00:00:00.000Z", externalId: "8" }, []],
  ])("a code with %s", (_name, change, found) => {
    expect(ownDatesIn(seen, [{ ...code, ...change }], new Set(["8"]))).toEqual(found);
  });
});
