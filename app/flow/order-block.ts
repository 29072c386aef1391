// An order for the block in the store's admin: all that is kept of it, and how the shop counts money and time.
import { findShop } from "../db/shop.ts";
import type { OrderPage } from "../domain/orders-page.ts";
import { openOrder } from "./prove.ts";

export type OrderForBlock = { page: OrderPage; currency: string; timezone: string };

/** Null where the shop has no order of this id. */
export async function openOrderForBlock(shop: string, orderId: string): Promise<OrderForBlock | null> {
  const [page, facts] = await Promise.all([openOrder(shop, orderId), findShop(shop)]);
  return page && { page, currency: facts?.currency || page.order.currency || "EUR", timezone: facts?.timezone || "UTC" };
}
