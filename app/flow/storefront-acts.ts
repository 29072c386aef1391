// What a person can have done about the storefront: a new token in place of the old ones, and another try where something could not be given.
import { now } from "../clock.ts";
import { addLog } from "../db/log.ts";
import { raiseTokenVersion, tryStorefrontSoon } from "../db/storefront.ts";
import { inTransaction } from "../db.server.ts";

/** Whatever tells of clicks with an old token is refused from now on; pixel and embed are given a new one. */
export async function renewStorefront(shop: string, who: string): Promise<void> {
  const at = now();
  await inTransaction(async (client) => {
    await raiseTokenVersion(shop, at, client);
    await addLog(client, shop, at, { who, what: "storefront.renewed", detail: {} });
  });
}

/** The store is asked again at once. */
export async function tryStorefrontAgain(shop: string): Promise<void> {
  await inTransaction((client) => tryStorefrontSoon(client, shop, now()));
}
