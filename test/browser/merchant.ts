// A person at a browser: the local admin with the app in its frame, the storefront; and what must never be seen there.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Frame, FrameLocator, Page } from "playwright-core";
import { root } from "#test/local/demo/processes.ts";
import { userAgent } from "#test/local/chromium.ts";
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import { allKeys } from "./words.ts";

export type Merchant = {
  page: Page;
  /** The app in its frame. */
  app: FrameLocator;
  /** Opens a page of the app inside the local admin ("/app/deals"), and waits until it stands. */
  open: (path: string) => Promise<void>;
  /** Keeps a picture in .data/screens, after looking for what no page may show. */
  look: (name: string) => Promise<void>;
  /** Whatever the browser complained about so far. */
  faults: () => string[];
};

/** What looks like a key and is none. */
const NO_KEYS = new Set(["impact.com", ...DEMO_CREATORS.map((creator) => creator.handle)]);
const LOOKS_LIKE_A_KEY = /^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$|^[a-z]+(_[a-z]+)+$/;

const SCREENS = join(root, ".data", "screens");

export async function makeMerchant(browser: Browser, adminUrl: string): Promise<Merchant> {
  mkdirSync(SCREENS, { recursive: true });
  // Shopify's library turns away what calls itself a headless browser.
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`;
  const context = await browser.newContext({ userAgent, viewport: { width: 1440, height: 1000 }, locale: "en-GB", timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} from ${response.request().method()} ${response.url()}`);
  });
  const keys = allKeys();
  const app = page.frameLocator("iframe#app");

  function appFrame(): Frame | null {
    return page.frames().find((frame) => frame.name() === "app-iframe") ?? null;
  }

  return {
    page,
    app,
    faults: () => faults,
    async open(path) {
      await page.goto(`${adminUrl}/apps/creator-codes${path}`);
      await app.locator("h1, h2").first().waitFor();
    },
    async look(name) {
      const frame = appFrame();
      const shown = frame ? await frame.evaluate(() => document.body.innerText) : await page.evaluate(() => document.body.innerText);
      const asWords = shown.split(/[\s()]+/).map((word) => word.replace(/^[@"“]|["”.,:;]+$/g, ""));
      const raw = asWords.filter((word) => keys.has(word.replace(/^[a-z]+:/, "")) || (LOOKS_LIKE_A_KEY.test(word) && !NO_KEYS.has(word)));
      if (raw.length > 0) faults.push(`raw keys on ${name}: ${[...new Set(raw)].join(", ")}`);
      await page.screenshot({ path: join(SCREENS, `${name}.png`) });
    },
  };
}
