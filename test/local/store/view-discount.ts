// GraphQL's code discounts and their redeem codes.
import { amountOf, decimalOf } from "./amounts.ts";
import { classOf, codeKey, statusOf } from "./codes.ts";
import { type Args, connection, countView, NotServed, ordered, searchTerms, type View } from "./connection.ts";
import { discountGid } from "./discounts.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import { shortSummary, summary } from "./summary.ts";
import type { Discount, DiscountItems, DiscountValue, Maker, RedeemCode } from "./types.ts";
import { contextView, selectionView } from "./view-audience.ts";
import { collectionView, productView, variantView } from "./view-product.ts";

/** A count of codes goes no further. */
const MOST_COUNTED = 10_000;

export function discountNodeView(store: Store, discount: Discount): View {
  return { __typename: "DiscountNode", id: discountGid(discount), discount: () => discountView(store, discount) };
}

export function codeNodeView(store: Store, discount: Discount): View {
  return { __typename: "DiscountCodeNode", id: discountGid(discount), codeDiscount: () => discountView(store, discount) };
}

export function discountView(store: Store, discount: Discount): View {
  const { value, minimum } = discount;
  const { currency } = store.shop;
  const money = (amount: string) => ({ __typename: "MoneyV2", amount: decimalOf(amount), currencyCode: currency });
  const kind = classOf(discount);
  const shared: View = {
    title: discount.title,
    status: statusOf(discount, store.nowMs()),
    startsAt: discount.startsAt,
    endsAt: discount.endsAt,
    createdAt: discount.createdAt,
    updatedAt: discount.updatedAt,
    usageLimit: discount.usageLimit,
    appliesOncePerCustomer: discount.oncePerCustomer,
    asyncUsageCount: discount.codes.reduce((all, code) => all + code.usageCount, 0),
    recurringCycleLimit: discount.recurringCycleLimit,
    tags: discount.tags,
    discountClasses: [kind.toUpperCase()],
    discountClass: kind.toUpperCase(),
    combinesWith: {
      orderDiscounts: discount.combinesWith.order, productDiscounts: discount.combinesWith.product, shippingDiscounts: discount.combinesWith.shipping,
      productDiscountsWithTagsOnSameCartLine: null,
    },
    context: () => contextView(store, discount.context),
    customerSelection: () => selectionView(store, discount.context),
    minimumRequirement:
      minimum.kind === "subtotal" ? { __typename: "DiscountMinimumSubtotal", greaterThanOrEqualToSubtotal: money(minimum.amount) }
      : minimum.kind === "quantity" ? { __typename: "DiscountMinimumQuantity", greaterThanOrEqualToQuantity: String(minimum.quantity) }
      : null,
    totalSales: () => money(amountOf(BigInt(discount.salesMinor), currency)),
    hasTimelineComment: false,
    summary: summary(discount, currency),
    shortSummary: shortSummary(discount, currency),
    shareableUrls: () => shareableUrls(store, discount),
    codesCount: () => countView(discount.codes.length, MOST_COUNTED),
    codes: (args: Args) => codesConnection(store, discount, args),
  };
  if (value.kind === "free_shipping") {
    return {
      __typename: "DiscountCodeFreeShipping", ...shared, appliesOnOneTimePurchase: discount.appliesOnOneTimePurchase, appliesOnSubscription: discount.appliesOnSubscription,
      destinationSelection: value.countries === null
        ? { __typename: "DiscountCountryAll", allCountries: true }
        : { __typename: "DiscountCountries", countries: value.countries.codes, includeRestOfWorld: value.countries.restOfWorld },
      maximumShippingPrice: value.maximum === null ? null : money(value.maximum),
    };
  }
  if (value.kind === "bxgy") {
    return { __typename: "DiscountCodeBxgy", ...shared, usesPerOrderLimit: value.usesPerOrder, ...bxgyView(store, discount, value, money) };
  }
  return {
    __typename: "DiscountCodeBasic",
    ...shared,
    customerGets: {
      appliesOnOneTimePurchase: discount.appliesOnOneTimePurchase,
      appliesOnSubscription: discount.appliesOnSubscription,
      items: () => itemsView(store, discount.items),
      value: value.kind === "percentage"
        ? { __typename: "DiscountPercentage", percentage: value.percentage }
        : { __typename: "DiscountAmount", amount: money(value.amount), appliesOnEachItem: value.onEachItem },
    },
  };
}

function bxgyView(store: Store, discount: Discount, { buys, quantity, effect }: DiscountValue & { kind: "bxgy" }, money: (amount: string) => View): View {
  const pieces = (count: number) => ({ __typename: "DiscountQuantity", quantity: String(count) });
  return {
    customerBuys: {
      isOneTimePurchase: buys.oneTime,
      isSubscription: buys.subscription,
      items: () => itemsView(store, buys.items),
      value: buys.need.kind === "quantity" ? pieces(buys.need.quantity) : { __typename: "DiscountPurchaseAmount", amount: decimalOf(buys.need.amount) },
    },
    customerGets: {
      appliesOnOneTimePurchase: discount.appliesOnOneTimePurchase,
      appliesOnSubscription: discount.appliesOnSubscription,
      items: () => itemsView(store, discount.items),
      value: {
        __typename: "DiscountOnQuantity",
        quantity: pieces(quantity),
        effect: effect.kind === "percentage"
          ? { __typename: "DiscountPercentage", percentage: effect.percentage }
          : { __typename: "DiscountAmount", amount: money(effect.amount), appliesOnEachItem: false },
      },
    },
  };
}

/** The home page, and what the discount is on where that is one thing. */
function shareableUrls(store: Store, { codes, items }: Discount): View[] {
  const home = `https://${store.shop.domain}/discount/${encodeURIComponent(codes[0]?.code ?? "")}`;
  const link = (targetType: string, title: string, path: string | null) => ({ targetType, title, targetItemImage: null, url: path === null ? home : `${home}?redirect=${encodeURIComponent(path)}` });
  const [first, ...others] = items.kind === "products" ? [...items.products, ...items.variants.flatMap((id) => store.variant(id)?.product.id ?? [])] : items.kind === "collections" ? items.collections : [];
  const urls = [link("HOME", "Home page", null)];
  if (first === undefined || others.length > 0) return urls;
  const product = store.products.find(({ id }) => id === first);
  if (product !== undefined) return [...urls, link("PRODUCT", product.title, `/products/${product.handle}`)];
  const collection = store.catalogue.collections.find(({ id }) => id === first);
  return collection === undefined ? urls : [...urls, link("COLLECTION", collection.title, `/collections/${collection.handle}`)];
}

function itemsView(store: Store, items: DiscountItems): View {
  if (items.kind === "all") return { __typename: "AllDiscountItems", allItems: true };
  if (items.kind === "collections") {
    const chosen = store.catalogue.collections.filter(({ id }) => items.collections.includes(id));
    return {
      __typename: "DiscountCollections",
      collections: (args: Args) => connection({ field: "DiscountCollections.collections", items: chosen, id: ({ id }) => id, view: (each) => collectionView(store, each) }, args),
    };
  }
  const products = store.products.filter(({ id }) => items.products.includes(id));
  const variants = items.variants.flatMap((id) => store.variant(id) ?? []);
  return {
    __typename: "DiscountProducts",
    products: (args: Args) => connection({ field: "DiscountProducts.products", items: products, id: ({ id }) => id, view: (each) => productView(store, each) }, args),
    productVariants: (args: Args) =>
      connection({ field: "DiscountProducts.productVariants", items: variants, id: ({ variant }) => variant.id, view: ({ product, variant }) => variantView(store, product, variant) }, args),
  };
}

/** The filters are the documented ones: there is none for the whole code; a loose word is found where it is a code, or (with *) begins one. */
function codesConnection(store: Store, discount: Discount, args: Args): View {
  const field = "DiscountCodeBasic.codes";
  if (args.sortKey != null && !["ID", "CODE", "CREATED_AT"].includes(String(args.sortKey))) throw new NotServed(`the sort key ${String(args.sortKey)} of ${field}`);
  const items = searchTerms(args.query as string | null).reduce((left, term) => {
    const wanted = codeKey(term.value.replace(/\*$/, ""));
    if (term.field === "default") return left.filter(({ code }) => (term.value.endsWith("*") ? codeKey(code).startsWith(wanted) : codeKey(code) === wanted));
    if (term.field === "id") return left.filter(({ id }) => ordered(BigInt(id), BigInt(digitsOf(term.value) ?? "0"), term.comparator));
    if (term.field === "times_used") return left.filter(({ usageCount }) => ordered(usageCount, Number(term.value), term.comparator));
    throw new NotServed(`the filter ${term.field} of ${field}`);
  }, discount.codes);
  const key = args.sortKey === "CODE" ? ({ code }: RedeemCode) => code.toLowerCase() : undefined;
  return connection({ field, items, id: ({ id }) => id, key, inOrder: key === undefined, view: redeemCodeView }, args, ["sortKey", "query"]);
}

export function redeemCodeView(code: RedeemCode): View {
  return { __typename: "DiscountRedeemCode", id: `gid://shopify/DiscountRedeemCode/${code.id}`, code: code.code, asyncUsageCount: code.usageCount, createdBy: makerView(code.createdBy) };
}

function makerView(maker: Maker): View | null {
  if (maker === null) return null;
  return { __typename: "App", id: `gid://shopify/App/${maker.id}`, title: maker.title, handle: maker.title.toLowerCase().replaceAll(" ", "-"), embedded: true, developerName: maker.title };
}
