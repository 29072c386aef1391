// Deals, and where they stand in the store and in the programs' networks.
import type { Deal as DealRow, Prisma } from "@prisma/client";
import { prisma } from "../db.server.ts";
import type { DealTerms } from "../domain/deal.ts";

export type Deal = Omit<DealRow, "terms"> & { terms: DealTerms };
export type NewDealRow = Pick<Deal, "shop" | "id" | "name" | "programId" | "terms" | "startsAt" | "endsAt" | "reserveCode" | "createdAt">;

/** The deal and its placement in the program's network (null: nowhere but in the store), together. */
export async function insertDeal(deal: NewDealRow, networkProgramId: string | null): Promise<void> {
  const { shop, id: dealId, createdAt: nextAt } = deal;
  await prisma().$transaction([
    prisma().deal.create({ data: { ...deal, terms: deal.terms as unknown as Prisma.InputJsonObject, nextAt } }),
    ...(networkProgramId === null ? [] : [prisma().dealPlacement.create({ data: { shop, dealId, programId: networkProgramId, nextAt } })]),
  ]);
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

/** Deals whose discount is to be made, or to be read back because its dates say that its state changes. */
export async function listDueDeals(shop: string, now: Date, limit: number): Promise<Deal[]> {
  const changing = [{ storeState: { in: ["waiting", "scheduled"] } }, { storeState: "live", endsAt: { not: null } }];
  const rows = await prisma().deal.findMany({ where: { shop, nextAt: { lte: now }, OR: changing }, orderBy: [{ nextAt: "asc" }, { createdAt: "asc" }], take: limit });
  return rows.map(deal);
}

export type DealInStore = Partial<Pick<Deal, "storeId" | "storeState" | "storeProblem" | "storeReadAt" | "attempts" | "nextAt">>;

export async function updateDealInStore(shop: string, id: string, data: DealInStore): Promise<void> {
  await prisma().deal.updateMany({ where: { shop, id }, data });
}

/** A person asks for deals that the store or a network refused, or that are gone there, to be made again. Returns how many rows. */
export async function retryDeals(shop: string, ids: string[], now: Date): Promise<number> {
  const again = { attempts: 0, nextAt: now };
  const [inStore, inNetworks] = await prisma().$transaction([
    prisma().deal.updateMany({ where: { shop, id: { in: ids }, storeState: { in: ["refused", "missing"] } }, data: { ...again, storeId: null, storeState: "waiting", storeProblem: null } }),
    prisma().dealPlacement.updateMany({ where: { shop, dealId: { in: ids }, state: { in: ["refused", "missing"] } }, data: { ...again, state: "waiting", problem: null } }),
  ]);
  return inStore.count + inNetworks.count;
}

function deal(row: DealRow): Deal {
  return { ...row, terms: row.terms as unknown as DealTerms };
}
