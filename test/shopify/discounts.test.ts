// Terms go into the store and come back the same: of every kind, made anew, and changed from any into any other of the kind.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLAIN_TERMS, parseDealTerms } from "#app/domain/deal.ts";
import type { DealTerms } from "#app/domain/deal.ts";
import { fieldsOfDeal, readDealForm } from "#app/domain/deal-form.ts";
import { differingTerms } from "#app/domain/deal-parts.ts";
import { differsFrom } from "#app/domain/deal-seen.ts";
import { type Admin, adminFor, setTokenSource } from "#app/shopify/admin.ts";
import { createDiscount, updateDiscount } from "#app/shopify/discounts.ts";
import { readDiscount, type SeenDiscount } from "#app/shopify/discounts-read.ts";
import { leadFetch } from "#test/local/lead.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { tokenFor } from "#test/local/store/testing.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";
import { drawnTerms } from "./drawn-terms.ts";

setTestEnv();
process.env.DATABASE_URL ??= "postgresql://unused"; // nothing here asks a database

const bucket = { maximum: 1_000_000, restorePerSecond: 1_000_000 };
const [startsAt, endsAt] = [new Date("2026-06-01T08:00:00Z"), new Date("2026-12-31T22:59:59Z")];
let store: LocalStore;
let admin: Admin;
let undo = () => {};
let codes = 0;

beforeAll(() => begin());
afterAll(() => end());

async function begin(scopes?: string): Promise<void> {
  store = await startStore({ apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, bucket, scopes });
  undo = leadFetch({ store: store.url });
  const token = await tokenFor(store);
  setTokenSource(async () => token);
  admin = adminFor(store.store.shop.domain);
}

async function end(): Promise<void> {
  setTokenSource(null);
  undo();
  await store.close();
}

const content = (terms: DealTerms, title = "Spring") => ({ title, terms, currency: "EUR", startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() });

async function make(terms: DealTerms): Promise<string> {
  codes += 1;
  const made = await createDiscount(admin, { ...content(terms), reserveCode: `RESERVE${codes}` });
  if (!made.ok) throw new Error(JSON.stringify(made.fault));
  return made.value.id;
}

async function read(id: string): Promise<SeenDiscount> {
  const seen = await readDiscount(admin, id, "EUR");
  if (!seen.ok || seen.value === null) throw new Error(JSON.stringify(seen));
  return seen.value;
}

describe.each(["basic", "free_shipping", "bxgy"] as const)("a discount of the kind %s", (kind) => {
  test("comes back as it was made, and as it was changed", { timeout: 60_000 }, async () => {
    const terms = drawnTerms(store.store, kind);
    await fc.assert(
      fc.asyncProperty(terms, terms, async (first, then) => {
        for (const drawn of [first, then]) {
          expect(parseDealTerms(drawn)).toEqual({ ok: true, terms: drawn });
          const state = { name: "Spring", terms: drawn, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), pausedAt: null };
          const shop = { currency: "EUR", timezone: "Europe/Berlin" };
          expect(readDealForm(fieldsOfDeal(state, null, shop), shop, state)).toMatchObject({ ok: true, deal: { terms: drawn, startsAt: state.startsAt, endsAt: state.endsAt } });
        }
        const id = await make(first);
        const made = await read(id);
        expect(made).toMatchObject({ id, kind, title: "Spring", unread: [], codesCount: 1, endsAt: endsAt.toISOString() });
        expect(differingTerms(made.terms!, first)).toEqual([]);

        const changed = await updateDiscount(admin, content(then, "Summer"), made);
        if (!changed.ok) throw new Error(JSON.stringify(changed.fault));
        const seen = await read(id);
        expect(differsFrom({ title: "Summer", terms: then, startsAt, endsAt }, seen)).toEqual([]);
        expect(seen.tags).toContain("creator-codes");
        expect(await read(await make(then))).toMatchObject({ held: seen.held });
      }),
      { numRuns: 40 },
    );
  });
});

describe("what the store has", () => {
  const plain: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };

  test("more than a page of items is read whole", async () => {
    const products = store.store.products.slice(0, 25).map(({ id, title }) => ({ id: `gid://shopify/Product/${id}`, title, variants: [] }));
    expect(products.length).toBeGreaterThan(20);
    const seen = await read(await make({ ...plain, appliesTo: { kind: "products", products } }));
    expect(seen.terms?.appliesTo).toEqual({ kind: "products", products: expect.arrayContaining(products) });
  });

  test("is named by the titles that it has there", async () => {
    const { id, title, variants } = store.store.products.find((product) => product.variants.length > 1)!;
    const variant = variants[0]!;
    const appliesTo = { kind: "products" as const, products: [{ id: `gid://shopify/Product/${id}`, title: "old", variants: [{ id: `gid://shopify/ProductVariant/${variant.id}`, title: "old" }] }] };
    const seen = await read(await make({ ...plain, appliesTo }));
    expect(seen.terms?.appliesTo).toMatchObject({ products: [{ title, variants: [{ title: variant.title }] }] });
  });

  const input = { title: "Theirs", startsAt: "2026-06-01T00:00:00Z", context: { all: "ALL" }, customerGets: { items: { all: true }, value: { percentage: 0.1 } } };
  test.each<[string, string, Record<string, unknown>, string[]]>([
    ["a percentage finer than a deal's", "Basic", { ...input, customerGets: { items: { all: true }, value: { percentage: 0.12345 } } }, ["percentage"]],
    ["no percentage at all", "Basic", { ...input, customerGets: { items: { all: true }, value: { percentage: 0 } } }, ["percentage"]],
    ["an amount finer than the currency", "Basic", { ...input, minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "10.005" } } }, ["amount"]],
    ["the rest of the world", "FreeShipping", { title: "Theirs", startsAt: input.startsAt, context: input.context, destination: { countries: { add: ["DE"], includeRestOfWorld: true } } }, ["rest_of_world"]],
    ["five tags of others", "Basic", { ...input, tags: ["a", "b", "c", "d", "e"] }, ["other"]],
  ])("%s is said to be none of a deal's terms", async (_what, kind, sent, unread) => {
    codes += 1;
    const field = `${kind[0]!.toLowerCase()}${kind.slice(1)}CodeDiscount`;
    const document = `mutation ($input: DiscountCode${kind}Input!) { discountCode${kind}Create(${field}: $input) { codeDiscountNode { id } userErrors { message } } }`;
    const made = await admin<Record<string, { codeDiscountNode: { id: string } | null }>>(document, { input: { ...sent, code: `THEIRS${codes}` } });
    if (!made.ok) throw new Error(JSON.stringify(made.fault));
    const seen = await read(Object.values(made.data)[0]!.codeDiscountNode!.id);
    expect({ terms: seen.terms, unread: seen.unread, title: seen.title }).toEqual({ terms: null, unread, title: "Theirs" });
  });

  test("a discount that is not there is null", async () => {
    expect(await readDiscount(admin, "gid://shopify/DiscountCodeNode/999999999", "EUR")).toEqual({ ok: true, value: null });
  });

  test("without the scope for markets all else is read, and the markets are said to be unread", async () => {
    const market = store.store.state.markets[0]!;
    const id = await make({ ...plain, buyers: { kind: "markets", markets: [{ id: `gid://shopify/Market/${market.id}`, title: market.name }] } });
    const all = await make(plain);
    const token = await tokenFor(store);
    const without = await tokenWithoutMarkets();
    setTokenSource(async () => without);
    expect(await read(id)).toMatchObject({ terms: null, unread: expect.arrayContaining(["markets_scope"]), title: "Spring" });
    expect(await read(all)).toMatchObject({ terms: plain, unread: [] });
    setTokenSource(async () => token);
  });
});

/** A token of the same store that was granted no reading of markets. */
async function tokenWithoutMarkets(): Promise<string> {
  const kept = store.store.options.scopes;
  store.store.options.scopes = "read_orders,read_discounts,write_discounts,read_products,read_customers";
  const token = await tokenFor(store);
  store.store.options.scopes = kept;
  return token;
}
