// For the tests of the local store, and of whatever speaks to it: a store in memory, an app that is allowed in, and an end for webhooks.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type LocalStore, startStore } from "./server.ts";
import type { StoreOptions } from "./types.ts";

export type Answered = {
  data: any; // the shape is that of the query
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
  extensions?: { cost: { requestedQueryCost: number; actualQueryCost: number | null; throttleStatus: Record<string, number> } };
};
export type TestStore = LocalStore & { ask: (query: string, variables?: Record<string, unknown>) => Promise<Answered>; token: string };

/** A store in memory with an app installed; `ask` is the app's Admin API client. */
export async function storeWithApp(options: StoreOptions = {}): Promise<TestStore> {
  const local = await startStore(options);
  const token = await tokenFor(local);
  return {
    ...local,
    token,
    async ask(query, variables = {}) {
      const response = await fetch(`${local.url}/admin/api/2026-10/graphql.json`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Shopify-Access-Token": token },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answered;
    },
  };
}

/** An expiring offline token, as the app gets it from a session token. */
export async function tokenFor({ url, store }: LocalStore): Promise<string> {
  const response = await fetch(`${url}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_id: store.apiKey,
      client_secret: store.apiSecret,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: store.sessionToken(),
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

export type Received = { headers: IncomingHttpHeaders; raw: Buffer; topic: string; body: Record<string, unknown> };

/** An app's end for webhooks: keeps what arrives, and answers what `status` says at that moment. */
export async function webhookSink(): Promise<{ url: string; received: Received[]; status: number; close: () => Promise<void> }> {
  const received: Received[] = [];
  const sink = { url: "", received, status: 200, close: async () => {} };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const raw = Buffer.concat(parts);
      received.push({ headers: request.headers, raw, topic: String(request.headers["x-shopify-topic"]), body: JSON.parse(raw.toString("utf8")) as Record<string, unknown> });
      response.writeHead(sink.status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  sink.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sink.close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return sink;
}

/** Waits, by the machine's time, until the condition holds. */
export async function until(condition: () => boolean, what: string, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A code discount by the shortest way; answers its gid. */
export async function makeDiscount(store: TestStore, code: string, input: Record<string, unknown> = {}): Promise<string> {
  const { data, errors } = await store.ask(
    `mutation ($input: DiscountCodeBasicInput!) {
      discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { field code message } }
    }`,
    { input: { title: code, code, startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, customerGets: { items: { all: true }, value: { percentage: 0.1 } }, ...input } },
  );
  const id = data?.discountCodeBasicCreate?.codeDiscountNode?.id as string | undefined;
  if (id === undefined) throw new Error(`no discount ${code}: ${JSON.stringify(errors ?? data)}`);
  return id;
}

/** A small catalogue with round prices, tax included. */
export const LAMP = "44000000000001"; // 119.00
export const BULB = "44000000000002"; // 5.95
export const TEA = "44000000000003"; // 10.70, 7 %
export const GIFT = "44000000000004"; // 50.00, gift card
export const smallCatalogue: StoreOptions["catalogue"] = {
  products: [
    product("8100000000001", "Lamp", LAMP, "LAMP-01", 11_900n, 19),
    product("8100000000002", "Bulb", BULB, "BULB-E27", 595n, 19),
    product("8100000000003", "Tea", TEA, null, 1_070n, 7),
    { ...product("8100000000004", "Gift card", GIFT, "GIFT-50", 5_000n, 0), giftCard: true, requiresShipping: false, collections: [] },
  ],
  collections: [{ id: "461000000001", handle: "light", title: "Light", description: "", productIds: ["8100000000001", "8100000000002"], face: "lamp" }],
};

function product(id: string, title: string, variantId: string, sku: string | null, price: bigint, taxRate: number) {
  return {
    id, handle: title.toLowerCase(), title, description: "", vendor: "House", productType: title, tags: [], option: null, taxRate, giftCard: false, requiresShipping: true,
    picture: { kind: "box", ground: "#fff", main: "#888", second: "#444" }, collections: title === "Tea" ? [] : ["light"],
    variants: [{ id: variantId, title: "Default Title", sku, price, options: ["Default Title"] }],
  };
}
