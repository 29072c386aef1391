// What the Admin API says to the input of a code discount: the recorded messages, in the recorded fields.
import { GraphQLError } from "graphql";
import { findCode } from "./codes.ts";
import type { DiscountTerms } from "./discounts.ts";
import { utcInstant } from "./instants.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { Discount, DiscountItems } from "./types.ts";

export type UserError = { field: string[] | null; code: string | null; message: string; extraInfo: null };
type Value = { percentage?: number | null; discountAmount?: { amount?: string | null; appliesOnEachItem?: boolean | null } | null; discountOnQuantity?: object | null };
type Items = {
  all?: boolean | null;
  products?: Record<"productsToAdd" | "productsToRemove" | "productVariantsToAdd" | "productVariantsToRemove", string[] | null | undefined> | null;
  collections?: { add?: string[] | null; remove?: string[] | null } | null;
};
export type DiscountInput = {
  title?: string | null;
  code?: string | null;
  startsAt?: string | null;
  endsAt?: string | null;
  usageLimit?: number | null;
  appliesOncePerCustomer?: boolean | null;
  recurringCycleLimit?: number | null;
  tags?: string[] | null;
  context?: Record<string, unknown> | null;
  customerSelection?: Record<string, unknown> | null;
  combinesWith?: { orderDiscounts?: boolean; productDiscounts?: boolean; shippingDiscounts?: boolean; productDiscountsWithTagsOnSameCartLine?: object | null } | null;
  minimumRequirement?: {
    quantity?: { greaterThanOrEqualToQuantity?: string | null } | null;
    subtotal?: { greaterThanOrEqualToSubtotal?: string | null } | null;
  } | null;
  customerGets?: { items?: Items | null; value?: Value | null; appliesOnOneTimePurchase?: boolean | null; appliesOnSubscription?: boolean | null } | null;
  destination?: { all?: boolean; countries?: object | null } | null;
  maximumShippingPrice?: string | null;
  appliesOnOneTimePurchase?: boolean | null;
  appliesOnSubscription?: boolean | null;
};
export type InputKind = "basicCodeDiscount" | "freeShippingCodeDiscount";
type Checked = { terms: DiscountTerms; code: string | null; errors: UserError[] };

const MOST_TAGS = 5;
const HUGE = 1_000_000_000_000_000_000;

/** Checks an input, on top of `known` where a discount is updated. Faults of the whole request are thrown as the API's top-level errors. */
export function checkInput(store: Store, kind: InputKind, mutation: string, input: DiscountInput, known: Discount | null): Checked {
  const errors: UserError[] = [];
  const at = (...path: string[]) => [kind, ...path];
  const refuse = (code: string, path: string[], message: string) => errors.push({ field: at(...path), code, message, extraInfo: null });
  unserved(input, mutation);
  badRequests(input, mutation);
  if (input.context != null && input.customerSelection != null) refuse("INVALID", ["context"], "Only one of context or customerSelection can be provided.");
  checkTitle(input, known, refuse);
  checkCode(store, input, known, refuse);
  checkTimes(input, known, refuse);
  checkLimits(input, refuse);
  if (kind === "basicCodeDiscount") {
    if (input.combinesWith?.productDiscountsWithTagsOnSameCartLine) {
      refuse("PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED", ["combinesWith", "productDiscountsWithTagsOnSameCartLine"],
        "The shop's plan does not allow setting `productDiscountsWithTagsOnSameCartLine`.");
    }
    checkGets(store, input, known, refuse);
  } else if (input.combinesWith?.shippingDiscounts) {
    refuse("INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS", ["combinesWith"], "The combinesWith settings are not valid for the discount class.");
  }
  return { terms: errors.length > 0 ? (known as Discount) : termsOf(kind, input, known), code: input.code ?? null, errors };
}

type Refuse = (code: string, path: string[], message: string) => void;

function unserved(input: DiscountInput, mutation: string): void {
  const say = (what: string) => {
    throw new GraphQLError(`The local store does not serve ${what} of ${mutation}`, { extensions: { code: "NOT_SERVED_LOCALLY" } });
  };
  if (input.context != null && input.context.all === undefined) say("a context other than all");
  if (input.customerSelection != null && input.customerSelection.all !== true) say("a customerSelection other than all");
  if (input.destination?.countries != null) say("a destination of countries");
  if (input.recurringCycleLimit != null && input.recurringCycleLimit > 1) say("a recurringCycleLimit above 1");
}

function badRequests(input: DiscountInput, mutation: string): void {
  const bad = (message: string) => {
    throw new GraphQLError(message, { path: [mutation], extensions: { code: "BAD_REQUEST" } });
  };
  const value = input.customerGets?.value;
  const kinds = [value?.percentage, value?.discountAmount, value?.discountOnQuantity].filter((each) => each != null);
  if (kinds.length > 1) bad("A discount can only have one of percentage, discountOnQuantity or discountAmount.");
  const { products, collections } = input.customerGets?.items ?? {};
  const both = (add?: string[] | null, remove?: string[] | null) => (add ?? []).some((id) => (remove ?? []).includes(id));
  if (both(collections?.add, collections?.remove)) bad("The same Collection id is present in both 'add' and 'remove' fields");
  if (both(products?.productsToAdd, products?.productsToRemove)) bad("The same Product id is present in both 'add' and 'remove' fields");
  if (both(products?.productVariantsToAdd, products?.productVariantsToRemove)) bad("The same ProductVariant id is present in both 'add' and 'remove' fields");
}

function checkTitle(input: DiscountInput, known: Discount | null, refuse: Refuse): void {
  const { title } = input;
  if (title === undefined && known !== null) return;
  if (title == null || title.trim() === "") refuse("BLANK", ["title"], "Title can't be blank");
  else if (title.length > 255) refuse("TOO_LONG", ["title"], "Title is too long (maximum is 255 characters)");
}

function checkCode(store: Store, input: DiscountInput, known: Discount | null, refuse: Refuse): void {
  const { code } = input;
  if (code === undefined && known !== null) return;
  if (code == null || code.trim() === "") refuse("BLANK", ["code"], "Code can't be blank");
  if (code === "") refuse("TOO_SHORT", ["code"], "Code is too short (minimum is 1 character)");
  if (code == null || code.trim() === "") return;
  if (/[\r\n]/.test(code)) refuse("INVALID", ["code"], "Code cannot contain newline characters.");
  if (code.length > 255) refuse("TOO_LONG", ["code"], "Code is too long (maximum is 255 characters)");
  const holder = findCode(store, code);
  if (holder !== null && !(holder.discount === known && known.codes[0] === holder.code)) refuse("TAKEN", ["code"], "Code must be unique. Please try a different code.");
}

function checkTimes(input: DiscountInput, known: Discount | null, refuse: Refuse): void {
  const startsAt = input.startsAt === undefined ? known?.startsAt : input.startsAt;
  const endsAt = input.endsAt === undefined ? known?.endsAt : input.endsAt;
  if (startsAt == null) refuse("BLANK", ["startsAt"], "Starts at can't be blank");
  else if (endsAt != null && Date.parse(endsAt) <= Date.parse(startsAt)) refuse("INVALID", ["endsAt"], "Ends at needs to be after starts_at");
}

function checkLimits(input: DiscountInput, refuse: Refuse): void {
  if (input.usageLimit != null && input.usageLimit <= 0) refuse("GREATER_THAN", ["usageLimit"], "Usage limit must be greater than 0");
  const tags = input.tags ?? [];
  if (tags.length > MOST_TAGS) refuse("TOO_MANY_TAGS", ["tags"], `A discount can't have more than ${MOST_TAGS} tags`);
  if (tags.some((tag) => tag.length > 255)) refuse("INVALID_TAG_LENGTH", ["tags"], "Tags can't be longer than 255 characters");
  const quantity = input.minimumRequirement?.quantity?.greaterThanOrEqualToQuantity;
  const subtotal = input.minimumRequirement?.subtotal?.greaterThanOrEqualToSubtotal;
  const subtotalPath = ["minimumRequirement", "subtotal", "greaterThanOrEqualToSubtotal"];
  const quantityPath = ["minimumRequirement", "quantity", "greaterThanOrEqualToQuantity"];
  if (quantity != null && subtotal != null) {
    refuse("CONFLICT", subtotalPath, "Minimum subtotal cannot be defined when minimum quantity is.");
    refuse("CONFLICT", quantityPath, "Minimum quantity cannot be defined when minimum subtotal is.");
  }
  if (quantity != null && Number(quantity) >= 2_147_483_647) refuse("LESS_THAN", quantityPath, "Minimum quantity must be less than 2147483647");
  if (subtotal != null && Number(subtotal) >= HUGE) refuse("LESS_THAN", subtotalPath, "Minimum subtotal must be less than 1000000000000000000");
}

function checkGets(store: Store, input: DiscountInput, known: Discount | null, refuse: Refuse): void {
  const { value, items } = input.customerGets ?? {};
  if (known === null && value == null) refuse("BLANK", ["customerGets", "value"], "Value can't be blank");
  if (known === null && items == null) refuse("BLANK", ["customerGets", "items"], "Items in 'customer get' must be defined");
  if (value?.discountOnQuantity != null) {
    refuse("INVALID", ["customerGets", "value", "discountOnQuantity"], "discountOnQuantity field is only permitted with bxgy discounts.");
  }
  if (value?.percentage != null && (value.percentage < 0 || value.percentage > 1)) {
    refuse("VALUE_OUTSIDE_RANGE", ["customerGets", "value", "percentage"], "Value must be between 0.0 and 1.0");
  }
  const amount = value?.discountAmount?.amount;
  const amountPath = ["customerGets", "value", "discountAmount", "amount"];
  if (value?.discountAmount != null && amount == null) refuse("BLANK", amountPath, "Value can't be blank");
  if (amount != null && Number(amount) < 0) refuse("LESS_THAN_OR_EQUAL_TO", amountPath, "Value must be less than or equal to 0"); // sic: the API keeps it negated
  if (amount != null && Number(amount) >= HUGE) refuse("LESS_THAN", amountPath, "Value must be greater than -1000000000000000000");
  checkItems(store, items ?? {}, refuse);
}

function checkItems(store: Store, { products, collections }: Items, refuse: Refuse): void {
  const path = ["customerGets", "items"];
  if (collections?.add?.length && (products?.productsToAdd?.length || products?.productVariantsToAdd?.length)) {
    refuse("CONFLICT", [...path, "collections", "add"], "Cannot entitle collections in combination with product variants or products");
  }
  const known = {
    products: new Set(store.products.map((each) => each.id)),
    variants: new Set(store.products.flatMap((each) => each.variants.map((variant) => variant.id))),
    collections: new Set(store.catalogue.collections.map((each) => each.id)),
  };
  const missing = (ids: string[] | null | undefined, among: Set<string>) => (ids ?? []).map((id) => digitsOf(id) ?? "0").filter((id) => !among.has(id));
  for (const id of missing(products?.productsToAdd, known.products)) refuse("INVALID", [...path, "products", "productsToAdd"], `Product with id: ${id} is invalid`);
  for (const id of missing(products?.productVariantsToAdd, known.variants)) {
    refuse("INVALID", [...path, "products", "productVariantsToAdd"], `Product variant with id: ${id} is invalid`);
  }
  for (const id of missing(collections?.add, known.collections)) refuse("INVALID", [...path, "collections", "add"], `Collection with id: ${id} is invalid`);
}

function termsOf(kind: InputKind, input: DiscountInput, known: Discount | null): DiscountTerms {
  const gets = kind === "basicCodeDiscount" ? input.customerGets : input;
  const combines = input.combinesWith;
  const instant = (text: string | null | undefined, old: string | null | undefined) => (text === undefined ? (old ?? null) : text === null ? null : utcInstant(text));
  return {
    title: input.title ?? known?.title ?? "",
    value: valueOf(kind, input, known),
    items: itemsOf(input.customerGets?.items, known),
    startsAt: instant(input.startsAt, known?.startsAt)!,
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
  if (kind === "freeShippingCodeDiscount") {
    const before = known?.value.kind === "free_shipping" ? known.value.maximum : null;
    return { kind: "free_shipping", maximum: input.maximumShippingPrice === undefined ? before : input.maximumShippingPrice };
  }
  const value = input.customerGets?.value;
  if (value?.percentage != null) return { kind: "percentage", percentage: value.percentage };
  if (value?.discountAmount != null) {
    return { kind: "amount", amount: value.discountAmount.amount ?? "0", onEachItem: value.discountAmount.appliesOnEachItem ?? false };
  }
  return known?.value ?? { kind: "percentage", percentage: 0 };
}

function itemsOf(items: Items | null | undefined, known: Discount | null): DiscountItems {
  const before: DiscountItems = known?.items ?? { kind: "all" };
  if (items == null) return before;
  const changed = (old: string[], add?: string[] | null, remove?: string[] | null) => {
    const gone = (remove ?? []).map((id) => digitsOf(id));
    return [...new Set([...old.filter((id) => !gone.includes(id)), ...(add ?? []).map((id) => digitsOf(id)!)])];
  };
  if (items.products != null) {
    const old = before.kind === "products" ? before : { products: [], variants: [] };
    return {
      kind: "products",
      products: changed(old.products, items.products.productsToAdd, items.products.productsToRemove),
      variants: changed(old.variants, items.products.productVariantsToAdd, items.products.productVariantsToRemove),
    };
  }
  if (items.collections != null) {
    return { kind: "collections", collections: changed(before.kind === "collections" ? before.collections : [], items.collections.add, items.collections.remove) };
  }
  return { kind: "all" };
}

function minimumOf(input: DiscountInput, known: Discount | null): Discount["minimum"] {
  if (input.minimumRequirement === undefined) return known?.minimum ?? { kind: "none" };
  const quantity = input.minimumRequirement?.quantity?.greaterThanOrEqualToQuantity;
  const subtotal = input.minimumRequirement?.subtotal?.greaterThanOrEqualToSubtotal;
  if (quantity != null) return { kind: "quantity", quantity: Number(quantity) };
  return subtotal != null ? { kind: "subtotal", amount: subtotal } : { kind: "none" };
}
