// What people changed.
import { Prisma } from "@prisma/client";
import { prisma, type Queryable } from "../db.server.ts";

export type ShopLogEntry = { who: string; what: string; detail: Record<string, string | number | boolean | null> };

/** `what` is a key such as "deal.made"; `detail` its values. No secret and no buyer is ever in it. */
export async function insertLog(shop: string, at: Date, { who, what, detail }: ShopLogEntry): Promise<void> {
  await prisma().shopLog.create({ data: { shop, at, who, what, detail: detail as Prisma.InputJsonObject } });
}

/** The same, as part of a transaction. */
export async function addLog(client: Queryable, shop: string, at: Date, { who, what, detail }: ShopLogEntry): Promise<void> {
  await client.query("insert into shop_log (shop, at, who, what, detail) values ($1, $2, $3, $4, $5)", [shop, at, who, what, JSON.stringify(detail)]);
}
