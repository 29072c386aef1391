// Deals in the store: which discounts are to be made, changed or read back, and what is known of each.
import type { Deal as DealRow, Prisma } from "@prisma/client";
import { pool, prisma } from "../db.server.ts";
import type { DealTerms } from "../domain/deal.ts";
import type { SeenDiscount } from "../domain/deal-seen.ts";
import type { Deal } from "./deal.ts";

/** What makes a deal `d` due: its discount is to be made, it was edited since, or its dates say that its state changes. */
export function isDueInStore(now: string): string {
  return `(d.next_at <= ${now} and (d.store_state in ('waiting', 'scheduled') or (d.store_state = 'live' and d.ends_at is not null)
    or (d.store_state in ('live', 'ended') and d.store_version < d.version)))`;
}

export async function listDueDeals(shop: string, now: Date, limit: number): Promise<Deal[]> {
  const { rows } = await pool().query<{ id: string }>(`select d.id from deal d where d.shop = $1 and ${isDueInStore("$2")} order by d.next_at, d.created_at limit $3`, [shop, now, limit]);
  const deals = await prisma().deal.findMany({ where: { shop, id: { in: rows.map(({ id }) => id) } }, orderBy: [{ nextAt: "asc" }, { createdAt: "asc" }] });
  return deals.map((row: DealRow) => ({ ...row, terms: row.terms as unknown as DealTerms }));
}

type Known = Partial<Pick<Deal, "storeId" | "storeState" | "storeVersion" | "storeProblem" | "storeReadAt" | "reserveCode">> & { storeSeen?: SeenDiscount };
type Turn = Partial<Pick<Deal, "attempts" | "nextAt">>;

/**
 * Notes what is known of the discount of a deal that was read at `version`, and when it is looked at again. An edit made meanwhile keeps its own turn,
 * and nothing that the store said of the older version is held against it.
 */
export async function noteDealInStore(shop: string, id: string, version: number, { storeSeen, ...known }: Known, turn: Turn): Promise<void> {
  const data = { ...known, ...(storeSeen && { storeSeen: storeSeen as unknown as Prisma.InputJsonObject }) };
  const { count } = await prisma().deal.updateMany({ where: { shop, id, version }, data: { ...data, ...turn } });
  if (count > 0 || known.storeState === "refused") return;
  await prisma().deal.updateMany({ where: { shop, id }, data });
}

/** The store is to be brought to what the deal is, whatever it has now: somebody changed it there, and the deal is right. */
export async function bringDealToStore(shop: string, id: string, now: Date): Promise<void> {
  await prisma().deal.updateMany({ where: { shop, id, storeState: { in: ["live", "ended", "scheduled"] } }, data: { storeVersion: 0, attempts: 0, nextAt: now } });
}

/**
 * Discounts that are gone from the store are to be made again, with the codes that were in them (one that still stands in another discount leaves that one first); those that
 * were refused are asked for again as they are.
 * Returns how many deals.
 */
export async function retryDealsInStore(shop: string, ids: string[], now: Date): Promise<number> {
  const { rows } = await pool().query<{ id: string }>(
    `with gone as (select id from deal where shop = $1 and id = any($2) and store_state = 'missing'),
          codes as (update code_placement p set state = 'waiting', external_id = null, job_id = null, problem = null, attempts = 0, next_at = $3
                    from code c where p.shop = $1 and p.target = 'store' and p.wanted = 'live' and c.shop = p.shop and c.id = p.code_id and c.deal_id in (select id from gone)
                      and (c.discount_id is null or p.state <> 'leaving'))
     update deal set store_id = case when store_state = 'missing' then null else store_id end, store_version = case when store_state = 'missing' then 0 else store_version end, store_state = 'waiting', store_problem = null, attempts = 0, next_at = $3
     where shop = $1 and id = any($2) and store_state in ('missing', 'refused') returning id`,
    [shop, ids, now],
  );
  return rows.length;
}
