// What a repair writes of a code: where it is to be placed anew, and what of it is taken over from the other side. Whoever settles orders sees it.
import type { Queryable } from "../db.server.ts";
import { settleSince } from "./rules-lock.ts";

/** Has a code placed again on one side, from nothing. False: it is not wanted there. */
export async function placeAgain(client: Queryable, shop: string, codeId: string, target: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update code_placement set state = 'waiting', external_id = null, told = null, job_id = null, asked_at = null, problem = null, attempts = 0, next_at = $4
     where shop = $1 and code_id = $2 and target = $3 and wanted = 'live' and state in ('live', 'missing', 'waiting')`,
    [shop, codeId, target, at],
  );
  return rowCount === 1;
}

export type StandsThere = { externalId: string; told: { partnerId: string; policy: string; dealExternalId: string | null; startsAt: string | null; endsAt: string | null } };

/** What stands in the network under the code's name is to be replaced by what the code is here: as if we had told it so before. */
export async function replaceInNetwork(client: Queryable, shop: string, codeId: string, programId: string, { externalId, told }: StandsThere, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update code_placement set state = 'waiting', external_id = $4, told = $5, problem = null, attempts = 0, next_at = $6 where shop = $1 and code_id = $2 and target = $3 and wanted = 'live' and state <> 'asked'`,
    [shop, codeId, programId, externalId, JSON.stringify(told), at],
  );
  return rowCount === 1;
}

/** What stands in the network is what is wanted from now on: nothing is told it. */
export async function takeOverThere(client: Queryable, shop: string, codeId: string, programId: string, { externalId, told }: StandsThere, at: Date): Promise<void> {
  await client.query(
    `update code_placement set state = 'live', external_id = $4, partner_id = $5, told = $6, problem = null, attempts = 0, read_at = $7 where shop = $1 and code_id = $2 and target = $3`,
    [shop, codeId, programId, externalId, told.partnerId, JSON.stringify(told), at],
  );
}

/** The code is not in this network any more, nor is it to be. */
export async function giveUpThere(client: Queryable, shop: string, codeId: string, target: string, at: Date): Promise<void> {
  await client.query("update code_placement set wanted = 'gone', state = 'expired', external_id = null, problem = null, attempts = 0, read_at = $4 where shop = $1 and code_id = $2 and target = $3", [
    shop, codeId, target, at,
  ]);
}

/** The code stands in this discount of the store from now on: of a deal, or (dealId null) linked to it as it is. */
export async function standsIn(client: Queryable, shop: string, codeId: string, { discountId, dealId, redeemId }: { discountId: string; dealId: string | null; redeemId: string | null }, at: Date): Promise<void> {
  await client.query("update code set deal_id = $3, discount_id = $4 where shop = $1 and id = $2", [shop, codeId, dealId, dealId === null ? discountId : null]);
  await client.query(
    "update code_placement set state = 'live', external_id = $3, problem = null, job_id = null, attempts = 0, read_at = $4 where shop = $1 and code_id = $2 and target = 'store' and wanted = 'live'",
    [shop, codeId, redeemId, at],
  );
}

/** `creatorId`, `creditPolicy`: left out, they stay. `window` left out: the dates stay. */
export type NewTerm = { creatorId?: string; creditPolicy?: string; window?: { startsAt: Date | null; endsAt: Date | null } };

/** From now on the code is judged by these terms; the past keeps its own. */
export async function addTerm(client: Queryable, shop: string, codeId: string, { creatorId, creditPolicy, window }: NewTerm, at: Date): Promise<void> {
  await client.query(
    `insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at)
     select shop, code_id, greatest($3::timestamptz, valid_from), coalesce($4, creator_id), program_id, coalesce($5, credit_policy),
            case when $6 then $7::timestamptz else starts_at end, case when $6 then $8::timestamptz else ends_at end
     from code_term where shop = $1 and code_id = $2 order by valid_from desc limit 1
     on conflict (shop, code_id, valid_from) do update set creator_id = excluded.creator_id, credit_policy = excluded.credit_policy, starts_at = excluded.starts_at, ends_at = excluded.ends_at`,
    [shop, codeId, at, creatorId ?? null, creditPolicy ?? null, window !== undefined, window?.startsAt ?? null, window?.endsAt ?? null],
  );
  await settleSince(client, shop, at, `${codeId} taken over ${at.getTime()}`);
}

/** The creator whom a partner of a program is here; null: the app does not know one. */
export async function findCreatorOfPartner(client: Queryable, shop: string, programId: string, partnerId: string): Promise<string | null> {
  const { rows } = await client.query<{ creator_id: string }>("select creator_id from membership where shop = $1 and program_id = $2 and partner_id = $3 order by joined_at desc limit 1", [shop, programId, partnerId]);
  return rows[0]?.creator_id ?? null;
}

/** The deal is to be made in the network anew, or brought to what it is here. */
export async function tellDealAgain(client: Queryable, shop: string, dealId: string, programId: string, gone: boolean, at: Date): Promise<void> {
  await client.query(
    `update deal_placement set version = 0, attempts = 0, problem = null, next_at = $5, state = case when $4 then 'waiting' else state end, external_id = case when $4 then null else external_id end
     where shop = $1 and deal_id = $2 and program_id = $3 and state in ('live', 'missing', 'refused')`,
    [shop, dealId, programId, gone, at],
  );
}
