// What the credentials of an account may do: tried when it is connected and now and then, and noted with every call (flow/networks.ts).
import { findConnection, readConnectionSoon, setPermissions } from "../db/connection.ts";
import type { ConnectionRow } from "../db/reads/network.ts";
import type { Asker } from "../domain/budget-shares.ts";
import type { ConnectionCard, NetworkChoice, PermissionLine } from "../domain/pages.ts";
import type { Permission } from "../networks/port.ts";
import { listNetworks, networkNamed } from "../networks/registry.ts";
import { connectNetwork, type ConnectedAccount, type TypedAccount } from "./connect.ts";
import { connectedTo, failed } from "./connected.ts";
import type { Failed } from "./connected.ts";

/** Connects an account, and tries at once what its token may do. A trial that fails hinders nothing: it is made again with the next reading. */
export async function connectAccount(shop: string, input: TypedAccount): Promise<ConnectedAccount | Failed> {
  const connected = await connectNetwork(shop, input);
  if (!connected.ok) return connected;
  await setPermissions(shop, connected.connectionId, []); // what an older token was found to be permitted says nothing of this one
  await tryPermissions(shop, connected.connectionId);
  await readConnectionSoon(shop, connected.connectionId);
  return connected;
}

export type Tried = { ok: true; lacking: number };

/** Tries what reading is permitted, one small call each. What could not be tried stays as it was known. */
export async function tryPermissions(shop: string, connectionId: string, asker: Asker = "person"): Promise<Tried | Failed> {
  const connected = await connectedTo(shop, connectionId, asker);
  if (!connected.ok) return connected;
  const tried = await connected.network.tryPermissions();
  if (!tried.ok) return failed(shop, connectionId, tried.fault, "connectionId");
  const connection = await findConnection(shop, connectionId);
  const known = new Map(keptPermissions(connection?.permissions).map((permission) => [permission.id, permission]));
  const permissions = tried.value.map((permission) => (permission.state === "untried" ? (known.get(permission.id) ?? permission) : permission));
  await setPermissions(shop, connectionId, permissions);
  return { ok: true, lacking: permissions.filter((permission) => permission.state === "lacking").length };
}

function keptPermissions(kept: unknown): Permission[] {
  return Array.isArray(kept) ? (kept as Permission[]) : [];
}

/** Every permission that the network has, as it is known of this account, in the network's order. */
export function permissionLines(network: string, kept: readonly Omit<PermissionLine, "name">[]): PermissionLine[] {
  const known = new Map(kept.map((permission) => [permission.id, permission]));
  return (networkNamed(network)?.permissions ?? []).map(({ id, name }) => ({ id, name, state: known.get(id)?.state ?? "untried", at: known.get(id)?.at ?? null }));
}

/** The accounts as their cards show them. */
export function connectionCards(rows: readonly ConnectionRow[]): ConnectionCard[] {
  return rows.map((row) => ({ ...row, permissions: permissionLines(row.network, row.permissions), hints: networkNamed(row.network)?.postback !== undefined }));
}

/** The networks that this app can be connected to. */
export function networkChoices(): NetworkChoice[] {
  return listNetworks().map(({ id, credentials }) => ({ id, examples: { accountSid: credentials.accountSid.example, token: credentials.token.example } }));
}
