// What a conversion carries beside the order's facts, read from the store for many at once: product types, and the addresses of buyers who agreed.
import type { Admin, AdminAnswer } from "./admin.ts";
import { clean, digitsOf } from "./text.ts";
import { AGREED_BUYERS, VARIANT_TYPES } from "./told-beside.graphql.ts";

/** The store takes at most 250 ids in a call. */
export const MOST_VARIANTS = 250;
/** A buyer costs more points than a variant. */
export const MOST_BUYERS = 100;

type VariantNode = { id: string; product?: { productType: string } } | null;

/** The product types of some variants, by variant id; null: the variant is gone, or its product has none. At most MOST_VARIANTS ids. */
export async function readVariantTypes(admin: Admin, variantIds: readonly string[]): Promise<AdminAnswer<Map<string, string | null>>> {
  const answer = await admin<{ nodes: VariantNode[] }>(VARIANT_TYPES, { ids: variantIds.map((id) => `gid://shopify/ProductVariant/${id}`) });
  if (!answer.ok) return answer;
  const found = new Map(answer.data.nodes.flatMap((node) => (node?.product === undefined ? [] : [[digitsOf(node.id), clean(node.product.productType).trim() || null] as const])));
  return { ...answer, data: new Map(variantIds.map((id) => [id, found.get(id) ?? null])) };
}

type BuyerNode = { id: string; email?: string | null; customerAcceptsMarketing?: boolean; customer?: { defaultEmailAddress: { emailAddress: string; marketingState: string } | null } | null } | null;

/**
 * The trimmed, lower-cased addresses of the buyers of some orders who agreed to marketing, by order id; the others are left out. What a customer says now
 * holds, of the address that is theirs; of a buyer without an account what they said when they bought. At most MOST_BUYERS ids.
 */
export async function readAgreedEmails(admin: Admin, orderIds: readonly string[]): Promise<AdminAnswer<Map<string, string>>> {
  const answer = await admin<{ nodes: BuyerNode[] }>(AGREED_BUYERS, { ids: orderIds.map((id) => `gid://shopify/Order/${id}`) });
  if (!answer.ok) return answer;
  return { ...answer, data: new Map(answer.data.nodes.flatMap((node) => (node !== null && hasAgreed(node) ? [[digitsOf(node.id), plain(node.email)] as const] : []))) };
}

function hasAgreed({ email, customer, customerAcceptsMarketing }: NonNullable<BuyerNode>): boolean {
  if (plain(email) === "") return false;
  const own = customer?.defaultEmailAddress ?? null;
  if (own === null) return customer == null && customerAcceptsMarketing === true;
  return plain(own.emailAddress) === plain(email) && own.marketingState === "SUBSCRIBED";
}

function plain(email: string | null | undefined): string {
  return email?.trim().toLowerCase() ?? "";
}
