// What not every shop has, and the rules of credit ask about: a subscription with its renewals, lines that earn nothing, disputes.
// It comes on top of the plan and throws no dice, so the plan stays as it is.
import type { CatalogueProduct } from "#test/local/store/catalogue.ts";
import type { SellingPlan } from "#test/local/store/types.ts";
import type { SeedCode, Step } from "./plan.ts";

const TYPES = { subscription: "Subscription box", sample: "Sample", protection: "Shipping protection" };
const MONTHLY: SellingPlan = { id: "1906409521", name: "Delivered every month" };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** `code`: place in the list of codes, best sellers first; null: none. */
const SUBSCRIBERS: { day: number; name: string; email: string; code: number | null }[] = [
  { day: 6, name: "Marlène Sutter", email: "marlene.sutter@example.com", code: 0 },
  { day: 13, name: "Jonas Ehret", email: "jonas.ehret@example.com", code: 2 },
  { day: 20, name: "Odile Kuntz", email: "odile.kuntz@example.com", code: null },
  { day: 27, name: "Selma Burkart", email: "selma.burkart@example.com", code: 1 },
];

/** Is this product bought by the extras alone? */
export function isExtra({ productType }: CatalogueProduct): boolean {
  return Object.values(TYPES).includes(productType);
}

/** The plan with all of that; the new orders are numbered on. */
export function withExtras(plan: Step[], products: CatalogueProduct[], codes: SeedCode[], fromMs: number): Step[] {
  const variantOf = (type: string) => products.find(({ productType }) => productType === type)!.variants[0]!.id;
  const steps = plan.map((step) => withLines(step, variantOf(TYPES.sample), variantOf(TYPES.protection)));
  const next = Math.max(-1, ...plan.map((step) => step.ref)) + 1;
  return [...steps, ...subscriptions(variantOf(TYPES.subscription), products, codes, fromMs, next), ...disputes(plan, fromMs)];
}

/** Every ninth buyer takes the protection, every eleventh gets a sample. */
function withLines(step: Step, sample: string, protection: string): Step {
  if (step.kind !== "checkout") return step;
  const added = [...(step.ref % 9 === 4 ? [protection] : []), ...(step.ref % 11 === 5 ? [sample] : [])];
  return { ...step, input: { ...step.input, items: [...step.input.items, ...added.map((variantId) => ({ variantId, quantity: 1 }))] } };
}

/** The first order has something else in its cart; thirty days later the subscription's app bills the next one, with the code that the contract keeps. */
function subscriptions(box: string, products: CatalogueProduct[], codes: SeedCode[], fromMs: number, firstRef: number): Step[] {
  const percentages = codes.filter(({ kind }) => kind === "percentage");
  const other = products.find(({ productType }) => productType === "Candle")!.variants[0]!.id;
  return SUBSCRIBERS.flatMap(({ day, name, email, code }, at): Step[] => {
    const atMs = fromMs - (fromMs % DAY_MS) + day * DAY_MS + 19 * HOUR_MS;
    const typed = code === null ? [] : [percentages[code]!.code];
    const buyer = { name, email, codes: typed, items: [{ variantId: box, quantity: 1, sellingPlan: MONTHLY }] };
    return [
      { atMs, ref: firstRef + 2 * at, kind: "checkout", input: { ...buyer, items: [...buyer.items, { variantId: other, quantity: 1 }], landingSite: "/", referringSite: "https://www.instagram.com/" } },
      { atMs: atMs + 30 * DAY_MS - 13 * HOUR_MS, ref: firstRef + 2 * at + 1, kind: "checkout", input: { ...buyer, sourceName: "subscription_contract" } },
    ];
  });
}

/** Two orders that nothing else happens to: one dispute is lost, one the bank still looks at. */
function disputes(plan: Step[], fromMs: number): Step[] {
  const busy = new Set(plan.filter((step) => step.kind !== "checkout").map((step) => step.ref));
  const from = (day: number) => {
    const found = plan.find((step) => step.kind === "checkout" && step.atMs >= fromMs + day * DAY_MS && (step.input.codes ?? []).length > 0 && step.input.test !== true && !busy.has(step.ref));
    return found === undefined ? [] : [found];
  };
  return [
    ...from(12).flatMap(({ ref, atMs }): Step[] => [
      { atMs: atMs + 9 * DAY_MS, ref, kind: "dispute" },
      { atMs: atMs + 12 * DAY_MS, ref, kind: "dispute_change", status: "under_review" },
      { atMs: atMs + 30 * DAY_MS, ref, kind: "dispute_change", status: "lost" },
    ]),
    ...from(44).flatMap(({ ref, atMs }): Step[] => [
      { atMs: atMs + 5 * DAY_MS, ref, kind: "dispute" },
      { atMs: atMs + 7 * DAY_MS, ref, kind: "dispute_change", status: "under_review" },
    ]),
  ];
}
