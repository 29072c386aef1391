// GraphQL's Customer, as the orders' bodies name them, and what the store says of the way that led to an order.
import { now } from "#app/clock.ts";
import { type Args, connection, NotServed, ordered, searchTerms, type View } from "./connection.ts";
import { utcInstant } from "./instants.ts";
import { bodyId } from "./json.ts";
import { ordersConnection, visible } from "./order-lists.ts";
import type { Context } from "./queries.ts";
import type { Store } from "./store.ts";
import type { Customer, Order } from "./types.ts";

const JOURNEY_MS = 5_000;

export function customerView(store: Store, body: Record<string, unknown>): View {
  const customer = body as { id: number | bigint; email?: string; first_name?: string; last_name?: string };
  const id = String(customer.id);
  return {
    __typename: "Customer",
    id: `gid://shopify/Customer/${id}`,
    legacyResourceId: id,
    email: customer.email ?? null,
    defaultEmailAddress: customer.email ? { __typename: "CustomerEmailAddress", emailAddress: customer.email, marketingState: marketingOf(store, id) } : null,
    firstName: customer.first_name ?? null,
    lastName: customer.last_name ?? null,
    displayName: [customer.first_name, customer.last_name].filter(Boolean).join(" ") || (customer.email ?? ""),
    numberOfOrders: () => String(ordersOf(store.orders(), id).filter((order) => !order.test).length),
    orders: (args: Args, context: Context) => ordersConnection(context, "Customer.orders", ordersOf(visible(context), id), args),
  };
}

function marketingOf(store: Store, id: string): string {
  return store.state.customers.find((each) => each.id === id)?.marketing?.toUpperCase() ?? "NOT_SUBSCRIBED";
}

/** A customer whom the store keeps, whether or not an order names it. */
export function knownCustomerView(store: Store, { id, email, firstName, lastName }: Customer): View {
  return customerView(store, { id: bodyId(id), email, first_name: firstName, last_name: lastName });
}

/** Null where the store keeps no such customer, and no order names it. */
export function customerById(store: Store, id: string): View | null {
  const order = ordersOf(store.orders(), id).at(-1);
  if (order !== undefined) return customerView(store, order.customer!);
  const known = store.state.customers.find((each) => each.id === id);
  return known === undefined ? null : knownCustomerView(store, known);
}

export function customersConnection(store: Store, args: Args): View {
  if (args.sortKey != null && args.sortKey !== "ID") throw new NotServed(`the sort key ${String(args.sortKey)} of customers`);
  const items = searchTerms(args.query as string | null).reduce((left, term) => {
    const wanted = term.value.toLowerCase().replace(/\*$/, "");
    if (term.field === "id") return left.filter(({ id }) => ordered(BigInt(id), BigInt(term.value), term.comparator));
    if (term.field === "email") return left.filter(({ email }) => email === wanted);
    if (term.field === "default") return left.filter((each) => `${each.firstName} ${each.lastName} ${each.email}`.toLowerCase().includes(wanted));
    throw new NotServed(`the filter ${term.field} of customers`);
  }, store.state.customers);
  return connection({ field: "QueryRoot.customers", items, id: ({ id }) => id, view: (each) => knownCustomerView(store, each) }, args, ["query", "sortKey"]);
}

function ordersOf(orders: readonly Order[], customerId: string): Order[] {
  return orders.filter(({ customer }) => customer?.id != null && String(customer.id) === customerId);
}

/** Not ready at once: until it is, everything that it could say is null. */
export function journeyView(store: Store, order: Order): View {
  const ready = store.state.putIn.includes(String(order.id)) || now().getTime() - Date.parse(order.created_at) >= JOURNEY_MS;
  const visit = ready && order.landing_site != null ? visitView(store, order) : null;
  return { __typename: "CustomerJourneySummary", ready, customerOrderIndex: ready ? placeOf(store, order) : null, daysToConversion: ready ? 0 : null, firstVisit: visit, lastVisit: visit, momentsCount: null };
}

/** The first order of a customer has place 1; test orders have none, and do not count. */
function placeOf(store: Store, order: Order): number | null {
  if (order.test || order.customer?.id == null) return null;
  const place = (each: Order): [number, bigint] => [Date.parse(each.created_at), BigInt(each.id)];
  const [atMs, id] = place(order);
  const before = ordersOf(store.orders(), String(order.customer.id)).filter((each) => {
    const [otherMs, otherId] = place(each);
    return !each.test && (otherMs < atMs || (otherMs === atMs && otherId < id));
  });
  return before.length + 1;
}

function visitView(store: Store, order: Order): View {
  const landing = new URL(order.landing_site!, `https://${store.shop.domain}`);
  return {
    __typename: "CustomerVisit",
    id: `gid://shopify/CustomerVisit/${order.id}`,
    landingPage: landing.href,
    referrerUrl: order.referring_site || null,
    occurredAt: utcInstant(order.created_at),
    referralCode: landing.searchParams.get("ref") ?? landing.searchParams.get("source") ?? landing.searchParams.get("r"),
    source: order.referring_site ? new URL(order.referring_site).hostname : "direct",
  };
}
