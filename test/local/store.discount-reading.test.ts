// Reading discounts, and whom they can be for: pages of codes, filters, scopes, what a call costs, a clock of its own, and what webhooks tell.
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { makeDiscount, smallCatalogue, storeWithApp, type TestStore, until, webhookSink } from "#test/local/store/testing.ts";
import type { StoreOptions } from "#test/local/store/types.ts";

let store: TestStore;
afterEach(async () => {
  setClockOffsetMs(0);
  await store.close();
});
async function open(options: StoreOptions = {}): Promise<void> {
  store = await storeWithApp({ catalogue: smallCatalogue, scopes: "write_discounts,read_products,read_customers,read_markets", bulkDelayMs: 0, ...options });
}

const ADD = "mutation ($id: ID!, $codes: [DiscountRedeemCodeInput!]!) { discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) { bulkCreation { id done } userErrors { message } } }";
const REMOVE = "mutation ($id: ID!, $ids: [ID!]) { discountCodeRedeemCodeBulkDelete(discountId: $id, ids: $ids) { job { id done } userErrors { message } } }";
const names = (count: number, prefix = "C") => Array.from({ length: count }, (_, at) => ({ code: `${prefix}${String(at).padStart(3, "0")}` }));
async function add(id: string, codes: { code: string }[]) {
  return (await store.ask(ADD, { id, codes })).data.discountRedeemCodeBulkAdd;
}

describe("the codes of a discount", () => {
  test("come page by page, each once, and are found by a whole word or by how they begin", async () => {
    await open();
    const id = await makeDiscount(store, "RESERVE");
    await add(id, names(120));
    const page = async (after: string | null, query: string | null = null) =>
      (await store.ask("query ($id: ID!, $after: String, $query: String) { codeDiscountNode(id: $id) { codeDiscount { ... on DiscountCodeBasic { codesCount { count precision } codes(first: 50, after: $after, query: $query) { nodes { id code } pageInfo { hasNextPage endCursor } } } } } }", { id, after, query })).data.codeDiscountNode.codeDiscount;
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { codesCount, codes } = await page(after);
      expect(codesCount).toEqual({ count: 121, precision: "EXACT" });
      seen.push(...codes.nodes.map(({ code }: { code: string }) => code));
      after = codes.pageInfo.hasNextPage ? codes.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(["RESERVE", ...names(120).map(({ code }) => code)]);
    const found = async (query: string) => (await page(null, query)).codes.nodes.map(({ code }: { code: string }) => code);
    expect([await found("c007"), await found("C00"), (await found("c00*")).length]).toEqual([["C007"], [], 10]);
  });

  test("taken out and put in again it is a new code, and nothing is left of the old one", async () => {
    await open();
    const id = await makeDiscount(store, "RESERVE");
    const look = async (creation: string) =>
      (await store.ask("query ($id: ID!) { discountRedeemCodeBulkCreation(id: $id) { importedCount codes(first: 5) { nodes { code discountRedeemCode { id } errors { message } } } } }", { id: creation })).data.discountRedeemCodeBulkCreation;
    const first = await look((await add(id, [{ code: "MARIE10" }])).bulkCreation.id);
    const codeId = first.codes.nodes[0].discountRedeemCode.id;
    expect((await store.ask(REMOVE, { id, ids: [codeId] })).data.discountCodeRedeemCodeBulkDelete.userErrors).toEqual([]);
    const second = await look((await add(id, [{ code: "marie10" }])).bulkCreation.id);
    expect(second).toMatchObject({ importedCount: 1, codes: { nodes: [{ code: "marie10", errors: [] }] } });
    expect(second.codes.nodes[0].discountRedeemCode.id).not.toBe(codeId);
  });
});

describe("filters of discountNodes", () => {
  test.each<[string, string[]]>([
    ["context:segment", ["FRIENDS"]],
    ["context:all,market", ["PLAIN", "FRANCE"]],
    ["combines_with:shipping_discounts", ["FRANCE"]],
    ["discount_type:percentage AND tag:spring", ["PLAIN"]],
    ["starts_at:>='2026-01-01T00:00:00Z'", ["FRIENDS"]],
    ["times_used:>0", []],
  ])("%s", async (query, titles) => {
    await open({ searchLagMs: 0 });
    const [segment, market] = [store.store.state.segments[2]!.id, store.store.state.markets[1]!.id];
    await makeDiscount(store, "PLAIN", { tags: ["Spring"] });
    await makeDiscount(store, "FRIENDS", { startsAt: "2026-02-01T00:00:00Z", context: { customerSegments: { add: [`gid://shopify/Segment/${segment}`] } } });
    await makeDiscount(store, "FRANCE", { context: { markets: { add: [`gid://shopify/Market/${market}`] } }, combinesWith: { shippingDiscounts: true } });
    const { data } = await store.ask("query ($query: String) { discountNodes(first: 10, query: $query) { nodes { discount { ... on DiscountCodeBasic { title } } } } }", { query });
    expect(data.discountNodes.nodes.map(({ discount }: { discount: { title: string } }) => discount.title)).toEqual(titles);
  });
});

describe("segments, markets and variants", () => {
  test("are listed by name", async () => {
    await open();
    const { data } = await store.ask(`{
      segments(first: 10, query: "friends") { nodes { name query } }
      markets(first: 2) { nodes { name status } pageInfo { hasNextPage } }
      productVariants(first: 5, query: "lamp") { nodes { sku product { title } } }
      market(id: "gid://shopify/Market/${store.store.state.markets[1]!.id}") { conditions { regionsCondition { regions(first: 5) { nodes { name ... on MarketRegionCountry { code } } } } } }
    }`);
    expect(data).toEqual({
      segments: { nodes: [{ name: "Friends of the atelier", query: "customer_tags CONTAINS 'friend'" }] },
      markets: { nodes: [{ name: "France", status: "ACTIVE" }, { name: "Germany", status: "ACTIVE" }], pageInfo: { hasNextPage: true } },
      productVariants: { nodes: [{ sku: "LAMP-01", product: { title: "Lamp" } }] },
      market: { conditions: { regionsCondition: { regions: { nodes: [{ name: "France", code: "FR" }] } } } },
    });
  });

  test.each([
    ["segments(first: 1) { nodes { name } }", "read_customers"],
    ["markets(first: 1) { nodes { name } }", "read_markets"],
  ])("%s needs %s", async (query, scope) => {
    await open({ scopes: "write_discounts" });
    const { errors } = await store.ask(`{ ${query} }`);
    expect(errors![0]!.extensions!.code).toBe("ACCESS_DENIED");
    expect(errors![0]!.extensions!.requiredAccess).toContain(scope);
  });
});

describe("cost", () => {
  test("every alias counts; of the kinds of a discount only the dearest does", async () => {
    await open();
    const names = Array.from({ length: 300 }, (_, at) => `a${at}: codeDiscountNodeByCode(code: "X${at}") { id codeDiscount { ... on DiscountCodeBasic { codesCount { count } } ... on DiscountCodeBxgy { codesCount { count } } } }`);
    const { extensions } = await store.ask(`{ ${names.join("\n")} }`);
    expect(extensions!.cost).toMatchObject({ requestedQueryCost: 900, actualQueryCost: 0 });
    const { errors } = await store.ask(`{ ${names.join("\n")} ${names.slice(0, 34).join("\n").replaceAll(/^a/gm, "b")} }`);
    expect(errors![0]!.extensions).toMatchObject({ code: "MAX_COST_EXCEEDED", cost: 1_002 });
  });

  test("what is skipped costs nothing; what is given is what is paid", async () => {
    await open();
    const id = await makeDiscount(store, "RESERVE");
    await add(id, names(3));
    const query = "query ($id: ID!, $codes: Boolean!) { codeDiscountNode(id: $id) { codeDiscount { ... on DiscountCodeBasic { title codes(first: 100) @include(if: $codes) { nodes { code createdBy { title } } } } } } }";
    expect((await store.ask(query, { id, codes: false })).extensions!.cost).toMatchObject({ requestedQueryCost: 2, actualQueryCost: 2 });
    expect((await store.ask(query, { id, codes: true })).extensions!.cost).toMatchObject({ requestedQueryCost: 204, actualQueryCost: 12 });
  });

  test("a list of more than 250 is an error of the whole request, in whatever input", async () => {
    await open();
    const { errors } = await store.ask(REMOVE, { id: await makeDiscount(store, "RESERVE"), ids: Array.from({ length: 251 }, (_, at) => `gid://shopify/DiscountRedeemCode/${at + 1}`) });
    expect(errors![0]).toMatchObject({ path: ["discountCodeRedeemCodeBulkDelete", "ids"], extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" } });
  });
});

test("a store with a clock of its own throttles, restores and finishes by it", async () => {
  let ms = Date.parse("2027-03-01T08:00:00Z");
  await open({ now: () => ms, bucket: { maximum: 30, restorePerSecond: 10 }, bulkDelayMs: 60_000 });
  const id = await makeDiscount(store, "RESERVE"); // 10 points
  const { bulkCreation } = await add(id, [{ code: "MARIE10" }]); // 10 points
  const look = () => store.ask("query ($id: ID!) { discountRedeemCodeBulkCreation(id: $id) { done createdAt } }", { id: bulkCreation.id });
  expect((await look()).data.discountRedeemCodeBulkCreation).toEqual({ done: false, createdAt: "2027-03-01T08:00:00Z" });
  const throttled = await store.ask(ADD, { id, codes: [{ code: "JONAS15" }] });
  expect(throttled.errors![0]!.extensions!.code).toBe("THROTTLED");
  expect(throttled.extensions!.cost.throttleStatus).toEqual({ maximumAvailable: 30, currentlyAvailable: 9, restoreRate: 10 });
  ms += 100;
  expect((await add(id, [{ code: "JONAS15" }])).userErrors).toEqual([]);
  ms += 60_000;
  expect((await look()).data.discountRedeemCodeBulkCreation.done).toBe(true);
});

describe("webhooks", () => {
  test("tell each change of a discount and its codes, also those that came through the API", async () => {
    const sink = await webhookSink();
    await open({ appUrl: sink.url, appToml: join(import.meta.dirname, "..", "..", "shopify.app.toml") });
    const id = await makeDiscount(store, "RESERVE");
    const { bulkCreation } = await add(id, [{ code: "MARIE10" }]);
    const { data } = await store.ask("query ($id: ID!) { discountRedeemCodeBulkCreation(id: $id) { codes(first: 1) { nodes { discountRedeemCode { id } } } } }", { id: bulkCreation.id });
    const codeId = data.discountRedeemCodeBulkCreation.codes.nodes[0].discountRedeemCode.id;
    await store.ask("mutation ($id: ID!) { discountCodeBasicUpdate(id: $id, basicCodeDiscount: { title: \"New\" }) { userErrors { message } } }", { id });
    await store.ask(REMOVE, { id, ids: [codeId] });
    await until(() => sink.received.length >= 4, "four webhooks came");
    await store.ask("mutation ($id: ID!) { discountCodeDelete(id: $id) { userErrors { message } } }", { id });
    await until(() => sink.received.length >= 5, "the last webhook came");
    const told = (topic: string) => sink.received.filter((each) => each.topic === topic).map(({ body }) => body);
    const discount = { admin_graphql_api_id: id, created_at: expect.any(String), updated_at: expect.any(String), status: "ACTIVE" };
    expect(told("discounts/create")).toEqual([{ ...discount, title: "RESERVE" }]);
    expect(told("discounts/update")).toEqual([{ ...discount, title: "New" }]);
    for (const topic of ["discounts/redeemcode_added", "discounts/redeemcode_removed"]) {
      expect(told(topic)).toEqual([{ admin_graphql_api_id: id, redeem_code: { id: codeId, code: "MARIE10" }, updated_at: expect.any(String) }]);
    }
    expect(told("discounts/delete")).toEqual([{ admin_graphql_api_id: id, deleted_at: expect.any(String) }]);
    await sink.close();
  });
});
