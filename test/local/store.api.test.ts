// The Admin API of the local store: no field is invented, nothing is silently null, and it costs what the documentation says.
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { BULB, LAMP, smallCatalogue, storeWithApp, type TestStore } from "#test/local/store/testing.ts";
import { EVERY_SCOPE } from "#test/local/store/control.ts";

let store: TestStore;
const open: TestStore[] = [];

async function fresh(options: Parameters<typeof storeWithApp>[0] = {}): Promise<TestStore> {
  const made = await storeWithApp({ catalogue: smallCatalogue, ...options });
  open.push(made);
  return made;
}

beforeAll(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue });
  return () => store.close();
});
afterEach(async () => {
  setClockOffsetMs(0);
  for (const each of open.splice(0)) await each.close();
});

function placed(on: TestStore, items = [{ variantId: LAMP, quantity: 1 }]) {
  const result = on.store.checkout({ items, email: "ines@mail.example", name: "Ines Haller" });
  if (!result.ok) throw new Error(result.reason);
  return result.order;
}

describe("the schema is the real one", () => {
  test("a field that does not exist is the schema's own error, and nothing runs", async () => {
    const { data, errors } = await store.ask("{ shop { id nope } }");
    expect(data).toBeUndefined();
    expect(errors![0]!.message).toBe('Cannot query field "nope" on type "Shop". Did you mean "name"?');
  });

  test.each([
    ["a field", "{ shop { features { storefront } } }", "The local store does not serve Shop.features"],
    ["a root field", "{ draftOrdersCount { count } }", "Access denied for draftOrdersCount field. Required access: `read_draft_orders` access scope."],
    ["an argument", '{ orders(first: 1, savedSearchId: "gid://shopify/SavedSearch/1") { nodes { id } } }', "The local store does not serve the argument savedSearchId of QueryRoot.orders"],
    ["a filter", '{ orders(first: 1, query: "channel:web") { nodes { id } } }', "The local store does not serve the filter channel of orders"],
    ["a connective", '{ orders(first: 1, query: "test:true OR test:false") { nodes { id } } }', 'The local store does not serve "OR" in the search "test:true OR test:false"'],
  ])("%s that it does not serve says so", async (_what, query, message) => {
    const { errors } = await store.ask(query);
    expect(errors!.map((each) => each.message)).toEqual([message]);
  });

  test("an input field that does not exist is named with its path", async () => {
    const { errors } = await store.ask("mutation ($input: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $input) { userErrors { message } } }", {
      input: { customerGets: { value: { discountAmount: { each: true } } } },
    });
    expect(errors![0]).toMatchObject({
      message: "Variable $input of type DiscountCodeBasicInput! was provided invalid value for customerGets.value.discountAmount.each (Field is not defined on DiscountAmountInput)",
      extensions: { code: "INVALID_VARIABLE" },
    });
  });

  test("a connection without first or last is refused", async () => {
    const { errors } = await store.ask("{ orders { nodes { id } } }");
    expect(errors![0]!.message).toBe("you must provide one of first or last");
  });

  test("another version of the API is not served", async () => {
    const response = await fetch(`${store.url}/admin/api/2026-07/graphql.json`, { method: "POST", body: JSON.stringify({ query: "{ shop { id } }" }) });
    expect(response.status).toBe(404);
  });
});

describe("scopes", () => {
  test("a field beyond the granted scopes is denied as Shopify denies it, and null", async () => {
    const reader = await fresh({ scopes: "read_orders,read_products" });
    const order = placed(reader);
    const { data, errors } = await reader.ask(`{ order(id: "${order.admin_graphql_api_id}") { id customer { id } } }`);
    expect(data.order).toEqual({ id: order.admin_graphql_api_id, customer: null });
    expect(errors![0]).toMatchObject({
      message: "Access denied for customer field. Required access: `read_customers` access scope.",
      path: ["order", "customer"],
      extensions: { code: "ACCESS_DENIED", requiredAccess: "`read_customers` access scope." },
    });
  });

  test("without write_discounts no discount is made", async () => {
    const reader = await fresh({ scopes: "read_discounts" });
    const { errors } = await reader.ask('mutation { discountCodeDelete(id: "gid://shopify/DiscountCodeNode/1") { deletedCodeDiscountId } }');
    expect(errors![0]!.extensions!.code).toBe("ACCESS_DENIED");
  });

  test("orders of more than 60 days ago are seen with read_all_orders only", async () => {
    const old = placed(store);
    setClockOffsetMs(61 * 86_400_000);
    const query = `{ order(id: "${old.admin_graphql_api_id}") { id } }`;
    expect((await store.ask(query)).data.order).toBeNull();
    const response = await fetch(`${store.url}/_local/graphql`, { method: "POST", body: JSON.stringify({ query }) });
    expect(EVERY_SCOPE.has("read_all_orders")).toBe(true);
    expect(((await response.json()) as { data: { order: unknown } }).data.order).toEqual({ id: old.admin_graphql_api_id });
  });

  test.each([["no token", ""], ["a wrong token", "shpat_0"]])("%s is 401 with Shopify's words", async (_what, token) => {
    const response = await fetch(`${store.url}/admin/api/2026-10/graphql.json`, {
      method: "POST", headers: { "X-Shopify-Access-Token": token }, body: JSON.stringify({ query: "{ shop { id } }" }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" });
  });
});

describe("cost", () => {
  test.each([
    ["{ shop { id name } }", 1],
    ["{ shop { plan { publicDisplayName } } }", 2],
    ["{ products(first: 10) { nodes { id } } }", 12],
    ["{ products(first: 10) { nodes { id variants(first: 5) { nodes { id } } } } }", 82],
    ['mutation { discountCodeDelete(id: "gid://shopify/DiscountCodeNode/1") { userErrors { message } } }', 10],
  ])("%s costs %i", async (query, cost) => {
    expect((await store.ask(query)).extensions!.cost.requestedQueryCost).toBe(cost);
  });

  test("what a page did not hold is given back", async () => {
    const { extensions } = await store.ask("{ products(first: 100) { nodes { id } } }");
    expect(extensions!.cost).toMatchObject({ requestedQueryCost: 102, actualQueryCost: 6 });
  });

  test("a query of more than 1000 points is not run", async () => {
    const { data, errors } = await store.ask("{ products(first: 250) { nodes { id variants(first: 5) { nodes { id } } } } }");
    expect(data).toBeUndefined();
    expect(errors![0]!.extensions).toMatchObject({ code: "MAX_COST_EXCEEDED", cost: 2002, maxCost: 1000 });
  });

  test("an empty bucket throttles, and the clock fills it again", async () => {
    const poor = await fresh({ bucket: { maximum: 20, restorePerSecond: 10 } });
    const mutation = 'mutation { discountCodeDelete(id: "gid://shopify/DiscountCodeNode/1") { userErrors { message } } }';
    await poor.ask(mutation);
    await poor.ask(mutation);
    const { data, errors, extensions } = await poor.ask(mutation);
    expect(data).toBeUndefined();
    expect(errors![0]).toMatchObject({ message: "Throttled", extensions: { code: "THROTTLED" } });
    expect(extensions!.cost).toMatchObject({ requestedQueryCost: 10, actualQueryCost: null, throttleStatus: { maximumAvailable: 20, restoreRate: 10 } });
    setClockOffsetMs(1_000);
    expect((await poor.ask(mutation)).data.discountCodeDelete).toBeDefined();
  });
});

describe("orders, page by page", () => {
  test("a page goes on where it was, though orders changed meanwhile", async () => {
    const paged = await fresh();
    const orders = [0, 1, 2, 3].map((at) => {
      setClockOffsetMs(at * 2_000);
      return placed(paged, [{ variantId: BULB, quantity: at + 1 }]);
    });
    const page = (after: string | null) =>
      paged.ask("query ($after: String) { orders(first: 2, after: $after, sortKey: UPDATED_AT) { nodes { id } pageInfo { hasNextPage endCursor } } }", { after });
    const first = (await page(null)).data.orders;
    expect(first.nodes.map((each: { id: string }) => each.id)).toEqual(orders.slice(0, 2).map((each) => each.admin_graphql_api_id));
    setClockOffsetMs(10_000);
    paged.store.refund(String(orders[1]!.id), { amount: "1.00" });
    const second = (await page(first.pageInfo.endCursor)).data.orders;
    expect(second.nodes.map((each: { id: string }) => each.id)).toEqual([orders[2]!, orders[3]!].map((each) => each.admin_graphql_api_id));
    const third = (await page(second.pageInfo.endCursor)).data.orders;
    expect(third.nodes.map((each: { id: string }) => each.id)).toEqual([orders[1]!.admin_graphql_api_id]);
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  test("updated_at filters in whole seconds", async () => {
    const filtered = await fresh();
    placed(filtered);
    const at = (offset: number) => new Date(nowMs() + offset).toISOString();
    const count = async (query: string) => (await filtered.ask(`{ orders(first: 5, query: "${query}") { nodes { id } } }`)).data.orders.nodes.length;
    expect(await count(`updated_at:>='${at(-5_000)}'`)).toBe(1);
    expect(await count(`updated_at:>=${at(5_000)}`)).toBe(0);
    expect(await count(`updated_at:>='${at(-5_000)}' AND test:true`)).toBe(0);
  });
});
