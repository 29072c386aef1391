// What is known of a shop's deliveries as a whole, and what is wrong with its token and its subscriptions.
import { pool, type Queryable } from "../db.server.ts";

/** A subscription that the app made for one shop, as the store lists it. Those of shopify.app.toml are in no list. */
export type Hook = { id: string; topic: string; uri: string; name: string | null; createdAt: string };

export type DeliveryWatch = { heardAt: Date | null; unheard: number; hooks: Hook[]; hooksAt: Date | null; madeAt: Date | null };

const NOTHING_KNOWN: DeliveryWatch = { heardAt: null, unheard: 0, hooks: [], hooksAt: null, madeAt: null };

export async function findWatch(shop: string, client: Queryable = pool()): Promise<DeliveryWatch> {
  const found = await client.query<DeliveryWatch>(`select heard_at as "heardAt", unheard, hooks, hooks_at as "hooksAt", made_at as "madeAt" from delivery_watch where shop = $1`, [shop]);
  return found.rows[0] ?? NOTHING_KNOWN;
}

/** Notes when an order's delivery last came, and how many changes since then none told of. */
export async function noteHeard(client: Queryable, shop: string, heardAt: Date | null, unheard: number): Promise<void> {
  await client.query(
    `insert into delivery_watch as w (shop, heard_at, unheard) values ($1, $2, $3)
     on conflict (shop) do update set unheard = case when excluded.heard_at > coalesce(w.heard_at, '-infinity') then 0 else w.unheard end + excluded.unheard, heard_at = greatest(w.heard_at, excluded.heard_at)`,
    [shop, heardAt, unheard],
  );
}

/** The shop's own subscriptions, as they were read back. `madeAt`: when those of ours were made; null: there are none. */
export async function setHooks(shop: string, hooks: readonly Hook[], madeAt: Date | null, at: Date): Promise<void> {
  await pool().query(
    `insert into delivery_watch (shop, hooks, hooks_at, made_at) values ($1, $2, $3, $4) on conflict (shop) do update set hooks = excluded.hooks, hooks_at = excluded.hooks_at, made_at = excluded.made_at`,
    [shop, JSON.stringify(hooks), at, madeAt],
  );
}

/** null: the deliveries come. The first instant of a problem stays. */
export async function setHooksProblem(shop: string, problem: string | null, at: Date): Promise<void> {
  await pool().query(
    `update shop set hooks_problem = $2, hooks_problem_at = case when $2::text is null then null else coalesce(hooks_problem_at, $3) end where shop = $1 and uninstalled_at is null and hooks_problem is distinct from $2`,
    [shop, problem, at],
  );
}

/** null: the store lets the app in. Says whether that is news. A shop without the app has no token, and no problem. */
export async function setTokenProblem(client: Queryable, shop: string, problem: string | null, at: Date): Promise<boolean> {
  const set = await client.query(
    `update shop set token_problem = $2, token_problem_at = case when $2::text is null then null else coalesce(token_problem_at, $3) end where shop = $1 and uninstalled_at is null and token_problem is distinct from $2`,
    [shop, problem, at],
  );
  return set.rowCount === 1;
}

/** Notes that the store let the app in, every few minutes at most: a word of an uninstall before that is a late one. */
export async function noteLetIn(client: Queryable, shop: string, at: Date): Promise<void> {
  await client.query("update shop set let_in_at = $2 where shop = $1 and (let_in_at is null or let_in_at < $2::timestamptz - interval '5 minutes')", [shop, at]);
}
