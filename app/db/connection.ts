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

/** What the credentials were found to be permitted, and when that was last seen, to some minutes; what was tried before and not now stays as it was. */
export async function notePermission(shop: string, id: string, permission: { id: string; state: string; at: string | null }): Promise<void> {
  await pool().query(
    `update network_connection set permissions = (select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(permissions) p where p->>'id' <> $3) || jsonb_build_array($4::jsonb)
      where shop = $1 and id = $2 and not exists (select from jsonb_array_elements(permissions) p
        where p->>'id' = $3 and p->>'state' = ($4::jsonb)->>'state' and (p->>'at')::timestamptz > (($4::jsonb)->>'at')::timestamptz - interval '10 minutes')`,
    [shop, id, permission.id, JSON.stringify(permission)],
  );
}

/** All of them anew: the credentials are others. */
export async function setPermissions(shop: string, id: string, permissions: { id: string; state: string; at: string | null }[]): Promise<void> {
  await pool().query("update network_connection set permissions = $3::jsonb where shop = $1 and id = $2", [shop, id, JSON.stringify(permissions)]);
}

export type DueConnection = { shop: string; connectionId: string; network: string; accountSid: string; attempts: number; permissions: { id: string; state: string; at: string | null }[]; hasPrograms: boolean };

/** Accounts whose programs, partners and contracts are to be read by now; of shops that the app is installed in. shop null: of every shop. */
export async function connectionsToRead(shop: string | null, now: Date): Promise<DueConnection[]> {
  const { rows } = await pool().query<DueConnection>(
    `select n.shop, n.id as "connectionId", n.network, n.account_sid as "accountSid", n.attempts, n.permissions,
            exists (select 1 from program p where p.shop = n.shop and p.connection_id = n.id and p.external_id is not null) as "hasPrograms"
       from network_connection n where n.state = 'connected' and (n.next_at is null or n.next_at <= $2) and ($1::text is null or n.shop = $1)
        and not exists (select 1 from shop s where s.shop = n.shop and s.uninstalled_at is not null) order by n.next_at nulls first, n.shop, n.id`,
    [shop, now],
  );
  return rows;
}

/** `readAt` null: it was not read to its end. */
export async function setConnectionRead(shop: string, id: string, { readAt, nextAt, attempts }: { readAt: Date | null; nextAt: Date; attempts: number }): Promise<void> {
  await prisma().networkConnection.updateMany({ where: { shop, id }, data: { ...(readAt && { readAt }), nextAt, attempts } });
}

/** It is read again as soon as can be: something of it changed here. */
export async function readConnectionSoon(shop: string, id: string): Promise<void> {
  await prisma().networkConnection.updateMany({ where: { shop, id }, data: { nextAt: null } });
}
