// What a merchant does to discounts in the store's own admin, for tests: through the local store's API, as another app than ours.
import { adminFor, type Admin } from "#app/shopify/admin.ts";
import { addCodes, deleteDiscount, removeCodes, settleJobs } from "#test/local/store/discounts.ts";
import { SHOP, type Stage } from "./merchant-stage.ts";

const CREATE = `mutation Merchant($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { field message } }
}`;
const UPDATE = `mutation Merchant($id: ID!, $input: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) { codeDiscountNode { id } userErrors { field message } }
}`;

type Made = { codeDiscountNode: { id: string } | null; userErrors: { message: string }[] };

function storeOf(): Admin {
  return adminFor(SHOP);
}

/** A discount as a merchant makes it; answers its gid. */
export async function makeDiscount(code: string, input: Record<string, unknown> = {}): Promise<string> {
  const answer = await storeOf()<{ discountCodeBasicCreate: Made }>(CREATE, {
    input: { title: code, code, startsAt: "2020-01-01T00:00:00Z", context: { all: "ALL" }, customerGets: { items: { all: true }, value: { percentage: 0.1 } }, ...input },
  });
  if (!answer.ok || answer.data.discountCodeBasicCreate.codeDiscountNode === null) throw new Error(`no discount ${code}: ${JSON.stringify(answer)}`);
  return answer.data.discountCodeBasicCreate.codeDiscountNode.id;
}

export async function editDiscount(id: string, input: Record<string, unknown>): Promise<void> {
  const answer = await storeOf()<{ discountCodeBasicUpdate: Made }>(UPDATE, { id, input });
  if (!answer.ok || answer.data.discountCodeBasicUpdate.userErrors.length > 0) throw new Error(JSON.stringify(answer));
}

/** Codes that are there at once. */
export function putCodes(stage: Stage, id: string, codes: string[]): void {
  addCodes(stage.store, stage.store.discount(id)!, codes);
  stage.forward(2_000);
  settleJobs(stage.store);
}

export function takeCodes(stage: Stage, id: string, codes: string[]): void {
  const discount = stage.store.discount(id)!;
  removeCodes(stage.store, discount, discount.codes.filter((each) => codes.includes(each.code)).map((each) => each.id));
  stage.forward(2_000);
  settleJobs(stage.store);
}

export function dropDiscount(stage: Stage, id: string): void {
  deleteDiscount(stage.store, stage.store.discount(id)!);
}
