// Discounts: made, changed and ended through the Admin API; codes added and removed in bulk, which takes a while.
import { nowMs } from "#app/clock.ts";
import { codeKey, findCode, forgetIndex, indexCode, statusOf } from "./codes.ts";
import { utcNow } from "./instants.ts";
import type { Store } from "./store.ts";
import type { BulkCreation, Discount } from "./types.ts";

const BULK_MS = 1_500;

export function discountGid(discount: Pick<Discount, "id">): string {
  return `gid://shopify/DiscountCodeNode/${discount.id}`;
}

export type DiscountTerms = Omit<Discount, "id" | "codes" | "usedBy" | "salesMinor" | "bulk" | "createdAt" | "updatedAt">;

export function createDiscount(store: Store, terms: DiscountTerms, code: string): Discount {
  const at = utcNow();
  const discount: Discount = {
    ...terms, id: String(store.nextId("Discount")), codes: [{ id: String(store.nextId("RedeemCode")), code, usageCount: 0 }], usedBy: [], salesMinor: "0",
    bulk: false, createdAt: at, updatedAt: at,
  };
  store.state.discounts.push(discount);
  indexCode(store, discount, discount.codes[0]!);
  tell(store, "discounts/create", discount);
  return discount;
}

export function updateDiscount(store: Store, discount: Discount, terms: DiscountTerms, code: string | null): void {
  Object.assign(discount, terms, { updatedAt: utcNow() });
  if (code !== null) discount.codes[0]!.code = code;
  forgetIndex(store);
  tell(store, "discounts/update", discount);
}

/** Ends it now; its codes are refused from here on. */
export function deactivateDiscount(store: Store, discount: Discount): void {
  discount.endsAt = utcNow();
  if (Date.parse(discount.startsAt) > Date.parse(discount.endsAt)) discount.startsAt = discount.endsAt;
  discount.updatedAt = utcNow();
  tell(store, "discounts/update", discount);
}

export function activateDiscount(store: Store, discount: Discount): void {
  const at = utcNow();
  if (Date.parse(discount.startsAt) > nowMs()) discount.startsAt = at;
  discount.endsAt = null;
  discount.updatedAt = at;
  tell(store, "discounts/update", discount);
}

/** Leaves no trace in the API: every look-up answers null afterwards. */
export function deleteDiscount(store: Store, discount: Discount): void {
  store.state.discounts = store.state.discounts.filter((each) => each !== discount);
  forgetIndex(store);
  const body = { admin_graphql_api_id: discountGid(discount), deleted_at: utcNow() };
  store.webhooks.fire(store.event(), "discounts/delete", body, null);
  store.changed();
}

/** Takes the codes in; they exist only once the work is done, by the clock. */
export function addCodes(store: Store, discount: Discount, codes: string[]): BulkCreation {
  const at = nowMs();
  const creation: BulkCreation = {
    id: String(store.nextId("BulkCreation")), discountId: discount.id, createdAtMs: at, dueAtMs: at + (store.options.bulkDelayMs ?? BULK_MS), done: false,
    codes: codes.map((code) => ({ code, redeemCodeId: null, error: null })),
  };
  store.state.bulkCreations.push(creation);
  discount.bulk = true;
  store.changed();
  return creation;
}

/** A job that removes codes of a discount; answers its id. */
export function removeCodes(store: Store, discount: Discount, ids: string[]): string {
  const id = String(store.nextId("Job"));
  store.state.jobs.push({ id, doneAtMs: nowMs() + (store.options.bulkDelayMs ?? BULK_MS), discountId: discount.id, redeemCodeIds: ids, done: false });
  store.changed();
  return id;
}

/** Does what has come due: bulk creations and removals. Called by the loop of the deliveries, and before every look at the codes. */
export function settleJobs(store: Store): void {
  const at = nowMs();
  for (const creation of store.state.bulkCreations) if (!creation.done && creation.dueAtMs <= at) finishCreation(store, creation);
  for (const job of store.state.jobs) {
    if (job.done || job.doneAtMs > at) continue;
    job.done = true;
    const discount = store.discount(job.discountId);
    const gone = discount?.codes.filter((each) => job.redeemCodeIds.includes(each.id)) ?? [];
    if (discount === null || gone.length === 0) continue;
    discount.codes = discount.codes.filter((each) => !gone.includes(each));
    forgetIndex(store);
    const eventId = store.event();
    for (const each of gone) tellCode(store, eventId, "discounts/redeemcode_removed", discount, each);
    store.changed();
  }
}

function finishCreation(store: Store, creation: BulkCreation): void {
  creation.done = true;
  const discount = store.discount(creation.discountId);
  const eventId = store.event();
  const seen = new Set<string>();
  for (const entry of creation.codes) {
    entry.error = codeFault(store, entry.code, seen);
    if (discount === null) entry.error ??= "must be unique. Please try a different code.";
    if (entry.error !== null || discount === null) continue;
    const code = { id: String(store.nextId("RedeemCode")), code: entry.code, usageCount: 0 };
    discount.codes.push(code);
    indexCode(store, discount, code);
    entry.redeemCodeId = code.id;
    tellCode(store, eventId, "discounts/redeemcode_added", discount, code);
  }
  if (discount !== null) discount.updatedAt = utcNow();
  store.changed();
}

/** The recorded messages of single codes of a bulk creation. */
function codeFault(store: Store, code: string, seen: Set<string>): string | null {
  if (code === "") return "is too short (minimum is 1 character)";
  if (/[\r\n]/.test(code)) return "cannot contain newline characters.";
  if (code.length > 255) return "is too long (maximum is 255 characters)";
  const key = codeKey(code);
  if (seen.has(key)) return "Codes must be unique within BulkDiscountCodeCreation";
  seen.add(key);
  return findCode(store, code) === null ? null : "must be unique. Please try a different code.";
}

function tell(store: Store, topic: string, discount: Discount): void {
  const body = {
    admin_graphql_api_id: discountGid(discount), title: discount.title, status: statusOf(discount), created_at: discount.createdAt, updated_at: discount.updatedAt,
  };
  store.webhooks.fire(store.event(), topic, body, null);
  store.changed();
}

function tellCode(store: Store, eventId: string, topic: string, discount: Discount, code: { id: string; code: string }): void {
  const body = {
    admin_graphql_api_id: discountGid(discount), redeem_code: { id: `gid://shopify/DiscountRedeemCode/${code.id}`, code: code.code }, updated_at: utcNow(),
  };
  store.webhooks.fire(eventId, topic, body, null);
}
