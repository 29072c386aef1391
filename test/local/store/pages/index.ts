// The store's own pages (admin, storefront, control). Until they are built the store has none.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Store } from "../store.ts";

/** Answers a request that the core does not know; false where this is no page either. */
export async function pages(_request: IncomingMessage, _response: ServerResponse, _store: Store): Promise<boolean> {
  return false;
}
