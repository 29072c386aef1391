// What people changed.
import { Prisma } from "@prisma/client";
import { prisma } from "../db.server.ts";

export type ShopLogEntry = { who: string; what: string; detail: Record<string, string | number | boolean | null> };

/** `what` is a key such as "deal.made"; `detail` its values. No secret and no buyer is ever in it. */
export async function insertLog(shop: string, at: Date, { who, what, detail }: ShopLogEntry): Promise<void> {
  await prisma().shopLog.create({ data: { shop, at, who, what, detail: detail as Prisma.InputJsonObject } });
}
