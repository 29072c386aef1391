// What the store has: its code discounts, whoever made them, and their redeem codes, page by page.
import type { Admin, AdminAnswer } from "./admin.ts";
import { LIST_DISCOUNTS, READ_CODES_OF_APP, READ_CODES_OF_BASIC, READ_CODES_OF_BXGY, READ_CODES_OF_FREE_SHIPPING } from "./inventory.graphql.ts";

export type DiscountKind = "basic" | "free_shipping" | "bxgy" | "app";

const KINDS: Record<string, DiscountKind> = { DiscountCodeBasic: "basic", DiscountCodeFreeShipping: "free_shipping", DiscountCodeBxgy: "bxgy", DiscountCodeApp: "app" };

/** A code discount as a list names it. */
export type ListedDiscount = { storeId: string; changedAt: string; codesCount: number };

/** `createdBy`: the app that made it; null: a person, in the store's admin. */
export type RedeemCode = { redeemId: string; code: string; uses: number; createdBy: string | null };

type PageInfo = { hasNextPage: boolean; endCursor: string | null };
type Page<T> = { nodes: T[]; pageInfo: PageInfo };
type Counted = { codesCount?: { count: number } | null };

/**
 * The one form in which the app keeps a discount's gid: the store's topics and lists name the same discount as DiscountNode and as
 * DiscountCodeNode. null: it is no code discount's.
 */
export function discountGid(id: unknown): string | null {
  const digits = typeof id === "string" ? /^gid:\/\/shopify\/Discount(?:Code)?Node\/(\d{1,20})$/.exec(id)?.[1] : undefined;
  return digits === undefined ? null : `gid://shopify/DiscountCodeNode/${digits}`;
}

/** Which discounts to list: all by their id (nothing lags behind), or those that changed since an instant, the longest ago first (the store's search lags). */
export type Listing = { since: string | null; after: string | null };

/** A page of the store's code discounts; `next` is the cursor of the page after it. */
export async function listDiscounts(admin: Admin, { since, after }: Listing): Promise<AdminAnswer<{ discounts: ListedDiscount[]; next: string | null }>> {
  type Node = { id: string; discount: { __typename: string; updatedAt?: string } & Counted };
  const search = since === null ? { query: null, sortKey: "ID" } : { query: `updated_at:>='${since}'`, sortKey: "UPDATED_AT" };
  const answer = await admin<{ discountNodes: Page<Node> }>(LIST_DISCOUNTS, { ...search, after });
  if (!answer.ok) return answer;
  const { nodes, pageInfo } = answer.data.discountNodes;
  const discounts = nodes.flatMap(({ id, discount }) => {
    const storeId = discount.__typename in KINDS ? discountGid(id) : null;
    return storeId === null ? [] : [{ storeId, changedAt: discount.updatedAt ?? "", codesCount: discount.codesCount?.count ?? 0 }];
  });
  return { ok: true, data: { discounts, next: nextOf(pageInfo) }, cost: answer.cost };
}

const CODES: Record<DiscountKind, string> = { basic: READ_CODES_OF_BASIC, free_shipping: READ_CODES_OF_FREE_SHIPPING, bxgy: READ_CODES_OF_BXGY, app: READ_CODES_OF_APP };

/** The most codes on one page, as the store allows it. */
export const LARGEST_PAGE = 250;

/** A page of a discount's codes, in the order in which they were made; null: the discount is gone. The store reckons a page by the `size` that is asked for, from 1 to LARGEST_PAGE. */
export async function readCodes(admin: Admin, storeId: string, kind: DiscountKind, { size, after }: { size: number; after: string | null }): Promise<AdminAnswer<{ codes: RedeemCode[]; next: string | null } | null>> {
  type Code = { id: string; code: string; asyncUsageCount: number; createdBy: { title: string } | null };
  const answer = await admin<{ discountNode: { discount: { codes?: Page<Code> } } | null }>(CODES[kind], { id: storeId, first: Math.min(Math.max(size, 1), LARGEST_PAGE), after });
  if (!answer.ok) return answer;
  const page = answer.data.discountNode?.discount.codes;
  if (!page) return { ...answer, data: null };
  const codes = page.nodes.map(({ id, code, asyncUsageCount, createdBy }) => ({ redeemId: id, code, uses: asyncUsageCount, createdBy: createdBy?.title ?? null }));
  return { ...answer, data: { codes, next: nextOf(page.pageInfo) } };
}

function nextOf({ hasNextPage, endCursor }: PageInfo): string | null {
  return hasNextPage ? endCursor : null;
}
