// The networks of a shop during one turn of the placing loop; one whose fault stops everything is left alone until the next turn.
import { findConnection } from "../db/connection.ts";
import type { Network } from "../networks/port.ts";
import { networkFor } from "./networks.ts";

export type Networks = {
  /** null: the account is not connected, or was closed for this turn. */
  of: (connectionId: string) => Promise<Network | null>;
  close: (connectionId: string) => void;
};

export function networksOf(shop: string): Networks {
  const opened = new Map<string, Network | null>();
  return {
    async of(connectionId) {
      if (!opened.has(connectionId)) {
        const connection = await findConnection(shop, connectionId);
        opened.set(connectionId, connection?.state === "connected" ? await networkFor(shop, connection) : null);
      }
      return opened.get(connectionId) ?? null;
    },
    close(connectionId) {
      opened.set(connectionId, null);
    },
  };
}
