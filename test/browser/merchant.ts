// A person at a browser: the local admin with the app in its frame, the storefront; and what must never be seen there.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, FrameLocator, Page } from "playwright-core";
import type { Language } from "#app/i18n.ts";
import { root } from "#test/local/demo/processes.ts";
import { userAgent } from "#test/local/chromium.ts";
import { DEMO_CREATORS } from "#test/local/network/accounts.ts";
import { until } from "#test/support/app.ts";
import { allKeys } from "./words.ts";

export type Merchant = {
  page: Page;
  /** The app in its frame. */
  app: FrameLocator;
  /** Opens a page of the app inside the local admin ("/app/deals"), and waits until it stands. */
  open: (path: string) => Promise<void>;
  /** Keeps a picture in .data/screens, after looking for what no page may show. */
  look: (name: string) => Promise<void>;
  /** What the page shows, as text. */
  text: () => Promise<string>;
  /** The admin in this language from the next page on. */
  speak: (language: Language) => Promise<void>;
  /** A second tab of the same person; it complains in the same list. */
  another: () => Promise<Merchant>;
  /** Whatever the browser complained about so far. */
  faults: () => string[];
};

/** What looks like a key and is none. */
const NO_KEYS = new Set(["impact.com", ...DEMO_CREATORS.map((creator) => creator.handle)]);
const LOOKS_LIKE_A_KEY = /^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$|^[a-z]+(_[a-z]+)+$/;

/** `walk`: names the folder of its pictures. */
export async function makeMerchant(browser: Browser, adminUrl: string, walk: string): Promise<Merchant> {
  const screens = join(root, ".data", "screens", walk);
  mkdirSync(screens, { recursive: true });
  const context = await browser.newContext({ userAgent: userAgent(browser), viewport: { width: 1440, height: 1000 }, locale: "en-GB", timezoneId: "Europe/Berlin" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  return openTab(context, [], { adminUrl, screens });
}

type Place = { adminUrl: string; screens: string };

async function openTab(context: BrowserContext, faults: string[], { adminUrl, screens }: Place): Promise<Merchant> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // a busy machine; on a quiet one nothing waits
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} from ${response.request().method()} ${response.url()}`);
  });
  const keys = allKeys();
  const app = page.frameLocator("iframe#app");

  function text(): Promise<string> {
    const frame = page.frames().find((each) => each.name() === "app-iframe");
    return (frame ?? page).evaluate(() => document.body.innerText);
  }

  return {
    page,
    app,
    faults: () => faults,
    async open(path) {
      await page.goto(`${adminUrl}/apps/creator-codes${path}`);
      const title = app.locator("h1, h2").first();
      // What the server sent stands there before it can be used: React marks what it has taken over.
      await until(`${path} can be used`, () => title.evaluate((node) => Object.keys(node).some((key) => key.startsWith("__reactFiber")) || null).catch(() => null), 60_000);
    },
    async look(name) {
      const shown = await text();
      const asWords = shown.split(/[\s()]+/).map((word) => word.replace(/^[@"“]|["”.,:;]+$/g, ""));
      const raw = asWords.filter((word) => keys.has(word.replace(/^[a-z]+:/, "")) || (LOOKS_LIKE_A_KEY.test(word) && !NO_KEYS.has(word)));
      if (raw.length > 0) faults.push(`raw keys on ${name}: ${[...new Set(raw)].join(", ")}`);
      await page.screenshot({ path: join(screens, `${name}.png`) });
    },
    text,
    another: () => openTab(context, faults, { adminUrl, screens }),
    async speak(language) {
      await context.addCookies([{ name: "admin_locale", value: language, url: adminUrl }]);
    },
  };
}
