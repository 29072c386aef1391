// The networks' tracking links: a creator's, in a program, to a page of the store.
import { prisma } from "../db.server.ts";

export type TrackingLink = { programId: string; creatorId: string; landing: string; url: string; at: Date };

/** `landing`: the path that it opens, which for a code is the one that applies it (domain/share-link.ts sharePath). */
export async function findTrackingLink(shop: string, programId: string, creatorId: string, landing: string): Promise<TrackingLink | null> {
  return prisma().trackingLink.findUnique({ where: { shop_programId_creatorId_landing: { shop, programId, creatorId, landing } } });
}

/** Those of creators in all programs, the newest first. */
export async function listTrackingLinks(shop: string, creatorIds: string[]): Promise<TrackingLink[]> {
  return prisma().trackingLink.findMany({ where: { shop, creatorId: { in: creatorIds } }, orderBy: { at: "desc" }, take: 1_000, select: { programId: true, creatorId: true, landing: true, url: true, at: true } });
}

/** Two that are made at the same time are one: the network's newer word holds. */
export async function keepTrackingLink(shop: string, { programId, creatorId, landing, url, at }: TrackingLink): Promise<void> {
  await prisma().trackingLink.upsert({
    where: { shop_programId_creatorId_landing: { shop, programId, creatorId, landing } },
    create: { shop, programId, creatorId, landing, url, at },
    update: { url, at },
  });
}
