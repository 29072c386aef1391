// What the pages Edit deal and Deal show of a deal's versions and variations. Everything here is scoped by shop.
import { pool } from "../../db.server.ts";
import type { DealTerms } from "../../domain/deal.ts";
import type { DealToEdit, DealVariation, DealVersion } from "../../domain/deal-page.ts";
import { differingParts } from "../../domain/deal-parts.ts";
import type { SeenInStore } from "../../domain/deal-seen.ts";
import { editsSince } from "../deal-edit.ts";
import { SEEN_JOIN, STORE_SEEN } from "./deal-seen.ts";

type RawDeal = {
  id: string; version: number; name: string; terms: DealTerms; starts_at: Date; ends_at: Date | null; paused_at: Date | null; store_state: string; store_id: string | null; store_problem: string | null;
  store_seen: SeenInStore | null; store_version: number; program_id: string | null; program_name: string | null; program_network: string | null; parent_id: string | null; parent_name: string | null; codes: number;
};

/** The deal as an edit begins with it; null where the shop has no such deal. */
export async function dealToEdit(shop: string, id: string): Promise<DealToEdit | null> {
  const { rows } = await pool().query<RawDeal>(
    `select d.id, d.version, d.name, d.terms, d.starts_at, d.ends_at, d.paused_at, d.store_state, d.store_id, d.store_problem, d.store_version, ${STORE_SEEN} as store_seen, d.program_id, g.name as program_name, g.network as program_network,
            d.parent_id, p.name as parent_name, (select count(*)::int from code c where c.shop = d.shop and c.deal_id = d.id and c.retired_at is null) as codes
       from deal d left join program g on g.shop = d.shop and g.id = d.program_id left join deal p on p.shop = d.shop and p.id = d.parent_id
       ${SEEN_JOIN}
      where d.shop = $1 and d.id = $2`,
    [shop, id],
  );
  const row = rows[0];
  if (!row) return null;
  const state = { name: row.name, terms: row.terms, startsAt: row.starts_at.toISOString(), endsAt: row.ends_at?.toISOString() ?? null, pausedAt: row.paused_at?.toISOString() ?? null };
  return {
    id: row.id,
    version: row.version,
    state,
    program: row.program_id === null ? null : { id: row.program_id, name: row.program_name ?? "", network: row.program_network ?? "none" },
    uses: row.store_seen?.uses ?? 0,
    codes: row.codes,
    storeState: row.store_state,
    storeId: row.store_id,
    storeProblem: row.store_problem,
    parent: row.parent_id === null ? null : { id: row.parent_id, name: row.parent_name ?? "" },
    storeVersion: row.store_version,
    seen: row.store_seen,
  };
}

const MOST_VERSIONS = 50;

/** The newest versions first, each with the parts that it changed. */
export async function versionsOfDeal(shop: string, id: string): Promise<DealVersion[]> {
  const edits = await editsSince(shop, id, 1);
  const versions = edits.map(({ version, at, who, what, deal }, place): DealVersion => {
    const before = edits[place - 1]?.deal ?? null;
    return { version, at: at.toISOString(), who, what, changes: before ? differingParts(before, deal) : [], before, after: deal };
  });
  return versions.reverse().slice(0, MOST_VERSIONS);
}

type RawVariation = { id: string; name: string; own_terms: boolean; own_dates: boolean; starts_at: Date; ends_at: Date | null; store_state: string; store_problem: string | null; store_read_at: Date | null; codes: number };

/** The deals that hang on this one, the newest first. */
export async function variationsOfDeal(shop: string, id: string): Promise<DealVariation[]> {
  const { rows } = await pool().query<RawVariation>(
    `select d.id, d.name, d.own_terms, d.own_dates, d.starts_at, d.ends_at, d.store_state, d.store_problem, d.store_read_at,
            (select count(*)::int from code c where c.shop = d.shop and c.deal_id = d.id and c.retired_at is null) as codes
       from deal d where d.shop = $1 and d.parent_id = $2 order by d.created_at desc, d.id limit 100`,
    [shop, id],
  );
  return rows.map((row) => ({
    id: row.id, name: row.name, ownTerms: row.own_terms, ownDates: row.own_dates, startsAt: row.starts_at.toISOString(), endsAt: row.ends_at?.toISOString() ?? null, codes: row.codes,
    store: { state: row.store_state, problem: row.store_problem, readAt: row.store_read_at?.toISOString() ?? null },
  }));
}
