// The networks of a shop during one turn of the placing loop; one whose fault stops everything is left alone until the next turn.
import { findConnection } from "../db/connection.ts";
import type { About } from "../db/exchange.ts";
import type { Capabilities, Network } from "../networks/port.ts";
import { isStopping } from "../stopping.server.ts";
import { cannotDoAnything } from "./network-can.ts";
import { openConnection } from "./networks.ts";
import type { OpenConnection } from "./networks.ts";

export type Networks = {
  /** null: the account is not connected, has no request left for codes and deals, or was closed for this turn; or the process is to end. Its exchanges are logged under `about`. */
  of: (connectionId: string, about: About) => Promise<Network | null>;
  /** What the account's network can do, once it was asked for with `of`. */
  can: (connectionId: string) => Capabilities;
  close: (connectionId: string) => void;
};

export function networksOf(shop: string): Networks {
  const opened = new Map<string, OpenConnection | null>();
  return {
    async of(connectionId, about) {
      if (!opened.has(connectionId)) {
        const connection = await findConnection(shop, connectionId);
        opened.set(connectionId, connection?.state === "connected" ? await openConnection(shop, connection) : null);
      }
      const open = opened.get(connectionId) ?? null;
      return open === null || isStopping() || open.restsUntilMs("codes") !== null ? null : open.about(about);
    },
    can: (connectionId) => opened.get(connectionId)?.can ?? cannotDoAnything(),
    close(connectionId) {
      opened.set(connectionId, null);
    },
  };
}
