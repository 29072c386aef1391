// Networks as the flow uses them: with the account's credentials opened, its budget in front and the log behind.
import type { NetworkConnection } from "@prisma/client";
import { now } from "../clock.ts";
import { open, SealError } from "../crypto.server.ts";
import { findConnection } from "../db/connection.ts";
import { insertExchange, type About } from "../db/exchange.ts";
import type { Asker } from "../domain/budget-shares.ts";
import { log } from "../log.server.ts";
import { impact } from "../networks/impact/index.ts";
import type { Network, NetworkFactory } from "../networks/port.ts";
import { budgetKey, noteBudget, restsUntilMs, takeBudget } from "./budget.ts";

/** The networks that this app speaks to. */
const factories: Record<string, NetworkFactory> = { impact };

type Connection = Pick<NetworkConnection, "id" | "network" | "accountSid" | "token" | "state" | "problem">;

/**
 * A connection whose credentials are open, in memory only: one network for each thing that is talked about. Its requests are taken from the share of
 * the hour that the thing belongs to, where none is named: conversions from reports, codes and deals from codes, all else from reads.
 */
export type OpenConnection = {
  connectionId: string;
  state: string;
  problem: string | null;
  about: (about: About, asker?: Asker) => Network;
  /** Until when there is no request left for this kind, as far as this process knows (ms since 1970); null: it may ask. */
  restsUntilMs: (asker: Asker) => number | null;
};

/**
 * The network behind a connection (its id, or its row, which need not be kept yet); exchanges are logged under `about`. Where the connection
 * is gone, disconnected, or its token does not open, each call answers `unauthorized`: the same as when the network refuses the credentials.
 */
export async function networkFor(shop: string, connection: string | Connection, about?: About, asker?: Asker): Promise<Network> {
  const opened = await openConnection(shop, connection);
  return opened.about(about ?? { about: "account", aboutId: opened.connectionId }, asker);
}

export async function openConnection(shop: string, connection: string | Connection): Promise<OpenConnection> {
  const row = typeof connection === "string" ? await findConnection(shop, connection) : connection;
  if (row === null) return { connectionId: String(connection), state: "gone", problem: null, about: () => closed, restsUntilMs: () => null };
  const factory = factories[row.network];
  const token = row.state === "disconnected" ? null : openToken(shop, row);
  if (!factory || token === null) return { connectionId: row.id, state: row.state, problem: row.problem, about: () => closed, restsUntilMs: () => null };
  const key = budgetKey(row.network, row.accountSid);
  return {
    connectionId: row.id,
    state: row.state,
    problem: row.problem,
    about: (about, asker = kindOf(about)) => wired(shop, row, factory, token, about, asker),
    restsUntilMs: (asker) => restsUntilMs(key, asker),
  };
}

function kindOf({ about }: About): Asker {
  return about === "conversion" ? "reports" : about === "account" ? "reads" : "codes";
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

function wired(shop: string, { id, network, accountSid }: Connection, factory: NetworkFactory, token: string, about: About, asker: Asker): Network {
  const key = budgetKey(network, accountSid);
  return factory({
    accountSid,
    token,
    takeBudget: () => takeBudget(key, asker),
    noteBudget: (said) => noteBudget(key, said),
    onExchange: (exchange) => insertExchange({ shop, at: now(), connectionId: id, ...about, ...exchange }),
  });
}

/** Answers every call as if the credentials were refused. */
const closed: Network = new Proxy({} as Network, { get: (_, name) => (name === "then" ? undefined : async () => ({ ok: false, fault: { kind: "unauthorized" } })) });
