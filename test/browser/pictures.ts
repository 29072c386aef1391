// Takes the pictures of README.md from a running demo: node test/browser/pictures.ts [address of the local store's admin]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser, userAgent } from "#test/local/chromium.ts";
import { root } from "#test/local/demo/processes.ts";

const admin = process.argv[2] ?? "http://localhost:3001/admin";
const folder = join(root, "docs", "pictures");
mkdirSync(folder, { recursive: true });

const browser = await launchBrowser();
const context = await browser.newContext({ userAgent: userAgent(browser), viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5, locale: "en-GB" });
const page = await context.newPage();
const app = page.frameLocator("iframe#app");

async function take(name: string, path: string): Promise<void> {
  await page.goto(`${admin}/apps/creator-codes${path}`);
  await app.locator("h1").first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(1_000); // plots draw themselves
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

await take("home", "/app");
await page.goto(`${admin}/apps/creator-codes/app/orders`);
const link = app.locator(`a[href^="/app/orders/"]`).nth(4);
await link.waitFor({ state: "attached" });
const order = await link.getAttribute("href");
await take("order", order ?? "/app/orders");
await browser.close();
