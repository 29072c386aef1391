// What an earlier version did not ask the store for is asked beside the page, and not again and again where the store does not answer.
import { afterAll, expect, test } from "vitest";
import { completeShop } from "#app/flow/shop.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const real = globalThis.fetch;
afterAll(() => {
  globalThis.fetch = real;
  setTokenSource(null);
});

test("a store that does not answer is asked once, and nobody waits for it", async () => {
  const asked: string[] = [];
  setTokenSource(async () => "token");
  globalThis.fetch = async (input) => {
    asked.push(new URL(String(input)).hostname);
    throw new TypeError("fetch failed");
  };
  for (let opened = 0; opened < 3; opened++) completeShop("silent.myshopify.com");
  completeShop("other.myshopify.com");
  expect(asked).toEqual([]); // it is not even asked before the page goes on
  await expect.poll(() => [...asked].sort()).toEqual(["other.myshopify.com", "silent.myshopify.com"]);
  completeShop("silent.myshopify.com");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toHaveLength(2);
});
