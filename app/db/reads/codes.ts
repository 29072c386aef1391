// What the page Give codes shows.
import { pool } from "../../db.server.ts";
import type { DealTerms } from "../../domain/deal.ts";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import { phaseAt } from "./deals.ts";
import { iso, likePattern } from "./sold.ts";

/** The most creators that the page Give codes lists; beyond that they are searched for. */
export const MOST_TO_GIVE = 500;

type RawDeal = { id: string; name: string; terms: DealTerms; starts_at: Date; ends_at: Date | null; paused_at: Date | null; parent_id: string | null; program_id: string | null; program_name: string | null; network: string | null };

const DEAL = `select d.id, d.name, d.terms, d.starts_at, d.ends_at, d.paused_at, d.parent_id, d.program_id, g.name as program_name, g.network
       from deal d left join program g on g.shop = d.shop and g.id = d.program_id
      where d.shop = $1 and (d.ends_at is null or d.ends_at > $2)`;

/** The deals that codes can be given for: those that have not ended. */
export async function dealsToGive(shop: string, now: Date): Promise<GiveDeal[]> {
  const { rows } = await pool().query<RawDeal>(`${DEAL} order by d.created_at desc, d.id limit 250`, [shop, now]);
  return rows.map((row) => giveDeal(row, now));
}

/** One of them; null where it is none. */
export async function dealToGive(shop: string, id: string, now: Date): Promise<GiveDeal | null> {
  const { rows } = await pool().query<RawDeal>(`${DEAL} and d.id = $3`, [shop, now, id]);
  return rows[0] ? giveDeal(rows[0], now) : null;
}

function giveDeal(row: RawDeal, now: Date): GiveDeal {
  return {
    id: row.id,
    name: row.name,
    terms: row.terms,
    startsAt: row.starts_at.toISOString(),
    endsAt: iso(row.ends_at),
    phase: phaseAt(row.starts_at, row.ends_at, now, row.paused_at),
    parentId: row.parent_id,
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "", network: row.network ?? "none" },
  };
}

const TO_GIVE = `c.id, c.name, c.email, c.handle,
            coalesce((select jsonb_agg(jsonb_build_object('programId', n.program_id, 'name', g.name, 'state', case when n.state = 'joined' and n.left_at <= $2 then 'left' else n.state end) order by g.name)
              from (select distinct on (m.program_id) m.* from membership m where m.shop = c.shop and m.creator_id = c.id order by m.program_id, m.joined_at desc) n
              join program g on g.shop = n.shop and g.id = n.program_id), '[]') as programs,
            coalesce((select jsonb_agg(jsonb_build_object('code', k.code, 'dealId', coalesce(d.parent_id, k.deal_id)) order by k.position)
              from code_term t join code k on k.shop = t.shop and k.id = t.code_id
              left join deal d on d.shop = k.shop and d.id = k.deal_id
             where t.shop = c.shop and t.creator_id = c.id and not exists (select from code_term l where l.shop = t.shop and l.code_id = t.code_id and l.valid_from > t.valid_from)
               and k.retired_at is null and k.replaced_by is null and k.void_from is null and (t.ends_at is null or t.ends_at > $2)), '[]') as codes`;

/** The creators that codes can be given to, with how they stand in each program and the codes they have; at most MOST_TO_GIVE, those already chosen among them. */
export async function creatorsToGive(shop: string, chosen: string[], now: Date): Promise<GiveCreator[]> {
  const { rows } = await pool().query<GiveCreator>(`select ${TO_GIVE} from creator c where c.shop = $1 order by c.id = any($3) desc, lower(c.name), c.id limit ${MOST_TO_GIVE}`, [shop, now, chosen]);
  return rows;
}

/** The same, of those whose name, handle or e-mail has the text. */
export async function searchCreatorsToGive(shop: string, text: string, now: Date): Promise<GiveCreator[]> {
  const { rows } = await pool().query<GiveCreator>(
    `select ${TO_GIVE} from creator c where c.shop = $1 and (c.name ilike $3 or c.handle ilike $3 or c.email ilike $3) order by lower(c.name), c.id limit 100`,
    [shop, now, likePattern(text.trim())],
  );
  return rows;
}
