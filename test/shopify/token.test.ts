// The offline token for background work: kept by Shopify's library, refreshed when it is about to expire, and by one caller at a time.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { open, seal } from "#app/crypto.server.ts";
import { prisma } from "#app/db.server.ts";
import { adminFor, setAccessListener, setTokenSource } from "#app/shopify/admin.ts";
import { readShop } from "#app/shopify/shop.ts";
import { leadFetch } from "#test/local/lead.ts";
import { exchangeToken } from "#test/local/store/auth.ts";
import { startStore, type LocalStore } from "#test/local/store/server.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "petit-atelier.myshopify.com";
let store: LocalStore;
let refreshes = 0;
let undo: () => void;

beforeAll(async () => {
  setTokenSource(null);
  store = await startStore({ port: 0, appToml: null, apiKey: process.env.SHOPIFY_API_KEY!, apiSecret: process.env.SHOPIFY_API_SECRET! });
  const real = globalThis.fetch;
  leadFetch({ store: store.url });
  const led = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (request.url.endsWith("/access_token")) refreshes += 1;
    return led(request);
  };
  undo = () => (globalThis.fetch = real);
});
beforeEach(async () => {
  refreshes = 0;
  await prisma().session.deleteMany();
});
afterAll(async () => {
  undo();
  await store.close();
});

/** Keeps a session as the token exchange at the app's opening does. */
async function keepSession(change: { accessToken?: string; refreshToken?: string; expires?: Date }): Promise<void> {
  const { body } = exchangeToken(store.store, {
    client_id: store.store.apiKey,
    client_secret: store.store.apiSecret,
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: store.store.sessionToken(),
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
  });
  await prisma().session.create({
    data: {
      id: `offline_${SHOP}`,
      shop: SHOP,
      state: "",
      isOnline: false,
      scope: String(body.scope),
      expires: new Date(Date.now() + 3_600_000),
      refreshTokenExpires: new Date(Date.now() + 7_776_000_000),
      ...change,
      accessToken: seal(change.accessToken ?? String(body.access_token)),
      refreshToken: seal(change.refreshToken ?? String(body.refresh_token)),
    },
  });
}

test("a token that holds is used as it is", async () => {
  await keepSession({});
  expect(await readShop(adminFor(SHOP))).toMatchObject({ ok: true, data: { currency: "EUR", timezone: "Europe/Berlin" } });
  expect(refreshes).toBe(0);
});

test("one that is about to expire is refreshed once, however many ask at the same time, and kept", async () => {
  await keepSession({ expires: new Date(Date.now() + 60_000) });
  const before = (await prisma().session.findFirstOrThrow()).accessToken;
  const answers = await Promise.all(Array.from({ length: 5 }, () => readShop(adminFor(SHOP))));
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, true, true, true]);
  expect(refreshes).toBe(1);
  const after = await prisma().session.findFirstOrThrow();
  expect(open(after.accessToken)).not.toBe(open(before));
  expect(open(after.accessToken)).toMatch(/^shpat_/);
  expect(open(after.refreshToken!)).toMatch(/^shprt_/);
  expect(after.expires!.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
});

test.each([
  ["no session", null],
  ["a refresh token that the store does not know", { expires: new Date(Date.now() - 1_000), refreshToken: "shprt_unknown" }],
  ["both tokens revoked", { accessToken: "shpat_unknown", refreshToken: "shprt_unknown" }],
])("%s asks for the app to be opened again", async (_name, change) => {
  if (change) await keepSession(change);
  const heard: boolean[] = [];
  setAccessListener((_shop, isLetIn) => heard.push(isLetIn));
  expect(await readShop(adminFor(SHOP))).toEqual({ ok: false, fault: { kind: "unauthorized" } });
  setAccessListener(null);
  expect(new Set(heard)).toEqual(new Set([false]));
  // So that the library exchanges a new one when the app is opened.
  for (const { expires } of await prisma().session.findMany()) expect(expires!.getTime()).toBeLessThan(Date.now());
});

test("a token that was revoked before its time is refreshed, and the call goes on", async () => {
  await keepSession({ accessToken: "shpat_unknown" });
  const heard: boolean[] = [];
  setAccessListener((_shop, isLetIn) => heard.push(isLetIn));
  expect(await readShop(adminFor(SHOP))).toMatchObject({ ok: true });
  setAccessListener(null);
  expect(heard).toEqual([true]);
  expect(refreshes).toBe(1);
});

test("in the database the tokens are sealed, and one that does not open is no token", async () => {
  await keepSession({});
  const kept = await prisma().session.findFirstOrThrow();
  expect(`${kept.accessToken} ${kept.refreshToken}`).not.toMatch(/shp(at|rt)_/);
  await prisma().session.updateMany({ data: { accessToken: "shpat_in_the_clear" } });
  expect(await readShop(adminFor(SHOP))).toEqual({ ok: false, fault: { kind: "unauthorized" } });
});

test("a store that cannot be reached is no reason to sign in again", async () => {
  await keepSession({});
  const led = globalThis.fetch;
  globalThis.fetch = async () => {
    throw new TypeError("fetch failed");
  };
  const heard: boolean[] = [];
  setAccessListener((_shop, isLetIn) => heard.push(isLetIn));
  const answer = await readShop(adminFor(SHOP));
  setAccessListener(null);
  globalThis.fetch = led;
  expect(heard).toEqual([]);
  expect(answer).toEqual({ ok: false, fault: { kind: "unavailable", status: null } });
});
