// The checks of a code discount's input, one for each part of it.
import { GraphQLError } from "graphql";
import { classOf, findCode } from "./codes.ts";
import type { DiscountInput, InputKind, Refuse } from "./discount-input.ts";
import type { DiscountTerms } from "./discounts.ts";
import type { Store } from "./store.ts";
import type { Discount } from "./types.ts";

const MOST_TAGS = 5;
const HUGE = 1_000_000_000_000_000_000;
const MOST_PIECES = 100_000;

/** What is refused as a whole. */
export function badRequests(input: DiscountInput, mutation: string): void {
  const bad = (message: string, path = [mutation]) => {
    throw new GraphQLError(message, { path, extensions: { code: "BAD_REQUEST" } });
  };
  const both = (add?: string[] | null, remove?: string[] | null) => (add ?? []).some((id) => (remove ?? []).includes(id));
  const value = input.customerGets?.value;
  const kinds = [value?.percentage, value?.discountAmount, value?.discountOnQuantity].filter((each) => each != null);
  if (kinds.length > 1) bad("A discount can only have one of percentage, discountOnQuantity or discountAmount.");
  for (const { products, collections } of [input.customerGets?.items ?? {}, input.customerBuys?.items ?? {}]) {
    if (both(collections?.add, collections?.remove)) bad("The same Collection id is present in both 'add' and 'remove' fields");
    if (both(products?.productsToAdd, products?.productsToRemove)) bad("The same Product id is present in both 'add' and 'remove' fields");
    if (both(products?.productVariantsToAdd, products?.productVariantsToRemove)) bad("The same ProductVariant id is present in both 'add' and 'remove' fields");
  }
  const selection = input.customerSelection;
  if (selection?.all === true && selection.customers != null) bad("A discount cannot have customerSelection set to all, when customers or customerSavedSearches is specified.");
  if (selection?.all === true && selection.customerSegments != null) bad("A discount cannot have customerSelection set to all, when customerSegments is specified.");
  for (const given of [input.context, selection]) {
    if (both(given?.customers?.add, given?.customers?.remove)) bad("A customer id is present in `add` and `remove` fields");
    // Recorded for customers only.
    if (both(given?.customerSegments?.add, given?.customerSegments?.remove)) bad("A customer segment id is present in `add` and `remove` fields");
    if (both(given?.markets?.add, given?.markets?.remove)) bad("A market id is present in `add` and `remove` fields");
  }
  const { countries } = input.destination ?? {};
  if (both(countries?.add, countries?.remove)) bad("A country code is present in `add` and `remove` field");
  const tags = input.combinesWith?.productDiscountsWithTagsOnSameCartLine;
  if (both(tags?.add, tags?.remove)) bad("The same tag is present in both `add` and `remove` fields of `productDiscountsWithTagsOnSameCartLine`.");
}

export function checkTitle({ title }: DiscountInput, known: Discount | null, refuse: Refuse): void {
  if (title === undefined && known !== null) return;
  if (title == null || title.trim() === "") refuse("BLANK", ["title"], "Title can't be blank");
  else if (title.length > 255) refuse("TOO_LONG", ["title"], "Title is too long (maximum is 255 characters)");
}

export function checkCode(store: Store, { code }: DiscountInput, known: Discount | null, refuse: Refuse): void {
  if (code === undefined && known !== null) return;
  if (code == null || code.trim() === "") refuse("BLANK", ["code"], "Code can't be blank");
  if (code === "") refuse("TOO_SHORT", ["code"], "Code is too short (minimum is 1 character)");
  if (code == null || code.trim() === "") return;
  if (/[\r\n]/.test(code)) refuse("INVALID", ["code"], "Code cannot contain newline characters.");
  if (code.length > 255) refuse("TOO_LONG", ["code"], "Code is too long (maximum is 255 characters)");
  const holder = findCode(store, code);
  if (holder !== null && !(holder.discount === known && known.codes[0] === holder.code)) refuse("TAKEN", ["code"], "Code must be unique. Please try a different code.");
}

export function checkTimes(input: DiscountInput, known: Discount | null, refuse: Refuse): void {
  const startsAt = input.startsAt === undefined ? known?.startsAt : input.startsAt;
  const endsAt = input.endsAt === undefined ? known?.endsAt : input.endsAt;
  if (startsAt == null) refuse("BLANK", ["startsAt"], "Starts at can't be blank");
  else if (endsAt != null && Date.parse(endsAt) <= Date.parse(startsAt)) refuse("INVALID", ["endsAt"], "Ends at needs to be after starts_at");
}

export function checkLimits(input: DiscountInput, refuse: Refuse): void {
  if (input.usageLimit != null && input.usageLimit <= 0) refuse("GREATER_THAN", ["usageLimit"], "Usage limit must be greater than 0");
  if (input.usesPerOrderLimit === 0) refuse("VALUE_OUTSIDE_RANGE", ["usesPerOrderLimit"], "Allocation limit cannot be zero");
  else if (input.usesPerOrderLimit != null && input.usesPerOrderLimit < 0) refuse("GREATER_THAN", ["usesPerOrderLimit"], "Allocation limit must be greater than 0");
  const tags = input.tags ?? [];
  // The codes are the schema's, the messages are not recorded.
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

/** What an amount-off discount takes off. */
export function checkValue(input: DiscountInput, isNew: boolean, refuse: Refuse): void {
  const { value, items } = input.customerGets ?? {};
  const at = (...path: string[]) => ["customerGets", "value", ...path];
  if (isNew && value == null) refuse("BLANK", at(), "Value can't be blank");
  if (isNew && items == null) refuse("BLANK", ["customerGets", "items"], "Items in 'customer get' must be defined");
  if (value?.discountOnQuantity != null) refuse("INVALID", at("discountOnQuantity"), "discountOnQuantity field is only permitted with bxgy discounts.");
  if (value?.percentage != null && (value.percentage < 0 || value.percentage > 1)) refuse("VALUE_OUTSIDE_RANGE", at("percentage"), "Value must be between 0.0 and 1.0");
  const amount = value?.discountAmount?.amount;
  const amountPath = at("discountAmount", "amount");
  if (isNew && value?.discountAmount != null && amount == null) refuse("BLANK", amountPath, "Value can't be blank");
  if (amount != null && Number(amount) < 0) refuse("LESS_THAN_OR_EQUAL_TO", amountPath, "Value must be less than or equal to 0"); // sic: the API keeps it negated
  if (amount != null && Number(amount) >= HUGE) refuse("LESS_THAN", amountPath, "Value must be greater than -1000000000000000000");
}

/** What the customer of a "buy X get Y" gets. */
export function checkGets(input: DiscountInput, isNew: boolean, refuse: Refuse): void {
  const gets = input.customerGets;
  const at = (...path: string[]) => ["customerGets", ...path];
  if (gets?.items?.all === true) refuse("INVALID", at(), "Items in 'customer get' cannot be set to all");
  else if (isNew && gets?.items == null) refuse("BLANK", at("items"), "Items in 'customer get' must be defined"); // recorded for 'customer buys'
  const value = gets?.value;
  if (value?.percentage != null) refuse("INVALID", at("value", "percentage"), "Only discountOnQuantity permitted with bxgy discounts.");
  if (value?.discountAmount != null) refuse("INVALID", at("value", "discountAmount"), "Only discountOnQuantity permitted with bxgy discounts.");
  const given = value?.discountOnQuantity;
  const quantityPath = at("value", "discountOnQuantity", "quantity");
  if (isNew && given?.quantity == null) refuse("BLANK", quantityPath, "Quantity cannot be blank.");
  checkPieces(given?.quantity, quantityPath, "Prerequisite to entitlement quantity ratio consequent", refuse);
  const { percentage, amount } = given?.effect ?? {};
  const effectPath = at("value", "discountOnQuantity", "effect");
  // Of the effect nothing is recorded; these are the words of the same values elsewhere.
  if (isNew && given != null && percentage == null && amount == null) refuse("BLANK", effectPath, "Value can't be blank");
  if (percentage != null && amount != null) refuse("INVALID", effectPath, "A discount can only have one of percentage or amount.");
  if (percentage != null && (percentage < 0 || percentage > 1)) refuse("VALUE_OUTSIDE_RANGE", [...effectPath, "percentage"], "Value must be between 0.0 and 1.0");
  if (amount != null && Number(amount) < 0) refuse("LESS_THAN_OR_EQUAL_TO", [...effectPath, "amount"], "Value must be less than or equal to 0");
  if (gets?.appliesOnSubscription != null) refuse("INVALID", at("appliesOnSubscription"), "This field is not supported by bxgy discounts.");
  if (gets?.appliesOnOneTimePurchase != null) refuse("INVALID", at("appliesOnOneTimePurchase"), "This field is not supported by bxgy discounts.");
}

/** What the customer has to buy for it. "All" does not count as items, as recorded. */
export function checkBuys({ customerBuys: buys }: DiscountInput, isNew: boolean, refuse: Refuse): void {
  if ((isNew && buys?.items == null) || buys?.items?.all === true) refuse("BLANK", ["customerBuys", "items"], "Items in 'customer buys' must be defined");
  const { quantity, amount } = buys?.value ?? {};
  // The first two are not recorded.
  if (isNew && quantity == null && amount == null) refuse("BLANK", ["customerBuys", "value"], "Value can't be blank");
  if (quantity != null && amount != null) refuse("CONFLICT", ["customerBuys", "value"], "A discount can only have one of quantity or amount.");
  checkPieces(quantity, ["customerBuys", "value", "quantity"], "Prerequisite to entitlement quantity ratio antecedent", refuse);
}

function checkPieces(quantity: string | null | undefined, path: string[], name: string, refuse: Refuse): void {
  if (quantity == null) return;
  if (Number(quantity) <= 0) refuse("GREATER_THAN", path, `${name} must be greater than 0`);
  if (Number(quantity) >= MOST_PIECES) refuse("LESS_THAN", path, `${name} must be less than ${MOST_PIECES}`);
}

export function checkCombinations(input: DiscountInput, terms: DiscountTerms, refuse: Refuse): void {
  const kind = classOf(terms);
  if (kind === "shipping" && input.combinesWith?.shippingDiscounts) {
    refuse("INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS", ["combinesWith"], "The combinesWith settings are not valid for the discount class.");
  }
  if (!input.combinesWith?.productDiscountsWithTagsOnSameCartLine) return;
  const path = ["combinesWith", "productDiscountsWithTagsOnSameCartLine"];
  refuse("PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED", path, "The shop's plan does not allow setting `productDiscountsWithTagsOnSameCartLine`.");
  if (kind !== "product") {
    refuse("INVALID_PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_FOR_DISCOUNT_CLASS", path, "Combines with product discounts with tags on same cart line is only valid for discounts with the PRODUCT discount class");
  }
}

/** Subscriptions. The codes and their sense are the schema's; neither fields nor messages are recorded. */
export function checkCycles(kind: InputKind, input: DiscountInput, terms: DiscountTerms, refuse: Refuse): void {
  if (kind === "bxgyCodeDiscount") return;
  const place = kind === "basicCodeDiscount" ? ["customerGets"] : [];
  if (!terms.appliesOnOneTimePurchase && !terms.appliesOnSubscription) {
    refuse("APPLIES_ON_NOTHING", [...place, "appliesOnOneTimePurchase"], "A discount cannot have both appliesOnOneTimePurchase and appliesOnSubscription set to false.");
  }
  if (input.recurringCycleLimit != null && input.recurringCycleLimit < 0) {
    refuse("RECURRING_CYCLE_LIMIT_NOT_A_VALID_INTEGER", ["recurringCycleLimit"], "Recurring cycle limit must be a valid integer greater than or equal to 0.");
  } else if (!terms.appliesOnSubscription && terms.recurringCycleLimit !== 1) {
    refuse("MULTIPLE_RECURRING_CYCLE_LIMIT_FOR_NON_SUBSCRIPTION_ITEMS", ["recurringCycleLimit"], "Recurring cycle limit must be 1 when discount does not apply to subscription items.");
  }
}

/** Where free shipping goes to. Neither message is recorded. */
export function checkDestination({ destination }: DiscountInput, { value }: DiscountTerms, refuse: Refuse): void {
  if (destination == null || value.kind !== "free_shipping") return;
  if (destination.all === true && destination.countries != null) refuse("CONFLICT", ["destination"], "Destination cannot be all countries and a list of them.");
  else if (value.countries !== null && value.countries.codes.length === 0 && !value.countries.restOfWorld) refuse("BLANK", ["destination", "countries"], "Countries can't be blank");
}
