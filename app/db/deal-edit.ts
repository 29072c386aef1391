// The edits of deals: each raises the deal's version and is kept with what the deal was from then on.
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import type { DealState } from "../domain/deal-parts.ts";
import { addLog, type ShopLogEntry } from "./log.ts";

/** What was done: made | edited | paused | resumed | ended | adopted | taken_from_store. */
export type EditKind = "made" | "edited" | "paused" | "resumed" | "ended" | "adopted" | "taken_from_store";
export type DealEditRow = { version: number; at: Date; who: string; what: EditKind; deal: DealState };

/** One deal's change: from `version` to the next, if it still is the deal's. `own`: what a variation has of its own from now on. */
export type DealChangeRow = { id: string; version: number; state: DealState; own?: { terms: boolean; dates: boolean } | null };

async function addEdit(client: Queryable, shop: string, dealId: string, { version, at, who, what, deal }: DealEditRow): Promise<void> {
  await client.query("insert into deal_edit (shop, deal_id, version, at, who, what, deal) values ($1, $2, $3, $4, $5, $6, $7)", [shop, dealId, version, at, who, what, JSON.stringify(deal)]);
}

/**
 * Writes the change of a deal and of the variations that follow it, all or none: each gets its next version, and store and networks their turn. `inStore`:
 * the store has the first of them like this already. False: somebody changed one of them meanwhile, and nothing was written.
 */
export async function changeDeals(shop: string, changes: readonly DealChangeRow[], edit: { at: Date; who: string; what: EditKind; inStore: boolean }, log: ShopLogEntry): Promise<boolean> {
  try {
    await inTransaction(async (client) => {
      for (const [place, change] of changes.entries()) await changeDeal(client, shop, change, { ...edit, inStore: edit.inStore && place === 0 });
      await addLog(client, shop, edit.at, log);
    });
    return true;
  } catch (fault) {
    if (fault instanceof ChangedMeanwhile) return false;
    throw fault;
  }
}

class ChangedMeanwhile extends Error {}

async function changeDeal(client: Queryable, shop: string, { id, version, state, own }: DealChangeRow, { at, who, what, inStore }: { at: Date; who: string; what: EditKind; inStore: boolean }): Promise<void> {
  // A program that has the codes but not the deal is told their new dates with each code.
  await client.query(
    `update code_placement p set state = 'waiting', attempts = 0, next_at = $6 from deal d join code c on c.shop = d.shop and c.deal_id = d.id
     where d.shop = $1 and d.id = $2 and d.version = $3 and (d.starts_at is distinct from $4 or d.ends_at is distinct from $5)
       and p.shop = c.shop and p.code_id = c.id and p.holder = 'media_source' and p.state = 'live' and p.wanted = 'live'`,
    [shop, id, version, state.startsAt, state.endsAt, at],
  );
  const { rowCount } = await client.query(
    `update deal set name = $4, terms = $5, starts_at = $6, ends_at = $7, paused_at = $8, version = version + 1, own_terms = own_terms or $11, own_dates = own_dates or $12, store_version = case when $9 then version + 1 else store_version end,
            store_state = case when store_state = 'refused' then 'waiting' else store_state end, store_problem = case when store_state = 'missing' then store_problem end, attempts = 0, next_at = $10
     where shop = $1 and id = $2 and version = $3`,
    [shop, id, version, state.name, JSON.stringify(state.terms), state.startsAt, state.endsAt, state.pausedAt, inStore, at, own?.terms ?? false, own?.dates ?? false],
  );
  if (rowCount !== 1) throw new ChangedMeanwhile();
  await addEdit(client, shop, id, { version: version + 1, at, who, what, deal: state });
  // What a network refused may be taken now.
  await client.query("update deal_placement set next_at = $3, attempts = 0, state = case when state = 'refused' then 'waiting' else state end, problem = case when state = 'refused' then null else problem end where shop = $1 and deal_id = $2", [
    shop, id, at,
  ]);
}

type RawEdit = { version: number; at: Date; who: string; what: EditKind; deal: DealState };

/** The edits from a version on, the oldest first. */
export async function editsSince(shop: string, dealId: string, version: number): Promise<DealEditRow[]> {
  const { rows } = await pool().query<RawEdit>("select version, at, who, what, deal from deal_edit where shop = $1 and deal_id = $2 and version >= $3 order by version", [shop, dealId, version]);
  return rows.map((row) => ({ ...row, deal: stateOf(row.deal) }));
}

/** The migration kept instants as PostgreSQL writes them; a state has them as ISO 8601. */
function stateOf({ name, terms, startsAt, endsAt, pausedAt }: DealState): DealState {
  const iso = (text: string | null) => (text === null ? null : new Date(text).toISOString());
  return { name, terms, startsAt: new Date(startsAt).toISOString(), endsAt: iso(endsAt), pausedAt: iso(pausedAt) };
}

export type VariationRow = { id: string; name: string; version: number; ownTerms: boolean; ownDates: boolean; terms: DealState["terms"]; startsAt: Date; endsAt: Date | null; pausedAt: Date | null };

/** The deals that hang on this one. */
export async function variationsOf(shop: string, dealId: string): Promise<VariationRow[]> {
  const { rows } = await pool().query<VariationRow>(
    `select id, name, version, own_terms as "ownTerms", own_dates as "ownDates", terms, starts_at as "startsAt", ends_at as "endsAt", paused_at as "pausedAt"
     from deal where shop = $1 and parent_id = $2 order by created_at, id`,
    [shop, dealId],
  );
  return rows;
}
