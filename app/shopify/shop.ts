// What the app needs to know of the shop itself.
import type { Admin, AdminAnswer } from "./admin.ts";
import { READ_SHOP } from "./shop.graphql.ts";

export type ShopInfo = { name: string; email: string; currency: string; timezone: string; domain: string };

/** The shop's name, its own address, its currency (ISO 4217), its time zone (IANA) and the host of its primary domain. */
export async function readShop(admin: Admin): Promise<AdminAnswer<ShopInfo>> {
  const answer = await admin<{ shop: { name: string; email: string; currencyCode: string; ianaTimezone: string; primaryDomain: { host: string } } }>(READ_SHOP);
  if (!answer.ok) return answer;
  const { name, email, currencyCode, ianaTimezone, primaryDomain } = answer.data.shop;
  return { ok: true, cost: answer.cost, data: { name, email, currency: currencyCode, timezone: ianaTimezone, domain: primaryDomain.host } };
}
