// Deals in the networks: which are due, and what is known of each.
import type { DealPlacement, Prisma } from "@prisma/client";
import { pool, prisma, type Queryable } from "../db.server.ts";
import type { DealTerms } from "../domain/deal.ts";
import type { DealInfo } from "../domain/network-deal.ts";
import type { KeptStep } from "../domain/network-steps.ts";

/** A deal that its program's network is to be told of, or asked about. */
export type DealDueInNetwork = {
  dealId: string;
  name: string;
  terms: DealTerms;
  startsAt: Date;
  endsAt: Date | null;
  pausedAt: Date | null;
  dealVersion: number;
  programId: string;
  programExternalId: string;
  connectionId: string;
  externalId: string | null;
  version: number; // the network was last brought to
  state: string;
  seen: DealInfo | null;
  steps: unknown;
  attempts: number;
};

/** How long a step is left alone before the network is asked again whether a person took it. */
const LOOK_AGAIN = "interval '30 minutes'";

/** What makes a placement `dp` of a deal `d` due: nothing was made yet, the deal was edited since, or a person may have taken a step there. */
export function isDealDue(now: string): string {
  return `(dp.next_at <= ${now} and (dp.state = 'waiting' or (dp.state = 'live' and (dp.version < d.version or dp.read_at is null
    or (dp.read_at <= ${now}::timestamptz - ${LOOK_AGAIN} and jsonb_path_exists(dp.steps, '$[*] ? (@.doneAt == null)'))))))`;
}

const FROM = `from deal_placement dp
  join deal d on d.shop = dp.shop and d.id = dp.deal_id and d.store_id is not null
  join program g on g.shop = dp.shop and g.id = dp.program_id and g.external_id is not null
  join network_connection n on n.shop = g.shop and n.id = g.connection_id and n.state = 'connected'`;

/** Placements that are due, of deals that the store has, in programs whose account is connected. */
export async function listDealsDueInNetworks(shop: string, now: Date, limit: number): Promise<DealDueInNetwork[]> {
  const { rows } = await pool().query<DealDueInNetwork>(
    `select d.id as "dealId", d.name, d.terms, d.starts_at as "startsAt", d.ends_at as "endsAt", d.paused_at as "pausedAt", d.version as "dealVersion",
            g.id as "programId", g.external_id as "programExternalId", g.connection_id as "connectionId",
            dp.external_id as "externalId", dp.version, dp.state, dp.seen, dp.steps, dp.attempts
     ${FROM} where dp.shop = $1 and ${isDealDue("$2")} order by dp.next_at limit $3`,
    [shop, now, limit],
  );
  return rows;
}

/**
 * Names other than `name` under which a program's network may have the deal, the latest first: an earlier version's, where the answer to its creation
 * was lost. `held`: ids there that are other deals'.
 */
export async function earlierNamesOfDeal(shop: string, dealId: string, programId: string, name: string, limit: number): Promise<{ names: string[]; held: Set<string> }> {
  const names = await pool().query<{ name: string }>(
    "select deal ->> 'name' as name from deal_edit where shop = $1 and deal_id = $2 and deal ->> 'name' <> $3 group by 1 order by max(version) desc limit $4",
    [shop, dealId, name, limit],
  );
  const held = await pool().query<{ id: string }>("select external_id as id from deal_placement where shop = $1 and program_id = $3 and deal_id <> $2 and external_id is not null", [shop, dealId, programId]);
  return { names: names.rows.map((row) => row.name), held: new Set(held.rows.map((row) => row.id)) };
}

export type DealInNetwork = Partial<Pick<DealPlacement, "externalId" | "state" | "version" | "problem" | "readAt" | "attempts" | "nextAt">> & { seen?: DealInfo; steps?: KeptStep[] };

export async function updateDealPlacement(shop: string, dealId: string, programId: string, { seen, steps, ...data }: DealInNetwork): Promise<void> {
  const json = { ...(seen && { seen: seen as unknown as Prisma.InputJsonObject }), ...(steps && { steps: steps as unknown as Prisma.InputJsonArray }) };
  await prisma().dealPlacement.updateMany({ where: { shop, dealId, programId }, data: { ...data, ...json } });
}

/** A person asks for the network to be read now. Returns how many placements that concerns. */
export async function lookAtDealInNetworks(shop: string, dealId: string, now: Date): Promise<number> {
  const { rowCount } = await pool().query("update deal_placement set read_at = null, next_at = $3 where shop = $1 and deal_id = $2 and state = 'live'", [shop, dealId, now]);
  return rowCount ?? 0;
}

/** Who holds a live code of the deal in the program, and the keys of its codes that are in force: for the steps to take there. */
export async function holdersOfDeal(shop: string, dealId: string, programId: string): Promise<{ partners: { id: string; name: string }[]; codes: string[] }> {
  const partners = await pool().query<{ id: string; name: string }>(
    `select distinct p.partner_id as id, r.name from code c
     join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = $3 and p.wanted = 'live' and p.partner_id is not null
     join lateral (select creator_id from code_term where shop = c.shop and code_id = c.id order by valid_from desc limit 1) t on true
     join creator r on r.shop = c.shop and r.id = t.creator_id
     where c.shop = $1 and c.deal_id = $2 and c.retired_at is null order by r.name, id`,
    [shop, dealId, programId],
  );
  const codes = await pool().query<{ key: string }>("select key from code where shop = $1 and deal_id = $2 and retired_at is null and match = 'exact'", [shop, dealId]);
  return { partners: partners.rows, codes: codes.rows.map((row) => row.key) };
}

/** The codes of a deal are to be told anew in a program: the deal is another one there now, or keeps its codes in step from now on. */
export async function tellCodesOfDealAgain(shop: string, dealId: string, programId: string, now: Date): Promise<void> {
  await pool().query(
    `update code_placement p set state = 'waiting', attempts = 0, next_at = $4 from code c
     where p.shop = $1 and p.target = $3 and p.state = 'live' and p.wanted = 'live' and c.shop = p.shop and c.id = p.code_id and c.deal_id = $2`,
    [shop, dealId, programId, now],
  );
}

/** Codes whose owner, policy, dates or deal changed: what a network has of them is to be brought there. To be called with the change itself. */
export async function tellCodesAgain(client: Queryable, shop: string, codeIds: string[], now: Date): Promise<void> {
  await client.query("update code_placement set state = 'waiting', attempts = 0, next_at = $3 where shop = $1 and code_id = any($2) and target <> 'store' and state = 'live' and wanted = 'live'", [
    shop, codeIds, now,
  ]);
}

/** The ids that codes of ours have in a program's network. */
export async function placedIdsIn(shop: string, programId: string): Promise<Set<string>> {
  const { rows } = await pool().query<{ id: string }>("select external_id as id from code_placement where shop = $1 and target = $2 and external_id is not null", [shop, programId]);
  return new Set(rows.map((row) => row.id));
}

/** The program's network keeps no deals. */
export async function forgetDealPlacement(shop: string, dealId: string, programId: string): Promise<void> {
  await prisma().dealPlacement.deleteMany({ where: { shop, dealId, programId } });
}
