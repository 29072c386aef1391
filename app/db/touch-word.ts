// Whom the words of links name: creators' codes and handles.
import { pool, type Queryable } from "../db.server.ts";
import type { NamedCode } from "../domain/touch-word.ts";

type TermRow = { validFrom: string; creatorId: string | null };

/** The shop's codes with these keys (domain/code.ts codeKey), and whose each was. */
export async function codesNamed(shop: string, keys: readonly string[], on: Queryable = pool()): Promise<NamedCode[]> {
  if (keys.length === 0) return [];
  const found = await on.query<{ id: string; key: string; createdAt: Date; retiredAt: Date | null; terms: TermRow[] }>({
    name: "codes_named",
    text: `select c.id, c.key, c.created_at as "createdAt", c.retired_at as "retiredAt",
        json_agg(json_build_object('validFrom', t.valid_from, 'creatorId', t.creator_id) order by t.valid_from) as terms
      from code c join code_term t on t.shop = c.shop and t.code_id = c.id
      where c.shop = $1 and c.key = any($2) and c.match = 'exact' group by c.shop, c.id`,
    values: [shop, keys],
  });
  return found.rows.map(({ createdAt, retiredAt, terms, ...code }) => ({
    ...code,
    createdAtMs: createdAt.getTime(),
    retiredAtMs: retiredAt?.getTime() ?? null,
    terms: terms.map(({ validFrom, creatorId }) => ({ validFromMs: Date.parse(validFrom), creatorId })),
  }));
}

/** The shop's creators with these handles (domain/touch-word.ts handleKey); of two with one handle the one who was there first. */
export async function creatorsWithHandles(shop: string, handles: readonly string[], on: Queryable = pool()): Promise<Map<string, string>> {
  if (handles.length === 0) return new Map();
  const found = await on.query<{ id: string; handle: string }>({
    name: "creators_with_handles",
    text: `select distinct on (2) id, lower(ltrim(handle, '@')) as handle from creator where shop = $1 and handle is not null and lower(ltrim(handle, '@')) = any($2) order by 2, position`,
    values: [shop, handles],
  });
  return new Map(found.rows.map(({ id, handle }) => [handle, id]));
}
