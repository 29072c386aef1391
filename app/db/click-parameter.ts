// The parameters that a shop added to those of its networks; they are part of what its storefront is given.
import { pool, type Queryable } from "../db.server.ts";

/** As they are kept: domain/click-parameter.ts readClickParameters reads them. */
export async function addedClickParameters(shop: string, on: Queryable = pool()): Promise<unknown> {
  const { rows } = await on.query<{ parameters: unknown }>("select parameters from storefront where shop = $1", [shop]);
  return rows[0]?.parameters ?? [];
}

/** The same of several shops; of one that added none there is nothing. */
export async function addedClickParametersOf(shops: readonly string[], on: Queryable): Promise<Map<string, unknown>> {
  const { rows } = await on.query<{ shop: string; parameters: unknown }>({ name: "added_click_parameters", text: "select shop, parameters from storefront where shop = any($1)", values: [shops] });
  return new Map(rows.map(({ shop, parameters }) => [shop, parameters]));
}

/** Keeps them; the storefront is to be given them at once. Returns whether anything changed. */
export async function setClickParameters(client: Queryable, shop: string, parameters: readonly { name: string; network: string | null }[], at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into storefront as s (shop, parameters, next_at) values ($1, $2::jsonb, $3)
     on conflict (shop) do update set parameters = excluded.parameters, next_at = excluded.next_at, tries = 0 where s.parameters is distinct from excluded.parameters`,
    [shop, JSON.stringify(parameters), at],
  );
  return (rowCount ?? 0) > 0;
}

/** The storefront is to be given what it reads anew: the shop's networks changed. The instant tells a giving that is under way that it is not the last one. */
export async function giveStorefrontSoon(shop: string, at: Date): Promise<void> {
  await pool().query("insert into storefront (shop, next_at) values ($1, $2) on conflict (shop) do update set next_at = excluded.next_at, tries = 0", [shop, at]);
}
