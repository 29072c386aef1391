// What each shop's storefront was given, and when it is to be given or looked at again.
import { pool, type Queryable } from "../db.server.ts";

/** `nextAt`: as it stood when the row was read; a wish that came later moved it. null: the shop has no row yet. */
export type DueStorefront = { shop: string; tokenVersion: number; tries: number; nextAt: Date | null };
/** What pixel and embed were given. */
export type GivenSettings = { endpoint: string; token: string; parameters: string[] };

/** The installed shops whose storefront is to be seen to, the longest waiting first. shop: only this one. */
export async function dueStorefronts(shop: string | null, now: Date, most: number): Promise<DueStorefront[]> {
  const { rows } = await pool().query<{ shop: string; token_version: number; tries: number; next_at: Date | null }>({
    name: "due_storefronts",
    text: `select s.shop, coalesce(f.token_version, 1) as token_version, coalesce(f.tries, 0) as tries, f.next_at
             from shop s left join storefront f on f.shop = s.shop
            where s.uninstalled_at is null and ($1::text is null or s.shop = $1) and (f.shop is null or f.next_at <= $2 or (f.next_at is null and f.settings is null))
            order by f.next_at nulls first, s.shop limit $3`,
    values: [shop, now, most],
  });
  return rows.map(({ shop, token_version, tries, next_at }) => ({ shop, tokenVersion: token_version, tries, nextAt: next_at }));
}

/** Pixel and embed have these settings. Whoever wished for others meanwhile is not forgotten. */
export async function setStorefrontGiven({ shop, nextAt: read }: DueStorefront, pixelId: string, settings: GivenSettings, at: Date, nextAt: Date): Promise<void> {
  await pool().query(
    `insert into storefront as f (shop, pixel_id, settings, settings_at, next_at) values ($1, $2, $3::jsonb, $4, $5)
     on conflict (shop) do update set pixel_id = excluded.pixel_id, settings_at = case when f.settings is distinct from excluded.settings then excluded.settings_at else f.settings_at end,
       settings = excluded.settings, problem = null, tries = 0, next_at = case when f.next_at is not distinct from $6 then excluded.next_at else f.next_at end`,
    [shop, pixelId, JSON.stringify(settings), at, nextAt, read],
  );
}

/** They could not be given: why (domain/problem.ts), and when it is tried again. */
export async function setStorefrontProblem({ shop, nextAt: read }: DueStorefront, problem: string, tries: number, nextAt: Date): Promise<void> {
  await pool().query(
    `insert into storefront as f (shop, problem, tries, next_at) values ($1, $2, $3, $4)
     on conflict (shop) do update set problem = excluded.problem, tries = excluded.tries, next_at = case when f.next_at is not distinct from $5 then excluded.next_at else f.next_at end`,
    [shop, problem, tries, nextAt, read],
  );
}

/** Storefronts that were given another address of this app are given this one. Returns how many. */
export async function storefrontsElsewhere(endpoint: string, at: Date): Promise<number> {
  const { rowCount } = await pool().query(`update storefront set next_at = $2, tries = 0 where settings is not null and settings->>'endpoint' <> $1`, [endpoint, at]);
  return rowCount ?? 0;
}

/** All tokens that were given out become worthless; the storefront is given a new one. */
export async function raiseTokenVersion(shop: string, at: Date, client: Queryable = pool()): Promise<void> {
  await client.query(
    `insert into storefront as f (shop, token_version, next_at) values ($1, 2, $2) on conflict (shop) do update set token_version = f.token_version + 1, next_at = excluded.next_at, tries = 0`,
    [shop, at],
  );
}

/** The store said that the app may do other things than before: what was denied is tried again. */
export async function tryStorefrontSoon(client: Queryable, shop: string, at: Date): Promise<void> {
  await client.query("update storefront set next_at = $2, tries = 0 where shop = $1", [shop, at]);
}

/** With the app its pixel and metafields are gone from the store: they are to be given anew as soon as it is installed again. */
export async function forgetStorefront(client: Queryable, shop: string, at: Date): Promise<void> {
  await client.query("update storefront set pixel_id = null, settings = null, settings_at = null, problem = null, tries = 0, next_at = $2 where shop = $1", [shop, at]);
}
