// Discounts: made, changed and ended, by an app through the Admin API or by a person in the store's admin; codes added and removed in bulk, which takes a while.
import { codeKey, findCode, indexCode, redeemCode, statusOf, unindexCodes } from "./codes.ts";
import type { Store } from "./store.ts";
import type { BulkCreation, Discount, Maker, RedeemCode } from "./types.ts";

const BULK_MS = 1_500;
/** The app whose Admin API this is. */
export const THIS_APP: Maker = { id: "148902412289", title: "Creator Codes" };
/** One that makes discounts beside it, for trying out what was not made here. */
export const OTHER_APP: Maker = { id: "62190813185", title: "Loyalty Lane" };

export function discountGid(discount: Pick<Discount, "id">): string {
  return `gid://shopify/DiscountCodeNode/${discount.id}`;
}

export type DiscountTerms = Omit<Discount, "id" | "codes" | "usedBy" | "salesMinor" | "bulk" | "createdAt" | "updatedAt">;

export function createDiscount(store: Store, terms: DiscountTerms, code: string, by: Maker = THIS_APP): Discount {
  const at = store.utcNow();
  const discount: Discount = {
    ...terms, id: String(store.nextId("Discount")), codes: [{ id: String(store.nextId("RedeemCode")), code, usageCount: 0, createdBy: by }], usedBy: [], salesMinor: "0",
    bulk: false, createdAt: at, updatedAt: at,
  };
  store.state.discounts.push(discount);
  indexCode(store, discount, discount.codes[0]!);
  tell(store, "discounts/create", discount);
  return discount;
}

export function updateDiscount(store: Store, discount: Discount, terms: DiscountTerms, code: string | null): void {
  Object.assign(discount, terms, { updatedAt: store.utcNow() });
  const first = discount.codes[0];
  if (code !== null && first !== undefined) {
    unindexCodes(store, [first]);
    first.code = code;
    indexCode(store, discount, first);
  }
  tell(store, "discounts/update", discount);
}

/** Ends it now; its codes are refused from here on. */
export function deactivateDiscount(store: Store, discount: Discount): void {
  discount.endsAt = store.utcNow();
  if (Date.parse(discount.startsAt) > Date.parse(discount.endsAt)) discount.startsAt = discount.endsAt;
  discount.updatedAt = store.utcNow();
  tell(store, "discounts/update", discount);
}

export function activateDiscount(store: Store, discount: Discount): void {
  const at = store.utcNow();
  if (Date.parse(discount.startsAt) > store.nowMs()) discount.startsAt = at;
  discount.endsAt = null;
  discount.updatedAt = at;
  tell(store, "discounts/update", discount);
}

/** Leaves no trace in the API: every look-up answers null afterwards. */
export function deleteDiscount(store: Store, discount: Discount): void {
  store.state.discounts = store.state.discounts.filter((each) => each !== discount);
  unindexCodes(store, discount.codes);
  const body = { admin_graphql_api_id: discountGid(discount), deleted_at: store.utcNow() };
  store.webhooks.fire(store.event(), "discounts/delete", body, null);
  store.changed();
}

/** Takes the codes in; they exist only once the work is done, by the clock. */
export function addCodes(store: Store, discount: Discount, codes: string[], by: Maker = THIS_APP, delayMs = store.options.bulkDelayMs ?? BULK_MS): BulkCreation {
  const at = store.nowMs();
  const creation: BulkCreation = {
    id: String(store.nextId("BulkCreation")), discountId: discount.id, createdAtMs: at, dueAtMs: at + delayMs, done: false, createdBy: by,
    codes: codes.map((code) => ({ code, redeemCodeId: null, error: null })),
  };
  store.state.bulkCreations.push(creation);
  discount.bulk = true;
  store.changed();
  return creation;
}

/** A job that removes codes of a discount; answers its id. */
export function removeCodes(store: Store, discount: Discount, ids: string[], delayMs = store.options.bulkDelayMs ?? BULK_MS): string {
  const id = String(store.nextId("Job"));
  store.state.jobs.push({ id, doneAtMs: store.nowMs() + delayMs, discountId: discount.id, redeemCodeIds: ids, done: false });
  store.changed();
  return id;
}

const settled = new WeakMap<Store, { creations: number; jobs: number }>();

/** Does what has come due: bulk creations and removals. Called by the loop of the deliveries, and before every look at the codes. */
export function settleJobs(store: Store): void {
  const at = store.nowMs();
  const { bulkCreations, jobs } = store.state;
  // What is done already at the head of each list is not looked at again: there may be thousands.
  const from = settled.get(store) ?? { creations: 0, jobs: 0 };
  while (bulkCreations[from.creations]?.done === true) from.creations++;
  while (jobs[from.jobs]?.done === true) from.jobs++;
  settled.set(store, from);
  for (let place = from.creations; place < bulkCreations.length; place++) {
    const creation = bulkCreations[place]!;
    if (!creation.done && creation.dueAtMs <= at) finishCreation(store, creation);
  }
  for (let place = from.jobs; place < jobs.length; place++) {
    const job = jobs[place]!;
    if (job.done || job.doneAtMs > at) continue;
    job.done = true;
    const discount = store.discount(job.discountId);
    if (discount !== null) dropCodes(store, discount, new Set(job.redeemCodeIds));
  }
}

function dropCodes(store: Store, discount: Discount, ids: ReadonlySet<string>): void {
  const gone = discount.codes.filter((each) => ids.has(each.id));
  if (gone.length === 0) return;
  discount.codes = discount.codes.filter((each) => !ids.has(each.id));
  unindexCodes(store, gone);
  const eventId = store.event();
  for (const each of gone) tellCode(store, eventId, "discounts/redeemcode_removed", discount, each);
  store.changed();
}

/** The code of a bulk creation's entry, while it is there. */
export function importedCode(store: Store, id: string | null): RedeemCode | null {
  return id === null ? null : (redeemCode(store, id)?.code ?? null);
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
    const code = { id: String(store.nextId("RedeemCode")), code: entry.code, usageCount: 0, createdBy: creation.createdBy === undefined ? THIS_APP : creation.createdBy };
    discount.codes.push(code);
    indexCode(store, discount, code);
    entry.redeemCodeId = code.id;
    tellCode(store, eventId, "discounts/redeemcode_added", discount, code);
  }
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

/** As documented, of what was changed in the admin and of what apps changed, this one too. */
function tell(store: Store, topic: string, discount: Discount): void {
  const body = {
    admin_graphql_api_id: discountGid(discount), title: discount.title, status: statusOf(discount, store.nowMs()), created_at: discount.createdAt, updated_at: discount.updatedAt,
  };
  store.webhooks.fire(store.event(), topic, body, null);
  store.changed();
}

/**
 * Not documented in full: that the discount is named, and the code by its id and text. Nor whether a code made together with its discount is told beside
 * discounts/create, and whether a discount counts as updated (updatedAt, discounts/update) when codes come and go: neither is done here, so that nobody relies on it.
 */
function tellCode(store: Store, eventId: string, topic: string, discount: Discount, code: { id: string; code: string }): void {
  const body = {
    admin_graphql_api_id: discountGid(discount), redeem_code: { id: `gid://shopify/DiscountRedeemCode/${code.id}`, code: code.code }, updated_at: store.utcNow(),
  };
  store.webhooks.fire(eventId, topic, body, null);
}
