// The store's discounts: one discount is one deal, its redeem codes are the creators' codes.
import { type DiscountKind, kindOfTerms } from "../domain/deal-parts.ts";
import type { SeenDiscount } from "../domain/deal-seen.ts";
import type { Admin, AdminAnswer, AdminFault } from "./admin.ts";
import {
  ADD_REDEEM_CODES,
  CREATE_BASIC_DISCOUNT,
  CREATE_BXGY_DISCOUNT,
  CREATE_FREE_SHIPPING_DISCOUNT,
  FIND_DISCOUNT_BY_CODE,
  READ_BULK_CREATION,
  READ_BULK_CREATION_CODES,
  UPDATE_BASIC_DISCOUNT,
  UPDATE_BXGY_DISCOUNT,
  UPDATE_FREE_SHIPPING_DISCOUNT,
} from "./discounts.graphql.ts";
import { createInput, type DiscountContent, type NewDiscount, updateInput } from "./discounts-input.ts";

export type { DiscountContent, NewDiscount } from "./discounts-input.ts";

/** The store's own words about an input that it does not take. */
export type StoreError = { code: string | null; field: string | null; message: string };

/** `refused` is final: the same input will be refused again. */
export type StoreFault = AdminFault | { kind: "refused"; errors: StoreError[] };
export type StoreAnswer<T> = { ok: true; value: T } | { ok: false; fault: StoreFault };

export type FoundDiscount = { id: string; title: string; status: "ACTIVE" | "SCHEDULED" | "EXPIRED" };

/** The most codes that one call takes (the store refuses 251 as a whole). */
export const MOST_CODES_A_CALL = 250;

type UserError = { code: string | null; field: string[] | null; message: string };
type Node = { id: string; codeDiscount: { __typename: string; title?: string; status?: FoundDiscount["status"] } };
type Written = Record<string, { codeDiscountNode: Node | null; userErrors: UserError[] }>;

/** Makes a discount of the kind that the terms ask for. */
export async function createDiscount(admin: Admin, discount: NewDiscount): Promise<StoreAnswer<FoundDiscount>> {
  const { create } = MUTATIONS[kindOfTerms(discount.terms)];
  return written(await admin<Written>(create, { input: createInput(discount) }));
}

/** Changes a discount into this one; `seen`: what the store has of it. Its kind has to be the same. Its codes stay. */
export async function updateDiscount(admin: Admin, discount: DiscountContent, seen: SeenDiscount): Promise<StoreAnswer<FoundDiscount>> {
  const { update } = MUTATIONS[kindOfTerms(discount.terms)];
  return written(await admin<Written>(update, { id: seen.id, input: updateInput(discount, seen) }));
}

const MUTATIONS: Record<DiscountKind, { create: string; update: string }> = {
  basic: { create: CREATE_BASIC_DISCOUNT, update: UPDATE_BASIC_DISCOUNT },
  free_shipping: { create: CREATE_FREE_SHIPPING_DISCOUNT, update: UPDATE_FREE_SHIPPING_DISCOUNT },
  bxgy: { create: CREATE_BXGY_DISCOUNT, update: UPDATE_BXGY_DISCOUNT },
};

/** Each of these documents asks for one thing. */
function written(answer: AdminAnswer<Written>): StoreAnswer<FoundDiscount> {
  const read = payload(answer, (data) => Object.values(data)[0] ?? null);
  if (!read.ok) return read;
  const node = read.value.codeDiscountNode;
  return node ? { ok: true, value: found(node) } : { ok: false, fault: { kind: "unreadable", detail: "a discount was written without an id" } };
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
