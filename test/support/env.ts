// The environment that tests run in: complete, valid, and worth nothing outside.
import { createHash } from "node:crypto";

/** Made from a name, so that every process of a run has the same ones. */
function testKey(name: string): string {
  return createHash("sha256").update(`creator-codes test ${name}`).digest("base64");
}

export const testEnv = {
  NODE_ENV: "test",
  SHOPIFY_API_KEY: "0123456789abcdef0123456789abcdef",
  SHOPIFY_API_SECRET: "shpss_test_0123456789abcdef01234567",
  SHOPIFY_APP_URL: "http://localhost:3000",
  SCOPES: "read_orders,read_discounts,write_discounts,read_products,read_customers,read_markets,read_shopify_payments_disputes,write_pixels,read_customer_events",
  ENCRYPTION_KEYS: `k1:${testKey("encryption")}`,
  HASH_KEYS: `h1:${testKey("hash")}`,
  LOG_LEVEL: "silent",
} as const;

/** Sets the test values where the caller has set none; call before anything reads the environment. */
export function setTestEnv(): void {
  for (const [name, value] of Object.entries(testEnv)) {
    if (name === "NODE_ENV" || process.env[name] === undefined || process.env[name] === "") process.env[name] = value;
  }
}
