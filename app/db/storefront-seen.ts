// What the storefront's public endpoint asks of a shop, and what it notes of having heard from it.
import { pool } from "../db.server.ts";
import type { TouchSource } from "../domain/touch.ts";

/** The version that the shop's tokens must have; null: the app is not installed there. */
export async function tokenVersionOf(shop: string): Promise<number | null> {
  const found = await pool().query<{ version: number }>({
    name: "token_version_of",
    text: `select coalesce(f.token_version, 1) as version from shop s left join storefront f on f.shop = s.shop where s.shop = $1 and s.uninstalled_at is null`,
    values: [shop],
  });
  return found.rows[0]?.version ?? null;
}

const SEEN = { pixel: "pixel_seen_at", embed: "embed_seen_at" } as const satisfies Record<TouchSource, string>;

/** The shop's pixel or embed was heard from. */
export async function noteSeen(shop: string, source: TouchSource, at: Date): Promise<void> {
  const column = SEEN[source];
  await pool().query(`insert into storefront (shop, ${column}) values ($1, $2) on conflict (shop) do update set ${column} = greatest(storefront.${column}, excluded.${column})`, [shop, at]);
}
