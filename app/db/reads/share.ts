// What the links of codes are made of.
import { pool } from "../../db.server.ts";
import type { Share } from "../../domain/code-page.ts";
import { sharePath } from "../../domain/share-link.ts";

/** A code whose network can make its creator a tracking link. */
export type Trackable = { codeId: string; code: string; creatorId: string; programId: string; programName: string; programExternalId: string; connectionId: string; partnerId: string };

/** null: it is a pattern or a code for everybody, its program has no connected network, or its creator is not joined to it. */
export async function trackableOf(shop: string, codeId: string, now: Date): Promise<Trackable | null> {
  const [one] = await trackablesOf(shop, [codeId], now);
  return one ?? null;
}

/** What the share card of a code shows, beside the store's hosts. */
export async function readShare(shop: string, codeId: string, now: Date): Promise<Omit<Share, "hosts">> {
  const one = await trackableOf(shop, codeId, now);
  if (one === null) return { program: null, tracking: [] };
  const { rows } = await pool().query<{ landing: string; url: string }>(
    "select landing, url from tracking_link where shop = $1 and program_id = $2 and creator_id = $3 and (landing = $4 or landing like $5) order by at desc limit 50",
    [shop, one.programId, one.creatorId, sharePath(one.code), `${likeStart(sharePath(one.code))}?%`],
  );
  return { program: one.programName, tracking: rows };
}

function likeStart(text: string): string {
  return text.replace(/[\\%_]/g, (found) => `\\${found}`);
}

/** Of these codes, those whose network can make a tracking link. */
export async function trackablesOf(shop: string, codeIds: string[], now: Date): Promise<Trackable[]> {
  const { rows } = await pool().query<Trackable>(
    `select c.id as "codeId", c.code, t.creator_id as "creatorId", g.id as "programId", g.name as "programName", g.external_id as "programExternalId", g.connection_id as "connectionId", m.partner_id as "partnerId"
     from code c
     join lateral (select creator_id, program_id from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on t.creator_id is not null
     join program g on g.shop = c.shop and g.id = t.program_id and g.external_id is not null
     join network_connection n on n.shop = g.shop and n.id = g.connection_id and n.state = 'connected'
     join lateral (select partner_id from membership m where m.shop = c.shop and m.program_id = g.id and m.creator_id = t.creator_id and m.state = 'joined' and m.partner_id is not null
       and (m.left_at is null or m.left_at > $3) order by m.joined_at desc limit 1) m on true
     where c.shop = $1 and c.id = any($2) and c.match = 'exact'`,
    [shop, codeIds, now],
  );
  return rows;
}
