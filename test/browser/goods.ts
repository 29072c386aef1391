// What is bought in a walk through the proofs: what it comes to can be reckoned by hand.
import { catalogue } from "#test/local/store/catalogue.ts";
import type { CheckoutInput } from "#test/local/store/types.ts";

type Goods = readonly (readonly [title: string, quantity: number])[];

/** A code of ten percent takes 12.50 off; 67.31 and 27.23 are left without the tax. */
export const LAMP_AND_CUPS: Goods = [["Lampe Colline", 1], ["Tasse Aurore", 2]];
/** A code of ten percent takes 5.20 off; 39.33 is left without the tax. */
export const BEAKERS: Goods = [["Becher Nordwind, set of two", 2]];

export function cartOf(goods: Goods, codes: string[], name: string): CheckoutInput {
  const { products } = catalogue();
  const items = goods.map(([title, quantity]) => ({ variantId: products.find((product) => product.title === title)!.variants[0]!.id, quantity }));
  return { items, codes, name, email: `${name.split(" ")[1]!.toLowerCase()}@example.com` };
}
