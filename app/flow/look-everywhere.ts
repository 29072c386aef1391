// A person wants to know how things stand now: the store's discounts and the networks' programs are read as soon as may be.
import { readStoreAgain } from "./inventory.ts";
import { compareAgain } from "./drift-network.ts";

export async function lookEverywhere(shop: string): Promise<void> {
  await readStoreAgain(shop);
  await compareAgain(shop);
}
