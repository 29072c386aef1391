// What a step of a workflow means by a word that a person typed: a creator, or a code.
import { pool } from "../db.server.ts";

export type NamedCreatorRow = { id: string; name: string };

/** Creators of this id, handle (with or without its @) or e-mail address, without regard to case, two at most: one is meant, more are too many. */
export async function findCreatorsMeant(shop: string, word: string): Promise<NamedCreatorRow[]> {
  const { rows } = await pool().query<NamedCreatorRow & { byId: boolean }>(
    `select id, name, id = $2 as "byId" from creator
     where shop = $1 and (id = $2 or ltrim(lower(handle), '@') = ltrim(lower($2), '@') or lower(email) = lower($2)) order by id = $2 desc, position limit 2`,
    [shop, word],
  );
  return rows[0]?.byId ? rows.slice(0, 1) : rows;
}

export type CodeMeant = { id: string; code: string; paused: boolean; inUse: boolean };

/** The code of this key (domain/code.ts codeKey) that is in use, or was last; null: there was none. */
export async function findCodeMeant(shop: string, key: string): Promise<CodeMeant | null> {
  const { rows } = await pool().query<CodeMeant>(
    `select id, code, paused_at is not null as paused, retired_at is null and replaced_by is null as "inUse" from code
     where shop = $1 and key = $2 and match = 'exact' order by retired_at is null and replaced_by is null desc, position desc limit 1`,
    [shop, key],
  );
  return rows[0] ?? null;
}
