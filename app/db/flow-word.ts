// Words for the platform's workflows: noted in the transaction in which the thing happens, told afterwards (flow/flow-words.ts).
import { pool, type Queryable } from "../db.server.ts";
import type { CodeNames, FlowPayload, FlowWord } from "../domain/flow-words.ts";

/** Notes words; one that was noted before is a repeat, and changes nothing. */
export async function addFlowWords(client: Queryable, words: readonly FlowWord[], at: Date): Promise<void> {
  if (words.length === 0) return;
  await client.query({
    name: "add_flow_words",
    text: `insert into flow_word (shop, handle, key, payload, created_at, next_at)
      select w.shop, w.handle, w.key, w.payload, $2, $2 from jsonb_to_recordset($1::jsonb) as w(shop text, handle text, key text, payload jsonb) on conflict do nothing`,
    values: [JSON.stringify(words), at],
  });
}

/** Of a code as it is now; with `creatorId` or `programId`, of those. */
export type NamesAsked = { shop: string; codeId: string; creatorId?: string | null; programId?: string | null };

/** The names of codes with their creators and programs, in the order in which they are asked; null where a code is unknown. */
export async function namesForFlow(client: Queryable, asked: readonly NamesAsked[], at: Date): Promise<(CodeNames | null)[]> {
  const { rows } = await client.query<CodeNames & { n: number }>({
    name: "names_for_flow",
    text: `select a.n::int, c.code, cr.name as creator, coalesce(p.name, '') as program
      from rows from (jsonb_to_recordset($1::jsonb) as (shop text, "codeId" text, "creatorId" text, "programId" text)) with ordinality as a(shop, code_id, creator_id, program_id, n)
      join code c on c.shop = a.shop and c.id = a.code_id
      left join lateral (select creator_id, program_id from code_term where shop = a.shop and code_id = a.code_id and valid_from <= $2 order by valid_from desc limit 1) t on true
      left join creator cr on cr.shop = a.shop and cr.id = coalesce(a.creator_id, t.creator_id)
      left join program p on p.shop = a.shop and p.id = coalesce(a.program_id, t.program_id)`,
    values: [JSON.stringify(asked), at],
  });
  const byPlace = new Map(rows.map(({ n, ...names }) => [n, names]));
  return asked.map((_, place) => byPlace.get(place + 1) ?? null);
}

export type ClaimedWord = { shop: string; id: string; handle: string; payload: FlowPayload; tries: number; createdAt: Date };

/** Shops of which a word is due. */
export async function shopsWithFlowWords(at: Date): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>("select distinct w.shop from flow_word w join shop s on s.shop = w.shop and s.uninstalled_at is null where w.next_at <= $1 order by 1", [at]);
  return rows.map((row) => row.shop);
}

/**
 * Takes a shop's words that are due, the oldest first; nobody else is given them until `leaseUntil`. Of those about one thing only the first: the next one
 * comes when it is told, or given up.
 */
export async function claimFlowWords(shop: string, at: Date, leaseUntil: Date, limit: number): Promise<ClaimedWord[]> {
  const { rows } = await pool().query<ClaimedWord>({
    name: "claim_flow_words",
    text: `with due as (
        select w.shop, w.id from flow_word w where w.shop = $1 and w.next_at <= $2
          and not exists (select 1 from flow_word o where o.shop = w.shop and o.next_at is not null and o.id < w.id and split_part(o.key, '/', 1) = split_part(w.key, '/', 1))
        order by w.id limit $4 for update skip locked
      ), taken as (update flow_word w set next_at = $3, tries = w.tries + 1 from due where w.shop = due.shop and w.id = due.id returning w.*)
      select shop, id::text as id, handle, payload, tries, created_at as "createdAt" from taken order by taken.id`,
    values: [shop, at, leaseUntil, limit],
  });
  return rows;
}

export async function endFlowWord(shop: string, id: string, at: Date): Promise<void> {
  await pool().query("update flow_word set next_at = null, done_at = $3, problem = null where shop = $1 and id = $2 and next_at is not null", [shop, id, at]);
}

/** It is tried again at `nextAt`. `counts` false: nothing was tried after all. */
export async function putOffFlowWord(shop: string, id: string, problem: string | null, nextAt: Date, counts: boolean): Promise<void> {
  await pool().query("update flow_word set next_at = $4, problem = $3, tries = tries - $5 where shop = $1 and id = $2 and next_at is not null", [shop, id, problem, nextAt, counts ? 0 : 1]);
}

/** It is told no more. True: it is the first of its trigger that was given up for a day, which is worth a line in the log. */
export async function giveUpFlowWord(client: Queryable, shop: string, id: string, problem: string, at: Date): Promise<boolean> {
  const { rows } = await client.query<{ first: boolean }>(
    `with given as (update flow_word set next_at = null, problem = $3, done_at = null where shop = $1 and id = $2 returning handle)
     select not exists (select 1 from shop_log l where l.shop = $1 and l.what = 'flow.given_up' and l.detail ->> 'trigger' = g.handle and l.at > $4::timestamptz - interval '1 day') as first from given g`,
    [shop, id, problem, at],
  );
  return rows[0]?.first ?? false;
}

/** Forgets what was told or given up before `before`. Returns how many. */
export async function forgetFlowWords(before: Date): Promise<number> {
  const { rowCount } = await pool().query("delete from flow_word where created_at < $1 and (next_at is null or not exists (select 1 from shop s where s.shop = flow_word.shop and s.uninstalled_at is null))", [before]);
  return rowCount ?? 0;
}
