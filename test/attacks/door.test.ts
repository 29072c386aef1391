// What comes to the running app's door: session tokens that are none, requests of other sites, deliveries that somebody made or sends again, bodies without end or bottom,
// and what each answer lets a browser do.
import { createHmac, randomUUID } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { keepSession } from "#test/routes/ask.ts";
import { type RunningApp, startApp } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { testEnv } from "#test/support/env.ts";
import { orderBody, SHOP, signedHeaders } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";
import { BARE_PATHS } from "./routes-table.ts";

const database = useDatabase();
const OTHER = "elsewhere.myshopify.com";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const HOST = Buffer.from(`admin.shopify.com/store/test-shop`).toString("base64url");
let app: RunningApp;

beforeAll(async () => {
  for (const shop of [SHOP, OTHER]) await makeMariesShop(shop);
  await keepSession(SHOP);
  app = await startApp({ databaseUrl: database.url, env: { LOG_LEVEL: "debug", SHOPIFY_APP_URL: "https://app.example", ROLE: "web" } });
}, 180_000);
afterAll(() => app?.stop());

const call = (path: string, init: RequestInit = {}) => fetch(`${app.url}${path}`, { redirect: "manual", ...init, headers: { "user-agent": BROWSER, ...(init.headers as Record<string, string>) } });

type Claims = Record<string, unknown>;
const second = () => Math.floor(Date.now() / 1_000);

function token({ claims = {}, header = { alg: "HS256", typ: "JWT" }, secret = testEnv.SHOPIFY_API_SECRET, alter = (text: string) => text }: { claims?: Claims; header?: object; secret?: string; alter?: (text: string) => string } = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const all = { iss: `https://${SHOP}/admin`, dest: `https://${SHOP}`, aud: testEnv.SHOPIFY_API_KEY, sub: "1", exp: second() + 60, nbf: second() - 5, iat: second() - 5, jti: randomUUID(), sid: "s", ...claims };
  const text = `${part(header)}.${part(all)}`;
  return alter(`${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`);
}

const withToken = (text: string, path = "/app/settings?_data=routes%2Fapp.settings", init: RequestInit = {}) => call(path, { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${text}` } });

describe("session tokens", () => {
  it("that the platform made open the shop that they name", async () => {
    const answer = await withToken(token());
    expect([answer.status, JSON.stringify(await answer.json())]).toEqual([200, expect.stringContaining("p1")]);
  });

  it.each<[string, () => string]>([
    ["with another secret", () => token({ secret: "another" })],
    ["without any signature", () => token({ header: { alg: "none", typ: "JWT" }, alter: (text) => text.replace(/[^.]*$/, "") })],
    ["that say alg none, signed all the same", () => token({ header: { alg: "none" } })],
    ["with the signature of another algorithm", () => token({ header: { alg: "HS512", typ: "JWT" } })],
    ["of another app", () => token({ claims: { aud: "another-app" } })],
    ["of several apps", () => token({ claims: { aud: ["another-app"] } })],
    ["that are over", () => token({ claims: { exp: second() - 60, nbf: second() - 120 } })],
    ["that begin later", () => token({ claims: { nbf: second() + 600, exp: second() + 900 } })],
    ["whose claims were changed", () => token({ alter: (text) => text.replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ dest: `https://${OTHER}` })).toString("base64url")}.`) })],
    ["with a part too many", () => `${token()}.more`],
    ["that are empty", () => ""],
    ["of ten thousand letters", () => "x".repeat(10_000)],
  ])("%s open nothing", async (_what, make) => {
    const answer = await withToken(make());
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).not.toContain("p1");
  });

  it.each<[string, Claims]>([["of a shop that another one issued", { iss: `https://${OTHER}/admin` }], ["of a place that is no shop", { dest: "https://evil.example", iss: "https://evil.example/admin" }], ["of an address within this machine", { dest: "https://127.0.0.1", iss: "https://127.0.0.1/admin" }], ["of no place", { dest: "nowhere" }]])("%s open nothing", async (_what, claims) => {
    const answer = await withToken(token({ claims }));
    expect(answer.status).not.toBe(200);
    expect(await answer.text()).not.toContain("p1");
  });

  it("in an address open a page, and change nothing", async () => {
    const address = `/app/settings?shop=${SHOP}&host=${HOST}&embedded=1&id_token=${token()}`;
    expect((await call(address)).status).toBe(200);
    const before = await pool().query("select count(*) from shop_rule");
    expect((await call(address, { method: "POST", body: JSON.stringify({ shop: { stackingRule: "split" }, programs: {} }), headers: { "content-type": "text/plain" } })).status).toBe(401);
    expect((await pool().query("select count(*) from shop_rule")).rows).toEqual(before.rows);
  });

  it("are asked for anew where a page's is over, with the way back inside of the app", async () => {
    const answer = await call(`/app/settings?shop=${SHOP}&host=${HOST}&embedded=1&id_token=${token({ claims: { exp: second() - 60, nbf: second() - 120 } })}`);
    const location = new URL(answer.headers.get("location")!, "https://app.example");
    expect([answer.status, location.origin, location.pathname]).toEqual([302, "https://app.example", "/auth/session-token"]);
    expect(location.searchParams.get("shopify-reload")).toMatch(/^https:\/\/app\.example\/app\/settings\?/);
    expect(location.href).not.toContain("id_token");
  });
});

describe("requests of other sites", () => {
  it.each([{ cookie: "session=1; shopify_app_session=1" }, { origin: "https://evil.example" }, { authorization: "" }, { authorization: "Basic YTpi" }])("with %o, and no session token, change nothing", async (headers) => {
    const answer = await call("/app/settings/storefront", { method: "POST", body: new URLSearchParams({ intent: "renew" }), headers: headers as unknown as Record<string, string> });
    expect(answer.status).toBe(401);
    expect((await pool().query("select from storefront where token_version > 1")).rowCount).toBe(0);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });

  it("are not told that they may read an answer", async () => {
    const answer = await withToken(token(), undefined, { headers: { origin: "https://evil.example" } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("addresses that lead on", () => {
  it.each([
    `/auth/exit-iframe?shop=${SHOP}&host=${HOST}&exitIframe=${encodeURIComponent("https://evil.example/")}`, `/auth/exit-iframe?shop=${SHOP}&exitIframe=${encodeURIComponent("//evil.example")}`, `/auth/exit-iframe?shop=${SHOP}&exitIframe=${encodeURIComponent("javascript:alert(1)")}`,
    `/auth/login?shop=evil.example`, `/auth/login?shop=${encodeURIComponent("evil.example/.myshopify.com")}`, `/auth/login?shop=${encodeURIComponent("https://evil.example#.myshopify.com")}`, "/?shop=evil.example", "//evil.example/..", "/app?redirect=https://evil.example", "/\\evil.example",
    `/auth?shop=${encodeURIComponent(`${SHOP}\r\nlocation: https://evil.example`)}`, `/auth/session-token?shop=${encodeURIComponent("evil.example https://evil.example")}`, `/auth/session-token?shop=${encodeURIComponent("x; script-src *")}`,
  ])("%s leads nowhere else", async (path) => {
    const answer = await call(path);
    const location = answer.headers.get("location");
    if (location !== null) expect(["app.example", "admin.shopify.com"]).toContain(new URL(location, "https://app.example").hostname);
    expect(answer.headers.get("content-security-policy")).not.toMatch(/evil|script-src \*/);
    expect(await answer.text()).not.toMatch(/window\.open|(?:href|src)="[^"]*evil|https?:\/\/evil/);
  });
});

describe("deliveries", () => {
  const body = (id = "7001", fields: Record<string, unknown> = {}) => JSON.stringify(orderBody({ id, ...fields }));
  const deliver = (raw: string | Buffer, headers: Record<string, string>) => fetch(`${app.url}/webhooks`, { method: "POST", body: raw as BodyInit, headers });
  const noted = async (orderId: string, shop = SHOP) => (await pool().query("select from delivery where shop = $1 and order_id = $2", [shop, orderId])).rowCount;

  it.each<[string, (headers: Record<string, string>) => Record<string, string>]>([
    ["without a signature", ({ "x-shopify-hmac-sha256": _, ...rest }) => rest],
    ["with an empty one", (headers) => ({ ...headers, "x-shopify-hmac-sha256": "" })],
    ["with a short one", (headers) => ({ ...headers, "x-shopify-hmac-sha256": headers["x-shopify-hmac-sha256"]!.slice(0, 12) })],
    ["with a long one", (headers) => ({ ...headers, "x-shopify-hmac-sha256": `AAAA${headers["x-shopify-hmac-sha256"]}` })],
    ["with that of another body", (headers) => ({ ...headers, "x-shopify-hmac-sha256": signedHeaders(body("7999"))["x-shopify-hmac-sha256"]! })],
    ["with that of another secret", (headers) => ({ ...headers, "x-shopify-hmac-sha256": signedHeaders(body("7001"), { secret: "another" })["x-shopify-hmac-sha256"]! })],
  ])("%s are refused", async (_what, change) => {
    expect((await deliver(body(), change(signedHeaders(body())))).status).toBe(401);
    expect(await noted("7001")).toBe(0);
  });

  it("that come again are noted once", async () => {
    const headers = signedHeaders(body("7002"));
    for (const _ of [1, 2, 3]) expect((await deliver(body("7002"), headers)).status).toBe(200);
    expect(await noted("7002")).toBe(1);
  });

  it.each(["evil.example", "test-shop.myshopify.com.evil.example", "../test-shop.myshopify.com", "test-shop.myshopify.com' or 1=1--", "", `${"a".repeat(300)}.myshopify.com`])("of a shop called %j are refused", async (shop) => {
    expect((await deliver(body("7003"), { ...signedHeaders(body("7003")), "x-shopify-shop-domain": shop })).status).toBe(400);
    expect(await noted("7003")).toBe(0);
  });

  it.each<[string, string]>([["arrays", "["], ["objects", '{"a":']])("of %s within each other without end are noted as unreadable, or not at all", { timeout: 60_000 }, async (_what, opening) => {
    const deep = opening.repeat(Math.floor(1_000_000 / opening.length));
    const closed = opening === "[" ? `{"id":7004,"line_items":${"[".repeat(400_000)}${"]".repeat(400_000)}}` : `{"id":7004,"customer":${'{"a":'.repeat(150_000)}1${"}".repeat(150_000)}}`;
    for (const raw of [deep, closed]) expect((await deliver(raw, signedHeaders(raw))).status).toBe(200);
    expect((await pool().query("select from delivery where facts is not null and (order_id = '7004' or order_id is null)")).rowCount).toBe(0);
    expect((await call("/healthz")).status).toBe(200);
  });

  it("that are packed are taken as they are, and not unpacked", async () => {
    const packed = gzipSync(Buffer.alloc(40 * 1024 * 1024, "a"));
    const answer = await deliver(packed, { ...signedHeaders(packed), "content-encoding": "gzip" });
    expect(answer.status).toBe(200);
    expect((await pool().query("select reason from delivery where state = 'unreadable' and reason like '%no JSON%'")).rowCount).toBeGreaterThan(0);
  });

  it("larger than any are not held", { timeout: 60_000 }, async () => {
    const large = Buffer.alloc(17 * 1024 * 1024, "a");
    expect((await deliver(large, signedHeaders(large))).status).toBe(413);
  });
});

describe("requests to pages", () => {
  it.each<[string, RequestInit, number]>([
    ["a form larger than any", { method: "POST", body: "x".repeat(600 * 1024) }, 413],
    ["a body whose length nobody tells", { method: "POST", body: new ReadableStream({ start: (to) => (to.enqueue(new TextEncoder().encode("a=1")), to.close()) }), duplex: "half" } as RequestInit, 411],
    ["a packed form", { method: "POST", body: gzipSync("intent=renew") as unknown as BodyInit, headers: { "content-encoding": "gzip", "content-type": "application/x-www-form-urlencoded", authorization: `Bearer ${token()}` } }, 400],
  ])("%s", async (_what, init, status) => {
    const answer = await call("/app/settings/storefront?_data=routes%2Fapp.settings_.storefront", init);
    expect(answer.status).toBe(status);
  });

  it("headers that never end are cut off", { timeout: 60_000 }, async () => {
    const [host, port] = [new URL(app.url).hostname, Number(new URL(app.url).port)];
    const said = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect({ host, port }, () => socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `));
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("close", () => resolve(text));
      socket.on("error", () => resolve(text));
    });
    expect(said).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it("more headers than a browser has are refused", async () => {
    const [host, port] = [new URL(app.url).hostname, Number(new URL(app.url).port)];
    const said = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect({ host, port }, () => socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${"a".repeat(64 * 1024)}\r\n\r\n`));
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("close", () => resolve(text));
      socket.on("error", () => resolve(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("every answer", () => {
  const PAGES = ["/", "/nowhere", "/auth/login", `/auth/session-token?shop=${SHOP}`, `/auth/exit-iframe?shop=${SHOP}&host=${HOST}&exitIframe=${encodeURIComponent("https://app.example/app")}`, `/app/nowhere?shop=${SHOP}&host=${HOST}&embedded=1&id_token=`];
  const OTHERS = ["/app/settings?_data=routes%2Fapp.settings", "/assets/nothing.js", "/app/files/x/file", "/schemas/order-proof.v3.json", ...Object.keys(BARE_PATHS).filter((path) => path !== "/webhooks")]; // no browser calls that one, and its answers have no body

  it.each([...PAGES, ...OTHERS])("%s says what a browser may do with it", async (path) => {
    const answer = await call(path.endsWith("id_token=") ? path + token() : path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(Object.fromEntries(answer.headers)).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "strict-transport-security": "max-age=31536000", "permissions-policy": expect.stringContaining("camera=()") });
    expect(answer.headers.get("x-powered-by")).toBeNull();
    const named = new URL(path, app.url).searchParams.get("shop");
    if (answer.headers.get("content-type")?.startsWith("text/html")) {
      expect(policy).toMatch(/object-src 'none'; base-uri 'none'; form-action 'self' [^;]*; frame-ancestors /);
      expect(policy.split("frame-ancestors ")[1]).toBe(named === null ? "'none'" : `https://${SHOP} https://admin.shopify.com`);
      expect(policy).not.toContain("unsafe-eval");
    } else expect(policy).toBe("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  });

  it.each(PAGES.filter((path) => !path.includes("session-token")))("%s runs no script but those that it marks", async (path) => {
    const answer = await call(path.endsWith("id_token=") ? path + token() : path);
    const nonce = /script-src 'self' 'nonce-([\w+/=]{20,})' https:\/\/cdn\.shopify\.com;/.exec(answer.headers.get("content-security-policy") ?? "")?.[1];
    const scripts = [...(await answer.text()).matchAll(/<script\b([^>]*)>/g)].map((tag) => tag[1]!);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((attributes) => !attributes.includes(`nonce="${nonce}"`) && !/src="https:\/\/cdn\.shopify\.com\/shopifycloud\/app-bridge\.js"/.test(attributes))).toEqual([]);
    const again = await call(path.endsWith("id_token=") ? path + token() : path);
    expect(again.headers.get("content-security-policy")).not.toContain(nonce);
  });
});

describe("what the app says of itself", () => {
  const PRIVATE = [testEnv.SHOPIFY_API_SECRET, testEnv.ENCRYPTION_KEYS.split(":")[1]!, testEnv.HASH_KEYS.split(":")[1]!, "shpat_test"];

  it("holds no secret, token or address, on pages and in the log", async () => {
    const secret = token();
    const raw = JSON.stringify(orderBody({ id: "7010", email: "berta@buyer.example" }));
    await fetch(`${app.url}/webhooks`, { method: "POST", body: raw, headers: signedHeaders(raw) });
    await fetch(`${app.url}/webhooks`, { method: "POST", body: raw, headers: { ...signedHeaders(raw), "x-shopify-webhook-id": "forged\r\n{\"level\":60}".replace(/[\r\n]/g, "") } });
    const texts = await Promise.all([`/app/settings?shop=${SHOP}&host=${HOST}&embedded=1&id_token=${secret}`, `/app/network?shop=${SHOP}&host=${HOST}&embedded=1&id_token=${secret}`, "/nowhere", "/app?_data=routes%2Fnothing", "/app/settings?_data=nothing"].map(async (path) => (await call(path)).text()));
    await call("/app/orders/%E0%A4%A", {});
    for (const text of [...texts, app.process.tail()]) for (const one of [...PRIVATE, "berta@buyer.example"]) expect(text).not.toContain(one);
    expect(app.process.tail()).not.toContain(secret);
    expect(texts.join("")).not.toMatch(/ at .*\.(ts|js):\d+:\d+/);
  });

  it("has one line for each thing that it logs, whatever was sent", () => {
    for (const line of app.process.tail().split("\n").filter((text) => text.startsWith("{"))) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});

