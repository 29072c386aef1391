// Accounts at networks. The token is sealed before it comes here (app/crypto.server.ts).
import type { NetworkConnection } from "@prisma/client";
import { pool, prisma } from "../db.server.ts";

/** An account as it was just checked. */
export type CheckedConnection = Pick<NetworkConnection, "shop" | "id" | "network" | "accountSid" | "name" | "token" | "keyId" | "state" | "problem" | "checkedAt" | "createdAt">;

/** Notes an account that was just checked; an account that is known gets the new token. Returns its id. */
export async function upsertConnection(connection: CheckedConnection): Promise<string> {
  const { shop, network, accountSid, name, token, keyId, state, problem, checkedAt } = connection;
  const row = await prisma().networkConnection.upsert({
    where: { shop_network_accountSid: { shop, network, accountSid } },
    create: connection,
    update: { name, token, keyId, state, problem, checkedAt },
  });
  return row.id;
}

export async function findConnection(shop: string, id: string): Promise<NetworkConnection | null> {
  return prisma().networkConnection.findUnique({ where: { shop_id: { shop, id } } });
}

export async function findConnectionByAccount(shop: string, network: string, accountSid: string): Promise<NetworkConnection | null> {
  return prisma().networkConnection.findUnique({ where: { shop_network_accountSid: { shop, network, accountSid } } });
}

export async function listConnections(shop: string): Promise<NetworkConnection[]> {
  return prisma().networkConnection.findMany({ where: { shop }, orderBy: { createdAt: "asc" } });
}

/** `problem` is a domain/problem.ts text, or null. */
export async function setConnectionState(shop: string, id: string, state: "connected" | "refused", problem: string | null, at: Date): Promise<void> {
  await prisma().networkConnection.updateMany({ where: { shop, id, state: { not: "disconnected" } }, data: { state, problem, checkedAt: at } });
}

/** The same token under a newer key; only where it is still the one that was opened. */
export async function setConnectionSeal(shop: string, id: string, before: string, sealed: { token: string; keyId: string }): Promise<void> {
  await prisma().networkConnection.updateMany({ where: { shop, id, token: before }, data: sealed });
}

/** The row stays, for the history of what went through it; the token goes. */
export async function forgetConnection(shop: string, id: string): Promise<boolean> {
  const { count } = await prisma().networkConnection.updateMany({ where: { shop, id }, data: { state: "disconnected", token: "", problem: null } });
  return count > 0;
}

/** What the credentials were found to be permitted; what was tried before and not now stays as it was. */
export async function notePermission(shop: string, id: string, permission: { id: string; state: string; at: string | null }): Promise<void> {
  await pool().query(
    `update network_connection set permissions = (select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(permissions) p where p->>'id' <> $3) || jsonb_build_array($4::jsonb)
      where shop = $1 and id = $2 and not permissions @> jsonb_build_array(jsonb_build_object('id', $3::text, 'state', ($4::jsonb)->>'state'))`,
    [shop, id, permission.id, JSON.stringify(permission)],
  );
}

/** All of them anew: the credentials are others. */
export async function setPermissions(shop: string, id: string, permissions: { id: string; state: string; at: string | null }[]): Promise<void> {
  await pool().query("update network_connection set permissions = $3::jsonb where shop = $1 and id = $2", [shop, id, JSON.stringify(permissions)]);
}
