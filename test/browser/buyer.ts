// A buyer in the storefront: fills a cart, types a code, pays.
import type { Page } from "playwright-core";

export type Sold = { orderId: string; name: string };
type Purchase = { items: readonly (readonly [product: string, quantity: number])[]; code: string; email: string; name: string };

/** `look` is called at the cart and at the thanks. */
export async function buy(page: Page, storeUrl: string, { items, code, email, name }: Purchase, look: (what: "cart" | "thanks") => Promise<void>): Promise<Sold> {
  await page.context().clearCookies({ name: "cart" }); // another buyer: the deal may be for once per customer
  for (const [product, quantity] of items) {
    await page.goto(storeUrl);
    await page.getByRole("link", { name: new RegExp(product) }).last().click();
    await page.getByLabel("Quantity").fill(String(quantity));
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByRole("heading", { name: "Cart" }).waitFor();
  }
  await page.getByLabel("Discount code").fill(code);
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("is applied").waitFor();
  await look("cart");
  await page.getByRole("link", { name: "Check out" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await page.waitForURL(/\/thanks\//);
  await look("thanks");
  return { orderId: /\/thanks\/(\d+)/.exec(page.url())![1]!, name: /#\d+/.exec(await page.locator("main").innerText())![0] };
}
