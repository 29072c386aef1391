// The store's discounts: one discount is one deal, its redeem codes are the creators' codes.
import type { DealTerms } from "../domain/deal.ts";
import { formatAmount } from "../domain/money.ts";
import type { Admin, AdminAnswer, AdminFault } from "./admin.ts";
import {
  ADD_REDEEM_CODES,
  CREATE_BASIC_DISCOUNT,
  CREATE_FREE_SHIPPING_DISCOUNT,
  FIND_DISCOUNT_BY_CODE,
  READ_BULK_CREATION,
  READ_BULK_CREATION_CODES,
  REMOVE_REDEEM_CODES,
} from "./discounts.graphql.ts";

/** The store's own words about an input that it does not take. */
export type StoreError = { code: string | null; field: string | null; message: string };

/** `refused` is final: the same input will be refused again. */
export type StoreFault = AdminFault | { kind: "refused"; errors: StoreError[] };
export type StoreAnswer<T> = { ok: true; value: T } | { ok: false; fault: StoreFault };

export type FoundDiscount = { id: string; title: string; status: "ACTIVE" | "SCHEDULED" | "EXPIRED" };

export type NewDiscount = {
  title: string;
  reserveCode: string; // the store makes no discount without a first code; nobody is given this one
  terms: DealTerms;
  currency: string; // the shop's
  startsAt: string; // ISO 8601
  endsAt: string | null;
};

/** The most codes that one call takes (the store refuses 251 as a whole). */
export const MOST_CODES_A_CALL = 250;

/** Marks what this app made. */
export const TAG = "creator-codes";

type UserError = { code: string | null; field: string[] | null; message: string };
type Node = { id: string; codeDiscount: { __typename: string; title?: string; status?: FoundDiscount["status"] } };
type Created = { codeDiscountNode: Node | null; userErrors: UserError[] };

export async function createDiscount(admin: Admin, discount: NewDiscount): Promise<StoreAnswer<FoundDiscount>> {
  const freeShipping = discount.terms.value.kind === "free_shipping";
  const input = discountInput(discount);
  const answer = freeShipping
    ? payload(await admin<{ discountCodeFreeShippingCreate: Created }>(CREATE_FREE_SHIPPING_DISCOUNT, { input }), (data) => data.discountCodeFreeShippingCreate)
    : payload(await admin<{ discountCodeBasicCreate: Created }>(CREATE_BASIC_DISCOUNT, { input }), (data) => data.discountCodeBasicCreate);
  if (!answer.ok) return answer;
  const node = answer.value.codeDiscountNode;
  return node ? { ok: true, value: found(node) } : { ok: false, fault: { kind: "unreadable", detail: "a discount was made without an id" } };
}

/** The input of discountCodeBasicCreate, or of discountCodeFreeShippingCreate. Pure. */
export function discountInput({ title, reserveCode, terms, currency, startsAt, endsAt }: NewDiscount): Record<string, unknown> {
  const input = {
    title,
    code: reserveCode,
    startsAt,
    endsAt,
    context: { all: "ALL" },
    appliesOncePerCustomer: terms.oncePerCustomer,
    usageLimit: terms.usageLimit,
    combinesWith: { orderDiscounts: terms.combinesWith.order, productDiscounts: terms.combinesWith.product, shippingDiscounts: terms.combinesWith.shipping },
    minimumRequirement: minimumInput(terms, currency),
    tags: [TAG],
  };
  if (terms.value.kind === "free_shipping") return { ...input, destination: { all: true } };
  if (terms.value.kind === "buy_get") throw new Error("a deal of this kind has no input of this kind");
  const value =
    terms.value.kind === "percentage"
      ? { percentage: terms.value.basisPoints / 10_000 }
      : { discountAmount: { amount: formatAmount(BigInt(terms.value.amount), currency), appliesOnEachItem: terms.value.kind === "fixed_item" } };
  return { ...input, customerGets: { items: { all: true }, value } };
}

function minimumInput({ minimum }: DealTerms, currency: string): Record<string, unknown> | null {
  if (minimum.kind === "subtotal") return { subtotal: { greaterThanOrEqualToSubtotal: formatAmount(BigInt(minimum.amount), currency) } };
  if (minimum.kind === "quantity") return { quantity: { greaterThanOrEqualToQuantity: String(minimum.quantity) } };
  return null;
}

/** The discount that has this code, whoever made it; null: the code is free. Case does not matter. */
export async function findByCode(admin: Admin, code: string): Promise<StoreAnswer<FoundDiscount | null>> {
  const answer = await admin<{ codeDiscountNodeByCode: Node | null }>(FIND_DISCOUNT_BY_CODE, { code });
  if (!answer.ok) return answer;
  const node = answer.data.codeDiscountNodeByCode;
  return { ok: true, value: node ? found(node) : null };
}

/** Starts to add codes (1 to 250) to a discount. They appear later: ask readBulkCreation with the job's id. */
export async function addRedeemCodes(admin: Admin, discountId: string, codes: string[]): Promise<StoreAnswer<{ jobId: string }>> {
  type Added = { discountRedeemCodeBulkAdd: { bulkCreation: { id: string; done: boolean } | null; userErrors: UserError[] } };
  const answer = payload(await admin<Added>(ADD_REDEEM_CODES, { discountId, codes: codes.map((code) => ({ code })) }), (data) => data.discountRedeemCodeBulkAdd);
  if (!answer.ok) return answer;
  const job = answer.value.bulkCreation;
  return job ? { ok: true, value: { jobId: job.id } } : { ok: false, fault: { kind: "unreadable", detail: "codes were added without a job" } };
}

/** How a job of addRedeemCodes stands. `failed`: how many of its codes were not made; readBulkCodes says which and why. */
export type BulkCreation = { done: boolean; failed: number };

/** null: the store does not know the job (any more). Cheap: it is asked again and again until the job is done. */
export async function readBulkCreation(admin: Admin, jobId: string): Promise<StoreAnswer<BulkCreation | null>> {
  type Job = { done: boolean; codesCount: number; importedCount: number; failedCount: number };
  const answer = await admin<{ discountRedeemCodeBulkCreation: Job | null }>(READ_BULK_CREATION, { id: jobId });
  if (!answer.ok) return answer;
  const job = answer.data.discountRedeemCodeBulkCreation;
  // Whatever was not counted as made is looked at one by one.
  return { ok: true, value: job && { done: job.done, failed: Math.max(job.failedCount, job.codesCount - job.importedCount) } };
}

export type BulkCode = { code: string; redeemCodeId: string | null; errors: StoreError[] };
export type BulkCodes = { codes: BulkCode[]; next: string | null };

/** A page of what became of the single codes of a job that is done; `next` is the cursor of the page after it. null: no such job. */
export async function readBulkCodes(admin: Admin, jobId: string, after: string | null): Promise<StoreAnswer<BulkCodes | null>> {
  type Codes = { nodes: { code: string; discountRedeemCode: { id: string } | null; errors: UserError[] }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  const answer = await admin<{ discountRedeemCodeBulkCreation: { codes: Codes } | null }>(READ_BULK_CREATION_CODES, { id: jobId, after });
  if (!answer.ok) return answer;
  const page = answer.data.discountRedeemCodeBulkCreation?.codes;
  if (!page) return { ok: true, value: null };
  const codes = page.nodes.map((node) => ({ code: node.code, redeemCodeId: node.discountRedeemCode?.id ?? null, errors: node.errors.map(storeError) }));
  return { ok: true, value: { codes, next: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null } };
}

/** Starts to take codes out of a discount, by their redeem code ids. Orders that used them are not touched. */
export async function removeRedeemCodes(admin: Admin, discountId: string, redeemCodeIds: string[]): Promise<StoreAnswer<null>> {
  type Removed = { discountCodeRedeemCodeBulkDelete: { userErrors: UserError[] } };
  const answer = payload(await admin<Removed>(REMOVE_REDEEM_CODES, { discountId, ids: redeemCodeIds }), (data) => data.discountCodeRedeemCodeBulkDelete);
  return answer.ok ? { ok: true, value: null } : answer;
}

function found(node: Node): FoundDiscount {
  return { id: node.id, title: node.codeDiscount.title ?? "", status: node.codeDiscount.status ?? "ACTIVE" };
}

function storeError({ code, field, message }: UserError): StoreError {
  return { code, field: field?.join(".") ?? null, message };
}

/** Lifts a mutation's userErrors into a fault. */
function payload<D, P extends { userErrors: UserError[] }>(answer: AdminAnswer<D>, pick: (data: D) => P | null): StoreAnswer<P> {
  if (!answer.ok) return answer;
  const value = pick(answer.data);
  if (!value) return { ok: false, fault: { kind: "unreadable", detail: "the answer carries no payload" } };
  if (value.userErrors.length > 0) return { ok: false, fault: { kind: "refused", errors: value.userErrors.map(storeError) } };
  return { ok: true, value };
}
