// The root of the queries that the local store serves. What is not here is refused by name.
import { GraphQLError } from "graphql";
import { nowMs } from "#app/clock.ts";
import { codeKey } from "./codes.ts";
import { type Args, badRequest, connection, countView, instantMatches, NotServed, onlyArguments, ordered, searchTerms, type SortKey, type View } from "./connection.ts";
import { settleJobs } from "./discounts.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { Order } from "./types.ts";
import { bulkCreationView, codeNodeView, discountByCode, discountNodeView, discountsConnection, discountsCount } from "./view-discount.ts";
import { orderView } from "./view-order.ts";
import { refundView } from "./view-refund.ts";
import { collectionsConnection, collectionView, productsConnection, productsCount, productView, variantView } from "./view-product.ts";

export type Context = { store: Store; scopes: ReadonlySet<string> };
type Resolver = (args: Args, context: Context) => unknown;

const HISTORY_MS = 60 * 86_400_000;

export const queries: Record<string, Resolver> = {
  shop: (_args, { store }) => shopView(store),
  currentAppInstallation: (_args, { store, scopes }) => ({
    __typename: "AppInstallation",
    id: "gid://shopify/AppInstallation/507219443",
    launchUrl: `https://${store.shop.domain}/admin/apps/${store.apiKey}`,
    accessScopes: [...scopes].map((handle) => ({ handle, description: handle.replaceAll("_", " ") })),
  }),
  order: ({ id }, context) => {
    const order = visible(context).find((each) => String(each.id) === gid(id, ["Order"]));
    return order === undefined ? null : orderView(context.store, order);
  },
  refund: ({ id }, context) => {
    const digits = gid(id, ["Refund"]);
    for (const order of visible(context)) {
      const refund = order.refunds.find((each) => String(each.id) === digits);
      if (refund !== undefined) return refundView(context.store, order, refund);
    }
    return null;
  },
  orders: (args, context) => ordersConnection(context, args),
  ordersCount: (args, context) => {
    onlyArguments("QueryRoot.ordersCount", args, ["query", "limit"]);
    return countView(searchedOrders(context, args).length, args.limit as number | null);
  },
  discountNode: ({ id }, { store }) => found(store.discount(gid(id, ["DiscountNode", "DiscountCodeNode"])), (each) => discountNodeView(store, each)),
  codeDiscountNode: ({ id }, { store }) => {
    if (!/^gid:\/\/shopify\/(DiscountCodeNode|DiscountNode)\//.test(String(id))) {
      throw new GraphQLError(`Invalid id: ${String(id)}`, { extensions: { code: "RESOURCE_NOT_FOUND" } });
    }
    return found(store.discount(String(id)), (each) => codeNodeView(store, each));
  },
  codeDiscountNodeByCode: ({ code }, { store }) => discountByCode(store, String(code)),
  discountNodes: (args, { store }) => discountsConnection(store, "QueryRoot.discountNodes", args, (each) => discountNodeView(store, each)),
  codeDiscountNodes: (args, { store }) => discountsConnection(store, "QueryRoot.codeDiscountNodes", args, (each) => codeNodeView(store, each)),
  discountNodesCount: (args, { store }) => discountsCount(store, args),
  discountCodesCount: (args, { store }) => {
    onlyArguments("QueryRoot.discountCodesCount", args, ["limit"]);
    return countView(store.discounts().reduce((all, each) => all + each.codes.length, 0), args.limit as number | null);
  },
  discountRedeemCodeBulkCreation: ({ id }, { store }) =>
    found(store.state.bulkCreations.find((each) => each.id === gid(id, ["DiscountRedeemCodeBulkCreation"])) ?? null, (each) => bulkCreationView(store, each)),
  job: ({ id }, { store }) => jobView(store, String(id)),
  product: ({ id }, { store }) => found(store.products.find((each) => each.id === gid(id, ["Product"])) ?? null, (each) => productView(store, each)),
  products: (args, { store }) => productsConnection(store, args),
  productsCount: (args, { store }) => productsCount(store, args),
  productVariant: ({ id }, { store }) => found(store.variant(gid(id, ["ProductVariant"])), ({ product, variant }) => variantView(store, product, variant)),
  collection: ({ id }, { store }) =>
    found(store.catalogue.collections.find((each) => each.id === gid(id, ["Collection"])) ?? null, (each) => collectionView(store, each)),
  collections: (args, { store }) => collectionsConnection(store, args),
  // Only what the API made is listed here; the subscriptions of the TOML are not, in the real store either.
  webhookSubscriptions: (args) => connection({ field: "QueryRoot.webhookSubscriptions", items: [] as { id: string }[], id: ({ id }) => id, view: () => ({}) }, args, ["sortKey"]),
  node: ({ id }, context) => nodeView(String(id), context),
  nodes: ({ ids }, context) => (ids as string[]).map((id) => nodeView(id, context)),
};

function found<T>(value: T | null, view: (value: T) => View): View | null {
  return value === null ? null : view(value);
}

/** The digits of a gid of one of the types; a gid of another type is an error, as it is there. */
export function gid(id: unknown, types: string[]): string {
  const [, type, digits] = /^gid:\/\/shopify\/([A-Za-z]+)\/(\d+)/.exec(String(id)) ?? [];
  if (type === undefined || digits === undefined) throw new GraphQLError(`Invalid global id '${String(id)}'`, { extensions: { code: "argumentLiteralsIncompatible" } });
  if (!types.includes(type)) throw new GraphQLError(`Invalid id: ${String(id)}`, { extensions: { code: "RESOURCE_NOT_FOUND" } });
  return digits;
}

const NODES: Record<string, string> = {
  Order: "order", Refund: "refund", DiscountNode: "discountNode", DiscountCodeNode: "codeDiscountNode", Product: "product", ProductVariant: "productVariant", Collection: "collection",
  DiscountRedeemCodeBulkCreation: "discountRedeemCodeBulkCreation", Job: "job",
};

function nodeView(id: string, context: Context): unknown {
  const type = /^gid:\/\/shopify\/([A-Za-z]+)\//.exec(id)?.[1] ?? "";
  const field = NODES[type];
  if (field === undefined) throw new NotServed(`nodes of the type ${type || id}`);
  return queries[field]!({ id }, context);
}

/** Without read_all_orders the last 60 days only; an order put in by hand (a case of the past) is always seen. */
function visible({ store, scopes }: Context): Order[] {
  if (scopes.has("read_all_orders")) return store.orders();
  const since = nowMs() - HISTORY_MS;
  return store.orders().filter((order) => Date.parse(order.created_at) >= since || store.state.putIn.includes(String(order.id)));
}

function ordersConnection(context: Context, args: Args): View {
  const keys: Record<string, (order: Order) => SortKey> = {
    CREATED_AT: (order) => Date.parse(order.created_at),
    PROCESSED_AT: (order) => Date.parse(order.processed_at ?? order.created_at),
    UPDATED_AT: (order) => Date.parse(order.updated_at),
    ORDER_NUMBER: (order) => order.order_number,
    ID: (order) => BigInt(order.id),
  };
  const key = keys[String(args.sortKey ?? "PROCESSED_AT")];
  if (key === undefined) throw new NotServed(`the sort key ${String(args.sortKey)} of orders`);
  const items = searchedOrders(context, args);
  return connection({ field: "QueryRoot.orders", items, id: (order) => String(order.id), key, view: (order) => orderView(context.store, order) }, args, ["query", "sortKey"]);
}

function searchedOrders(context: Context, { query }: Args): Order[] {
  return searchTerms(query as string | null).reduce((left, term) => {
    const wanted = term.value.toLowerCase();
    switch (term.field) {
      case "updated_at":
        return left.filter((order) => instantMatches(order.updated_at, term));
      case "created_at":
        return left.filter((order) => instantMatches(order.created_at, term));
      case "processed_at":
        return left.filter((order) => instantMatches(order.processed_at ?? order.created_at, term));
      case "id":
        return left.filter((order) => ordered(BigInt(order.id), BigInt(digitsOf(term.value) ?? "0"), term.comparator));
      case "name":
        return left.filter((order) => order.name.replace("#", "") === wanted.replace("#", ""));
      case "test":
        return left.filter((order) => String(order.test) === wanted);
      case "financial_status":
        return left.filter((order) => wanted.split(",").includes(order.financial_status));
      case "source_name":
        return left.filter((order) => order.source_name === wanted);
      case "status":
        return left.filter((order) => wanted === "any" || statusOf(order) === wanted);
      case "discount_code": // the first code of the order only, as the real index has it
        return left.filter((order) => order.discount_codes[0] !== undefined && codeKey(order.discount_codes[0].code) === codeKey(term.value));
      default:
        throw new NotServed(`the filter ${term.field} of orders`);
    }
  }, visible(context));
}

function statusOf(order: Order): string {
  if (order.cancelled_at !== null) return "cancelled";
  return order.closed_at !== null ? "closed" : "open";
}

function jobView(store: Store, id: string): View {
  const job = store.state.jobs.find((each) => each.id === digitsOf(id));
  if (job === undefined) throw badRequest(`Invalid id: ${id}`);
  settleJobs(store);
  return { __typename: "Job", id: `gid://shopify/Job/${job.id}`, done: job.done };
}

function shopView(store: Store): View {
  const { shop } = store;
  return {
    __typename: "Shop",
    id: `gid://shopify/Shop/${shop.id}`,
    name: shop.name,
    email: shop.email,
    contactEmail: shop.email,
    myshopifyDomain: shop.domain,
    url: `https://${shop.domain}`,
    primaryDomain: { id: `gid://shopify/Domain/${shop.id}`, host: shop.domain, url: `https://${shop.domain}`, sslEnabled: true },
    currencyCode: shop.currency,
    enabledPresentmentCurrencies: [shop.currency],
    ianaTimezone: shop.timezone,
    taxesIncluded: shop.taxesIncluded,
    taxShipping: shop.taxesIncluded,
    plan: { displayName: shop.plan, publicDisplayName: shop.plan, partnerDevelopment: false, shopifyPlus: false },
    shopOwnerName: "Camille Martin",
    setupRequired: false,
    unitSystem: "METRIC_SYSTEM",
    weightUnit: "KILOGRAMS",
    orderNumberFormatPrefix: "#",
    orderNumberFormatSuffix: "",
    description: null,
  };
}
