// The addresses that networks call, and what such a call asks for.
import { pool } from "../db.server.ts";

export type PostbackConnection = { shop: string; id: string; network: string; postback: string; postbackAt: Date | null };

/** A connection by its id alone: a call from the network names no shop. Ids are random, and of one shop. */
export async function findPostback(connectionId: string): Promise<PostbackConnection | null> {
  const { rows } = await pool().query<PostbackConnection>({
    name: "find_postback",
    text: `select shop, id, network, postback, postback_at as "postbackAt" from network_connection where id = $1 and postback <> '' and state <> 'disconnected' limit 2`,
    values: [connectionId],
  });
  return rows.length === 1 ? rows[0]! : null;
}

/** The sealed secret of an address; false where another was made meanwhile (`before`: the one that was there). */
export async function setPostback(shop: string, id: string, before: string, sealed: string): Promise<boolean> {
  const { rowCount } = await pool().query(`update network_connection set postback = $4, postback_at = null where shop = $1 and id = $2 and postback = $3 and state <> 'disconnected'`, [shop, id, before, sealed]);
  return rowCount === 1;
}

export async function noteCalled(shop: string, id: string, at: Date): Promise<void> {
  await pool().query(`update network_connection set postback_at = $3 where shop = $1 and id = $2 and (postback_at is null or postback_at < $3)`, [shop, id, at]);
}

/**
 * Wants an action read by itself, in the program that it is known in, else that the call named, else the account's first; one that was wanted since `notSince`
 * is not wanted anew. False: it was, the account has no such program, or `most` unknown ones wait already.
 */
export async function wantCalled(shop: string, connectionId: string, called: { actionId: string; programExternalId: string | null }, at: Date, notSince: Date, most: number): Promise<boolean> {
  const { rowCount } = await pool().query({
    name: "want_called",
    text: `with p as (
        select p.id, exists (select from network_action a where a.shop = $1 and a.program_id = p.id and a.action_id = $3) as known
        from program p where p.shop = $1 and p.connection_id = $2 and p.external_id is not null
        order by known desc, p.external_id is not distinct from $4 desc, p.external_id = split_part($3, '.', 1) desc, p.created_at limit 1
      )
      insert into network_action as a (shop, program_id, action_id, state, wanted_at)
      select $1, p.id, $3, 'unread', $5 from p
      where p.known or (select count(*) from network_action u where u.shop = $1 and u.program_id = p.id and u.wanted_at is not null and u.state = 'unread') < $7
      on conflict (shop, program_id, action_id) do update set wanted_at = excluded.wanted_at
      where (a.wanted_at is null or a.wanted_at < $6) and (a.read_at is null or a.read_at < $6)`,
    values: [shop, connectionId, called.actionId, called.programExternalId, at, notSince, most],
  });
  return rowCount === 1;
}
