// What the Admin API says to the input of a code discount, and what comes of it. The messages are the recorded ones, in the recorded fields; where none
// was recorded, the comment says so, and the local store would rather refuse than let through what the real one might not.
import { badRequests, checkBuys, checkCode, checkCombinations, checkCycles, checkDestination, checkGets, checkLimits, checkTimes, checkTitle, checkValue } from "./discount-checks.ts";
import { checkContext, contextAfter, type ContextInput } from "./discount-context.ts";
import { checkItems, itemsAfter, type Items } from "./discount-items.ts";
import type { DiscountTerms } from "./discounts.ts";
import { utcInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import type { Countries, Discount } from "./types.ts";

export type UserError = { field: string[] | null; code: string | null; message: string; extraInfo: null };
export type Value = {
  percentage?: number | null;
  discountAmount?: { amount?: string | null; appliesOnEachItem?: boolean | null } | null;
  discountOnQuantity?: { quantity?: string | null; effect?: { amount?: string | null; percentage?: number | null } | null } | null;
};
export type DiscountInput = ContextInput & {
  title?: string | null;
  code?: string | null;
  startsAt?: string | null;
  endsAt?: string | null;
  usageLimit?: number | null;
  usesPerOrderLimit?: number | null;
  appliesOncePerCustomer?: boolean | null;
  recurringCycleLimit?: number | null;
  tags?: string[] | null;
  combinesWith?: {
    orderDiscounts?: boolean | null; productDiscounts?: boolean | null; shippingDiscounts?: boolean | null;
    productDiscountsWithTagsOnSameCartLine?: { add?: string[] | null; remove?: string[] | null } | null;
  } | null;
  minimumRequirement?: {
    quantity?: { greaterThanOrEqualToQuantity?: string | null } | null;
    subtotal?: { greaterThanOrEqualToSubtotal?: string | null } | null;
  } | null;
  customerGets?: { items?: Items | null; value?: Value | null; appliesOnOneTimePurchase?: boolean | null; appliesOnSubscription?: boolean | null } | null;
  customerBuys?: { items?: Items | null; value?: { quantity?: string | null; amount?: string | null } | null; isOneTimePurchase?: boolean | null; isSubscription?: boolean | null } | null;
  destination?: { all?: boolean | null; countries?: { add?: string[] | null; remove?: string[] | null; includeRestOfWorld?: boolean | null } | null } | null;
  maximumShippingPrice?: string | null;
  appliesOnOneTimePurchase?: boolean | null;
  appliesOnSubscription?: boolean | null;
};
export type InputKind = "basicCodeDiscount" | "freeShippingCodeDiscount" | "bxgyCodeDiscount";
export type Refuse = (code: string, path: string[], message: string) => void;
type Checked = { terms: DiscountTerms; code: string | null; errors: UserError[] };

/** Which of the three mutations changes a discount. */
export function kindOf(discount: Pick<Discount, "value">): InputKind {
  if (discount.value.kind === "free_shipping") return "freeShippingCodeDiscount";
  return discount.value.kind === "bxgy" ? "bxgyCodeDiscount" : "basicCodeDiscount";
}

/** Checks an input, on top of `known` where a discount is updated: what it leaves out stays. Faults of the whole request are thrown as the API's top-level errors. */
export function checkInput(store: Store, kind: InputKind, mutation: string, input: DiscountInput, known: Discount | null): Checked {
  const errors: UserError[] = [];
  const refuse: Refuse = (code, path, message) => errors.push({ field: [kind, ...path], code, message, extraInfo: null });
  badRequests(input, mutation);
  checkContext(store, input, known?.context ?? null, refuse);
  const terms = termsOf(kind, input, known);
  if (kind === "bxgyCodeDiscount") checkGets(input, known === null, refuse);
  checkCombinations(input, terms, refuse);
  checkTitle(input, known, refuse);
  checkCode(store, input, known, refuse);
  checkTimes(input, known, refuse);
  checkLimits(input, refuse);
  if (kind === "basicCodeDiscount") checkValue(input, known === null, refuse);
  if (kind === "bxgyCodeDiscount") {
    checkBuys(input, known === null, refuse);
    const before = known?.value.kind === "bxgy" ? known.value.buys.items : null;
    checkItems(store, input.customerBuys?.items ?? {}, before, ["customerBuys", "items"], refuse);
  }
  if (kind !== "freeShippingCodeDiscount") checkItems(store, input.customerGets?.items ?? {}, known?.items ?? null, ["customerGets", "items"], refuse);
  checkDestination(input, terms, refuse);
  checkCycles(kind, input, terms, refuse);
  return { terms, code: input.code ?? null, errors };
}

function termsOf(kind: InputKind, input: DiscountInput, known: Discount | null): DiscountTerms {
  const gets = kind === "freeShippingCodeDiscount" ? input : input.customerGets;
  const combines = input.combinesWith;
  const instant = (text: string | null | undefined, old: string | null | undefined) => (text === undefined ? (old ?? null) : text === null ? null : utcInstant(text));
  return {
    title: input.title ?? known?.title ?? "",
    value: valueOf(kind, input, known),
    items: kind === "freeShippingCodeDiscount" ? { kind: "all" } : itemsAfter(input.customerGets?.items, known?.items ?? null),
    context: contextAfter(input, known?.context ?? null),
    startsAt: instant(input.startsAt, known?.startsAt) ?? "",
    endsAt: instant(input.endsAt, known?.endsAt),
    usageLimit: input.usageLimit === undefined ? (known?.usageLimit ?? null) : input.usageLimit,
    oncePerCustomer: input.appliesOncePerCustomer ?? known?.oncePerCustomer ?? false,
    minimum: minimumOf(input, known),
    combinesWith: combines == null
      ? (known?.combinesWith ?? { order: false, product: false, shipping: false })
      : { order: combines.orderDiscounts ?? false, product: combines.productDiscounts ?? false, shipping: combines.shippingDiscounts ?? false },
    appliesOnOneTimePurchase: gets?.appliesOnOneTimePurchase ?? known?.appliesOnOneTimePurchase ?? true,
    appliesOnSubscription: gets?.appliesOnSubscription ?? known?.appliesOnSubscription ?? false,
    recurringCycleLimit: input.recurringCycleLimit ?? known?.recurringCycleLimit ?? 1,
    tags: input.tags ?? known?.tags ?? [],
  };
}

function valueOf(kind: InputKind, input: DiscountInput, known: Discount | null): Discount["value"] {
  if (kind === "freeShippingCodeDiscount") return freeShipping(input, known?.value ?? null);
  if (kind === "bxgyCodeDiscount") return bxgy(input, known?.value ?? null);
  const value = input.customerGets?.value;
  if (value?.percentage != null) return { kind: "percentage", percentage: value.percentage };
  if (value?.discountAmount != null) {
    const before = known?.value.kind === "amount" ? known.value : null;
    return { kind: "amount", amount: value.discountAmount.amount ?? before?.amount ?? "0", onEachItem: value.discountAmount.appliesOnEachItem ?? before?.onEachItem ?? false };
  }
  return known?.value ?? { kind: "percentage", percentage: 0 };
}

function freeShipping({ maximumShippingPrice, destination }: DiscountInput, known: Discount["value"] | null): Discount["value"] {
  const before = known?.kind === "free_shipping" ? known : null;
  return {
    kind: "free_shipping",
    maximum: maximumShippingPrice === undefined ? (before?.maximum ?? null) : maximumShippingPrice,
    countries: countriesAfter(destination, before?.countries ?? null),
  };
}

function countriesAfter(destination: DiscountInput["destination"], before: Countries | null): Countries | null {
  if (destination == null) return before;
  if (destination.countries == null) return destination.all === true ? null : before;
  const { add, remove, includeRestOfWorld } = destination.countries;
  const kept = (before?.codes ?? []).filter((code) => !(remove ?? []).includes(code));
  return { codes: [...new Set([...kept, ...(add ?? [])])], restOfWorld: includeRestOfWorld ?? false };
}

function bxgy(input: DiscountInput, known: Discount["value"] | null): Discount["value"] {
  const before = known?.kind === "bxgy" ? known : null;
  const { customerBuys: buys, usesPerOrderLimit } = input;
  const given = input.customerGets?.value?.discountOnQuantity;
  const effect = given?.effect;
  return {
    kind: "bxgy",
    buys: {
      items: itemsAfter(buys?.items, before?.buys.items ?? null),
      need: buys?.value?.amount != null ? { kind: "amount", amount: buys.value.amount }
        : buys?.value?.quantity != null ? { kind: "quantity", quantity: Number(buys.value.quantity) }
        : (before?.buys.need ?? { kind: "quantity", quantity: 1 }),
      oneTime: buys?.isOneTimePurchase ?? before?.buys.oneTime ?? true,
      subscription: buys?.isSubscription ?? before?.buys.subscription ?? false,
    },
    quantity: given?.quantity != null ? Number(given.quantity) : (before?.quantity ?? 1),
    effect: effect?.percentage != null ? { kind: "percentage", percentage: effect.percentage }
      : effect?.amount != null ? { kind: "amount", amount: effect.amount }
      : (before?.effect ?? { kind: "percentage", percentage: 1 }),
    usesPerOrder: usesPerOrderLimit === undefined ? (before?.usesPerOrder ?? null) : usesPerOrderLimit,
  };
}

/** What is given replaces what was: a minimum of either kind, or none (null). Not recorded: whether the other kind would have to be taken off first. */
function minimumOf({ minimumRequirement: given }: DiscountInput, known: Discount | null): Discount["minimum"] {
  if (given === undefined) return known?.minimum ?? { kind: "none" };
  const quantity = given?.quantity?.greaterThanOrEqualToQuantity;
  const subtotal = given?.subtotal?.greaterThanOrEqualToSubtotal;
  if (quantity != null) return { kind: "quantity", quantity: Number(quantity) };
  return subtotal != null ? { kind: "subtotal", amount: subtotal } : { kind: "none" };
}
