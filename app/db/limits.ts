// Where a transaction may take longer than the server's limits (app/db.server.ts), which end what hangs: what goes through all orders of a shop takes as long as it has to.
import type { Queryable } from "../db.server.ts";

/** The transaction holds something while others do the work, and may stand still for as long as that takes. */
export async function letStandStill(client: Queryable): Promise<void> {
  await client.query("set local idle_in_transaction_session_timeout = 0");
}

/** Statements of the transaction may take as long as they need. */
export async function letTakeLong(client: Queryable): Promise<void> {
  await client.query("set local statement_timeout = 0");
}
