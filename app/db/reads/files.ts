// What a file is held against, and what goes out as files.
import { pool } from "../../db.server.ts";

/** The deals that codes can be made for: not ended, and no other one's variation. */
export async function dealsForFiles(shop: string, now: Date): Promise<{ id: string; name: string; programId: string | null }[]> {
  const { rows } = await pool().query<{ id: string; name: string; programId: string | null }>(
    `select id, name, program_id as "programId" from deal where shop = $1 and parent_id is null and (ends_at is null or ends_at > $2) order by created_at desc, id`,
    [shop, now],
  );
  return rows;
}

/** Who is joined to the shop's own programs now. */
export async function joinedToOwnPrograms(shop: string): Promise<{ programId: string; creatorId: string }[]> {
  const { rows } = await pool().query<{ programId: string; creatorId: string }>(
    `select m.program_id as "programId", m.creator_id as "creatorId" from membership m join program g on g.shop = m.shop and g.id = m.program_id and g.network = 'none'
      where m.shop = $1 and m.state = 'joined' and m.left_at is null`,
    [shop],
  );
  return rows;
}

/** The code that each creator has in a deal or one of its variations: in force, not paused; the newest of several. */
export async function codesOfDeal(shop: string, dealId: string, now: Date): Promise<{ creatorId: string; code: string }[]> {
  const { rows } = await pool().query<{ creatorId: string; code: string }>(
    `select distinct on (t.creator_id) t.creator_id as "creatorId", c.code
       from code c join deal d on d.shop = c.shop and d.id = c.deal_id
       join lateral (select creator_id, ends_at from code_term t where t.shop = c.shop and t.code_id = c.id order by valid_from desc limit 1) t on t.creator_id is not null
      where c.shop = $1 and (d.id = $2 or d.parent_id = $2) and c.match = 'exact' and c.retired_at is null and c.paused_at is null
        and (coalesce(t.ends_at, d.ends_at) is null or coalesce(t.ends_at, d.ends_at) > $3)
      order by t.creator_id, (d.id = $2) desc, c.position desc`,
    [shop, dealId, now],
  );
  return rows;
}

/** The runs that came of a file. */
export async function runsOfFile(shop: string, fileId: string): Promise<{ batchId: string; dealId: string; total: number }[]> {
  const { rows } = await pool().query<{ batchId: string; dealId: string; total: number }>(`select id as "batchId", deal_id as "dealId", total from code_batch where shop = $1 and file_id = $2 order by created_at, id`, [shop, fileId]);
  return rows;
}

/** Tracking links that were made for these creators, to these pages: the newest of several programs. */
export async function listTrackingLinks(shop: string, creatorIds: string[], landings: string[]): Promise<{ creatorId: string; landing: string; url: string }[]> {
  const { rows } = await pool().query<{ creatorId: string; landing: string; url: string }>(
    `select distinct on (creator_id, landing) creator_id as "creatorId", landing, url from tracking_link where shop = $1 and creator_id = any($2) and landing = any($3) order by creator_id, landing, at desc`,
    [shop, [...new Set(creatorIds)], [...new Set(landings)]],
  );
  return rows;
}

export type FileRun = { batchId: string; deal: string; state: string; total: number; made: number; failed: number };

/** How far the runs of a file are. */
export async function fileRuns(shop: string, fileId: string): Promise<FileRun[]> {
  const { rows } = await pool().query<FileRun>(
    `select b.id as "batchId", d.name as deal, b.state, b.total, coalesce(n.made, 0) as made, coalesce(n.failed, 0) as failed
       from code_batch b join deal d on d.shop = b.shop and d.id = b.deal_id
       left join lateral (select (count(*) filter (where state = 'made'))::int as made, (count(*) filter (where state in ('failed', 'blocked')))::int as failed
                            from code_batch_row r where r.shop = b.shop and r.batch_id = b.id) n on true
      where b.shop = $1 and b.file_id = $2 order by b.created_at, b.id`,
    [shop, fileId],
  );
  return rows;
}
