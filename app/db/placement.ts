// Where codes stand: in the store (target "store") and in each program's network (target = the program's id).
import { pool } from "../db.server.ts";
import { isDealDue } from "./deal-placement.ts";

/** The target of a code's place in the store. */
export const STORE = "store";

export type PlacementState = "waiting" | "asked" | "live" | "refused" | "missing" | "expired";

/** A code that waits to be added to its deal's discount. */
export type DueInStore = { codeId: string; code: string; dealId: string; discountId: string; state: PlacementState; jobId: string | null; attempts: number };

/** Store placements that are due, of deals that the store has; the deal that waits longest first, one deal's codes together. */
export async function listDueInStore(shop: string, now: Date, limit: number): Promise<DueInStore[]> {
  const { rows } = await pool().query<DueInStore>(
    `select p.code_id as "codeId", c.code, c.deal_id as "dealId", d.store_id as "discountId", p.state, p.job_id as "jobId", p.attempts
     from code_placement p
     join code c on c.shop = p.shop and c.id = p.code_id
     join deal d on d.shop = c.shop and d.id = c.deal_id
     where p.shop = $1 and p.target = 'store' and p.state in ('waiting', 'asked') and p.next_at <= $2 and d.store_id is not null and p.wanted = 'live'
     order by min(p.next_at) over (partition by c.deal_id), c.deal_id, c.position
     limit $3`,
    [shop, now, limit],
  );
  return rows;
}

/** A code that was retired here, and that the network still has, or was asked for. */
export type RetiredInNetwork = { codeId: string; code: string; match: "exact" | "regex"; programId: string; connectionId: string; programExternalId: string; partnerId: string | null; externalId: string | null; attempts: number };

export async function listRetiredInNetworks(shop: string, now: Date, limit: number): Promise<RetiredInNetwork[]> {
  const { rows } = await pool().query<RetiredInNetwork>(
    `select p.code_id as "codeId", c.code, c.match, g.id as "programId", g.connection_id as "connectionId", g.external_id as "programExternalId",
            p.partner_id as "partnerId", p.external_id as "externalId", p.attempts
     from code_placement p
     join code c on c.shop = p.shop and c.id = p.code_id
     join program g on g.shop = p.shop and g.id = p.target
     join network_connection n on n.shop = g.shop and n.id = g.connection_id and n.state = 'connected'
     where p.shop = $1 and p.target <> 'store' and p.wanted = 'gone' and p.state in ('live', 'asked') and p.next_at <= $2
     order by p.next_at, c.position limit $3`,
    [shop, now, limit],
  );
  return rows;
}

/** Shops in which something is due to be placed. */
export async function listShopsWithDue(now: Date): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>(
    `select s.shop from shop s
     where s.uninstalled_at is null and (
       exists (select 1 from deal d where d.shop = s.shop and d.next_at <= $1 and (d.store_state in ('waiting', 'scheduled') or (d.store_state = 'live' and d.ends_at is not null)))
       or exists (select 1 from deal_placement dp join deal d on d.shop = dp.shop and d.id = dp.deal_id where dp.shop = s.shop and ${isDealDue("$1")})
       or exists (select 1 from code_placement p where p.shop = s.shop and p.next_at <= $1 and ((p.wanted = 'live' and p.state in ('waiting', 'asked')) or (p.wanted = 'gone' and p.state in ('live', 'asked')))))`,
    [now],
  );
  return rows.map((row) => row.shop);
}

/** Notes, before the request goes out, that these are being asked for. */
export async function markAsked(shop: string, codeIds: string[], target: string, now: Date): Promise<void> {
  await pool().query(
    "update code_placement set state = 'asked', asked_at = $4, job_id = null, problem = null where shop = $1 and code_id = any($2) and target = $3",
    [shop, codeIds, target, now],
  );
}

/** Nothing was asked after all (the store turned the call away as a whole): back to waiting. */
export async function markWaiting(shop: string, codeIds: string[], target: string): Promise<void> {
  await pool().query("update code_placement set state = 'waiting', job_id = null where shop = $1 and code_id = any($2) and target = $3 and state = 'asked'", [
    shop, codeIds, target,
  ]);
}

/** Notes the store's job that adds these, and when to look at it. */
export async function markJob(shop: string, codeIds: string[], jobId: string | null, nextAt: Date): Promise<void> {
  await pool().query("update code_placement set job_id = $3, next_at = $4 where shop = $1 and code_id = any($2) and target = 'store'", [shop, codeIds, jobId, nextAt]);
}

/** `problem` on a live placement: something differs, but it works. */
export async function markLive(shop: string, codeId: string, target: string, externalId: string | null, now: Date, problem: string | null = null): Promise<void> {
  await pool().query(
    `update code_placement set state = 'live', external_id = coalesce($4, external_id), problem = $6, job_id = null, read_at = $5, attempts = 0
     where shop = $1 and code_id = $2 and target = $3`,
    [shop, codeId, target, externalId, now, problem],
  );
}

/** The network has it no more. */
export async function markExpired(shop: string, codeId: string, target: string, now: Date): Promise<void> {
  await pool().query("update code_placement set state = 'expired', problem = null, read_at = $4, attempts = 0 where shop = $1 and code_id = $2 and target = $3", [shop, codeId, target, now]);
}

export async function markRefused(shop: string, codeId: string, target: string, problem: string, now: Date): Promise<void> {
  await pool().query("update code_placement set state = 'refused', problem = $4, job_id = null, read_at = $5 where shop = $1 and code_id = $2 and target = $3", [
    shop, codeId, target, problem, now,
  ]);
}

/** Something outside did not work: look again at `nextAt`. The state stays, so that what was asked is asked about first. */
export async function putOff(shop: string, codeIds: string[], target: string, problem: string | null, nextAt: Date, counts: boolean): Promise<void> {
  await pool().query(
    "update code_placement set problem = $4, next_at = $5, attempts = attempts + $6 where shop = $1 and code_id = any($2) and target = $3",
    [shop, codeIds, target, problem, nextAt, counts ? 1 : 0],
  );
}

/** A person asks for what was refused to be tried again. Returns how many. */
export async function retryPlacements(shop: string, codeIds: string[], now: Date): Promise<number> {
  const { rowCount } = await pool().query(
    `update code_placement set state = case when wanted = 'gone' then 'asked' else 'waiting' end, problem = null, attempts = 0, next_at = $3
     where shop = $1 and code_id = any($2) and state in ('refused', 'missing')`,
    [shop, codeIds, now],
  );
  return rowCount ?? 0;
}
