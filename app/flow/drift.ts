// Drift: what the store has otherwise than the app.
import type { Admin } from "../shopify/admin.ts";

/** Compares a discount that was just read with what the app holds. */
export async function compareDiscount(_shop: string, _storeId: string, _admin: Admin): Promise<void> {}
