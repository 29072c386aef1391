// What the store had before the app came: a discount of the merchant's own with two codes, and another app's with many. They have sold, and can be adopted.
import { catalogue } from "#test/local/store/catalogue.ts";
import type { CheckoutInput } from "#test/local/store/types.ts";
import { advanceClock, inStore, setClock } from "./control.ts";
import type { Step } from "./plan.ts";
import { until } from "./wait.ts";

type Maker = "merchant" | "other_app";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const WELCOME = ["WELCOME10", "BONJOUR10"] as const;
const LOYAL = Array.from({ length: 40 }, (_, at) => `LANE${String(at + 1).padStart(2, "0")}${"KMPRTWXZ"[(at * 5) % 8]}`);

/** `day`: of the history; below 0: before the app was installed. */
const ORDERS: { day: number; hour: number; name: string; email: string; code: string }[] = [
  { day: -9, hour: 17.5, name: "Rosalie Wirth", email: "rosalie.wirth@example.com", code: WELCOME[0] },
  { day: -6, hour: 11.2, name: "Konrad Maier", email: "konrad.maier@example.com", code: LOYAL[3]! },
  { day: -4, hour: 19.8, name: "Estelle Roth", email: "estelle.roth@example.com", code: WELCOME[1] },
  { day: 5, hour: 12.4, name: "Vincent Haller", email: "vincent.haller@example.com", code: WELCOME[0] },
  { day: 17, hour: 20.3, name: "Aline Sturm", email: "aline.sturm@example.com", code: WELCOME[0] },
  { day: 23, hour: 9.6, name: "Isaak Blum", email: "isaak.blum@example.com", code: LOYAL[17]! },
  { day: 39, hour: 18.7, name: "Leonie Faber", email: "leonie.faber@example.com", code: WELCOME[1] },
  { day: 51, hour: 16.1, name: "Rosalie Wirth", email: "rosalie.wirth@example.com", code: LOYAL[29]! },
];

/** `fromMs`: when the history begins; the app is installed a day earlier. `withOrders` false: it has not sold. */
export async function makeFound(fromMs: number, withOrders: boolean): Promise<void> {
  const startsAt = new Date(fromMs - 14 * DAY_MS).toISOString();
  const both = { startsAt, context: { all: "ALL" }, appliesOncePerCustomer: true, customerGets: { items: { all: true }, value: { percentage: 0.1 } } };
  await setClock(fromMs - 14 * DAY_MS);
  await makeOne("merchant", { ...both, title: "Welcome to our newsletter", combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: true } }, WELCOME);
  await makeOne("other_app", { ...both, title: "Loyalty Lane: reward of the tenth visit", customerGets: { items: { all: true }, value: { discountAmount: { amount: "8.00", appliesOnEachItem: false } } }, minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "40.00" } } }, LOYAL);
  if (!withOrders) return;
  for (const [at, order] of ORDERS.entries()) {
    if (order.day >= 0) continue;
    await setClock(timeOf(order, fromMs));
    await inStore("checkout", cartOf(at));
  }
}

/** What is bought with these codes since, numbered from `firstRef` on: nobody is credited for it. */
export function foundOrders(fromMs: number, firstRef: number): Step[] {
  return ORDERS.flatMap((order, at): Step[] => (order.day < 0 ? [] : [{ atMs: timeOf(order, fromMs), ref: firstRef + at, kind: "checkout", input: cartOf(at) }]));
}

function timeOf({ day, hour }: { day: number; hour: number }, fromMs: number): number {
  return fromMs - (fromMs % DAY_MS) + day * DAY_MS + hour * HOUR_MS;
}

function cartOf(at: number): CheckoutInput & Record<string, unknown> {
  const { name, email, code } = ORDERS[at]!;
  const bought = ["Lampe Colline", "Théière Brume", "Plaid Laine", "Assiettes Argile, set of four"][at % 4];
  const variantId = catalogue().products.find(({ title }) => title === bought)!.variants[0]!.id;
  return { name, email, codes: [code], items: [{ variantId, quantity: 1 }], landingSite: "/", referringSite: null };
}

async function makeOne(by: Maker, input: Record<string, unknown>, [first, ...others]: readonly string[]): Promise<void> {
  const made = await askStore(by, "mutation ($input: DiscountCodeBasicInput!) { done: discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { message } } }", { input: { ...input, code: first } });
  const { id } = (made as { codeDiscountNode: { id: string } }).codeDiscountNode;
  await askStore(by, "mutation ($id: ID!, $codes: [DiscountRedeemCodeInput!]!) { done: discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) { bulkCreation { id } userErrors { message } } }", { id, codes: others.map((code) => ({ code })) });
  await until("the store has added the codes", async () => {
    await advanceClock(2_000);
    const discounts = await inStore<{ id: string; codes: unknown[] }[]>("discounts");
    return discounts.find((each) => id.endsWith(`/${each.id}`))!.codes.length === others.length + 1;
  });
}

/** One mutation, its field called `done`, by a person in the store's admin or by another app. Throws with the store's words where it refuses. */
export async function askStore(by: Maker, query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await inStore<{ data?: { done: { userErrors: unknown[] } | null } | null }>("graphql", { by, query, variables });
  if (answer.data?.done?.userErrors.length !== 0) throw new Error(`the store refused ${query}: ${JSON.stringify(answer)}`);
  return answer.data.done;
}
