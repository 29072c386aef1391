// Two readers, one fact: an order read from a webhook body and the same order read from the Admin API give identical facts.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { parseJson } from "#app/domain/json.ts";
import { readOrder } from "#app/domain/read-order.ts";
import { adminFor, setTokenSource } from "#app/shopify/admin.ts";
import { fetchOrder } from "#app/shopify/orders.ts";
import { leadFetch } from "#test/local/lead.ts";
import { writeJson } from "#test/local/store/json.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { readCase } from "#test/replay/case.ts";
import { storeTruth } from "#test/replay/arrivals.ts";
import { installed } from "#test/replay/install.ts";
import { setTestEnv, testEnv } from "#test/support/env.ts";

setTestEnv();
process.env.DATABASE_URL ??= "postgresql://unused"; // nothing here asks a database

const folders = [join(import.meta.dirname, "..", "cases"), join(import.meta.dirname, "..", "..", "..", "shared", "cases")];
const files = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => join(folder, name)) : []));
const hash = (email: string) => `h:${email}`;

describe.skipIf(files.length === 0)("every order of every case", () => {
  let store: LocalStore;
  let unlead: () => void;
  let waitedMs = 0;

  beforeAll(async () => {
    store = await startStore({ apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, bucket: { maximum: 2_000, restorePerSecond: 1_000 } });
    unlead = leadFetch({ store: store.url });
    const token = await installed(store.store.shop.domain, store.store.sessionToken());
    setTokenSource(async () => token);
  });
  afterAll(async () => {
    setTokenSource(null);
    unlead();
    await store.close();
  });

  test.each(files.map((file) => [readCase(file).name, file]))("%s", async (_name, file) => {
    for (const order of storeTruth(readCase(file))) {
      store.store.setOrder(order as never);
      const read = readOrder(parseJson(writeJson(order)), hash);
      if (!read.ok) throw new Error(read.reason);
      setClockOffsetMs((waitedMs += 60_000)); // the store's bucket of points is full again
      const fetched = await fetchOrder(adminFor(store.store.shop.domain), read.facts.id, hash);
      if (!fetched.ok || fetched.facts === null) throw new Error(JSON.stringify(fetched));
      // The Admin API does not tell a contact e-mail: there alone a fetch may know less.
      const emailHash = fetched.facts.emailHash ?? read.facts.emailHash;
      expect({ ...fetched.facts, emailHash }).toEqual(read.facts);
      // What ties it to a browser: the journey's page has a time, the webhook's has none; they say the same.
      const { checkoutToken = null, customer = null, visit = null } = fetched.beside?.origin ?? {};
      const landing = visit && { clicks: visit.clicks, word: visit.word, code: visit.code };
      expect({ checkoutToken, customer, site: landing, visit: null }).toEqual(read.origin ?? { checkoutToken: null, customer: null, site: null, visit: null });
    }
  }, 60_000); // an order of hundreds of lines waits for the store's points
});
