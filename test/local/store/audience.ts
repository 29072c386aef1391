// Who buys: the segments that a customer is in, the market that a country belongs to, and whom a discount is for.
import type { Store } from "./store.ts";
import type { Countries, DiscountContext, Market, Segment } from "./types.ts";

const SEGMENT_STEP = 32_768;
const FIRST_SEGMENT = 508_813_770_752;
const FIRST_MARKET = 19_218_464_768;

export type Buyer = { email: string | null; country: string };

/** The segments of the demo. What their queries say is not reckoned out, but for the number of orders: members are put in by hand. */
export function demoSegments(): Segment[] {
  const entries: [name: string, query: string, leastOrders: number | null][] = [
    ["Customers who have purchased at least once", "number_of_orders > 0", 1],
    ["Customers who have purchased more than once", "number_of_orders > 1", 2],
    ["Friends of the atelier", "customer_tags CONTAINS 'friend'", null],
    ["E-mail subscribers", "email_subscription_status = 'SUBSCRIBED'", null],
    ["Trade customers", "customer_tags CONTAINS 'trade'", null],
  ];
  return entries.map(([name, query, leastOrders], at) => ({
    id: String(FIRST_SEGMENT + at * SEGMENT_STEP), name, query, createdAt: `2026-0${at + 1}-12T09:30:00Z`, editedAt: `2026-0${at + 1}-12T09:30:00Z`, members: [], leastOrders,
  }));
}

/** The markets of the demo: what is in none of them is the rest of the world. */
export function demoMarkets(): Market[] {
  const entries: [name: string, handle: string, status: Market["status"], countries: string[]][] = [
    ["Germany", "de", "ACTIVE", ["DE"]],
    ["France", "fr", "ACTIVE", ["FR"]],
    ["Rest of the European Union", "eu", "ACTIVE", ["AT", "BE", "DK", "ES", "IE", "IT", "LU", "NL", "PL", "PT", "SE"]],
    ["Switzerland and United Kingdom", "ch-gb", "ACTIVE", ["CH", "GB"]],
    ["North America", "na", "DRAFT", ["CA", "US"]],
  ];
  return entries.map(([name, handle, status, countries], at) => ({ id: String(FIRST_MARKET + at * SEGMENT_STEP), name, handle, status, countries }));
}

/** Puts a buyer into a segment, or takes the buyer out of it; false where there is no such segment. */
export function setMember(store: Store, segmentId: string, email: string, member: boolean): boolean {
  const segment = store.state.segments.find(({ id }) => id === segmentId);
  if (segment === undefined) return false;
  const key = email.trim().toLowerCase();
  segment.members = [...segment.members.filter((each) => each !== key), ...(member ? [key] : [])];
  store.changed();
  return true;
}

/** Whether a buyer is among those that a discount is for. */
export function isFor(store: Store, context: DiscountContext, buyer: Buyer): boolean {
  if (context.kind === "all") return true;
  if (context.kind === "markets") return store.state.markets.some(({ id, status, countries }) => status === "ACTIVE" && context.ids.includes(id) && countries.includes(buyer.country));
  const email = buyer.email?.trim().toLowerCase() ?? "";
  if (email === "") return false;
  const customer = store.state.customers.find((each) => each.email === email);
  if (context.kind === "customers") return customer !== undefined && context.ids.includes(customer.id);
  return store.state.segments.some(({ id, members, leastOrders }) => context.ids.includes(id) && (members.includes(email) || (leastOrders !== null && (customer?.orders ?? 0) >= leastOrders)));
}

/** Whether free shipping goes there; the rest of the world is every country that no market names. */
export function reaches(store: Store, countries: Countries | null, country: string): boolean {
  if (countries === null || countries.codes.includes(country)) return true;
  return countries.restOfWorld && !store.state.markets.some((market) => market.countries.includes(country));
}
