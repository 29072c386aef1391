// The lists of discounts: searched, sorted and counted.
import { classOf, codeKey, findCode, statusOf } from "./codes.ts";
import { type Args, connection, countView, instantMatches, NotServed, onlyArguments, ordered, searchTerms, type SortKey, type View } from "./connection.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";
import type { Discount } from "./types.ts";
import { codeNodeView } from "./view-discount.ts";

/** How long the search index lags behind: a discount just made or changed is not found by a search yet. */
const SEARCH_LAG_MS = 2_000;

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
    TITLE: ({ title }) => title.toLowerCase(), ENDS_AT: ({ endsAt }) => (endsAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(endsAt)),
  };
  if (key == null || key === "ID") return undefined;
  return keys[String(key)] ?? unservedKey();

  function unservedKey(): never {
    throw new NotServed(`the sort key ${String(key)} of ${field}`);
  }
}

function searchedDiscounts(store: Store, field: string, { query }: Args, lagging: boolean): Discount[] {
  const terms = searchTerms(query as string | null);
  const settled = store.nowMs() - (store.options.searchLagMs ?? SEARCH_LAG_MS);
  const start = terms.length > 0 && lagging ? store.discounts().filter(({ updatedAt }) => Date.parse(updatedAt) <= settled) : [...store.discounts()];
  return terms.reduce((left, term) => {
    const wanted = term.value.toLowerCase();
    const any = wanted.split(",");
    const kind = ({ value }: Discount) => (value.kind === "amount" ? "fixed_amount" : value.kind === "bxgy" ? "bogo" : value.kind);
    const contexts = { all: "all", customers: "customer", segments: "segment", markets: "market" };
    const named = ({ context }: Discount, of: string) => context.kind !== "all" && context.kind === of && context.ids.some((id) => any.includes(id));
    switch (term.field) {
      case "id":
        return left.filter(({ id }) => ordered(BigInt(id), BigInt(digitsOf(term.value) ?? "0"), term.comparator));
      case "title":
      case "default":
        return left.filter(({ title }) => (wanted.endsWith("*") || term.field === "default" ? title.toLowerCase().includes(wanted.replace(/\*$/, "")) : title.toLowerCase() === wanted));
      case "code": // not supported for discounts that hold codes added in bulk
        return left.filter(({ bulk, codes }) => !bulk && codes.some(({ code }) => codeKey(code) === codeKey(term.value)));
      case "status":
        return left.filter((each) => any.includes(statusOf(each, store.nowMs()).toLowerCase()));
      case "method":
        return any.includes("code") ? left : [];
      case "discount_type":
        return left.filter((each) => any.includes(kind(each)));
      case "discount_class":
        return left.filter((each) => any.includes(classOf(each)));
      case "tag":
        return left.filter(({ tags }) => tags.some((tag) => any.includes(tag.toLowerCase())));
      case "context":
        return left.filter(({ context }) => any.includes(contexts[context.kind]));
      case "customer_ids":
        return left.filter((each) => named(each, "customers"));
      case "segment_ids":
        return left.filter((each) => named(each, "segments"));
      case "market_ids":
        return left.filter((each) => named(each, "markets"));
      case "combines_with":
        return left.filter(({ combinesWith }) => any.some((each) => combinesWith[each.replace("_discounts", "") as "order"]));
      case "times_used":
        return left.filter(({ codes }) => ordered(codes.reduce((all, { usageCount }) => all + usageCount, 0), Number(term.value), term.comparator));
      case "starts_at":
        return left.filter(({ startsAt }) => instantMatches(startsAt, term));
      case "ends_at":
        return left.filter(({ endsAt }) => endsAt !== null && instantMatches(endsAt, term));
      case "created_at":
        return left.filter(({ createdAt }) => instantMatches(createdAt, term));
      case "updated_at":
        return left.filter(({ updatedAt }) => instantMatches(updatedAt, term));
      default:
        throw new NotServed(`the filter ${term.field} of ${field}`);
    }
  }, start);
}
