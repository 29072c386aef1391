// GraphQL's segments and markets, and whom a discount is for.
import { type Args, connection, NotServed, ordered, searchTerms, type View } from "./connection.ts";
import type { Store } from "./store.ts";
import type { DiscountContext, Market, Segment } from "./types.ts";
import { knownCustomerView } from "./view-customer.ts";

export function segmentView({ id, name, query, createdAt, editedAt }: Segment): View {
  return { __typename: "Segment", id: `gid://shopify/Segment/${id}`, name, query, creationDate: createdAt, lastEditDate: editedAt };
}

export function marketView({ id, name, handle, status, countries }: Market): View {
  return {
    __typename: "Market", id: `gid://shopify/Market/${id}`, name, handle, status, enabled: status === "ACTIVE", type: "REGION",
    conditions: () => ({
      __typename: "MarketConditions",
      conditionTypes: ["REGION"],
      regionsCondition: {
        __typename: "RegionsCondition",
        applicationLevel: "SPECIFIED",
        regions: (args: Args) => connection({ field: "RegionsCondition.regions", items: countries, id: (code) => String(placeOf(code)), view: (code) => countryView(id, code) }, args),
      },
    }),
  };
}

function countryView(marketId: string, code: string): View {
  return { __typename: "MarketRegionCountry", id: `gid://shopify/MarketRegionCountry/${marketId}${placeOf(code)}`, code, name: new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code };
}

function placeOf(code: string): number {
  return code.charCodeAt(0) * 100 + code.charCodeAt(1);
}

export function segmentsConnection(store: Store, args: Args): View {
  const items = named("segments", store.state.segments, args);
  const keys: Record<string, (each: Segment) => number> = { CREATION_DATE: ({ createdAt }) => Date.parse(createdAt), LAST_EDIT_DATE: ({ editedAt }) => Date.parse(editedAt) };
  const key = sortedBy("segments", keys, args, "CREATION_DATE");
  return connection({ field: "QueryRoot.segments", items, id: ({ id }) => id, key, view: segmentView }, args, ["query", "sortKey"]);
}

export function marketsConnection(store: Store, args: Args): View {
  const items = named("markets", store.state.markets, args).filter(() => args.type == null || args.type === "REGION");
  const key = sortedBy("markets", { NAME: ({ name }: Market) => name.toLowerCase(), STATUS: ({ status }: Market) => status }, args, "NAME");
  return connection({ field: "QueryRoot.markets", items, id: ({ id }) => id, key, view: marketView }, args, ["query", "sortKey", "type"]);
}

function sortedBy<T>(field: string, keys: Record<string, (each: T) => string | number>, { sortKey }: Args, usual: string): ((each: T) => string | number) | undefined {
  const name = String(sortKey ?? usual);
  if (name === "ID") return undefined;
  const found = keys[name];
  if (found === undefined) throw new NotServed(`the sort key ${name} of ${field}`);
  return found;
}

function named<T extends { id: string; name: string }>(field: string, items: readonly T[], { query }: Args): T[] {
  return searchTerms(query as string | null).reduce<T[]>((left, term) => {
    const wanted = term.value.toLowerCase().replace(/\*$/, "");
    if (term.field === "id") return left.filter(({ id }) => ordered(BigInt(id), BigInt(term.value), term.comparator));
    if (term.field === "name" || term.field === "default") return left.filter(({ name }) => name.toLowerCase().includes(wanted));
    if (term.field === "status" && field === "markets") return left.filter((each) => (each as unknown as Market).status.toLowerCase() === wanted);
    throw new NotServed(`the filter ${term.field} of ${field}`);
  }, [...items]);
}

/** Named by the ids that the discount holds; what was deleted meanwhile is not among them. */
export function contextView(store: Store, context: DiscountContext): View {
  if (context.kind === "all") return { __typename: "DiscountBuyerSelectionAll", all: "ALL" };
  if (context.kind === "segments") return { __typename: "DiscountCustomerSegments", segments: () => store.state.segments.filter(({ id }) => context.ids.includes(id)).map(segmentView) };
  if (context.kind === "customers") {
    return { __typename: "DiscountCustomers", customers: () => store.state.customers.filter(({ id }) => context.ids.includes(id)).map((each) => knownCustomerView(store, each)) };
  }
  const chosen = store.state.markets.filter(({ id }) => context.ids.includes(id));
  return {
    __typename: "DiscountMarkets", marketsCount: chosen.length,
    markets: (args: Args) => connection({ field: "DiscountMarkets.markets", items: chosen, id: ({ id }) => id, view: marketView }, args),
  };
}

/** The deprecated field knows nothing of markets. */
export function selectionView(store: Store, context: DiscountContext): View {
  return context.kind === "all" || context.kind === "markets" ? { __typename: "DiscountCustomerAll", allCustomers: true } : contextView(store, context);
}
