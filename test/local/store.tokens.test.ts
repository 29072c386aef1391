// Tokens of the local store, asked for by Shopify's own library.
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, RequestedTokenType, shopifyApi, type Session } from "@shopify/shopify-api";
import { setAbstractFetchFunc } from "@shopify/shopify-api/runtime";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { leadFetch } from "#test/local/lead.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { smallCatalogue } from "#test/local/store/testing.ts";

const SHOP = "petit-atelier.myshopify.com";
const config = { apiKey: "the-key", apiSecretKey: "the-secret", apiVersion: ApiVersion.October26, hostName: "app.example", isEmbeddedApp: true, scopes: ["read_orders"], logger: { level: 0 } };

let local: LocalStore;
let undo: () => void;
beforeEach(async () => {
  local = await startStore({ catalogue: smallCatalogue, apiKey: "the-key", apiSecret: "the-secret", installed: false });
  undo = leadFetch({ store: local.url });
});
afterEach(async () => {
  vi.useRealTimers();
  undo();
  await local.close();
});

// The library keeps the fetch that it finds when it is loaded; the tests lead it later.
setAbstractFetchFunc((...call) => globalThis.fetch(...call));
const shopify = shopifyApi(config);
const exchange = (sessionToken = local.store.sessionToken(), expiring = true) =>
  shopify.auth.tokenExchange({ shop: SHOP, sessionToken, requestedTokenType: RequestedTokenType.OfflineAccessToken, expiring });
const shopName = async (session: Session) => (await new shopify.clients.Graphql({ session }).request("{ shop { name } }")).data as { shop: { name: string } };

describe("token exchange", () => {
  test("a session token becomes an expiring offline token that opens the Admin API", async () => {
    const { session } = await exchange();
    expect(session).toMatchObject({ id: `offline_${SHOP}`, isOnline: false, scope: "read_orders,read_discounts,write_discounts,read_products,read_customers,read_markets,read_shopify_payments_disputes,write_pixels,read_customer_events" });
    expect(session.expires!.getTime() - Date.now()).toBeGreaterThan(3_590_000);
    expect(session.refreshToken).toMatch(/^shprt_/);
    expect(session.refreshTokenExpires!.getTime() - Date.now()).toBeGreaterThan(7_775_000_000);
    expect((await shopName(session)).shop.name).toBe("Petit Atelier");
  });

  test("an access token is good for an hour of the machine's time", async () => {
    const { session } = await exchange();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_601_000 });
    await expect(shopName(session)).rejects.toMatchObject({ response: { code: 401 } });
  });

  test("a token that does not expire is given, and opens nothing", async () => {
    const { session } = await exchange(undefined, false);
    expect(session.expires).toBeUndefined();
    await expect(shopName(session)).rejects.toMatchObject({ response: { code: 403 } });
  });

  test("a session token is refused when forged, expired, or of another shop or app", async () => {
    const ask = async (token: string, secret = "the-secret") => {
      const response = await fetch(`https://${SHOP}/admin/oauth/access_token`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          client_id: "the-key", client_secret: secret, grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: token,
          subject_token_type: "urn:ietf:params:oauth:token-type:id_token", requested_token_type: RequestedTokenType.OfflineAccessToken, expiring: "1",
        }),
      });
      return [response.status, ((await response.json()) as { error?: string }).error];
    };
    const good = local.store.sessionToken();
    const other = async (options: Parameters<typeof startStore>[0]) => {
      const store = await startStore({ catalogue: smallCatalogue, apiKey: "the-key", apiSecret: "the-secret", ...options });
      const token = store.store.sessionToken();
      await store.close();
      return token;
    };
    expect(await ask(`${good.slice(0, -2)}AA`)).toEqual([400, "invalid_subject_token"]);
    expect(await ask(await other({ shop: { domain: "other.myshopify.com" } }))).toEqual([400, "invalid_subject_token"]);
    expect(await ask(await other({ apiKey: "other-key" }))).toEqual([400, "invalid_subject_token"]);
    expect(await ask(good, "wrong")).toEqual([401, "invalid_client"]);
    expect(await ask(good)).toEqual([200, undefined]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect(await ask(good)).toEqual([400, "invalid_subject_token"]);
  });

  test("another shop's address is not answered", async () => {
    const response = await fetch("https://other.myshopify.com/admin/oauth/access_token", { method: "POST", body: "{}" });
    expect(response.status).toBe(404);
  });
});

describe("refreshing", () => {
  const refresh = (refreshToken: string) => shopify.auth.refreshToken({ shop: SHOP, refreshToken });

  test("a refresh token stays good until the one that replaces it is used", async () => {
    const { session } = await exchange();
    const one = (await refresh(session.refreshToken!)).session;
    expect((await shopName(one)).shop.name).toBe("Petit Atelier");
    const again = (await refresh(session.refreshToken!)).session; // the answer was lost, say
    const next = (await refresh(again.refreshToken!)).session;
    expect(next.accessToken).not.toBe(again.accessToken);
    await expect(refresh(session.refreshToken!)).rejects.toMatchObject({ response: { code: 400 } });
  });

  test("after the app is uninstalled no token opens anything", async () => {
    const { session } = await exchange();
    local.store.uninstall();
    await expect(shopName(session)).rejects.toMatchObject({ response: { code: 401 } });
    await expect(refresh(session.refreshToken!)).rejects.toMatchObject({ response: { code: 400 } });
  });
});
