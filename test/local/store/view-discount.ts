// GraphQL's code discounts, their redeem codes and bulk creations.
import { nowMs } from "#app/clock.ts";
import { amountOf, decimalOf } from "./amounts.ts";
import { classOf, codeKey, findCode, statusOf } from "./codes.ts";
import { type Args, connection, countView, instantMatches, NotServed, onlyArguments, ordered, searchTerms, type SortKey, type View } from "./connection.ts";
import { discountGid } from "./discounts.ts";
import { utcInstant } from "./instants.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { BulkCreation, Discount, RedeemCode } from "./types.ts";
import { collectionView, productView, variantView } from "./view-product.ts";

/** How long the search index lags behind: a discount just made or changed is not found by a search yet. */
const INDEX_LAG_MS = 2_000;

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
    status: statusOf(discount),
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
    context: { __typename: "DiscountBuyerSelectionAll", all: "ALL" },
    customerSelection: { __typename: "DiscountCustomerAll", allCustomers: true },
    minimumRequirement:
      minimum.kind === "subtotal" ? { __typename: "DiscountMinimumSubtotal", greaterThanOrEqualToSubtotal: money(minimum.amount) }
      : minimum.kind === "quantity" ? { __typename: "DiscountMinimumQuantity", greaterThanOrEqualToQuantity: String(minimum.quantity) }
      : null,
    totalSales: () => money(amountOf(BigInt(discount.salesMinor), currency)),
    hasTimelineComment: false,
    summary: summaryOf(discount, currency),
    shortSummary: summaryOf(discount, currency),
    shareableUrls: () => [{ targetType: "HOME", title: "Home page", targetItemImage: null, url: `https://${store.shop.domain}/discount/${encodeURIComponent(discount.codes[0]?.code ?? "")}` }],
    codesCount: () => countView(discount.codes.length, 10_000),
    codes: (args: Args) => codesConnection(store, discount, args),
  };
  if (value.kind === "free_shipping") {
    return {
      __typename: "DiscountCodeFreeShipping", ...shared, appliesOnOneTimePurchase: discount.appliesOnOneTimePurchase, appliesOnSubscription: discount.appliesOnSubscription,
      destinationSelection: { __typename: "DiscountCountryAll", allCountries: true }, maximumShippingPrice: value.maximum === null ? null : money(value.maximum),
    };
  }
  return {
    __typename: "DiscountCodeBasic",
    ...shared,
    customerGets: {
      appliesOnOneTimePurchase: discount.appliesOnOneTimePurchase,
      appliesOnSubscription: discount.appliesOnSubscription,
      items: () => itemsView(store, discount),
      value: value.kind === "percentage"
        ? { __typename: "DiscountPercentage", percentage: value.percentage }
        : { __typename: "DiscountAmount", amount: money(value.amount), appliesOnEachItem: value.onEachItem },
    },
  };
}

function itemsView(store: Store, { items }: Discount): View {
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

function summaryOf({ value, items, minimum }: Discount, currency: string): string {
  const on = items.kind === "all" ? "entire order" : "selected items";
  const least = minimum.kind === "subtotal" ? ` • Minimum purchase of ${minimum.amount} ${currency}` : minimum.kind === "quantity" ? ` • Minimum quantity of ${minimum.quantity}` : "";
  if (value.kind === "free_shipping") return `Free shipping on ${on}${least}`;
  const off = value.kind === "percentage" ? `${Number((value.percentage * 100).toFixed(4))}%` : `${value.amount} ${currency}`;
  return `${off} off ${on}${least}`;
}

function codesConnection(store: Store, discount: Discount, args: Args): View {
  if (args.sortKey != null && args.sortKey !== "ID") throw new NotServed(`the sort key ${String(args.sortKey)} of DiscountCodeBasic.codes`);
  const items = searchTerms(args.query as string | null).reduce((left, term) => {
    if (term.field === "code" || term.field === "default") return left.filter((each) => codeKey(each.code).includes(codeKey(term.value)));
    throw new NotServed(`the filter ${term.field} of DiscountCodeBasic.codes`);
  }, discount.codes);
  return connection({ field: "DiscountCodeBasic.codes", items, id: ({ id }) => id, view: redeemCodeView }, args, ["sortKey", "query"]);
}

function redeemCodeView(code: RedeemCode): View {
  return { __typename: "DiscountRedeemCode", id: `gid://shopify/DiscountRedeemCode/${code.id}`, code: code.code, asyncUsageCount: code.usageCount };
}

export function bulkCreationView(store: Store, creation: BulkCreation): View {
  const discount = store.discount(creation.discountId);
  return {
    __typename: "DiscountRedeemCodeBulkCreation",
    id: `gid://shopify/DiscountRedeemCodeBulkCreation/${creation.id}`,
    createdAt: utcInstant(new Date(creation.createdAtMs).toISOString().replace(/\.\d+Z/, "Z")),
    done: creation.done,
    codesCount: creation.codes.length,
    importedCount: creation.codes.filter((each) => each.redeemCodeId !== null).length,
    failedCount: creation.codes.filter((each) => each.error !== null).length,
    discountCode: () => (discount === null ? null : codeNodeView(store, discount)),
    codes: (args: Args) =>
      connection(
        {
          field: "DiscountRedeemCodeBulkCreation.codes",
          items: creation.codes.map((entry, at) => ({ entry, at })),
          id: ({ at }) => String(at),
          view: ({ entry }) => {
            const made = entry.redeemCodeId === null ? undefined : discount?.codes.find(({ id }) => id === entry.redeemCodeId);
            return {
              code: entry.code,
              discountRedeemCode: made === undefined ? null : redeemCodeView(made),
              errors: entry.error === null ? [] : [{ __typename: "DiscountUserError", field: ["code"], code: null, message: entry.error, extraInfo: null }],
            };
          },
        },
        args,
      ),
  };
}

export function discountsConnection(store: Store, field: string, args: Args, view: (discount: Discount) => View): View {
  return connection({ field, items: searchedDiscounts(store, field, args, true), id: ({ id }) => id, key: sortKey(field, args), view }, args, ["query", "sortKey"]);
}

/** The count knows at once what the search finds only later. */
export function discountsCount(store: Store, args: Args): View {
  onlyArguments("QueryRoot.discountNodesCount", args, ["query", "limit"]);
  return countView(searchedDiscounts(store, "discountNodesCount", args, false).length, args.limit as number | null);
}

export function discountByCode(store: Store, code: string): View | null {
  const found = findCode(store, code);
  return found === null ? null : codeNodeView(store, found.discount);
}

function sortKey(field: string, { sortKey: key }: Args): ((item: Discount) => SortKey) | undefined {
  const keys: Record<string, (item: Discount) => SortKey> = {
    CREATED_AT: ({ createdAt }) => Date.parse(createdAt), UPDATED_AT: ({ updatedAt }) => Date.parse(updatedAt), STARTS_AT: ({ startsAt }) => Date.parse(startsAt),
    TITLE: ({ title }) => title.toLowerCase(),
  };
  if (key == null || key === "ID") return undefined;
  return keys[String(key)] ?? unservedKey();

  function unservedKey(): never {
    throw new NotServed(`the sort key ${String(key)} of ${field}`);
  }
}

function searchedDiscounts(store: Store, field: string, { query }: Args, lagging: boolean): Discount[] {
  const terms = searchTerms(query as string | null);
  const settled = nowMs() - INDEX_LAG_MS;
  const start = terms.length > 0 && lagging ? store.discounts().filter(({ updatedAt }) => Date.parse(updatedAt) <= settled) : [...store.discounts()];
  return terms.reduce((left, term) => {
    const wanted = term.value.toLowerCase();
    const kind = (discount: Discount) => (discount.value.kind === "amount" ? "fixed_amount" : discount.value.kind);
    switch (term.field) {
      case "id":
        return left.filter(({ id }) => ordered(BigInt(id), BigInt(digitsOf(term.value) ?? "0"), term.comparator));
      case "title":
      case "default":
        return left.filter(({ title }) => (wanted.endsWith("*") || term.field === "default" ? title.toLowerCase().includes(wanted.replace(/\*$/, "")) : title.toLowerCase() === wanted));
      case "code": // not supported for discounts that hold codes added in bulk
        return left.filter(({ bulk, codes }) => !bulk && codes.some(({ code }) => codeKey(code) === codeKey(term.value)));
      case "status":
        return left.filter((each) => wanted.split(",").includes(statusOf(each).toLowerCase()));
      case "method":
        return wanted.split(",").includes("code") ? left : [];
      case "discount_type":
        return left.filter((each) => wanted.split(",").includes(kind(each)));
      case "discount_class":
        return left.filter((each) => wanted.split(",").includes(classOf(each)));
      case "tag":
        return left.filter(({ tags }) => tags.some((tag) => tag.toLowerCase() === wanted));
      case "created_at":
        return left.filter(({ createdAt }) => instantMatches(createdAt, term));
      case "updated_at":
        return left.filter(({ updatedAt }) => instantMatches(updatedAt, term));
      default:
        throw new NotServed(`the filter ${term.field} of ${field}`);
    }
  }, start);
}
