// Lists of orders in the Admin API: which of them a token sees, in which order, and how they are searched.
import { nowMs } from "#app/clock.ts";
import { codeKey } from "./codes.ts";
import { type Args, connection, instantMatches, NotServed, ordered, searchTerms, type SortKey, type View } from "./connection.ts";
import { digitsOf } from "./json.ts";
import type { Context } from "./queries.ts";
import type { Order } from "./types.ts";
import { orderView } from "./view-order.ts";

const HISTORY_MS = 60 * 86_400_000;

/** Without read_all_orders the last 60 days only; an order put in by hand (a case of the past) is always seen. */
export function visible(context: Context): Order[] {
  return context.store.orders().filter((order) => isVisible(context, order));
}

export function isVisible({ store, scopes }: Context, order: Order): boolean {
  return scopes.has("read_all_orders") || Date.parse(order.created_at) >= nowMs() - HISTORY_MS || (store.options.putInShown !== false && store.state.putIn.includes(String(order.id)));
}

/** `field`: for messages. The schema gives the sort key of each field. */
export function ordersConnection({ store }: Context, field: string, from: readonly Order[], args: Args): View {
  const keys: Record<string, (order: Order) => SortKey> = {
    CREATED_AT: (order) => Date.parse(order.created_at),
    PROCESSED_AT: (order) => Date.parse(order.processed_at ?? order.created_at),
    UPDATED_AT: (order) => Date.parse(order.updated_at),
    ORDER_NUMBER: (order) => order.order_number,
    ID: (order) => BigInt(order.id),
  };
  const key = keys[String(args.sortKey)];
  if (key === undefined) throw new NotServed(`the sort key ${String(args.sortKey)} of orders`);
  const items = searchedOrders(from, args);
  return connection({ field, items, id: (order) => String(order.id), key, view: (order) => orderView(store, order) }, args, ["query", "sortKey"]);
}

export function searchedOrders(from: readonly Order[], { query }: Args): Order[] {
  return searchTerms(query as string | null).reduce<Order[]>((left, term) => {
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
  }, [...from]);
}

function statusOf(order: Order): string {
  if (order.cancelled_at !== null) return "cancelled";
  return order.closed_at !== null ? "closed" : "open";
}
