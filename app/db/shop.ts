// The shop and the history of its own rules.
import type { Shop } from "@prisma/client";
import { pool, prisma, type Queryable } from "../db.server.ts";
import type { ShopSettingsView } from "../domain/settings-page.ts";

/** From when the rules hold that a shop or program begins with: for every order, also older ones. */
export const SINCE_EVER = new Date(0);

/** Notes the shop at its first opening, and what it says of itself at each later one; an app that was uninstalled is installed again. */
export async function upsertShop(shop: string, facts: { name: string; email: string; currency: string; timezone: string; domain: string }, at: Date): Promise<void> {
  await prisma().shop.upsert({ where: { shop }, create: { shop, ...facts, createdAt: at }, update: { ...facts, uninstalledAt: null } });
}

/** Asked for by every page, and so over the driver itself (db/session.ts). */
export async function findShop(shop: string): Promise<Shop | null> {
  const { rows } = await pool().query<Shop>({
    name: "find_shop",
    text: `select shop, name, currency, timezone, domain, created_at as "createdAt", uninstalled_at as "uninstalledAt", swept_at as "sweptAt", sweep_tried_at as "sweepTriedAt", token_problem as "tokenProblem",
      token_problem_at as "tokenProblemAt", let_in_at as "letInAt", hooks_problem as "hooksProblem", hooks_problem_at as "hooksProblemAt", email, language, notify_email as "notifyEmail", notify from shop where shop = $1`,
    values: [shop],
  });
  return rows[0] ?? null;
}

/** The rule that a shop begins with; a second call changes nothing. */
export async function insertFirstShopRule(shop: string, stackingRule: string): Promise<void> {
  await prisma().shopRule.createMany({ data: { shop, validFrom: SINCE_EVER, stackingRule }, skipDuplicates: true });
}

/** The rules that hold now; null where none were ever written. */
export async function newestShopRule(client: Queryable, shop: string): Promise<ShopSettingsView | null> {
  const found = await client.query<Pick<ShopSettingsView, "stackingRule" | "renewalSources"> & { tags: string[]; types: string[]; skus: string[] }>(
    `select stacking_rule as "stackingRule", renewal_sources as "renewalSources", never_earn_tags as tags, never_earn_types as types, never_earn_skus as skus
     from shop_rule where shop = $1 order by valid_from desc limit 1`,
    [shop],
  );
  const [row] = found.rows;
  if (!row) return null;
  const { stackingRule, renewalSources, ...neverEarn } = row;
  return { stackingRule, renewalSources, neverEarn };
}

/** A change of the rules, for orders created from `validFrom` on. */
export async function writeShopRule(client: Queryable, shop: string, validFrom: Date, { stackingRule, renewalSources, neverEarn }: ShopSettingsView): Promise<void> {
  await client.query(
    `insert into shop_rule (shop, valid_from, stacking_rule, renewal_sources, never_earn_tags, never_earn_types, never_earn_skus) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (shop, valid_from) do update set stacking_rule = excluded.stacking_rule, renewal_sources = excluded.renewal_sources,
       never_earn_tags = excluded.never_earn_tags, never_earn_types = excluded.never_earn_types, never_earn_skus = excluded.never_earn_skus`,
    [shop, validFrom, stackingRule, renewalSources, neverEarn.tags, neverEarn.types, neverEarn.skus],
  );
}
