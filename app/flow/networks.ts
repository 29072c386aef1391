// Networks as the flow uses them: with the account's credentials opened, its budget in front and the log behind.
import { now } from "../clock.ts";
import { open, SealError } from "../crypto.server.ts";
import { findConnection } from "../db/connection.ts";
import { insertExchange, type About } from "../db/exchange.ts";
import { log } from "../log.server.ts";
import { impact } from "../networks/impact/index.ts";
import type { Network, NetworkFactory } from "../networks/port.ts";
import { budgetKey, noteBudget, takeBudget } from "./budget.ts";

/** The networks that this app speaks to. */
const factories: Record<string, NetworkFactory> = { impact };

type Account = { network: string; accountSid: string; token: string };

/** A connection whose credentials are open, in memory only: one network for each thing that is talked about. */
export type OpenConnection = { connectionId: string; state: string; about: (about: About) => Network };

/** A network for an account that is not kept yet (while it is being connected). Throws on a network that this app does not know. */
export function networkWith(shop: string, account: Account): Network {
  return wired(shop, null, account, { about: "account", aboutId: account.accountSid });
}

/**
 * The network behind a kept connection; exchanges are logged under `about`. Where the connection is gone, disconnected, or its token does
 * not open, each call answers `unauthorized`: the same as when the network refuses the credentials.
 */
export async function networkFor(shop: string, connectionId: string, about?: About): Promise<Network> {
  const connection = await openConnection(shop, connectionId);
  return connection.about(about ?? { about: "account", aboutId: connectionId });
}

export async function openConnection(shop: string, connectionId: string): Promise<OpenConnection> {
  const row = await findConnection(shop, connectionId);
  const token = row === null || row.state === "disconnected" || !(row.network in factories) ? null : openToken(shop, connectionId, row.token);
  if (row === null || token === null) return { connectionId, state: row?.state ?? "gone", about: () => closedNetwork };
  return { connectionId, state: row.state, about: (about) => wired(shop, connectionId, { network: row.network, accountSid: row.accountSid, token }, about) };
}

function openToken(shop: string, connectionId: string, sealed: string): string | null {
  try {
    return open(sealed);
  } catch (fault) {
    if (!(fault instanceof SealError)) throw fault;
    log.error({ shop, connectionId, fault: fault.message }, "the token of a network does not open");
    return null;
  }
}

function wired(shop: string, connectionId: string | null, { network, accountSid, token }: Account, about: About): Network {
  const factory = factories[network];
  if (!factory) throw new Error(`this app knows no network "${network}"`);
  const key = budgetKey(network, accountSid);
  return factory({
    accountSid,
    token,
    takeBudget: () => takeBudget(key),
    noteBudget: (said) => noteBudget(key, said),
    onExchange: (exchange) => insertExchange({ shop, at: now(), connectionId, ...about, ...exchange }),
  });
}

/** Answers every call as if the credentials were refused. */
const closedNetwork: Network = new Proxy({} as Network, { get: (_, name) => (name === "then" ? undefined : async () => ({ ok: false, fault: { kind: "unauthorized" } })) });
