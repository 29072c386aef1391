// The root of the queries that the local store serves. What is not here is refused by name.
import { GraphQLError, type GraphQLSchema } from "graphql";
import { INSTALLATION, installationMetafield, webPixel } from "./app-data.ts";
import { bulkById, bulksConnection, currentBulk } from "./bulk-operations.ts";
import { type Args, badRequest, connection, countView, NotServed, onlyArguments, type View } from "./connection.ts";
import { settleJobs } from "./discounts.ts";
import { hookById, hooksConnection } from "./hooks.ts";
import { digitsOf } from "./json.ts";
import { isVisible, ordersConnection, searchedOrders, visible } from "./order-lists.ts";
import type { Store } from "./store.ts";
import type { Maker } from "./types.ts";
import { customerById, customersConnection } from "./view-customer.ts";
import { marketsConnection, marketView, segmentsConnection, segmentView } from "./view-audience.ts";
import { bulkCreationView } from "./view-bulk-creation.ts";
import { codeNodeView, discountNodeView } from "./view-discount.ts";
import { discountByCode, discountsConnection, discountsCount } from "./view-discount-lists.ts";
import { orderView } from "./view-order.ts";
import { refundView } from "./view-refund.ts";
import { collectionsConnection, collectionView, productsConnection, productsCount, productView, variantsConnection, variantView } from "./view-product.ts";

export type Context = { store: Store; schema: GraphQLSchema; scopes: ReadonlySet<string>; by: Maker };
type Resolver = (args: Args, context: Context) => unknown;

export const queries: Record<string, Resolver> = {
  shop: (_args, { store }) => shopView(store),
  currentAppInstallation: (_args, { store, scopes }) => ({
    __typename: "AppInstallation",
    id: INSTALLATION,
    launchUrl: `https://${store.shop.domain}/admin/apps/${store.apiKey}`,
    accessScopes: [...scopes].map((handle) => ({ handle, description: handle.replaceAll("_", " ") })),
    metafield: (args: Args) => installationMetafield(store, args),
  }),
  webPixel,
  bulkOperation: (args, { store }) => bulkById(store, args),
  bulkOperations: (args, { store }) => bulksConnection(store, args),
  currentBulkOperation: (args, { store }) => currentBulk(store, args),
  webhookSubscription: (args, { store }) => hookById(store, args),
  // Only what the API made is listed here; the subscriptions of the TOML are not, in the real store either.
  webhookSubscriptions: (args, { store }) => hooksConnection(store, args),
  order: ({ id }, context) => {
    const order = context.store.order(gid(id, ["Order"]));
    return order === null || !isVisible(context, order) ? null : orderView(context.store, order);
  },
  refund: ({ id }, context) => {
    const digits = gid(id, ["Refund"]);
    for (const order of visible(context)) {
      const refund = order.refunds.find((each) => String(each.id) === digits);
      if (refund !== undefined) return refundView(context.store, order, refund);
    }
    return null;
  },
  orders: (args, context) => ordersConnection(context, "QueryRoot.orders", visible(context), args),
  customer: ({ id }, { store }) => customerById(store, gid(id, ["Customer"])),
  ordersCount: (args, context) => {
    onlyArguments("QueryRoot.ordersCount", args, ["query", "limit"]);
    return countView(searchedOrders(visible(context), args).length, args.limit as number | null);
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
  segment: ({ id }, { store }) => found(store.state.segments.find((each) => each.id === gid(id, ["Segment"])) ?? null, segmentView),
  segments: (args, { store }) => segmentsConnection(store, args),
  segmentsCount: (args, { store }) => {
    onlyArguments("QueryRoot.segmentsCount", args, ["limit"]);
    return countView(store.state.segments.length, args.limit as number | null);
  },
  market: ({ id }, { store }) => found(store.state.markets.find((each) => each.id === gid(id, ["Market"])) ?? null, marketView),
  markets: (args, { store }) => marketsConnection(store, args),
  customers: (args, { store }) => customersConnection(store, args),
  job: ({ id }, { store }) => jobView(store, String(id)),
  product: ({ id }, { store }) => found(store.products.find((each) => each.id === gid(id, ["Product"])) ?? null, (each) => productView(store, each)),
  products: (args, { store }) => productsConnection(store, args),
  productsCount: (args, { store }) => productsCount(store, args),
  productVariant: ({ id }, { store }) => found(store.variant(gid(id, ["ProductVariant"])), ({ product, variant }) => variantView(store, product, variant)),
  productVariants: (args, { store }) => variantsConnection(store, args),
  collection: ({ id }, { store }) =>
    found(store.catalogue.collections.find((each) => each.id === gid(id, ["Collection"])) ?? null, (each) => collectionView(store, each)),
  collections: (args, { store }) => collectionsConnection(store, args),
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
  DiscountRedeemCodeBulkCreation: "discountRedeemCodeBulkCreation", Job: "job", Customer: "customer", Segment: "segment", Market: "market",
};

function nodeView(id: string, context: Context): unknown {
  const type = /^gid:\/\/shopify\/([A-Za-z]+)\//.exec(id)?.[1] ?? "";
  const field = NODES[type];
  if (field === undefined) throw new NotServed(`nodes of the type ${type || id}`);
  return queries[field]!({ id }, context);
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
