// Deals, and where they stand in the store and in the programs' networks.
import type { Deal as DealRow, Prisma } from "@prisma/client";
import { prisma } from "../db.server.ts";
import type { DealTerms } from "../domain/deal.ts";
import type { DealState } from "../domain/deal-parts.ts";
import type { SeenDiscount } from "../domain/deal-seen.ts";
import { retryDealsInStore } from "./deal-store.ts";

export type Deal = Omit<DealRow, "terms"> & { terms: DealTerms };
export type NewDealRow = Pick<Deal, "shop" | "id" | "name" | "programId" | "terms" | "startsAt" | "endsAt" | "reserveCode" | "createdAt">;

/** The deal with its first version and its placement in the program's network (null: nowhere but in the store), together. */
export async function insertDeal(deal: NewDealRow, networkProgramId: string | null, who: string): Promise<void> {
  const { shop, id: dealId, createdAt: nextAt } = deal;
  await prisma().$transaction([
    prisma().deal.create({ data: { ...deal, terms: deal.terms as unknown as Prisma.InputJsonObject, nextAt } }),
    prisma().dealEdit.create({ data: { shop, dealId, version: 1, at: nextAt, who, what: "made", deal: dealState({ ...deal, pausedAt: null }) as unknown as Prisma.InputJsonObject } }),
    ...(networkProgramId === null ? [] : [prisma().dealPlacement.create({ data: { shop, dealId, programId: networkProgramId, nextAt } })]),
  ]);
}

/** What of a deal an edit changes. */
export function dealState({ name, terms, startsAt, endsAt, pausedAt }: Pick<Deal, "name" | "terms" | "startsAt" | "endsAt" | "pausedAt">): DealState {
  return { name, terms, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null, pausedAt: pausedAt?.toISOString() ?? null };
}

export async function findDeal(shop: string, id: string): Promise<Deal | null> {
  const row = await prisma().deal.findUnique({ where: { shop_id: { shop, id } } });
  return row && deal(row);
}

export async function findDealByName(shop: string, name: string): Promise<Deal | null> {
  const row = await prisma().deal.findFirst({ where: { shop, name: { equals: name.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" } } });
  return row && deal(row);
}

export async function findDealByStoreId(shop: string, storeId: string): Promise<Deal | null> {
  const row = await prisma().deal.findFirst({ where: { shop, storeId } });
  return row && deal(row);
}

export type DealInStore = Partial<Pick<Deal, "storeId" | "storeState" | "storeProblem" | "storeReadAt" | "attempts" | "nextAt">> & { storeSeen?: SeenDiscount };

export async function updateDealInStore(shop: string, id: string, { storeSeen, ...data }: DealInStore): Promise<void> {
  await prisma().deal.updateMany({ where: { shop, id }, data: { ...data, ...(storeSeen && { storeSeen: storeSeen as unknown as Prisma.InputJsonObject }) } });
}

/** A person asks for deals that the store or a network refused, or that are gone there, to be made again. Returns how many rows. */
export async function retryDeals(shop: string, ids: string[], now: Date): Promise<number> {
  const inStore = await retryDealsInStore(shop, ids, now);
  const inNetworks = await prisma().dealPlacement.updateMany({
    where: { shop, dealId: { in: ids }, state: { in: ["refused", "missing"] } }, data: { attempts: 0, nextAt: now, state: "waiting", problem: null },
  });
  return inStore + inNetworks.count;
}

function deal(row: DealRow): Deal {
  return { ...row, terms: row.terms as unknown as DealTerms };
}
