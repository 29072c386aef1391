// Discounts through the Admin API: the recorded errors word by word, and what takes a while takes a while.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { makeDiscount, smallCatalogue, storeWithApp, type TestStore } from "#test/local/store/testing.ts";

let store: TestStore;
beforeEach(async () => {
  store = await storeWithApp({ catalogue: smallCatalogue });
});
afterEach(async () => {
  setClockOffsetMs(0);
  await store.close();
});

const valid = { title: "Spring", code: "SPRING", startsAt: "2026-01-01T00:00:00Z", context: { all: "ALL" }, customerGets: { items: { all: true }, value: { percentage: 0.1 } } };
const value = (input: unknown) => ({ customerGets: { items: { all: true }, value: input } });
const items = (input: unknown) => ({ customerGets: { items: input, value: { percentage: 0.1 } } });
const product = (id: number) => `gid://shopify/Product/${id}`;
const KEEP = "gid://shopify/DiscountCodeNode/1";

async function create(input: Record<string, unknown>) {
  const { data, errors } = await store.ask(
    "mutation ($input: DiscountCodeBasicInput!) { discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { field code message } } }",
    { input },
  );
  return { result: data?.discountCodeBasicCreate, errors };
}

describe("discountCodeBasicCreate refuses in the recorded words", () => {
  const path = (...rest: string[]) => ["basicCodeDiscount", ...rest];
  test.each<[string, Record<string, unknown>, string, string[], string]>([
    ["no title", { title: "" }, "BLANK", path("title"), "Title can't be blank"],
    ["a long title", { title: "x".repeat(256) }, "TOO_LONG", path("title"), "Title is too long (maximum is 255 characters)"],
    ["no code", { code: null }, "BLANK", path("code"), "Code can't be blank"],
    ["a code of two lines", { code: "A\nB" }, "INVALID", path("code"), "Code cannot contain newline characters."],
    ["a long code", { code: "x".repeat(256) }, "TOO_LONG", path("code"), "Code is too long (maximum is 255 characters)"],
    ["no beginning", { startsAt: null }, "BLANK", path("startsAt"), "Starts at can't be blank"],
    ["an end before the beginning", { endsAt: "2025-01-01T00:00:00Z" }, "INVALID", path("endsAt"), "Ends at needs to be after starts_at"],
    ["more than everything", value({ percentage: 1.5 }), "VALUE_OUTSIDE_RANGE", path("customerGets", "value", "percentage"), "Value must be between 0.0 and 1.0"],
    ["a negative amount", value({ discountAmount: { amount: "-1" } }), "LESS_THAN_OR_EQUAL_TO", path("customerGets", "value", "discountAmount", "amount"), "Value must be less than or equal to 0"],
    ["a quantity discount", value({ discountOnQuantity: { quantity: "1", effect: { percentage: 0.5 } } }), "INVALID", path("customerGets", "value", "discountOnQuantity"), "discountOnQuantity field is only permitted with bxgy discounts."],
    ["a limit of none", { usageLimit: 0 }, "GREATER_THAN", path("usageLimit"), "Usage limit must be greater than 0"],
    ["context and customerSelection", { customerSelection: { all: true } }, "INVALID", path("context"), "Only one of context or customerSelection can be provided."],
    ["an unknown product", items({ products: { productsToAdd: [product(999999999999)] } }), "INVALID", path("customerGets", "items", "products", "productsToAdd"), "Product with id: 999999999999 is invalid"],
    ["an unknown variant", items({ products: { productVariantsToAdd: ["gid://shopify/ProductVariant/999999999999"] } }), "INVALID", path("customerGets", "items", "products", "productVariantsToAdd"), "Product variant with id: 999999999999 is invalid"],
    ["an unknown collection", items({ collections: { add: ["gid://shopify/Collection/999999999999"] } }), "INVALID", path("customerGets", "items", "collections", "add"), "Collection with id: 999999999999 is invalid"],
    ["tags of a dearer plan", { ...items({ products: { productsToAdd: [product(8100000000001)] } }), combinesWith: { productDiscountsWithTagsOnSameCartLine: { add: ["x"] } } }, "PRODUCT_DISCOUNTS_WITH_TAGS_ON_SAME_CART_LINE_NOT_ENTITLED", path("combinesWith", "productDiscountsWithTagsOnSameCartLine"), "The shop's plan does not allow setting `productDiscountsWithTagsOnSameCartLine`."],
  ])("%s", async (_what, input, code, field, message) => {
    const { result } = await create({ ...valid, ...input });
    expect(result).toEqual({ codeDiscountNode: null, userErrors: [{ field, code, message }] });
  });

  test("a code that exists in another case is taken", async () => {
    await makeDiscount(store, "Marie10");
    const { result } = await create({ ...valid, code: "mARIE10" });
    expect(result.userErrors).toEqual([{ field: ["basicCodeDiscount", "code"], code: "TAKEN", message: "Code must be unique. Please try a different code." }]);
  });

  test("an empty code is blank and too short", async () => {
    const { result } = await create({ ...valid, code: "" });
    expect(result.userErrors.map((each: { code: string }) => each.code)).toEqual(["BLANK", "TOO_SHORT"]);
  });

  test("two minima conflict on both fields", async () => {
    const minimumRequirement = { quantity: { greaterThanOrEqualToQuantity: "2" }, subtotal: { greaterThanOrEqualToSubtotal: "50" } };
    const { result } = await create({ ...valid, minimumRequirement });
    expect(result.userErrors.map((each: { message: string }) => each.message)).toEqual([
      "Minimum subtotal cannot be defined when minimum quantity is.",
      "Minimum quantity cannot be defined when minimum subtotal is.",
    ]);
  });

  test("several kinds of value are an error of the whole request", async () => {
    const { result, errors } = await create({ ...valid, ...value({ percentage: 0.1, discountAmount: { amount: "1" } }) });
    expect(result).toBeNull();
    expect(errors![0]).toMatchObject({
      message: "A discount can only have one of percentage, discountOnQuantity or discountAmount.", path: ["discountCodeBasicCreate"], extensions: { code: "BAD_REQUEST" },
    });
  });

  test("an amount that is no decimal is an invalid variable", async () => {
    const { errors } = await create({ ...valid, ...value({ discountAmount: { amount: "abc" } }) });
    expect(errors![0]!.message).toContain("customerGets.value.discountAmount.amount (invalid decimal 'abc')");
  });
});

describe("what comes back", () => {
  const read = `{ title status startsAt endsAt discountClasses usageLimit appliesOncePerCustomer combinesWith { orderDiscounts productDiscounts shippingDiscounts }
    minimumRequirement { ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount currencyCode } } }
    customerGets { appliesOnSubscription items { __typename } value { ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount } appliesOnEachItem } } } }`;

  test("a percentage off everything is an order discount, for one-time purchases", async () => {
    const id = await makeDiscount(store, "SPRING", {
      minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "50.00" } }, combinesWith: { shippingDiscounts: true }, usageLimit: 5,
    });
    const { data } = await store.ask(`query ($id: ID!) { codeDiscountNode(id: $id) { id codeDiscount { ... on DiscountCodeBasic ${read} } } }`, { id });
    expect(data.codeDiscountNode).toEqual({
      id,
      codeDiscount: {
        title: "SPRING", status: "ACTIVE", startsAt: "2020-01-01T00:00:00Z", endsAt: null, discountClasses: ["ORDER"], usageLimit: 5, appliesOncePerCustomer: false,
        combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: true },
        minimumRequirement: { greaterThanOrEqualToSubtotal: { amount: "50.0", currencyCode: "EUR" } },
        customerGets: { appliesOnSubscription: false, items: { __typename: "AllDiscountItems" }, value: { percentage: 0.1 } },
      },
    });
  });

  test.each([
    ["an amount off everything", { items: { all: true }, value: { discountAmount: { amount: "10", appliesOnEachItem: false } } }, "ORDER"],
    ["an amount off each piece", { items: { all: true }, value: { discountAmount: { amount: "2", appliesOnEachItem: true } } }, "PRODUCT"],
    ["a percentage off one product", { items: { products: { productsToAdd: [product(8100000000001)] } }, value: { percentage: 0.2 } }, "PRODUCT"],
    ["a percentage off a collection", { items: { collections: { add: ["gid://shopify/Collection/461000000001"] } }, value: { percentage: 0.2 } }, "PRODUCT"],
  ])("%s is a discount of its class", async (_what, customerGets, discountClass) => {
    const id = await makeDiscount(store, "CLASSY", { customerGets });
    const { data } = await store.ask(`query ($id: ID!) { discountNode(id: $id) { discount { ... on DiscountCodeBasic { discountClasses } } } }`, { id });
    expect(data.discountNode.discount.discountClasses).toEqual([discountClass]);
  });

  test("free shipping does not combine with shipping discounts", async () => {
    const mutation = "mutation ($input: DiscountCodeFreeShippingInput!) { discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) { codeDiscountNode { id } userErrors { field code message } } }";
    const input = { title: "Ship", code: "SHIP", startsAt: "2026-01-01T00:00:00Z", context: { all: "ALL" }, destination: { all: true } };
    const refused = await store.ask(mutation, { input: { ...input, combinesWith: { shippingDiscounts: true } } });
    expect(refused.data.discountCodeFreeShippingCreate.userErrors).toEqual([
      { field: ["freeShippingCodeDiscount", "combinesWith"], code: "INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS", message: "The combinesWith settings are not valid for the discount class." },
    ]);
    const made = await store.ask(mutation, { input });
    expect(made.data.discountCodeFreeShippingCreate.userErrors).toEqual([]);
  });
});

describe("redeem codes in bulk", () => {
  const ADD = `mutation ($id: ID!, $codes: [DiscountRedeemCodeInput!]!) {
    discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) { bulkCreation { id done importedCount failedCount codesCount } userErrors { field code message } }
  }`;
  const LOOK = `query ($id: ID!) { discountRedeemCodeBulkCreation(id: $id) { done importedCount failedCount codes(first: 10) { nodes { code discountRedeemCode { code } errors { field code message } } } } }`;
  const by = async (code: string) => (await store.ask("query ($code: String!) { codeDiscountNodeByCode(code: $code) { id } }", { code })).data.codeDiscountNodeByCode;
  const list = (...codes: string[]) => codes.map((code) => ({ code }));

  test("nothing is there at first; by the clock it comes, and is found in any case", async () => {
    const id = await makeDiscount(store, "RESERVE");
    const { data } = await store.ask(ADD, { id, codes: list("MARIE10", "JONAS15") });
    const { bulkCreation } = data.discountRedeemCodeBulkAdd;
    expect(bulkCreation).toMatchObject({ done: false, importedCount: 0, failedCount: 0, codesCount: 2 });
    expect(await by("MARIE10")).toBeNull();
    setClockOffsetMs(2_000);
    expect((await store.ask(LOOK, { id: bulkCreation.id })).data.discountRedeemCodeBulkCreation).toMatchObject({ done: true, importedCount: 2, failedCount: 0 });
    expect(await by("marie10")).toEqual({ id });
  });

  test("each code has its own recorded error", async () => {
    const id = await makeDiscount(store, "TAKEN-1");
    const { data } = await store.ask(ADD, { id, codes: list("GOOD", "good", "taken-1", "", "A\nB", "x".repeat(256)) });
    setClockOffsetMs(2_000);
    const { nodes } = (await store.ask(LOOK, { id: data.discountRedeemCodeBulkAdd.bulkCreation.id })).data.discountRedeemCodeBulkCreation.codes;
    expect(nodes.map((each: { errors: { message: string }[] }) => each.errors[0]?.message ?? null)).toEqual([
      null,
      "Codes must be unique within BulkDiscountCodeCreation",
      "must be unique. Please try a different code.",
      "is too short (minimum is 1 character)",
      "cannot contain newline characters.",
      "is too long (maximum is 255 characters)",
    ]);
    expect(nodes[1].errors[0]).toMatchObject({ field: ["code"], code: null });
  });

  test("250 codes go, 251 are an error of the whole request, none is blank", async () => {
    const id = await makeDiscount(store, "RESERVE");
    const codes = Array.from({ length: 251 }, (_, at) => ({ code: `C${at}` }));
    const { data, errors } = await store.ask(ADD, { id, codes });
    expect(data.discountRedeemCodeBulkAdd).toBeNull();
    expect(errors![0]).toMatchObject({
      message: "The input array size of 251 is greater than the maximum allowed of 250.", path: ["discountRedeemCodeBulkAdd", "codes"], extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" },
    });
    expect((await store.ask(ADD, { id, codes: codes.slice(1) })).data.discountRedeemCodeBulkAdd.userErrors).toEqual([]);
    expect((await store.ask(ADD, { id, codes: [] })).data.discountRedeemCodeBulkAdd.userErrors).toEqual([{ field: ["codes"], code: "BLANK", message: "Codes can't be blank" }]);
    expect((await store.ask(ADD, { id: KEEP, codes: list("X") })).data.discountRedeemCodeBulkAdd.userErrors).toEqual([
      { field: ["discountId"], code: "INVALID", message: "Code discount does not exist." },
    ]);
  });

  test("the code of a bulk discount cannot be changed any more", async () => {
    const id = await makeDiscount(store, "RESERVE");
    await store.ask(ADD, { id, codes: list("MARIE10") });
    const { data } = await store.ask(
      "mutation ($id: ID!, $input: DiscountCodeBasicInput!) { discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) { userErrors { field code message } } }",
      { id, input: { code: "OTHER" } },
    );
    expect(data.discountCodeBasicUpdate.userErrors).toEqual([{ field: ["id"], code: null, message: "Cannot update the code of a bulk discount." }]);
  });

  test("codes are removed by a job", async () => {
    const id = await makeDiscount(store, "RESERVE");
    await store.ask(ADD, { id, codes: list("MARIE10", "JONAS15") });
    setClockOffsetMs(2_000);
    const codes = (await store.ask("query ($id: ID!) { codeDiscountNode(id: $id) { codeDiscount { ... on DiscountCodeBasic { codes(first: 5) { nodes { id code } } } } } }", { id }))
      .data.codeDiscountNode.codeDiscount.codes.nodes as { id: string; code: string }[];
    const marie = codes.find(({ code }) => code === "MARIE10")!;
    const REMOVE = "mutation ($id: ID!, $ids: [ID!]) { discountCodeRedeemCodeBulkDelete(discountId: $id, ids: $ids) { job { id done } userErrors { code field message } } }";
    const { job } = (await store.ask(REMOVE, { id, ids: [marie.id] })).data.discountCodeRedeemCodeBulkDelete;
    expect(job.done).toBe(false);
    setClockOffsetMs(4_000);
    expect((await store.ask("query ($id: ID!) { job(id: $id) { done } }", { id: job.id })).data.job).toEqual({ done: true });
    expect([await by("MARIE10"), await by("JONAS15")]).toEqual([null, { id }]);
    expect((await store.ask(REMOVE, { id })).data.discountCodeRedeemCodeBulkDelete.userErrors).toEqual([
      { code: "MISSING_ARGUMENT", field: null, message: "Missing expected argument key: 'ids', 'search' or 'saved_search_id'." },
    ]);
  });
});

describe("the life of a discount", () => {
  const act = async (mutation: string, id: string) =>
    (await store.ask(`mutation ($id: ID!) { ${mutation}(id: $id) { codeDiscountNode { codeDiscount { ... on DiscountCodeBasic { status endsAt } } } userErrors { field code message } } }`, { id })).data[mutation];

  test("deactivated it ends now, activated it has no end, deleted it leaves no trace", async () => {
    const id = await makeDiscount(store, "SPRING");
    const ended = (await act("discountCodeDeactivate", id)).codeDiscountNode.codeDiscount;
    expect(ended.status).toBe("EXPIRED");
    expect(Math.abs(Date.parse(ended.endsAt) - Date.now())).toBeLessThan(5_000);
    expect((await act("discountCodeActivate", id)).codeDiscountNode.codeDiscount).toEqual({ status: "ACTIVE", endsAt: null });
    const gone = await store.ask("mutation ($id: ID!) { discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { message } } }", { id });
    expect(gone.data.discountCodeDelete).toEqual({ deletedCodeDiscountId: id, userErrors: [] });
    const { data } = await store.ask('query ($id: ID!) { codeDiscountNode(id: $id) { id } discountNode(id: $id) { id } codeDiscountNodeByCode(code: "SPRING") { id } }', { id });
    expect(data).toEqual({ codeDiscountNode: null, discountNode: null, codeDiscountNodeByCode: null });
  });

  test.each(["discountCodeDeactivate", "discountCodeActivate"])("%s of an unknown one is refused", async (mutation) => {
    expect((await act(mutation, KEEP)).userErrors).toEqual([{ field: ["id"], code: "INVALID", message: "Code discount does not exist." }]);
  });

  test("one that begins later is scheduled", async () => {
    const id = await makeDiscount(store, "LATER", { startsAt: new Date(Date.now() + 3_600_000).toISOString() });
    const look = async () => (await store.ask("query ($id: ID!) { discountNode(id: $id) { discount { ... on DiscountCodeBasic { status } } } }", { id })).data.discountNode.discount.status;
    expect(await look()).toBe("SCHEDULED");
    setClockOffsetMs(3_700_000);
    expect(await look()).toBe("ACTIVE");
  });

  test("a search finds it only after a while, the count at once, and a code added in bulk never by code:", async () => {
    await makeDiscount(store, "SPRING", { title: "Spring deal" });
    const look = async (query: string) => (await store.ask("query ($query: String) { discountNodes(first: 5, query: $query) { nodes { id } } discountNodesCount(query: $query) { count } }", { query })).data;
    const early = await look("title:'Spring deal'");
    expect([early.discountNodes.nodes.length, early.discountNodesCount.count]).toEqual([0, 1]);
    setClockOffsetMs(5_000);
    expect((await look("title:'Spring deal'")).discountNodes.nodes).toHaveLength(1);
    expect((await look("code:spring")).discountNodes.nodes).toHaveLength(1);
    store.store.discounts()[0]!.bulk = true;
    expect((await look("code:spring")).discountNodes.nodes).toHaveLength(0);
  });
});
