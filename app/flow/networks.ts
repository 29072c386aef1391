// Networks as the flow uses them: with the account's credentials opened, its budget in front and the log behind.
import type { NetworkConnection } from "@prisma/client";
import { now, nowMs } from "../clock.ts";
import { open, SealError } from "../crypto.server.ts";
import { findConnection, notePermission } from "../db/connection.ts";
import type { About } from "../db/exchange.ts";
import type { Asker } from "../domain/budget-shares.ts";
import { log } from "../log.server.ts";
import { metrics } from "../metrics.server.ts";
import type { Answer, Capabilities, Exchanged, Network, NetworkDefinition } from "../networks/port.ts";
import { networkNamed } from "../networks/registry.ts";
import { answerWithout, cannotDoAnything } from "./network-can.ts";
import { logExchange } from "./report-together.ts";
import { budgetKey, noteBudget, restsUntilMs, takeBudget } from "./budget.ts";

type Connection = Pick<NetworkConnection, "id" | "network" | "accountSid" | "token" | "state" | "problem">;

/**
 * A connection whose credentials are open, in memory only: one network for each thing that is talked about. Its requests are taken from the share of
 * the hour that the thing belongs to, where none is named: conversions from reports, codes and deals from codes, all else from reads.
 */
export type OpenConnection = {
  connectionId: string;
  state: string;
  problem: string | null;
  can: Capabilities;
  limits: NetworkDefinition["limits"];
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
  if (row === null) return { connectionId: String(connection), state: "gone", problem: null, can: cannotDoAnything(), limits: UNKNOWN_LIMITS, about: () => closed, restsUntilMs: () => null };
  const definition = networkNamed(row.network);
  const token = row.state === "disconnected" ? null : openToken(shop, row);
  if (definition === null || token === null) return { connectionId: row.id, state: row.state, problem: row.problem, can: capabilitiesOf(row.network), limits: definition?.limits ?? UNKNOWN_LIMITS, about: () => closed, restsUntilMs: () => null };
  const key = budgetKey(row.network, row.accountSid);
  return {
    connectionId: row.id,
    state: row.state,
    problem: row.problem,
    can: definition.can,
    limits: definition.limits,
    about: (about, asker = kindOf(about)) => wired(shop, row, definition, token, about, asker),
    restsUntilMs: (asker) => restsUntilMs(key, asker),
  };
}

/** What a network can do; of one that this version does not have, nothing. */
export function capabilitiesOf(network: string): Capabilities {
  return networkNamed(network)?.can ?? cannotDoAnything();
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

function wired(shop: string, row: Connection, { make, can, limits }: NetworkDefinition, token: string, about: About, asker: Asker): Network {
  const key = budgetKey(row.network, row.accountSid);
  const network = make({
    accountSid: row.accountSid,
    token,
    takeBudget: () => takeBudget(key, asker, limits.requestsAnHour),
    noteBudget: (said) => noteBudget(key, said),
    async onExchange({ permission, ...exchange }) {
      metrics.told.inc({ network: row.network, outcome: exchange.outcome });
      if (about.about === "conversion") log.info({ stage: "told", shop, order: about.aboutId.split("/")[0], conversion: about.aboutId, what: exchange.what, status: exchange.status, outcome: exchange.outcome }, "a network was told or asked of a conversion");
      else log.debug({ shop, about: about.about, id: about.aboutId, what: exchange.what, status: exchange.status, outcome: exchange.outcome }, "a network was asked");
      await logExchange({ shop, at: now(), connectionId: row.id, ...about, ...exchange });
      await notePermitted(shop, row, permission, exchange.outcome);
    },
  });
  return guarded(shop, row, can, network);
}

/** The network, asked only for what it can do, and aware of a token that was swapped meanwhile. */
function guarded(shop: string, row: Connection, can: Capabilities, network: Network): Network {
  return new Proxy(network, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => answerWithout(can, String(name), args) ?? afterSwap(shop, row, (await Reflect.apply(method, target, args)) as Answer<unknown>);
    },
  });
}

/** The state of a row that is not kept yet: its token is being tried. */
export const UNCHECKED = "unchecked";

/**
 * A token that was swapped while a call with the older one was under way: the newer one is not refused. Nothing was done, and the call may be made
 * again at once.
 */
async function afterSwap(shop: string, row: Connection, answer: Answer<unknown>): Promise<Answer<unknown>> {
  if (answer.ok || answer.fault.kind !== "unauthorized" || row.state === UNCHECKED) return answer;
  const kept = await findConnection(shop, row.id);
  const isSwapped = kept !== null && kept.state !== "disconnected" && kept.token !== row.token && openToken(shop, kept) !== openToken(shop, row);
  return isSwapped ? { ok: false, fault: { kind: "limited", resetSeconds: 1 } } : answer;
}

const NOTED_FOR_MS = 60_000;
/** What was noted of late: a permission is written when it turns out otherwise, and now and then, not with every call. */
const noted = new Map<string, { state: string; untilMs: number }>();

/** Each call tells whether the credentials are permitted it. */
async function notePermitted(shop: string, { id, token }: Connection, permission: string | null, outcome: Exchanged["outcome"]): Promise<void> {
  const state = outcome === "forbidden" ? "lacking" : outcome === "ok" || outcome === "not_found" ? "allowed" : null;
  if (permission === null || state === null) return;
  const key = `${shop} ${id} ${token} ${permission}`;
  const last = noted.get(key);
  if (last?.state === state && last.untilMs > nowMs()) return;
  if (noted.size > 10_000) noted.clear();
  noted.set(key, { state, untilMs: nowMs() + NOTED_FOR_MS });
  await notePermission(shop, id, { id: permission, state, at: now().toISOString() });
}

/** Of a network that this version does not have: nothing is asked of it. */
const UNKNOWN_LIMITS: NetworkDefinition["limits"] = { requestsAnHour: 0, longestWindowDays: 1, oldestDays: 1 };

/** Answers every call as if the credentials were refused. */
const closed: Network = new Proxy({} as Network, { get: (_, name) => (name === "then" ? undefined : async () => ({ ok: false, fault: { kind: "unauthorized" } })) });
