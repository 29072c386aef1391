// Who of the staff asks: their session token is exchanged for a name once, and nothing hangs on it.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { prisma } from "#app/db.server.ts";
import { whoOf } from "#app/domain/who.ts";
import { ask, keepSession } from "#test/routes/ask.ts";
import { leadFetch } from "#test/local/lead.ts";
import { startStore, type LocalStore } from "#test/local/store/server.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "petit-atelier.myshopify.com";
const FAR = "far-away.myshopify.com";
let store: LocalStore;
let exchanges: string[] = [];
const real = globalThis.fetch;

beforeAll(async () => {
  store = await startStore({ port: 0, appToml: null, apiKey: process.env.SHOPIFY_API_KEY!, apiSecret: process.env.SHOPIFY_API_SECRET! });
});
beforeEach(async () => {
  leadFetch({ store: store.url });
  const led = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (request.url.endsWith("/access_token")) exchanges.push(String(((await request.clone().json()) as Record<string, unknown>).requested_token_type).split(":").at(-1)!);
    if (request.url.includes(FAR)) throw new TypeError("fetch failed");
    return led(request);
  };
  exchanges = [];
  await prisma().session.deleteMany();
  for (const shop of [SHOP, FAR]) await keepSession(shop);
  await prisma().session.deleteMany({ where: { isOnline: true } });
});
afterEach(() => void (globalThis.fetch = real));
afterAll(() => store.close());

async function asking(shop: string, body?: { form: Record<string, string> }): Promise<string> {
  const { authenticate } = await import("#app/shopify.server.ts"); // it wants the database's address
  return whoOf((await authenticate.admin(ask(shop, "/app/deals", body).request)).session);
}
const CHANGE = { form: { intent: "again" } };

test("who changes something is named, and asked for once; who only reads is not asked for", async () => {
  expect(await asking(SHOP)).toBe("merchant");
  expect(exchanges).toEqual([]);
  expect(await asking(SHOP, CHANGE)).toBe("Camille Martin");
  expect(await asking(SHOP, CHANGE)).toBe("Camille Martin");
  expect(exchanges).toEqual(["online-access-token"]);
});

test("no token or e-mail of theirs is kept, and the shop's own session stays as it was", async () => {
  await asking(SHOP, CHANGE);
  const kept = await prisma().session.findMany({ where: { shop: SHOP }, orderBy: { isOnline: "asc" } });
  expect(kept.map(({ id, isOnline, accessToken, email }) => [id, isOnline, accessToken === "", email || null])).toEqual([[`offline_${SHOP}`, false, false, null], [`${SHOP}_1`, true, true, null]]);
});

test("a name is asked for again after its time", async () => {
  await asking(SHOP, CHANGE);
  await prisma().session.updateMany({ where: { isOnline: true }, data: { firstName: "Cam", expires: new Date(0) } });
  expect(await asking(SHOP, CHANGE)).toBe("Camille Martin");
  expect(exchanges).toHaveLength(2);
});

test("where it cannot be asked, what is wanted is done all the same, and nobody waits for it twice", async () => {
  expect(await asking(FAR, CHANGE)).toBe("merchant");
  expect(await asking(FAR, CHANGE)).toBe("merchant");
  expect(exchanges).toEqual(["online-access-token"]);
});
