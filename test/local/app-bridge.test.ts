// The stand-in of App Bridge in a real browser: a small app in the local admin's frame, on an origin of its own.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "#test/local/chromium.ts";
import { pages } from "#test/local/store/pages/index.ts";
import { Store } from "#test/local/store/store.ts";

const SECRET = "secret-of-the-app";
let browser: Browser;
let admin: Server;
let app: Server;
let adminUrl: string;
let store: Store;
let page: Page;
/** What the app was asked for, oldest first. */
let asked: { path: string; bearer: string | null; language: string | null; body: string }[] = [];
/** How many requests to /data the app refuses, asking for a fresh token. */
let refuse = 0;

beforeAll(async () => {
  admin = createServer((request, response) => void pages(request, response, store));
  app = createServer((request, response) => void answer(request, response));
  const [adminPort, appPort] = await Promise.all([listen(admin), listen(app)]);
  adminUrl = `http://127.0.0.1:${adminPort}`;
  store = new Store({ apiKey: "key-of-the-app", apiSecret: SECRET, appUrl: `http://127.0.0.1:${appPort}` });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const server of [admin, app]) server?.closeAllConnections();
  await Promise.all([admin, app].map((server) => new Promise((done) => server.close(done))));
});
beforeEach(async () => {
  asked = [];
  refuse = 0;
  page = await browser.newPage();
});
afterEach(() => page.close());

function listen(server: Server): Promise<number> {
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port)));
}

async function answer(request: IncomingMessage, response: ServerResponse) {
  let body = "";
  for await (const part of request as AsyncIterable<Buffer>) body += part.toString();
  const url = new URL(request.url!, "http://app.invalid");
  asked.push({ path: url.pathname, bearer: request.headers.authorization ?? null, language: request.headers["accept-language"] ?? null, body });
  if (url.pathname === "/data") {
    if (refuse-- > 0) return void response.writeHead(401, { "x-shopify-retry-invalid-session-request": "1" }).end();
    return void response.end(JSON.stringify({ heard: body }));
  }
  if (url.pathname === "/auth/session-token") return void response.setHeader("content-type", "text/html").end(`<script data-api-key="key-of-the-app" src="${adminUrl}/app-bridge.js"></script>`);
  // As the library does it: a document without a session token is sent to the page that fetches one.
  if (!url.searchParams.has("id_token")) {
    const reload = `${store.appUrl}${url.pathname}?${url.searchParams}`;
    return void response.writeHead(302, { location: `/auth/session-token?${new URLSearchParams({ ...Object.fromEntries(url.searchParams), "shopify-reload": reload })}` }).end();
  }
  response.setHeader("content-type", "text/html; charset=utf-8").end(pageAt(url.pathname));
}

const pageAt = (path: string) => `<!doctype html><title>Page ${path}</title><script data-api-key="key-of-the-app" src="${adminUrl}/app-bridge.js"></script>
<h1>${path}</h1><ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/deals">Deals</a><a href="/app/codes">Codes</a></ui-nav-menu>
<ui-title-bar title="A page"><button variant="primary" onclick="document.body.dataset.pressed = 'made'">Make one</button></ui-title-bar>
<form id="form" data-save-bar data-discard-confirmation onsubmit="event.preventDefault(); document.body.dataset.saved = this.name.value"><input name="name" value="old"></form>
<ui-save-bar id="bar"><button variant="primary" onclick="document.body.dataset.barred = 'saved'"></button><button onclick="document.getElementById('bar').hide()"></button></ui-save-bar>
<ui-modal id="modal"><p>Inside</p><ui-title-bar title="Really?"><button variant="primary" onclick="document.getElementById('modal').hide()">Yes</button></ui-title-bar></ui-modal>
<script>if (location.pathname !== "/plain") addEventListener("shopify:navigate", (event) => { history.pushState(null, "", event.target.getAttribute("href")); document.querySelector("h1").textContent = location.pathname; });</script>`;

async function open(path = "/app"): Promise<Frame> {
  await page.goto(`${adminUrl}/admin/apps/creator-codes${path}`);
  const frame = page.frame({ name: "app-iframe" })!;
  await frame.waitForSelector("h1");
  return frame;
}

type Shopify = Record<string, any>;
declare const shopify: Shopify;

function readToken(bearer: string | null): { exp: number; aud: string; jti: string } {
  const [header, claims, signature] = bearer!.replace("Bearer ", "").split(".") as [string, string, string];
  expect(createHmac("sha256", SECRET).update(`${header}.${claims}`).digest("base64url")).toBe(signature);
  return JSON.parse(Buffer.from(claims, "base64url").toString());
}

describe("requests of the app", () => {
  test("to its own origin carry a session token of the store and the locale; others do not", async () => {
    const frame = await open();
    expect(await frame.evaluate(() => fetch("/data", { method: "POST", body: "hello" }).then((answer) => answer.json()))).toEqual({ heard: "hello" });
    const request = asked.find(({ path }) => path === "/data")!;
    expect(readToken(request.bearer).aud).toBe("key-of-the-app");
    expect(request.language).toBe("en");
    const [elsewhere] = await Promise.all([page.waitForRequest(/shop\.css/), frame.evaluate((url) => fetch(url, { mode: "no-cors" }).then(() => {}), `${adminUrl}/assets/shop.css`)]);
    expect(elsewhere.headers().authorization).toBeUndefined();
  });

  test("that the app refuses with the library's header are sent once more, whole, with a fresh token", async () => {
    const frame = await open();
    refuse = 1;
    expect(await frame.evaluate(() => fetch("/data", { method: "POST", body: "again" }).then((answer) => answer.json()))).toEqual({ heard: "again" });
    const [first, second] = asked.filter(({ path }) => path === "/data");
    expect(second!.body).toBe("again");
    expect(readToken(second!.bearer).jti).not.toBe(readToken(first!.bearer).jti);
    refuse = 5;
    expect(await frame.evaluate(() => fetch("/data").then((answer) => answer.status))).toBe(401);
  });

  test("a document without a token gets one over the bounce page", async () => {
    const frame = await open("/plain");
    await page.click("#app-nav a:has-text('Deals')"); // this page has no router: a new document is loaded
    await frame.waitForSelector("h1:has-text('/app/deals')");
    expect(asked.map(({ path }) => path)).toContain("/auth/session-token");
    await page.waitForURL(`${adminUrl}/admin/apps/creator-codes/app/deals`);
  });
});

describe("navigation", () => {
  test("the app's menu stands in the admin, leads through the app's router, and the admin's address follows", async () => {
    await open();
    expect(await page.locator("#app-nav a").allTextContents()).toEqual(["Deals", "Codes"]);
    await page.click("#app-nav a:has-text('Deals')");
    await page.waitForURL(/\/creator-codes\/app\/deals$/);
    expect(await page.locator("#app-nav a[aria-current]").textContent()).toBe("Deals");
    expect(asked.filter(({ path }) => path.startsWith("/app"))).toHaveLength(1); // no second document
    await page.goBack();
    await page.waitForURL(/\/creator-codes\/app$/);
  });

  test("the admin's pages open from the app; the language that is chosen reaches the app", async () => {
    const frame = await open("/app/deals?view=live");
    await page.selectOption("#locale", "fr");
    await page.waitForLoadState("load");
    expect(page.url()).toContain("/app/deals?view=live");
    await expect.poll(() => page.frame({ name: "app-iframe" })!.evaluate(() => shopify.config.locale)).toBe("fr");
    await page.frame({ name: "app-iframe" })!.evaluate(() => void window.open("shopify://admin/orders", "_top"));
    await page.waitForURL(`${adminUrl}/admin/orders`);
    expect(frame.isDetached()).toBe(true);
  });
});

describe("what the admin draws", () => {
  test("a form with data-save-bar: the bar comes with a change, saves, and goes", async () => {
    const frame = await open();
    await frame.fill("[name=name]", "new");
    await page.click("#save-bar .save");
    await expect.poll(() => frame.evaluate(() => document.body.dataset.saved)).toBe("new");
    await page.waitForSelector("#save-bar", { state: "hidden" });
    await frame.fill("[name=name]", "newer");
    await page.waitForSelector("#save-bar:not([hidden])");
    await frame.fill("[name=name]", "new"); // as it was saved
    await page.waitForSelector("#save-bar", { state: "hidden" });
  });

  test("discarding asks first and resets the form; leaving asks as well", async () => {
    const frame = await open();
    await frame.fill("[name=name]", "new");
    await page.click("#app-nav a:has-text('Deals')");
    await page.click("dialog button:has-text('Stay')");
    expect(page.url()).toMatch(/\/app$/);
    await page.click("#save-bar .discard");
    await page.click("dialog button:has-text('Discard changes')");
    await expect.poll(() => frame.inputValue("[name=name]")).toBe("old");
    await page.waitForSelector("#save-bar", { state: "hidden" });
  });

  test("ui-save-bar presses the page's own buttons; leaveConfirmation resolves and rejects", async () => {
    const frame = await open();
    await frame.evaluate(() => shopify.saveBar.leaveConfirmation());
    await frame.evaluate(() => shopify.saveBar.show("bar"));
    await page.click("#save-bar .save");
    await expect.poll(() => frame.evaluate(() => document.body.dataset.barred)).toBe("saved");
    const leaving = frame.evaluate(() => shopify.saveBar.leaveConfirmation().then(() => "left", () => "stayed"));
    await page.click("dialog button:has-text('Stay')");
    expect(await leaving).toBe("stayed");
    await page.click("#save-bar .discard");
    await page.waitForSelector("#save-bar", { state: "hidden" });
  });

  test("toasts with their action, the loading bar, the title bar's buttons", async () => {
    const frame = await open();
    await frame.evaluate(() => void shopify.toast.show("Saved", { action: "Undo", onAction: () => (document.body.dataset.undone = "yes") }));
    expect(await page.locator(".toast span").textContent()).toBe("Saved");
    await page.click(".toast .action");
    await expect.poll(() => frame.evaluate(() => document.body.dataset.undone)).toBe("yes");
    await page.waitForSelector(".toast", { state: "detached" });
    await frame.evaluate(() => void shopify.loading(true));
    await page.waitForSelector("#loading:not([hidden])", { state: "attached" });
    await page.click("#title-bar button:has-text('Make one')");
    await expect.poll(() => frame.evaluate(() => document.body.dataset.pressed)).toBe("made");
  });

  test("a modal dims the admin, keeps its buttons, and closes", async () => {
    const frame = await open();
    await frame.evaluate(() => shopify.modal.show("modal"));
    await frame.waitForSelector(".local-modal:has-text('Inside')");
    await page.waitForSelector("body.dimmed");
    await frame.click(".local-modal footer button:has-text('Yes')");
    await page.waitForSelector("body:not(.dimmed)");
    expect(await frame.locator(".local-modal").count()).toBe(0);
  });
});

describe("the resource picker", () => {
  test("resolves with the products and variants that were picked", async () => {
    const frame = await open();
    const picking = frame.evaluate(() => shopify.resourcePicker({ type: "product", multiple: true }));
    await page.fill("dialog [type=search]", "hoodie");
    await page.locator("dialog .variant input").nth(1).check();
    await page.locator("dialog .variant input").nth(3).check();
    await page.click("dialog footer .primary");
    const [hoodie, ...others] = (await picking) as { title: string; variants: { title: string }[]; images: { originalSrc: string }[] }[];
    expect(others).toEqual([]);
    expect(hoodie!.variants.map(({ title }) => title)).toEqual(["M", "XL"]);
    expect(hoodie!.images[0]!.originalSrc).toBe(`${adminUrl}/pictures/hoodie-atelier.svg`);
  });

  test("begins with what was chosen before, holds one where one is wanted, and answers undefined when it is cancelled", async () => {
    const frame = await open();
    const { id } = store.catalogue.collections[1]!;
    const picking = frame.evaluate((id) => shopify.resourcePicker({ type: "collection", selectionIds: [{ id: `gid://shopify/Collection/${id}` }] }), id);
    await page.waitForSelector("dialog li");
    expect(await page.locator("dialog li:has(:checked) span").allTextContents()).toEqual(["The Table"]);
    await page.locator("dialog li input").nth(2).check();
    await page.click("dialog footer .primary");
    expect(((await picking) as { title: string }[]).map(({ title }) => title)).toEqual(["Tea Cupboard"]);
    const cancelled = frame.evaluate(() => shopify.resourcePicker({ type: "variant" }).then((picked: unknown) => picked === undefined));
    await page.click("dialog footer button:has-text('Cancel')");
    expect(await cancelled).toBe(true);
  });
});

describe("the resource picker of variants", () => {
  test("lists what the app's filter lets through, holds as many as are wanted, and Escape cancels", async () => {
    const frame = await open();
    const picking = frame.evaluate(() => shopify.resourcePicker({ type: "variant", multiple: 2, action: "select", filter: { query: "tag:wear AND title:Hoodie" } }));
    await page.waitForSelector("dialog li");
    expect(await page.inputValue("dialog [type=search]")).toBe("");
    expect(await page.locator("dialog li").count()).toBe(4);
    for (const at of [0, 1, 2]) await page.locator("dialog li input").nth(at).click();
    expect(await page.locator("dialog li :checked").count()).toBe(2);
    await page.click("dialog footer .primary:has-text('Select')");
    const picked = (await picking) as { id: string; title: string; sku: string; product: { id: string; title: string } }[];
    expect(picked.map(({ title, sku, product }) => [title, sku, product.title])).toEqual([["S", "HOO-ATE-S", "Hoodie Atelier"], ["M", "HOO-ATE-M", "Hoodie Atelier"]]);
    const cancelled = frame.evaluate(() => shopify.resourcePicker({ type: "product" }).then((result: unknown) => result === undefined));
    await page.waitForSelector("dialog li");
    await page.keyboard.press("Escape");
    expect(await cancelled).toBe(true);
  });
});

describe("what is not there says so", () => {
  test.each([
    ["toats", "not part of App Bridge"],
    ["scanner", "does not serve it"],
  ])("shopify.%s", async (name, message) => {
    const frame = await open();
    await expect(frame.evaluate((name) => void shopify[name], name)).rejects.toThrow(message);
  });

  test("a message from another origin is not heard", async () => {
    await open();
    await page.evaluate(() => postMessage({ appBridge: "call", id: 1, call: "toast.show", detail: { id: "1", message: "false" } }, "*"));
    await page.waitForTimeout(100);
    expect(await page.locator(".toast").count()).toBe(0);
  });
});
