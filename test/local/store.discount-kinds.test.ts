// The three kinds of code discounts with all their fields: the recorded refusals, what stays and what goes on an update, and what is read back.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { BULB, LAMP, makeDiscount, smallCatalogue, storeWithApp, TEA, type TestStore } from "#test/local/store/testing.ts";

let store: TestStore;
beforeEach(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue, scopes: "write_discounts,read_products,read_customers,read_markets,read_orders" });
});
afterEach(async () => {
  setClockOffsetMs(0);
  await store.close();
});

type Kind = "Basic" | "Bxgy" | "FreeShipping";
const argument = (kind: Kind) => `${kind.charAt(0).toLowerCase()}${kind.slice(1)}CodeDiscount`;
const gid = (type: string, id: string) => `gid://shopify/${type}/${id}`;
const lamp = gid("Product", "8100000000001");
const bulb = gid("Product", "8100000000002");
const light = gid("Collection", "461000000001");
const products = (...ids: string[]) => ({ products: { productsToAdd: ids } });

const heading = (kind: Kind) => ({ title: kind, code: kind.toUpperCase(), startsAt: "2026-01-01T00:00:00Z", context: { all: "ALL" } });
const valid: Record<Kind, Record<string, unknown>> = {
  Basic: { ...heading("Basic"), customerGets: { items: { all: true }, value: { percentage: 0.1 } } },
  FreeShipping: { ...heading("FreeShipping"), destination: { all: true } },
  Bxgy: {
    ...heading("Bxgy"),
    customerBuys: { items: products(lamp), value: { quantity: "2" } },
    customerGets: { items: products(bulb), value: { discountOnQuantity: { quantity: "1", effect: { percentage: 1 } } } },
  },
};

async function create(kind: Kind, input: Record<string, unknown>) {
  const name = `discountCode${kind}Create`;
  const { data, errors } = await store.ask(
    `mutation ($input: DiscountCode${kind}Input!) { ${name}(${argument(kind)}: $input) { codeDiscountNode { id } userErrors { field code message } } }`, { input },
  );
  return { result: data?.[name], errors };
}
async function made(kind: Kind, input: Record<string, unknown> = {}): Promise<string> {
  const { result, errors } = await create(kind, { ...valid[kind], ...input });
  expect([errors, result.userErrors]).toEqual([undefined, []]);
  return result.codeDiscountNode.id as string;
}
async function update(kind: Kind, id: string, input: Record<string, unknown>) {
  const name = `discountCode${kind}Update`;
  const { data, errors } = await store.ask(
    `mutation ($id: ID!, $input: DiscountCode${kind}Input!) { ${name}(id: $id, ${argument(kind)}: $input) { codeDiscountNode { id } userErrors { field code message } } }`, { id, input },
  );
  return { result: data?.[name], errors };
}
async function updated(kind: Kind, id: string, input: Record<string, unknown>): Promise<void> {
  const { result, errors } = await update(kind, id, input);
  expect([errors, result.userErrors]).toEqual([undefined, []]);
}

const ITEMS = `items { __typename ... on DiscountProducts { products(first: 9) { nodes { id } } productVariants(first: 9) { nodes { id } } } ... on DiscountCollections { collections(first: 9) { nodes { id } } } }`;
const CONTEXT = `context { __typename ... on DiscountCustomerSegments { segments { id } } ... on DiscountCustomers { customers { id } } ... on DiscountMarkets { marketsCount markets(first: 9) { nodes { id } } } }`;
const SHARED = `title startsAt endsAt usageLimit appliesOncePerCustomer tags discountClasses ${CONTEXT}`;
const MINIMUM = `minimumRequirement { __typename ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity } ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } } }`;
async function read(id: string) {
  const { data, errors } = await store.ask(
    `query ($id: ID!) { codeDiscountNode(id: $id) { codeDiscount { __typename
      ... on DiscountCodeBasic { ${SHARED} ${MINIMUM} recurringCycleLimit customerGets { appliesOnOneTimePurchase appliesOnSubscription ${ITEMS} value { ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount } appliesOnEachItem } } } }
      ... on DiscountCodeFreeShipping { ${SHARED} ${MINIMUM} recurringCycleLimit appliesOnOneTimePurchase appliesOnSubscription maximumShippingPrice { amount }
        destinationSelection { ... on DiscountCountryAll { allCountries } ... on DiscountCountries { countries includeRestOfWorld } } }
      ... on DiscountCodeBxgy { ${SHARED} usesPerOrderLimit
        customerBuys { isOneTimePurchase isSubscription ${ITEMS} value { ... on DiscountQuantity { quantity } ... on DiscountPurchaseAmount { amount } } }
        customerGets { ${ITEMS} value { ... on DiscountOnQuantity { quantity { quantity } effect { ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount } } } } } } }
    } } }`, { id },
  );
  expect(errors).toBeUndefined();
  return data.codeDiscountNode.codeDiscount;
}
const ids = (connection: { nodes: { id: string }[] }) => connection.nodes.map(({ id }) => id);

describe("buy X get Y", () => {
  const gets = (value: unknown, items: unknown = products(bulb)) => ({ customerGets: { items, value } });
  const onQuantity = (quantity: string, percentage = 1) => ({ discountOnQuantity: { quantity, effect: { percentage } } });
  const buys = (quantity: string, items: unknown = products(lamp)) => ({ customerBuys: { items, value: { quantity } } });
  const value = ["customerGets", "value"];
  test.each<[string, Record<string, unknown>, [string, string[], string][]]>([
    ["a percentage", gets({ percentage: 0.5 }), [["INVALID", [...value, "percentage"], "Only discountOnQuantity permitted with bxgy discounts."], ["BLANK", [...value, "discountOnQuantity", "quantity"], "Quantity cannot be blank."]]],
    ["an amount", gets({ discountAmount: { amount: "5" } }), [["INVALID", [...value, "discountAmount"], "Only discountOnQuantity permitted with bxgy discounts."], ["BLANK", [...value, "discountOnQuantity", "quantity"], "Quantity cannot be blank."]]],
    ["everything on both sides", { title: "", ...gets(onQuantity("1"), { all: true }), ...buys("1", { all: true }) }, [
      ["INVALID", ["customerGets"], "Items in 'customer get' cannot be set to all"], ["BLANK", ["title"], "Title can't be blank"], ["BLANK", ["customerBuys", "items"], "Items in 'customer buys' must be defined"],
    ]],
    ["nothing to buy", buys("0"), [["GREATER_THAN", ["customerBuys", "value", "quantity"], "Prerequisite to entitlement quantity ratio antecedent must be greater than 0"]]],
    ["too much to buy", buys("100000"), [["LESS_THAN", ["customerBuys", "value", "quantity"], "Prerequisite to entitlement quantity ratio antecedent must be less than 100000"]]],
    ["nothing to get", gets(onQuantity("0")), [["GREATER_THAN", [...value, "discountOnQuantity", "quantity"], "Prerequisite to entitlement quantity ratio consequent must be greater than 0"]]],
    ["too much to get", gets(onQuantity("100000")), [["LESS_THAN", [...value, "discountOnQuantity", "quantity"], "Prerequisite to entitlement quantity ratio consequent must be less than 100000"]]],
    ["no use in an order", { usesPerOrderLimit: 0 }, [["VALUE_OUTSIDE_RANGE", ["usesPerOrderLimit"], "Allocation limit cannot be zero"]]],
    ["fewer uses than none", { usesPerOrderLimit: -1 }, [["GREATER_THAN", ["usesPerOrderLimit"], "Allocation limit must be greater than 0"]]],
    ["subscriptions", { customerGets: { items: products(bulb), value: onQuantity("1"), appliesOnSubscription: true } }, [["INVALID", ["customerGets", "appliesOnSubscription"], "This field is not supported by bxgy discounts."]]],
    ["one-time purchases", { customerGets: { items: products(bulb), value: onQuantity("1"), appliesOnOneTimePurchase: false } }, [["INVALID", ["customerGets", "appliesOnOneTimePurchase"], "This field is not supported by bxgy discounts."]]],
    ["an unknown product to buy", buys("1", products(gid("Product", "999999999999"))), [["INVALID", ["customerBuys", "items", "products", "productsToAdd"], "Product with id: 999999999999 is invalid"]]],
    ["context and customerSelection", { context: { all: "ALL" }, customerSelection: { all: true } }, [["INVALID", ["context"], "Only one of context or customerSelection can be provided."]]],
  ])("%s is refused in the recorded words, on create and on update", async (_what, input, refused) => {
    const errors = refused.map(([code, field, message]) => ({ field: ["bxgyCodeDiscount", ...field], code, message }));
    expect((await create("Bxgy", { ...valid.Bxgy, ...input })).result).toEqual({ codeDiscountNode: null, userErrors: errors });
    const id = await made("Bxgy");
    const blank = "Quantity cannot be blank."; // a new one needs a quantity, an old one has it
    expect((await update("Bxgy", id, input)).result.userErrors).toEqual(errors.filter(({ message }) => message !== blank));
  });

  test("a variant added and removed at once is an error of the whole request", async () => {
    const variant = gid("ProductVariant", LAMP);
    const { errors } = await create("Bxgy", { ...valid.Bxgy, ...buys("1", { products: { productVariantsToAdd: [variant], productVariantsToRemove: [variant] } }) });
    expect(errors![0]).toMatchObject({ message: "The same ProductVariant id is present in both 'add' and 'remove' fields", path: ["discountCodeBxgyCreate"], extensions: { code: "BAD_REQUEST" } });
  });

  test("is read back whole; an update keeps what it leaves out", async () => {
    const id = await made("Bxgy", { usesPerOrderLimit: 3, appliesOncePerCustomer: true });
    expect(await read(id)).toMatchObject({
      __typename: "DiscountCodeBxgy", discountClasses: ["PRODUCT"], usesPerOrderLimit: 3, appliesOncePerCustomer: true,
      customerBuys: { isOneTimePurchase: true, isSubscription: false, items: { products: { nodes: [{ id: lamp }] } }, value: { quantity: "2" } },
      customerGets: { items: { products: { nodes: [{ id: bulb }] } }, value: { quantity: { quantity: "1" }, effect: { percentage: 1 } } },
    });
    await updated("Bxgy", id, { usesPerOrderLimit: null, customerBuys: { value: { amount: "80.00" } }, customerGets: { value: { discountOnQuantity: { effect: { amount: "3.50" } } } } });
    expect(await read(id)).toMatchObject({
      usesPerOrderLimit: null, appliesOncePerCustomer: true, title: "Bxgy",
      customerBuys: { items: { products: { nodes: [{ id: lamp }] } }, value: { amount: "80.0" } },
      customerGets: { items: { products: { nodes: [{ id: bulb }] } }, value: { quantity: { quantity: "1" }, effect: { amount: { amount: "3.5" } } } },
    });
  });
});

describe("an update", () => {
  test.each<[Kind, Kind]>([["Basic", "Bxgy"], ["Bxgy", "FreeShipping"], ["FreeShipping", "Basic"]])("of a %s as a %s finds no discount", async (kind, other) => {
    const id = await made(kind);
    expect((await update(other, id, { title: "Else" })).result.userErrors).toEqual([{ field: ["id"], code: null, message: "Discount does not exist" }]);
  });

  test("takes products, variants and collections away and adds them, never both kinds at once", async () => {
    const id = await made("Basic", { customerGets: { items: { products: { productsToAdd: [lamp, bulb], productVariantsToAdd: [gid("ProductVariant", TEA)] } }, value: { percentage: 0.1 } } });
    await updated("Basic", id, { customerGets: { items: { products: { productsToRemove: [lamp], productVariantsToAdd: [gid("ProductVariant", BULB)], productVariantsToRemove: [gid("ProductVariant", TEA)] } } } });
    const { items } = (await read(id)).customerGets;
    expect([ids(items.products), ids(items.productVariants)]).toEqual([[bulb], [gid("ProductVariant", BULB)]]);
    const conflict = { field: ["basicCodeDiscount", "customerGets", "items", "collections", "add"], code: "CONFLICT", message: "Cannot entitle collections in combination with product variants or products" };
    expect((await update("Basic", id, { customerGets: { items: { collections: { add: [light] } } } })).result.userErrors).toEqual([conflict]);
    const change = { collections: { add: [light] }, products: { productsToRemove: [bulb], productVariantsToRemove: [gid("ProductVariant", BULB)] } };
    await updated("Basic", id, { customerGets: { items: change } });
    expect(ids((await read(id)).customerGets.items.collections)).toEqual([light]);
    await updated("Basic", id, { customerGets: { items: { all: true } } });
    expect((await read(id)).customerGets.items).toEqual({ __typename: "AllDiscountItems" });
  });

  test("a limit, an end and a minimum are cleared by null, and kept when left out", async () => {
    const id = await made("Basic", { usageLimit: 5, endsAt: "2027-01-01T00:00:00Z", minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "50" } }, tags: ["a", "b"] });
    await updated("Basic", id, { title: "New", combinesWith: { shippingDiscounts: true } });
    expect(await read(id)).toMatchObject({ title: "New", usageLimit: 5, endsAt: "2027-01-01T00:00:00Z", tags: ["a", "b"], minimumRequirement: { greaterThanOrEqualToSubtotal: { amount: "50.0" } } });
    await updated("Basic", id, { usageLimit: null, endsAt: null, minimumRequirement: { quantity: { greaterThanOrEqualToQuantity: "2" } }, tags: ["c"] });
    expect(await read(id)).toMatchObject({ usageLimit: null, endsAt: null, tags: ["c"], minimumRequirement: { greaterThanOrEqualToQuantity: "2" } });
    await updated("Basic", id, { minimumRequirement: null });
    expect((await read(id)).minimumRequirement).toBeNull();
  });

  test.each<[string, Record<string, unknown>, string, string[]]>([
    ["six tags", { tags: ["1", "2", "3", "4", "5", "6"] }, "TOO_MANY_TAGS", ["tags"]],
    ["a long tag", { tags: ["x".repeat(256)] }, "INVALID_TAG_LENGTH", ["tags"]],
    ["cycles without subscriptions", { recurringCycleLimit: 3 }, "MULTIPLE_RECURRING_CYCLE_LIMIT_FOR_NON_SUBSCRIPTION_ITEMS", ["recurringCycleLimit"]],
    ["neither one-time nor subscription", { customerGets: { appliesOnOneTimePurchase: false } }, "APPLIES_ON_NOTHING", ["customerGets", "appliesOnOneTimePurchase"]],
    ["an unknown segment", { context: { customerSegments: { add: [gid("Segment", "1")] } } }, "INVALID", ["context", "customerSegments", "add"]],
    ["101 products", { customerGets: { items: { products: { productsToAdd: Array.from({ length: 101 }, (_, at) => gid("Product", String(at + 1))) } } } }, "EXCEEDED_MAX", ["customerGets", "items", "products", "productsToAdd"]],
  ])("refuses %s", async (_what, input, code, field) => {
    const id = await made("Basic");
    const { userErrors } = (await update("Basic", id, input)).result;
    expect(userErrors.at(-1)).toMatchObject({ code, field: ["basicCodeDiscount", ...field] });
  });

  test("tags of an order discount for the same line are neither of the plan nor of the class", async () => {
    const { result } = await create("Basic", { ...valid.Basic, combinesWith: { productDiscountsWithTagsOnSameCartLine: { add: ["x"] } } });
    expect(result.userErrors.map(({ code }: { code: string }) => code)).toEqual([
      "PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED", "INVALID_PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_FOR_DISCOUNT_CLASS",
    ]);
  });

  test("subscriptions with a number of cycles", async () => {
    const id = await made("Basic", { recurringCycleLimit: 3, customerGets: { items: { all: true }, value: { percentage: 0.1 }, appliesOnSubscription: true } });
    expect(await read(id)).toMatchObject({ recurringCycleLimit: 3, customerGets: { appliesOnOneTimePurchase: true, appliesOnSubscription: true } });
    expect((await update("Basic", id, { customerGets: { appliesOnSubscription: false } })).result.userErrors[0].code).toBe("MULTIPLE_RECURRING_CYCLE_LIMIT_FOR_NON_SUBSCRIPTION_ITEMS");
  });
});

describe("whom it is for", () => {
  test("segments are added and removed, markets take their place, and all is all", async () => {
    const [first, second] = store.store.state.segments.map(({ id }) => gid("Segment", id));
    const market = gid("Market", store.store.state.markets[1]!.id);
    const id = await made("Basic", { context: { customerSegments: { add: [first] } } });
    await updated("Basic", id, { title: "Kept" });
    await updated("Basic", id, { context: { customerSegments: { add: [second], remove: [first] } } });
    expect((await read(id)).context).toEqual({ __typename: "DiscountCustomerSegments", segments: [{ id: second }] });
    await updated("Basic", id, { context: { markets: { add: [market] } } });
    expect((await read(id)).context).toEqual({ __typename: "DiscountMarkets", marketsCount: 1, markets: { nodes: [{ id: market }] } });
    expect((await update("Basic", id, { context: { markets: { remove: [market] } } })).result.userErrors[0]).toMatchObject({ code: "INVALID", field: ["basicCodeDiscount", "context"] });
    await updated("Basic", id, { context: { all: "ALL" } });
    expect((await read(id)).context).toEqual({ __typename: "DiscountBuyerSelectionAll" });
  });

  test("a customer, and the deprecated selection in the recorded words", async () => {
    store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }], email: "ines@mail.example" });
    const customer = gid("Customer", store.store.state.customers[0]!.id);
    const id = await made("FreeShipping", { context: undefined, customerSelection: { customers: { add: [customer] } } });
    expect((await read(id)).context).toEqual({ __typename: "DiscountCustomers", customers: [{ id: customer }] });
    const both = await create("Basic", { ...valid.Basic, context: undefined, customerSelection: { all: true, customers: { add: [customer] } } });
    expect(both.errors![0]!.message).toBe("A discount cannot have customerSelection set to all, when customers or customerSavedSearches is specified.");
    const overlap = await create("Basic", { ...valid.Basic, context: { customers: { add: [customer], remove: [customer] } } });
    expect(overlap.errors![0]).toMatchObject({ message: "A customer id is present in `add` and `remove` fields", extensions: { code: "BAD_REQUEST" } });
    const two = await create("Basic", { ...valid.Basic, context: { all: "ALL", customers: { add: [customer] } } });
    expect(two.errors![0]!.extensions).toMatchObject({ code: "INVALID_VARIABLE" });
  });
});

describe("free shipping", () => {
  test("to countries, below a price; both change and are cleared", async () => {
    const id = await made("FreeShipping", { destination: { countries: { add: ["DE", "FR"], includeRestOfWorld: true } }, maximumShippingPrice: "20.00" });
    expect(await read(id)).toMatchObject({ destinationSelection: { countries: ["DE", "FR"], includeRestOfWorld: true }, maximumShippingPrice: { amount: "20.0" } });
    await updated("FreeShipping", id, { destination: { countries: { add: ["AT"], remove: ["FR"] } }, maximumShippingPrice: null });
    expect(await read(id)).toMatchObject({ destinationSelection: { countries: ["DE", "AT"], includeRestOfWorld: false }, maximumShippingPrice: null });
    await updated("FreeShipping", id, { destination: { all: true } });
    expect(await read(id)).toMatchObject({ destinationSelection: { allCountries: true } });
    const { errors } = await update("FreeShipping", id, { destination: { countries: { add: ["DE"], remove: ["DE"] } } });
    expect(errors![0]).toMatchObject({ message: "A country code is present in `add` and `remove` field", path: ["discountCodeFreeShippingUpdate"] });
  });

  test("two minima conflict here too", async () => {
    const minimumRequirement = { quantity: { greaterThanOrEqualToQuantity: "2" }, subtotal: { greaterThanOrEqualToSubtotal: "50" } };
    expect((await create("FreeShipping", { ...valid.FreeShipping, minimumRequirement })).result.userErrors.map(({ code }: { code: string }) => code)).toEqual(["CONFLICT", "CONFLICT"]);
  });
});

test("a code says which app made it, and none where a person did", async () => {
  const id = await makeDiscount(store, "APPS");
  const look = async (code: string) =>
    (await store.ask("query ($code: String!) { codeDiscountNodeByCode(code: $code) { codeDiscount { ... on DiscountCodeBasic { codes(first: 1) { nodes { code asyncUsageCount createdBy { title } } } } } } }", { code })).data.codeDiscountNodeByCode.codeDiscount.codes.nodes[0];
  expect([id.length > 0, await look("apps")]).toEqual([true, { code: "APPS", asyncUsageCount: 0, createdBy: { title: "Creator Codes" } }]);
  for (const [by, title] of [["merchant", null], ["other_app", "Loyalty Lane"]] as const) {
    const code = by.toUpperCase();
    await fetch(`${store.url}/_local/graphql`, {
      method: "POST",
      body: JSON.stringify({ by, query: "mutation ($input: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $input) { userErrors { message } } }", variables: { input: { ...valid.Basic, code } } }),
    });
    expect((await look(code)).createdBy).toEqual(title === null ? null : { title });
  }
});
