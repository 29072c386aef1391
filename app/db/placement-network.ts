// Codes in the networks: which are due, with all that decides what a network is to be told of each.
import { pool } from "../db.server.ts";
import type { ToldCode } from "../domain/network-code.ts";
import type { KeptStep } from "../domain/network-steps.ts";
import type { PlacementState } from "./placement.ts";

/** A code that waits to be placed in a program's network, or to be told anew. */
export type DueInNetwork = {
  codeId: string;
  code: string;
  match: "exact" | "regex";
  programId: string;
  programKind: string;
  connectionId: string;
  programExternalId: string;
  programName: string;
  partnerId: string | null;
  externalId: string | null;
  policy: "always" | "involved" | "winner";
  startsAt: Date | null; // by its own terms
  endsAt: Date | null;
  dealStartsAt: Date | null;
  dealEndsAt: Date | null;
  dealExternalId: string | null;
  dealSyncs: boolean;
  told: ToldCode | null;
  state: PlacementState;
  askedAt: Date | null;
  attempts: number;
  steps: unknown; // domain/network-steps.ts readSteps
  /** Of a media source's: whether the network takes no code for it over its API, as it said last. */
  byHand: boolean;
};

/** Whose the code is in the program: a partner's, or the creator media source's (db/pair.ts). */
export type Holder = "partner" | "media_source";

/**
 * Network placements that are due, of one kind of holder. Of those that wait for a person's step all come where one of the program is due: one list tells
 * of all. A code goes to the network only when the store has it (the network would promise what no buyer can
 * use), and after its deal: a deal that the network refused does not hold its codes back. While the deal is paused or over they stay as they are:
 * there they follow its dates. A code for everybody has no owner there, so it never goes. A name that is given anew waits until the network has given up
 * the old code of that name: it has one of a name. A code that a creator asked for is made there by granting the request (flow/requests-carry.ts).
 */
export async function listDueInNetworks(shop: string, now: Date, limit: number, holder: Holder = "partner"): Promise<DueInNetwork[]> {
  const { rows } = await pool().query<DueInNetwork>(
    `select p.code_id as "codeId", c.code, c.match, g.id as "programId", g.kind as "programKind", g.connection_id as "connectionId", g.external_id as "programExternalId", g.name as "programName",
            coalesce(p.partner_id, case when p.holder = 'media_source' then g.media_source_id end) as "partnerId", p.external_id as "externalId", t.credit_policy as policy, t.starts_at as "startsAt", t.ends_at as "endsAt",
            d.starts_at as "dealStartsAt", d.ends_at as "dealEndsAt", case when dp.state <> 'missing' then dp.external_id end as "dealExternalId",
            coalesce(dp.state <> 'missing' and dp.seen->>'syncs' = 'true', false) as "dealSyncs", p.told, p.state, p.asked_at as "askedAt", p.attempts, p.steps,
            g.media_source_refused_at is not null as "byHand"
     from code_placement p
     join code c on c.shop = p.shop and c.id = p.code_id
     join program g on g.shop = p.shop and g.id = p.target
     join network_connection n on n.shop = g.shop and n.id = g.connection_id and n.state = 'connected'
     join lateral (select * from code_term where shop = c.shop and code_id = c.id and valid_from <= $2 order by valid_from desc limit 1) t on t.creator_id is not null
     left join deal d on d.shop = c.shop and d.id = c.deal_id
     left join deal_placement dp on dp.shop = c.shop and dp.deal_id = c.deal_id and dp.program_id = g.id
     where p.shop = $1 and p.target <> 'store' and p.holder = $4 and p.wanted = 'live'
       and (p.state in ('waiting', 'asked') and p.next_at <= $2
         or p.state = 'by_hand' and exists (select 1 from code_placement h where h.shop = p.shop and h.target = p.target and h.state = 'by_hand' and h.wanted = 'live' and h.next_at <= $2))
       and not exists (select 1 from code_placement s where s.shop = p.shop and s.code_id = p.code_id and s.target = 'store' and s.state <> 'live')
       and not exists (select 1 from code o join code_placement op on op.shop = o.shop and op.code_id = o.id and op.target = p.target and op.wanted = 'gone' and op.state in ('live', 'asked', 'leaving')
         where o.shop = c.shop and o.key = c.key and o.match = c.match and o.id <> c.id)
       and not exists (select 1 from code_request r where r.shop = p.shop and r.code_id = p.code_id and r.program_id = p.target and r.stage in ('making', 'approving', 'failed'))
       and (d.id is null or (d.paused_at is null and (d.ends_at is null or d.ends_at > $2)))
       and (dp.deal_id is null or dp.state = 'refused' or (dp.state = 'live' and dp.version >= d.version))
     order by p.next_at, c.position
     limit $3`,
    [shop, now, limit, holder],
  );
  return rows;
}

/** Other programs of the same account in which creators hold codes. */
export async function listCreatorPrograms(shop: string, connectionId: string): Promise<{ id: string; name: string; externalId: string }[]> {
  const { rows } = await pool().query<{ id: string; name: string; externalId: string }>(
    "select id, name, external_id as \"externalId\" from program where shop = $1 and connection_id = $2 and kind = 'creator' and external_id is not null and state = 'active'",
    [shop, connectionId],
  );
  return rows;
}

/** Notes, before the code that stands there is expired, that another one is about to take its place: until that one stands nobody has it in the network. */
export async function markReplacing(shop: string, codeId: string, programId: string, now: Date): Promise<void> {
  await pool().query("update code_placement set state = 'asked', asked_at = $4, problem = null where shop = $1 and code_id = $2 and target = $3", [shop, codeId, programId, now]);
}

/** Notes, before the request goes out, what the network is being told. False: the code has no place there any more, as when a pair was taken back meanwhile. */
export async function markTold(shop: string, codeId: string, programId: string, told: ToldCode, now: Date): Promise<boolean> {
  const { rowCount } = await pool().query("update code_placement set state = 'asked', asked_at = $4, told = $5, problem = null where shop = $1 and code_id = $2 and target = $3", [
    shop, codeId, programId, now, JSON.stringify(told),
  ]);
  return rowCount === 1;
}

/** The network has it: as what, and what was read of it (networks/port.ts PlacedCode; null: not read back yet). `problem`: something differs, but it works. */
export async function markLiveInNetwork(
  shop: string, codeId: string, programId: string,
  { externalId, told, seen, problem = null, steps = null }: { externalId: string; told: ToldCode | null; seen: unknown; problem?: string | null; steps?: KeptStep[] | null }, now: Date,
): Promise<void> {
  await pool().query(
    `update code_placement set state = 'live', external_id = $4, told = coalesce($5, told), seen = coalesce($6, seen), problem = $7, read_at = $8, attempts = 0, steps = coalesce($9, steps),
       partner_id = case when holder = 'media_source' then coalesce($5::jsonb ->> 'partnerId', partner_id) else partner_id end
     where shop = $1 and code_id = $2 and target = $3`,
    [shop, codeId, programId, externalId, told && JSON.stringify(told), seen === null ? null : JSON.stringify(seen), problem, now, steps && JSON.stringify(steps)],
  );
}

/** What only a person can do there, as it was last read (domain/network-steps.ts); it is looked at again at `nextAt`. `externalId`: as what it stands there already, otherwise than it is to be. */
export async function markByHand(
  shop: string, codeId: string, programId: string,
  { steps, problem, externalId, seen, nextAt }: { steps: KeptStep[]; problem: string | null; externalId: string | null; seen: unknown; nextAt: Date }, now: Date,
): Promise<void> {
  await pool().query(
    `update code_placement set state = 'by_hand', steps = $4, problem = $5, external_id = coalesce($6, external_id), seen = coalesce($7, seen), next_at = $8, read_at = $9, asked_at = null, attempts = attempts + 1
     where shop = $1 and code_id = $2 and target = $3 and wanted = 'live'`,
    [shop, codeId, programId, JSON.stringify(steps), problem, externalId, seen === null ? null : JSON.stringify(seen), nextAt, now],
  );
}

/** A person wants to know now whether the steps in a program are done. Returns how many codes wait there. */
export async function lookAgainAt(shop: string, programId: string, now: Date): Promise<number> {
  const { rowCount } = await pool().query("update code_placement set next_at = $3, attempts = 0 where shop = $1 and target = $2 and state = 'by_hand' and wanted = 'live'", [shop, programId, now]);
  return rowCount ?? 0;
}

/** What was refused in one program is tried there again: what stood in its way is gone. */
export async function retryIn(shop: string, codeId: string, programId: string, now: Date): Promise<void> {
  await pool().query(
    "update code_placement set state = 'waiting', problem = null, attempts = 0, next_at = $4 where shop = $1 and code_id = $2 and target = $3 and wanted = 'live' and state in ('refused', 'missing')",
    [shop, codeId, programId, now],
  );
}
