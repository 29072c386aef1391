// A person with a browser of his own in the storefront: lands by a link, answers the banner or does not, and buys.
import type { Browser, BrowserContext, Page } from "playwright-core";

/** In the network, of a link of Anaïs Weber's. */
export const CLICK_OF_ANAIS = "WalkAnais-0001.x";
/** Two of them with a code of eight percent: 52.00 - 4.16, tax 7.64 inside. */
const GOODS = "becher-nordwind-set-of-two";
export const CREDITED = "4020";

export type Shopper = {
  page: Page;
  context: BrowserContext;
  /** Opens a path of the shop, and waits until the page is at rest: the embed has written into the cart. */
  land: (path: string) => Promise<void>;
  answer: (what: "Accept" | "Decline") => Promise<void>;
  /** What the app keeps in this browser, by the names of its cookies. */
  kept: () => Promise<Record<string, string>>;
  /** Fills the cart and pays, typing a code where one is given; answers the order's id. */
  buy: (code: string | null) => Promise<string>;
  close: () => Promise<void>;
};

let shoppers = 0;

/** `blocks`: addresses that this browser does not load, as an extension of it would. */
export async function newShopper(browser: Browser, storeUrl: string, { blocks = [] }: { blocks?: string[] } = {}): Promise<Shopper> {
  const context = await browser.newContext({ locale: "en-GB" });
  for (const each of blocks) await context.route(each, (route) => route.abort());
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const email = `shopper${++shoppers}@example.com`;

  return {
    page,
    context,
    async land(path) {
      await page.goto(storeUrl + path, { waitUntil: "networkidle" });
    },
    async answer(what) {
      await page.locator("#consent").getByRole("button", { name: what }).click();
      await page.waitForLoadState("networkidle");
    },
    async kept() {
      const cookies = await context.cookies();
      return Object.fromEntries(cookies.filter(({ name }) => name.startsWith("creator_")).map(({ name, value }) => [name, value]));
    },
    async buy(code) {
      await page.goto(`${storeUrl}/products/${GOODS}`);
      await page.getByLabel("Quantity").fill("2");
      await page.getByRole("button", { name: "Add to cart" }).click();
      await page.getByRole("heading", { name: "Cart" }).waitFor();
      if (code !== null) {
        // The link may have put its creator's own code there.
        const others = page.locator(".applied").filter({ hasNotText: code });
        if ((await others.count()) > 0) await others.getByRole("button", { name: "Remove" }).click();
        await others.waitFor({ state: "detached" });
        await page.getByLabel("Discount code").fill(code);
        await page.getByRole("button", { name: "Apply" }).click();
      }
      await page.getByText(code === null ? "is applied" : `${code} is applied`).waitFor();
      await page.getByRole("link", { name: "Check out" }).click();
      await page.getByLabel("E-mail").fill(email);
      await page.getByRole("button", { name: /^Pay/ }).click();
      await page.waitForURL(/\/thanks\//);
      return /\/thanks\/(\d+)/.exec(page.url())![1]!;
    },
    close: () => context.close(),
  };
}
