// Texts that people, stores, networks, files and creators wrote stay texts: on every page in a real browser, whose policy refuses nothing that the pages need, and in files
// that a spreadsheet opens.
import { createHmac, randomUUID } from "node:crypto";
import ExcelJS from "exceljs";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { launchBrowser, userAgent } from "#test/local/chromium.ts";
import { ask } from "#test/routes/ask.ts";
import { type RunningApp, startApp } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { testEnv } from "#test/support/env.ts";
import { parseCsv } from "#test/support/sheets.ts";
import { ROUTES } from "./routes-table.ts";
import { countFromFarOff, fillShop, type Ids } from "./two-shops.ts";

const database = useDatabase();
const SCRIPT = `"'><script data-planted>planted()</script><img data-planted src=x onerror=planted()></textarea></title><svg data-planted onload=planted()>{{7*7}}\${7*7}`;
let app: RunningApp;
let browser: Browser;
let context: BrowserContext;
let ids: Ids;
const said: string[] = [];

beforeAll(async () => {
  await countFromFarOff();
  ids = await fillShop("a", SCRIPT);
  setClockOffsetMs(0);
  app = await startApp({ databaseUrl: database.url, env: { ROLE: "web" } });
  browser = await launchBrowser();
  context = await browser.newContext({ userAgent: userAgent(browser), extraHTTPHeaders: { authorization: `Bearer ${longToken()}` } });
  // App Bridge is Shopify's own, and not there: the least of it that the pages ask for.
  await context.route("https://cdn.shopify.com/**", (route) => route.fulfill({ contentType: "text/javascript", body: "window.shopify = new Proxy(function () {}, { get: (_, name) => (name === 'then' || typeof name === 'symbol' ? undefined : window.shopify), apply: () => Promise.resolve('') });" }));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`refused: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
    (window as unknown as { planted: () => void }).planted = () => console.error("planted: it ran");
  });
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
}, 60_000);

function longToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const second = Math.floor(Date.now() / 1_000);
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ iss: `https://${ids.shop}/admin`, dest: `https://${ids.shop}`, aud: testEnv.SHOPIFY_API_KEY, sub: "1", exp: second + 3_600, nbf: second - 5, iat: second - 5, jti: randomUUID(), sid: "s" })}`;
  return `${text}.${createHmac("sha256", testEnv.SHOPIFY_API_SECRET).update(text).digest("base64url")}`;
}

const filled = (path: string) => path.replace(/\{([a-zA-Z]+)\}/g, (_whole, name: string) => encodeURIComponent(ids[name as keyof Ids]));
const PAGES = Object.entries(ROUTES).filter(([file]) => file.startsWith("app.") && file.endsWith(".tsx") && file !== "app.tsx").flatMap(([, { calls }]) => calls.filter(({ form, json }) => form === undefined && json === undefined).map(({ path }) => path));

describe("a page with texts that look like scripts", () => {
  it.each([...new Set(PAGES)])("%s shows them as texts, and its policy refuses nothing", { timeout: 120_000 }, async (path) => {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => {
      if (/^(refused|planted)|Content Security Policy/.test(message.text())) faults.push(message.text());
    });
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => faults.push("a dialog")));
    await page.goto(`${app.url}${filled(path)}${path.includes("?") ? "&" : "?"}shop=${ids.shop}&embedded=1`, { waitUntil: "load", timeout: 100_000 });
    // React has taken over what the server wrote: whatever it draws anew is there.
    await page.waitForFunction(() => document.readyState === "complete" && Object.keys(document.body.firstElementChild ?? {}).length >= 0);
    expect(await page.locator("[data-planted]").count()).toBe(0);
    expect(faults).toEqual([]);
    said.push(await page.evaluate(() => document.body.innerText));
    await page.close();
  });

  it("would be heard of, and refused by the browser, if a script were in it", { timeout: 120_000 }, async () => {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => faults.push(message.text()));
    await page.goto(`${app.url}/app/settings?shop=${ids.shop}&embedded=1`, { waitUntil: "load", timeout: 100_000 });
    await page.evaluate(() => {
      document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=planted()>");
      document.body.append(Object.assign(document.createElement("script"), { textContent: "planted()" }));
      document.body.append(Object.assign(document.createElement("script"), { src: "https://evil.example/script.js" }));
    });
    await expect.poll(() => faults.filter((text) => text.startsWith("refused: script-src")).length).toBe(3);
    expect(faults.join("\n")).not.toContain("planted: it ran");
    await page.close();
  });

  it("shows them where they are to be read", () => {
    expect(said.filter((text) => text.includes("<script data-planted>")).length).toBeGreaterThan(8);
    expect(said.join("")).not.toContain("data-planted>49");
  });
});

describe("a file with texts that look like formulas", () => {
  const FILES = Object.entries(ROUTES).flatMap(([file, { calls }]) => calls.filter(({ path }) => /[?&]as=(csv|xlsx)/.test(path)).map((call): [string, string] => [file, call.path]));

  it.each(FILES.flatMap(([file, path]) => ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"].map((text): [string, string, string] => [file, path, text])))("%s %s has none of %j", { timeout: 60_000 }, async (file, path, text) => {
    await pool().query("update creator set name = $2, handle = $2 where shop = $1", [ids.shop, text]);
    await pool().query("update deal set name = $2 where shop = $1", [ids.shop, text]);
    await pool().query("update program set name = $2 where shop = $1 and id like '%program'", [ids.shop, text]);
    await pool().query("update order_state set name = $2 where shop = $1", [ids.shop, text]);
    await pool().query("update reconciliation_difference set order_name = $2 where shop = $1", [ids.shop, text]);
    const { loader } = (await import(/* @vite-ignore */ `../../app/routes/${file}`)) as { loader: (args: unknown) => Promise<Response> };
    const answer = await loader(ask(ids.shop, filled(path), undefined, { id: ids.creator, month: ids.month }));
    expect(answer.status).toBe(200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (path.includes("as=csv")) {
      const cells = parseCsv(bytes.toString("utf8").replace(/^\uFEFF/, "")).flat();
      expect(cells.length).toBeGreaterThan(1);
      // A number of ours may be below zero; whatever else begins so was written by somebody.
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^-\d+([.,]\d+)?$/.test(cell))).toEqual([]);
      return;
    }
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes as never);
    book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => expect(typeof cell.value === "object" && cell.value !== null && ("formula" in cell.value || "hyperlink" in cell.value)).toBe(false))));
  });
});
