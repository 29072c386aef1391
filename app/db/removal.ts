// Codes on their way out: of the store's discounts, and of the programs' networks.
import { pool, type Queryable } from "../db.server.ts";
import type { PlacementState } from "./placement.ts";
import type { Holder } from "./placement-network.ts";

/** Which placements are to be taken out now, or are on their way: p is the placement, $2 the time. */
const DUE = "p.next_at <= $2 and (p.state = 'leaving' or (p.wanted = 'gone' and p.state in ('live', 'asked')))";

/** A redeem code that is to be taken out of a discount. `moving`: to the discount of its deal, so that it is wanted live all the same. */
export type LeavingStore = {
  codeId: string;
  code: string;
  key: string;
  state: PlacementState;
  wanted: "live" | "gone";
  moving: boolean;
  discountId: string; // where it stands; "": nowhere that it is to be taken out of
  redeemId: string | null;
  jobId: string | null;
  askedAt: Date | null;
  attempts: number;
};

/**
 * Redeem codes to be taken out. One that moves waits until the store has the discount that it moves to. A name that was given anew, in the same
 * discount, is the new code's: nothing is taken out then, nor where the store never had the discount.
 */
export async function listLeavingStore(shop: string, now: Date, limit: number): Promise<LeavingStore[]> {
  const { rows } = await pool().query<LeavingStore>(
    `select p.code_id as "codeId", c.code, c.key, p.state, p.wanted, (p.wanted = 'live' and c.deal_id is not null and c.discount_id is not null) as moving,
            case when n.id is null then coalesce(c.discount_id, d.store_id, '') else '' end as "discountId", coalesce(p.external_id, s.redeem_id) as "redeemId", p.job_id as "jobId", p.asked_at as "askedAt", p.attempts
     from code_placement p
     join code c on c.shop = p.shop and c.id = p.code_id
     left join deal d on d.shop = c.shop and d.id = c.deal_id
     left join store_code s on s.shop = c.shop and s.key = c.key and s.store_id = coalesce(c.discount_id, d.store_id)
     left join lateral (
       select o.id from code o join code_placement op on op.shop = o.shop and op.code_id = o.id and op.target = 'store' and op.wanted = 'live' and op.state in ('waiting', 'asked', 'live')
       left join deal od on od.shop = o.shop and od.id = o.deal_id
       where o.shop = c.shop and o.key = c.key and o.id <> c.id and o.retired_at is null and coalesce(o.discount_id, od.store_id) = coalesce(c.discount_id, d.store_id) limit 1) n on true
     where p.shop = $1 and p.target = 'store' and ${DUE} and not (p.wanted = 'live' and c.deal_id is not null and c.discount_id is not null and d.store_id is null)
     order by p.next_at, c.position limit $3`,
    [shop, now, limit],
  );
  return rows;
}

/** Notes, before the call goes out, that these are being taken out. Only those that still are to be: returns their ids. */
export async function markLeaving(shop: string, codeIds: string[], target: string, now: Date): Promise<string[]> {
  const { rows } = await pool().query<{ code_id: string }>(
    `update code_placement p set state = 'leaving', asked_at = $4, job_id = null, problem = null from code c
     where p.shop = $1 and p.code_id = any($2) and p.target = $3 and c.shop = p.shop and c.id = p.code_id
       and (p.wanted = 'gone' or (p.state = 'leaving' and c.deal_id is not null and c.discount_id is not null)) returning p.code_id`,
    [shop, codeIds, target, now],
  );
  return rows.map((row) => row.code_id);
}

/** Read back: the other side has it no more. Who wants it live by now (it was resumed, or it moves) has it placed again. */
export async function markTakenOut(shop: string, codeIds: string[], target: string, now: Date): Promise<void> {
  await pool().query(
    `with out as (
       update code_placement set state = case when wanted = 'live' then 'waiting' else 'expired' end, external_id = null, job_id = null, asked_at = null, problem = null, attempts = 0, read_at = $4, next_at = $4
       where shop = $1 and code_id = any($2) and target = $3 returning code_id)
     update code c set discount_id = null from out where $3 = 'store' and c.shop = $1 and c.id = out.code_id and c.deal_id is not null`,
    [shop, codeIds, target, now],
  );
}

/** It stands there, and is wanted there after all. */
export async function markStays(shop: string, codeId: string, target: string, now: Date): Promise<void> {
  await pool().query(
    "update code_placement set state = 'live', job_id = null, problem = null, attempts = 0, read_at = $4 where shop = $1 and code_id = $2 and target = $3 and wanted = 'live'",
    [shop, codeId, target, now],
  );
}

/** Has codes taken out of wherever they stand. What was never asked for is nowhere; of the rest the other side is asked. */
export async function wantGone(client: Queryable, shop: string, codeIds: string[], at: Date): Promise<void> {
  await client.query(
    `update code_placement set wanted = 'gone', problem = null, attempts = 0, next_at = $3,
       state = case when state in ('live', 'asked', 'leaving', 'expired') then state when state = 'waiting' and asked_at is null and external_id is null then 'expired' else 'asked' end
     where shop = $1 and code_id = any($2) and wanted = 'live'`,
    [shop, codeIds, at],
  );
}

/** Has codes placed again, but not in a network where a person let them be gone. What is on its way out comes back once it is out. */
export async function wantLive(client: Queryable, shop: string, codeIds: string[], at: Date): Promise<void> {
  await client.query(
    `update code_placement set wanted = 'live', problem = null, attempts = 0, next_at = $3, state = case when state in ('live', 'asked', 'leaving') then state else 'waiting' end
     where shop = $1 and code_id = any($2) and wanted = 'gone' and (target = 'store' or not exists (
       select 1 from drift d where d.shop = $1 and d.about = 'code' and d.about_id = code_id and d.target = code_placement.target and d.kind in ('missing', 'expired') and d.how = 'theirs'))`,
    [shop, codeIds, at],
  );
}

/**
 * Has codes leave the discount in which they stand for the one of another deal: taken out there once the store has the new one, then added to it.
 * What the store does not have yet is simply made in the new one.
 */
export async function moveCodes(client: Queryable, shop: string, codeIds: string[], dealId: string, at: Date): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `update code c set discount_id = case when p.state in ('live', 'asked', 'leaving') then coalesce(c.discount_id, d.store_id) end, deal_id = $3
     from code_placement p, deal d where c.shop = $1 and c.id = any($2) and c.deal_id <> $3 and p.shop = c.shop and p.code_id = c.id and p.target = 'store' and d.shop = c.shop and d.id = c.deal_id returning c.id`,
    [shop, codeIds, dealId],
  );
  await client.query(
    `update code_placement p set state = case when p.state in ('live', 'asked', 'leaving') then 'leaving' when p.state = 'expired' then 'expired' else 'waiting' end, external_id = null, problem = null, attempts = 0, next_at = $3
     where p.shop = $1 and p.code_id = any($2) and p.target = 'store' and p.wanted = 'live'`,
    [shop, rows.map((row) => row.id), at],
  );
}

/** A code that is to be taken out of a network, or is on its way. `others`: the ids there that are another code's of the same name, which is to stay; a creator may have one code in two shops on one account. */
export type LeavingNetwork = { codeId: string; code: string; match: "exact" | "regex"; programId: string; connectionId: string; programExternalId: string; holder: Holder; partnerId: string | null; externalId: string | null; state: PlacementState; wanted: "live" | "gone"; askedAt: Date | null; attempts: number; others: string[] };

export async function listLeavingNetworks(shop: string, now: Date, limit: number): Promise<LeavingNetwork[]> {
  const { rows } = await pool().query<LeavingNetwork>(
    `select p.code_id as "codeId", c.code, c.match, g.id as "programId", g.connection_id as "connectionId", g.external_id as "programExternalId",
            p.holder, coalesce(p.partner_id, case when p.holder = 'media_source' then g.media_source_id end) as "partnerId", p.external_id as "externalId", p.state, p.wanted, p.asked_at as "askedAt", p.attempts,
            array(select op.external_id from code o join code_placement op on op.shop = o.shop and op.code_id = o.id and op.target = p.target and op.wanted = 'live' and op.external_id is not null
                  where o.shop = c.shop and o.key = c.key and o.match = c.match and o.id <> c.id
                  union
                  select op.external_id from network_connection ox join program q on q.shop = ox.shop and q.connection_id = ox.id and q.external_id = g.external_id
                    join code o on o.shop = q.shop and o.key = c.key and o.match = c.match
                    join code_placement op on op.shop = o.shop and op.code_id = o.id and op.target = q.id and op.wanted = 'live' and op.external_id is not null
                  where ox.network = n.network and ox.account_sid = n.account_sid and ox.shop <> p.shop) as others
     from code_placement p
     join code c on c.shop = p.shop and c.id = p.code_id
     join program g on g.shop = p.shop and g.id = p.target
     join network_connection n on n.shop = g.shop and n.id = g.connection_id and n.state = 'connected'
     where p.shop = $1 and p.target <> 'store' and ${DUE}
     order by p.next_at, c.position limit $3`,
    [shop, now, limit],
  );
  return rows;
}

/**
 * Codes that another one replaces are to be taken out, once that one is live wherever it is to be. Returns how many. Until then both are in
 * force, so that no sale is without an owner.
 */
export async function takeOutReplaced(now: Date): Promise<number> {
  const { rowCount } = await pool().query(
    `with due as (
       select c.shop, c.id from code c join code n on n.shop = c.shop and n.id = c.replaced_by and n.retired_at is null
       where c.replaced_by is not null and exists (select 1 from code_placement p where p.shop = c.shop and p.code_id = c.id and p.wanted = 'live')
         and exists (select 1 from code_placement o where o.shop = n.shop and o.code_id = n.id and o.wanted = 'live')
         and not exists (select 1 from code_placement o where o.shop = n.shop and o.code_id = n.id and (o.wanted <> 'live' or o.state <> 'live'))
       order by c.shop, c.id for update of c)
     update code_placement p set wanted = 'gone', problem = null, attempts = 0, next_at = $1,
       state = case when p.state in ('live', 'asked', 'leaving', 'expired') then p.state when p.state = 'waiting' and p.asked_at is null and p.external_id is null then 'expired' else 'asked' end
     from due where p.wanted = 'live' and p.shop = due.shop and p.code_id = due.id`,
    [now],
  );
  return rowCount ?? 0;
}
