import { expect, test } from "vitest";
import { EnvironmentError, parseEnv } from "#app/env.server.ts";
import { testEnv } from "#test/support/env.ts";

const complete = { ...testEnv, DATABASE_URL: "postgresql://localhost/app" };

test("a complete environment is read, with its defaults", () => {
  const env = parseEnv(complete);
  expect(env).toMatchObject({ PORT: 3000, SHOPIFY_APP_URL: "http://localhost:3000" });
  expect([...env.ENCRYPTION_KEYS.keys()]).toEqual(["k1"]);
  expect(env.HASH_KEYS.get("h1")).toHaveLength(32);
});

test("all that is missing is listed in one message, each with where to find it", () => {
  let told = "";
  try {
    parseEnv({});
  } catch (fault) {
    expect(fault).toBeInstanceOf(EnvironmentError);
    told = (fault as Error).message;
  }
  const required = ["DATABASE_URL", "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "SHOPIFY_APP_URL", "ENCRYPTION_KEYS", "HASH_KEYS"];
  for (const name of required) expect(told).toContain(`${name}: is missing\n      where to find it: `);
  expect(told.match(/where to find it/g)).toHaveLength(required.length);
});

test.each([
  [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL: must begin with "postgresql/],
  [{ ENCRYPTION_KEYS: "k1:short" }, /ENCRYPTION_KEYS: must be "<id>:/],
  [{ HASH_KEYS: testEnv.HASH_KEYS.slice(3) }, /HASH_KEYS: must be "<id>:/],
  [{ PORT: "99999" }, /PORT: /],
  [{ SHOPIFY_API_SECRET: "" }, /SHOPIFY_API_SECRET: is missing/],
  [{ PUBSUB_AUDIENCE: "creator-codes" }, /PUBSUB_SERVICE_ACCOUNT: is missing/],
  [{ PUBSUB_SERVICE_ACCOUNT: "push@shop.iam.gserviceaccount.com" }, /PUBSUB_AUDIENCE: is missing/],
  [{ PUBSUB_AUDIENCE: "creator-codes", PUBSUB_SERVICE_ACCOUNT: "nobody" }, /PUBSUB_SERVICE_ACCOUNT: /],
  [{ EVENTBRIDGE_KEY: `${"k".repeat(32)},short` }, /EVENTBRIDGE_KEY: must be 32 characters/],
  [{ ROLE: "boss" }, /ROLE: /],
  [{ METRICS_TOKEN: "short" }, /METRICS_TOKEN: must have at least 16 characters/],
  [{ LOCAL_ADMIN_URL: "https://evil.example" }, /LOCAL_ADMIN_URL: must be an address on this machine/],
])("what is malformed is named: %o", (wrong, told) => {
  expect(() => parseEnv({ ...complete, ...wrong })).toThrow(told);
});

test("the value of a secret is not in the message", () => {
  expect(() => parseEnv({ ...complete, ENCRYPTION_KEYS: "k1:very-secret" })).toThrow(expect.objectContaining({ message: expect.not.stringContaining("very-secret") }));
});

test("the address that the Shopify CLI calls HOST is taken", () => {
  expect(parseEnv({ ...complete, SHOPIFY_APP_URL: undefined, HOST: "https://tunnel.example" }).SHOPIFY_APP_URL).toBe("https://tunnel.example");
});
