// What the store says unasked of its discounts. A word names a discount, and that one is read anew: whatever else its body says is not relied on,
// as words come late, twice, and in any order.
import { inTransaction } from "../db.server.ts";
import { noteDelivery, type NewDelivery } from "../db/delivery.ts";
import { lookAtDiscount } from "../db/store-discount.ts";
import { parseJson } from "../domain/json.ts";
import { discountGid } from "../shopify/inventory.ts";
import { after } from "./again.ts";

/** Words about one discount come in bursts, and the first after something of ours: they are waited for a little. */
const BURST_MS = 2_000;

/** Notes a delivery of discounts/*, and that the discount which it names is to be read; both or none. */
export async function noteDiscountWord(delivery: NewDelivery, body: Buffer | null): Promise<void> {
  const storeId = body === null ? null : namedDiscount(body);
  await inTransaction(async (client) => {
    await noteDelivery(delivery, client);
    if (storeId !== null) await lookAtDiscount(client, delivery.shop, storeId, delivery.topic, after(delivery.receivedAt, BURST_MS));
  });
}

/** The gid of the code discount that a body names; null: it names none (an automatic discount has no codes). */
export function namedDiscount(body: Buffer): string | null {
  let read: unknown;
  try {
    read = parseJson(body.toString("utf8"));
  } catch {
    return null;
  }
  return typeof read === "object" && read !== null ? discountGid((read as Record<string, unknown>).admin_graphql_api_id) : null;
}
