// What the privacy topics ask for, and what of an order leads to its buyer. Pure.
import type { Beside } from "./beside.ts";
import type { Frozen, Settlement } from "./credit.ts";
import type { OrderFacts } from "./order.ts";
import { idOf } from "./read-order.ts";

export const PRIVACY_TOPICS = ["customers/data_request", "customers/redact", "shop/redact"] as const;
export type PrivacyTopic = (typeof PRIVACY_TOPICS)[number];

/** The platform gives 30 days. */
export const PRIVACY_DAYS = 30;

export function isPrivacyTopic(topic: string): topic is PrivacyTopic {
  return (PRIVACY_TOPICS as readonly string[]).includes(topic);
}

/** Whom a body names; the addresses are only hashed, and never kept. */
export type NamedPerson = { customerId: string | null; emails: string[]; orders: string[] };

/** Reads the body of a privacy topic (parsed by domain/json.ts). Null: it names nobody. */
export function readPrivacyBody(body: unknown): NamedPerson | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const fields = body as Record<string, unknown>;
  const customer = typeof fields.customer === "object" && fields.customer !== null ? (fields.customer as Record<string, unknown>) : {};
  const customerId = idOf(customer);
  const emails = typeof customer.email === "string" && customer.email.trim() !== "" ? [customer.email] : [];
  const listed = [fields.orders_to_redact, fields.orders_requested].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  const orders = [...new Set(listed.flatMap((id) => idOf({ id }) ?? []))];
  return customerId === null && emails.length === 0 && orders.length === 0 ? null : { customerId, emails, orders };
}

/** Every part of the facts: what the accounts need stays, what leads to the buyer goes. A new part does not compile until it stands here. */
const PARTS: Record<keyof OrderFacts, "kept" | "removed"> = {
  version: "kept",
  id: "kept",
  name: "kept",
  createdAt: "kept",
  updatedNs: "kept",
  test: "kept",
  cancelledAt: "kept",
  cancelReason: "kept",
  financialStatus: "kept",
  currency: "kept",
  presentment: "kept",
  taxesIncluded: "kept",
  sourceName: "kept",
  applications: "kept",
  listedCodes: "kept",
  lines: "kept",
  shipping: "kept",
  refunds: "kept",
  emailHash: "removed",
  visitor: "removed",
  clickId: "removed",
  clickIds: "removed",
  entries: "removed",
  told: "removed",
};

/** The facts without what leads to the buyer. */
export function strip(facts: OrderFacts): OrderFacts {
  const kept = Object.fromEntries(Object.entries(facts).filter(([part]) => PARTS[part as keyof OrderFacts] !== "removed"));
  return { ...(kept as OrderFacts), emailHash: null, visitor: null, clickId: null };
}

/** What a delivery says, without what leads to the buyer. */
export function stripWord<W extends { facts: OrderFacts | null; beside?: Beside | null }>(word: W): W {
  return { ...word, facts: word.facts && strip(word.facts), ...(word.beside == null ? {} : { beside: stripBeside(word.beside) }) };
}

function stripBeside({ origin: _removed, ...kept }: Beside): Beside {
  return kept;
}

/** What is to be kept of a settlement when the data that it was made from goes. */
export function freeze(settlement: Pick<Settlement, "candidates">): Frozen {
  return Object.fromEntries(settlement.candidates.map(({ match, isSelf, clicks, creatorId }) => [match.code.id, { self: isSelf, clicks, creatorId }]));
}
