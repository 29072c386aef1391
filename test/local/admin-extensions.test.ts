// The app's extensions in the local admin, in a real browser: they run on an origin of their own, with a token of who is looking, and what the platform
// does not have is said.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "#test/local/chromium.ts";
import { elementsOf } from "#test/local/store/admin-extensions.ts";
import { pages } from "#test/local/store/pages/index.ts";
import { Store } from "#test/local/store/store.ts";

let browser: Browser;
let admin: Server;
let app: Server;
let adminUrl: string;
let folder: string;
let store: Store;
let page: Page;
/** What the app was asked, oldest first, and whether it lets other origins read its answers. */
let asked: { method: string; path: string; bearer: string; origin: string }[] = [];
let isOpen = true;

beforeAll(async () => {
  admin = createServer((request, response) => void pages(request, response, store));
  app = createServer(answer);
  const [adminPort, appPort] = await Promise.all([listen(admin), listen(app)]);
  adminUrl = `http://localhost:${adminPort}`;
  folder = mkdtempSync(join(tmpdir(), "admin-extensions-"));
  writeFileSync(join(folder, "shopify.app.toml"), "");
  store = new Store({ apiKey: "key-of-the-app", apiSecret: "secret-of-the-app", appUrl: `http://localhost:${appPort}`, appToml: join(folder, "shopify.app.toml") });
  store.state.installed = true;
  store.checkout({ items: [{ variantId: store.products[0]!.variants[0]!.id, quantity: 1 }], email: "eve@example.com" });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const server of [admin, app]) server?.closeAllConnections();
  await Promise.all([admin, app].map((server) => new Promise((done) => server.close(done))));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  asked = [];
  isOpen = true;
  rmSync(join(folder, "extensions"), { recursive: true, force: true });
  page = await browser.newPage();
});
afterEach(() => page.close());

function listen(server: Server): Promise<number> {
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port)));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { origin = "", authorization = "" } = request.headers;
  if (isOpen) response.setHeader("access-control-allow-origin", "*").setHeader("access-control-allow-headers", "Authorization, Content-Type");
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  asked.push({ method: request.method!, path: request.url!, bearer: authorization.replace(/^Bearer /, ""), origin });
  response.setHeader("content-type", "application/json").end(JSON.stringify({ said: "from the app" }));
}

/** An extension of the app: its TOML says where it stands, `source` what it does. */
function deploy(handle: string, target: string, source: string, texts: Record<string, string> = {}): void {
  const at = join(folder, "extensions", handle);
  mkdirSync(join(at, "locales"), { recursive: true });
  writeFileSync(join(at, "shopify.extension.toml"), `[[extensions]]\nname = "t:name"\nhandle = "${handle}"\ntype = "ui_extension"\n[[extensions.targeting]]\nmodule = "./one.js"\ntarget = "${target}"\n`);
  writeFileSync(join(at, "one.js"), source);
  writeFileSync(join(at, "locales", "en.default.json"), JSON.stringify({ name: `The ${handle}`, ...texts }));
  writeFileSync(join(at, "locales", "fr.json"), JSON.stringify({ name: `Le ${handle}`, ...texts, hello: "Bonjour {{who}}" }));
}

const draw = (inside: string) => `export default () => { document.body.innerHTML = ${JSON.stringify(inside)}; };`;
const order = () => `${adminUrl}/admin/orders/${String(store.orders()[0]!.id)}`;
const block = () => page.frameLocator(".extension iframe");

describe("a block on a page", () => {
  test("reads what is open, asks the app with a token from an origin of its own, and speaks the chosen language", async () => {
    deploy("one", "admin.order-details.block.render", `export default async () => {
      const answer = await fetch("/data?order=" + encodeURIComponent(shopify.data.selected[0].id));
      document.body.innerHTML = "<s-admin-block heading='Block' collapsedSummary='short'><s-text>" + shopify.i18n.translate("hello", { who: "Eve" }) + " " + (await answer.json()).said + "</s-text></s-admin-block>";
    };`, { hello: "Hello {{who}}" });
    await page.goto(order());
    await expect.poll(() => block().locator("s-text").textContent()).toBe("Hello Eve from the app");
    expect(asked).toMatchObject([{ method: "GET", path: `/data?order=${encodeURIComponent(`gid://shopify/Order/${String(store.orders()[0]!.id)}`)}`, origin: "null" }]);
    expect(JSON.parse(Buffer.from(asked[0]!.bearer.split(".")[1]!, "base64url").toString())).toMatchObject({ aud: "key-of-the-app", dest: `https://${store.shop.domain}` });
    await page.locator(".extension summary").click();
    expect(await page.locator(".extension .folded").textContent()).toBe("short");
    await page.context().addCookies([{ name: "admin_locale", value: "fr", url: adminUrl }]);
    await page.goto(order());
    await expect.poll(() => block().locator("s-text").textContent()).toBe("Bonjour Eve from the app");
    await page.context().clearCookies();
  });

  test("gets no answer that the app does not open to other origins", async () => {
    isOpen = false;
    deploy("one", "admin.order-details.block.render", `export default () => fetch("/data").then(() => "came", () => "was kept back").then((how) => { document.body.innerHTML = "<s-admin-block><s-text>" + how + "</s-text></s-admin-block>"; });`);
    await page.goto(order());
    await expect.poll(() => block().locator("s-text").textContent()).toBe("was kept back");
  });

  test("elements and attributes that there are not are said, and elements that are not drawn here; those that there are say nothing", async () => {
    deploy("one", "admin.order-details.block.render", draw(`<s-admin-block heading="One" collapsed-summary="Two"><s-badge tone="success" colour="green">x</s-badge><s-fancy-table></s-fancy-table><s-admin-action></s-admin-action><div>x</div><s-date-picker></s-date-picker></s-admin-block>`));
    await page.goto(order());
    const target = "admin.order-details.block.render";
    const said = ["<s-badge> has no attribute colour.", `<s-fancy-table> is no element of ${target}.`, `<s-admin-action> is no element of ${target}.`, `<div> is no element of ${target}.`, `<s-date-picker> is an element of ${target}, but the local admin does not draw it yet.`];
    await expect.poll(async () => (await block().locator(".local-wrong").allTextContents()).sort()).toEqual(said.sort());
  });

  test("what is higher than the platform shows is cut, until the rest is asked for", async () => {
    deploy("one", "admin.order-details.block.render", draw(`<s-admin-block>${"<s-paragraph>A line.</s-paragraph>".repeat(30)}</s-admin-block>`));
    await page.goto(order());
    const height = () => page.locator(".extension iframe").evaluate((frame) => frame.getBoundingClientRect().height);
    await page.locator(".extension .more").click();
    await expect.poll(height).toBeGreaterThan(500);
  });

  test("a link leads into the app, and into the admin", async () => {
    deploy("one", "admin.order-details.block.render", draw(`<s-admin-block><s-link href="app:app/orders/1">app</s-link><s-link href="shopify:admin/products">admin</s-link></s-admin-block>`));
    await page.goto(order());
    await block().getByRole("link", { name: "admin" }).click();
    await page.waitForURL(`${adminUrl}/admin/products`);
    await page.goto(order());
    await block().getByRole("link", { name: "app" }).click();
    await page.waitForURL(/\/admin\/apps\/creator-codes\/app\/orders\/1$/);
  });
});

test("an action opens from the menu, tells what is typed and chosen, and closes itself", async () => {
  deploy("act", "admin.order-details.action.render", `export default () => {
    document.body.innerHTML = "<s-admin-action heading='Do it'><s-text-field label='Name'></s-text-field><s-choice-list label='Which'><s-choice value='a'>First</s-choice><s-choice value='b'>Second</s-choice></s-choice-list><s-text></s-text><s-button slot='primary-action' disabled>Off</s-button><s-button slot='secondary-actions'>Close</s-button></s-admin-action>";
    const [field, list, text, off, close] = ["s-text-field", "s-choice-list", "s-text", "[slot=primary-action]", "[slot=secondary-actions]"].map((each) => document.querySelector(each));
    const tell = (event) => { text.textContent += event.type + ":" + (event.currentTarget.values ?? event.currentTarget.value) + " "; };
    field.addEventListener("input", tell);
    list.addEventListener("change", tell);
    off.addEventListener("click", () => { text.textContent += "pressed"; });
    close.addEventListener("click", () => shopify.close());
  };`);
  await page.goto(order());
  await page.locator(".menu summary").click();
  await page.getByRole("button", { name: "The act" }).click();
  const frame = page.frameLocator("dialog iframe");
  await frame.getByLabel("Name").fill("Eve");
  await frame.getByRole("radio").nth(1).check();
  await frame.getByRole("button", { name: "Off" }).click({ force: true });
  await expect.poll(() => frame.locator("s-text").textContent()).toBe("input:Eve change:b ");
  expect(await page.locator("dialog h2 span").textContent()).toBe("Do it");
  await frame.getByRole("button", { name: "Close" }).click();
  await expect.poll(() => page.locator("dialog").count()).toBe(0);
});

test("an app that is not installed has nothing there", async () => {
  deploy("one", "admin.order-details.block.render", draw("<s-admin-block></s-admin-block>"));
  store.state.installed = false;
  await page.goto(order());
  store.state.installed = true;
  expect(await page.locator(".extension, .menu").count()).toBe(0);
});

test("the platform's package says which elements a target has", () => {
  expect(elementsOf("admin.order-details.block.render")).toEqual(expect.arrayContaining(["s-admin-block", "s-badge", "s-stack"]));
  expect(elementsOf("admin.order-details.block.render")).not.toContain("s-admin-action");
});
