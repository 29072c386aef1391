// What may go wrong with the Admin API, ordered beforehand: what the caller sees, and whether it was done.
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDiscount, smallCatalogue, storeWithApp, type TestStore, tokenFor } from "#test/local/store/testing.ts";
import type { ApiTrouble } from "#test/local/store/types.ts";

let store: TestStore;
beforeEach(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue, scopes: "write_discounts" });
});
afterEach(() => store.close());

async function control(action: string, body: unknown): Promise<void> {
  await fetch(`${store.url}/_local/${action}`, { method: "POST", body: JSON.stringify(body) });
}
async function call(token: string, query: string): Promise<string> {
  try {
    const response = await fetch(`${store.url}/admin/api/2026-10/graphql.json`, {
      method: "POST", headers: { "Content-Type": "application/json", "X-Shopify-Access-Token": token }, body: JSON.stringify({ query }), signal: AbortSignal.timeout(400),
    });
    const body = (await response.json()) as { errors?: { extensions?: { code?: string } }[] };
    return body.errors?.[0]?.extensions?.code ?? String(response.status);
  } catch (fault) {
    return (fault as Error).name;
  }
}

test.each<[ApiTrouble, string, boolean]>([
  ["unavailable", "503", false], ["bad_gateway", "502", true], ["lost", "TypeError", true], ["timeout", "TimeoutError", false], ["too_many", "429", false], ["throttled", "THROTTLED", false],
])("%s: the caller sees %s, done: %s", async (trouble, seen, done) => {
  const id = await makeDiscount(store, "HERE");
  await control("api-fault", { trouble, match: "discountCodeDelete" });
  expect(await call(store.token, "{ shop { name } }")).toBe("200"); // another call
  expect(await call(store.token, `mutation { discountCodeDelete(id: "${id}") { userErrors { message } } }`)).toBe(seen);
  expect(store.store.discounts().length === 0).toBe(done);
  expect(store.store.state.apiFaults).toEqual([]);
});

test("a revoked token opens nothing, a new one does; what is no longer granted is denied", async () => {
  await control("revoke", {});
  expect(await call(store.token, "{ shop { name } }")).toBe("401");
  const token = await tokenFor(store);
  const list = "{ discountNodes(first: 1) { nodes { id } } }";
  expect(await call(token, list)).toBe("200");
  await control("grant", { scopes: "read_orders" });
  expect([await call(token, list), await call(await tokenFor(store), list)]).toEqual(["ACCESS_DENIED", "ACCESS_DENIED"]);
});
