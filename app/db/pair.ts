// The two-program set-up: a creator program whose creators are hired through a performance program has each of its codes in both, there as the creator
// media source's.
import { pool, type Queryable } from "../db.server.ts";

/** `pair_id` of a creator program of which a person said that it has none. */
export const NO_PAIR = "";

/** The pair of a creator program, and how many of its codes are not in the performance program yet. */
export type Pair = { creatorId: string; creatorName: string; performanceId: string; performanceName: string; toCome: number };

// p: the creator's placement, g: the creator program, f: the performance program. $2: the time.
const TO_COME = `from program g
     join program f on f.shop = g.shop and f.connection_id = g.connection_id and f.kind = 'performance' and f.external_id is not null and f.state = 'active'
     join code_placement p on p.shop = g.shop and p.target = g.id and p.holder = 'partner' and p.wanted = 'live'
     join code c on c.shop = p.shop and c.id = p.code_id and c.retired_at is null
     left join deal d on d.shop = c.shop and d.id = c.deal_id
     join lateral (select ends_at from code_term where shop = c.shop and code_id = c.id order by valid_from desc limit 1) t on true
     where g.kind = 'creator' and (t.ends_at is null or t.ends_at > $2) and (d.ends_at is null or d.ends_at > $2)
       and not exists (select 1 from code_placement m where m.shop = p.shop and m.code_id = p.code_id and m.target = f.id)`;

/**
 * Codes of creator programs with a pair that the performance program is to have too, and does not have on its list: they come on it, of one shop's
 * (`codeIds`) or of all shops, at most `limit`. Returns how many. Whoever writes codes calls it with them; the rest is done in the background.
 */
export async function addToPairs(client: Queryable, now: Date, { shop = null, codeIds = null, limit = 1_000 }: { shop?: string | null; codeIds?: readonly string[] | null; limit?: number } = {}): Promise<number> {
  const { rowCount } = await client.query(
    `insert into code_placement (shop, code_id, target, holder, partner_id, next_at)
     select p.shop, p.code_id, f.id, 'media_source', f.media_source_id, $2 ${TO_COME} and f.id = g.pair_id and ($1::text is null or g.shop = $1) and ($3::text[] is null or c.id = any($3))
     order by p.shop, c.position limit $4 on conflict do nothing`,
    [shop, now, codeIds, limit],
  );
  return rowCount ?? 0;
}

/** How many codes a creator program has that would be added to a performance program, were they a pair. */
export async function countToCome(shop: string, creatorId: string, performanceId: string, now: Date): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(`select count(*)::int as count ${TO_COME} and g.shop = $1 and g.id = $3 and f.id = $4`, [shop, now, creatorId, performanceId]);
  return rows[0]?.count ?? 0;
}

/** Sets the pair of a creator program (NO_PAIR: its creators are its own). False where it had that already. */
export async function setPair(client: Queryable, shop: string, creatorId: string, pairId: string): Promise<boolean> {
  const { rowCount } = await client.query("update program set pair_id = $3 where shop = $1 and id = $2 and kind = 'creator' and pair_id is distinct from $3", [shop, creatorId, pairId]);
  return rowCount === 1;
}

/** What never came to be in a performance program is not to come there any more: codes of this creator program, by another pair than it has now. */
export async function dropPlanned(client: Queryable, shop: string, creatorId: string): Promise<void> {
  await client.query(
    `delete from code_placement m using program g, code_placement p
     where g.shop = $1 and g.id = $2 and p.shop = g.shop and p.target = g.id and m.shop = p.shop and m.code_id = p.code_id and m.holder = 'media_source' and m.target is distinct from g.pair_id
       and m.external_id is null and m.state in ('waiting', 'by_hand', 'refused', 'expired')`,
    [shop, creatorId],
  );
}

/** The creators' media source of a performance program, as the network showed it. */
export async function setMediaSource(shop: string, programId: string, source: { id: string; name: string } | null): Promise<void> {
  await pool().query("update program set media_source_id = $3, media_source_name = $4, media_source_refused_at = case when media_source_id is distinct from $3 then null else media_source_refused_at end where shop = $1 and id = $2", [
    shop, programId, source?.id ?? null, source?.name ?? null,
  ]);
}

/** The network took no code for the media source (`at`), so that a person assigns them; null: it is to be tried again. */
export async function setMediaSourceRefused(shop: string, programId: string, at: Date | null): Promise<void> {
  await pool().query("update program set media_source_refused_at = $3 where shop = $1 and id = $2", [shop, programId, at]);
}

/** Codes that wait for a person in a program are tried over the API again. Returns how many. */
export async function tryByHandAgain(shop: string, programId: string, now: Date): Promise<number> {
  const { rowCount } = await pool().query("update code_placement set state = 'waiting', attempts = 0, next_at = $3 where shop = $1 and target = $2 and state = 'by_hand' and wanted = 'live' and external_id is null", [
    shop, programId, now,
  ]);
  return rowCount ?? 0;
}
