// Taking redeem codes out of the store's discounts.
import { codeKey } from "../domain/code.ts";
import type { Admin } from "./admin.ts";
import type { StoreAnswer, StoreError } from "./discounts.ts";
import { LOOK_FOR_REDEEM_CODE, READ_JOB, TAKE_OUT_REDEEM_CODES } from "./take-out.graphql.ts";

/** `redeemId` null: the search of the discount's codes does not show it yet. */
export type FoundCode = { discountId: string; redeemId: string | null };

type Node = { id: string; codeDiscount: { codes?: { nodes: { id: string; code: string }[] } } };

/** Where a code stands in the store, whoever made it; null: nowhere. Case does not matter. */
export async function findRedeemCode(admin: Admin, code: string): Promise<StoreAnswer<FoundCode | null>> {
  const search = `"${code.replace(/["\\]/g, "\\$&")}"`;
  const answer = await admin<{ codeDiscountNodeByCode: Node | null }>(LOOK_FOR_REDEEM_CODE, { code, search });
  if (!answer.ok) return answer;
  const node = answer.data.codeDiscountNodeByCode;
  if (!node) return { ok: true, value: null };
  const key = codeKey(code);
  const mine = (node.codeDiscount.codes?.nodes ?? []).find((each) => codeKey(each.code) === key);
  return { ok: true, value: { discountId: node.id, redeemId: mine?.id ?? null } };
}

/** Starts to take redeem codes (1 to 250) out of a discount, by their ids. They are gone later: ask isJobDone. Orders that used them are not touched. */
export async function takeOutRedeemCodes(admin: Admin, discountId: string, redeemIds: string[]): Promise<StoreAnswer<{ jobId: string | null }>> {
  type UserError = { code: string | null; field: string[] | null; message: string };
  type Removed = { discountCodeRedeemCodeBulkDelete: { job: { id: string } | null; userErrors: UserError[] } | null };
  const answer = await admin<Removed>(TAKE_OUT_REDEEM_CODES, { discountId, ids: redeemIds });
  if (!answer.ok) return answer;
  const removed = answer.data.discountCodeRedeemCodeBulkDelete;
  if (!removed) return { ok: false, fault: { kind: "unreadable", detail: "the answer carries no payload" } };
  if (removed.userErrors.length === 0) return { ok: true, value: { jobId: removed.job?.id ?? null } };
  const errors = removed.userErrors.map(({ code, field, message }): StoreError => ({ code, field: field?.join(".") ?? null, message }));
  return { ok: false, fault: { kind: "refused", errors } };
}

/** A job that the store does not know any more is done: what it did is read back in any case. */
export async function isJobDone(admin: Admin, jobId: string): Promise<StoreAnswer<boolean>> {
  const answer = await admin<{ job: { done: boolean } | null }>(READ_JOB, { id: jobId });
  if (answer.ok) return { ok: true, value: answer.data.job?.done ?? true };
  return answer.fault.kind === "graphql" ? { ok: true, value: true } : answer;
}
