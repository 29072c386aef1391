// The shop and the history of its own rules.
import type { Shop } from "@prisma/client";
import { prisma } from "../db.server.ts";

/** From when the rules hold that a shop or program begins with: for every order, also older ones. */
export const SINCE_EVER = new Date(0);

/** Notes the shop at its first opening, and what it says of itself at each later one; an app that was uninstalled is installed again. */
export async function upsertShop(shop: string, facts: { name: string; currency: string; timezone: string }, at: Date): Promise<void> {
  await prisma().shop.upsert({ where: { shop }, create: { shop, ...facts, createdAt: at }, update: { ...facts, uninstalledAt: null } });
}

export async function findShop(shop: string): Promise<Shop | null> {
  return prisma().shop.findUnique({ where: { shop } });
}

/** The rule that a shop begins with; a second call changes nothing. */
export async function insertFirstShopRule(shop: string, stackingRule: string): Promise<void> {
  await prisma().shopRule.createMany({ data: { shop, validFrom: SINCE_EVER, stackingRule }, skipDuplicates: true });
}

/** A change of the rule, for orders created from `validFrom` on. */
export async function insertShopRule(shop: string, validFrom: Date, stackingRule: string): Promise<void> {
  await prisma().shopRule.upsert({ where: { shop_validFrom: { shop, validFrom } }, create: { shop, validFrom, stackingRule }, update: { stackingRule } });
}
