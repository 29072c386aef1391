// Networks as the flow uses them: with the account's credentials opened, its budget in front and the log behind.
import type { NetworkConnection } from "@prisma/client";
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

type Connection = Pick<NetworkConnection, "id" | "network" | "accountSid" | "token" | "state" | "problem">;

/** A connection whose credentials are open, in memory only: one network for each thing that is talked about. */
export type OpenConnection = { connectionId: string; state: string; problem: string | null; about: (about: About) => Network };

/**
 * The network behind a connection (its id, or its row, which need not be kept yet); exchanges are logged under `about`. Where the connection
 * is gone, disconnected, or its token does not open, each call answers `unauthorized`: the same as when the network refuses the credentials.
 */
export async function networkFor(shop: string, connection: string | Connection, about?: About): Promise<Network> {
  const opened = await openConnection(shop, connection);
  return opened.about(about ?? { about: "account", aboutId: opened.connectionId });
}

export async function openConnection(shop: string, connection: string | Connection): Promise<OpenConnection> {
  const row = typeof connection === "string" ? await findConnection(shop, connection) : connection;
  if (row === null) return { connectionId: String(connection), state: "gone", problem: null, about: () => closed };
  const factory = factories[row.network];
  const token = row.state === "disconnected" ? null : openToken(shop, row);
  if (!factory || token === null) return { connectionId: row.id, state: row.state, problem: row.problem, about: () => closed };
  return { connectionId: row.id, state: row.state, problem: row.problem, about: (about) => wired(shop, row, factory, token, about) };
}

function openToken(shop: string, { id, token }: Connection): string | null {
  try {
    return open(token);
  } catch (fault) {
    if (!(fault instanceof SealError)) throw fault;
    log.error({ shop, connectionId: id, fault: fault.message }, "the token of a network does not open");
    return null;
  }
}

function wired(shop: string, { id, network, accountSid }: Connection, factory: NetworkFactory, token: string, about: About): Network {
  const key = budgetKey(network, accountSid);
  return factory({
    accountSid,
    token,
    takeBudget: () => takeBudget(key),
    noteBudget: (said) => noteBudget(key, said),
    onExchange: (exchange) => insertExchange({ shop, at: now(), connectionId: id, ...about, ...exchange }),
  });
}

/** Answers every call as if the credentials were refused. */
const closed: Network = new Proxy({} as Network, { get: (_, name) => (name === "then" ? undefined : async () => ({ ok: false, fault: { kind: "unauthorized" } })) });
