// The order sweeps: which orders changed, asked of each shop's store. Of a shop at most one is open, and one worker at it: whoever dies leaves it to the next one.
import { pool, type Queryable } from "../db.server.ts";

/** Why a sweep was begun: after a start of the app, by the hour, the app was installed again, the token was good again, scopes changed, or a person asked. */
export type SweepWhy = "start" | "schedule" | "installed" | "token" | "scopes" | "asked";
/** `waiting`: nothing asked yet. `counted`: the store said how many. `running`: its bulk operation. `reading`: pages, or the operation's result. */
export type SweepState = "waiting" | "counted" | "running" | "reading" | "done" | "left";

export type OrderSweep = {
  shop: string;
  id: bigint;
  why: SweepWhy;
  state: SweepState;
  kind: "pages" | "bulk";
  since: Date;
  newest: Date | null;
  cursor: string | null;
  bulkId: string | null;
  bulkAt: Date | null;
  changed: number | null;
  seen: number;
  asked: number;
  missed: number;
  closed: number;
  gapId: bigint | null;
  cutAt: Date | null;
  problem: string | null;
  attempts: number;
  nextAt: Date;
  begunAt: Date;
  /** what says that the sweep is still ours */
  lease: Date;
  /** when the shop first had the app: what changed before is nobody's loss */
  shopSince: Date;
};

const COLUMNS = `shop, id, why, state, kind, since, newest, cursor, bulk_id as "bulkId", bulk_at as "bulkAt", changed, seen, asked, missed, closed, gap_id as "gapId", cut_at as "cutAt", problem, attempts, next_at as "nextAt", begun_at as "begunAt", lease`;

/** A delivery may be under way, and the store's search lags: what changed shortly before the newest that was told is looked at again. */
const OVERLAP = "interval '15 minutes'";
/** However quiet a store is, nothing from longer before the last sweep is asked again; the clocks of store and processes may differ by less. */
const MARGIN = "interval '2 hours'";
const MOST_OPENED = 100;

/** Which shops a sweep is begun for: never swept, not for an hour, or neither since the process began nor within the last minutes. */
export type Due = { hourAgo: Date; begun: Date; brieflyAgo: Date };

/** Begins the sweeps that are due; returns how many. Of several processes one begins each. */
export async function openSweeps({ hourAgo, begun, brieflyAgo }: Due, at: Date): Promise<number> {
  const opened = await pool().query(
    `with due as (
       select s.shop, coalesce(s.swept_at, s.created_at) - ${OVERLAP} as since, s.sweep_tried_at is null or s.sweep_tried_at < $3 as first from shop s
       where s.uninstalled_at is null and (s.sweep_tried_at is null or s.sweep_tried_at < $2 or (s.sweep_tried_at < $3 and s.sweep_tried_at < $4))
         and not exists (select from order_sweep o where o.shop = s.shop and o.done_at is null)
       order by s.sweep_tried_at nulls first limit ${MOST_OPENED} for update of s skip locked),
     marked as (update shop s set sweep_tried_at = $1 from due where s.shop = due.shop)
     insert into order_sweep (shop, why, since, next_at, begun_at) select shop, case when first then 'start' else 'schedule' end, since, $1, $1 from due on conflict do nothing`,
    [at, hourAgo, begun, brieflyAgo],
  );
  return opened.rowCount ?? 0;
}

/** Has a shop swept at once. One under way goes on where a person asked; otherwise it is left, and the new one takes its span too. */
export async function wantSweep(client: Queryable, shop: string, why: SweepWhy, at: Date): Promise<void> {
  await client.query(`update order_sweep set next_at = $2, state = case when $3 = 'asked' then state else 'left' end, done_at = case when $3 = 'asked' then null else $2::timestamptz end where shop = $1 and done_at is null`, [shop, at, why]);
  await client.query(
    `with swept as (update shop set sweep_tried_at = $2 where shop = $1 returning coalesce(swept_at, created_at) - ${OVERLAP} as since)
     insert into order_sweep (shop, why, since, next_at, begun_at) select $1, $3, since, $2, $2 from swept on conflict do nothing`,
    [shop, at, why],
  );
}

/** Takes the sweep that is longest due, until `lease`; null: none is due, or others have them. Shops without the app are not asked. */
export async function claimSweep(at: Date, lease: Date): Promise<OrderSweep | null> {
  const claimed = await pool().query<OrderSweep>(
    `update order_sweep w set lease = $2
     from (select o.shop as due_shop, o.id as due_id, s.created_at as shop_since from order_sweep o join shop s on s.shop = o.shop
           where o.done_at is null and o.next_at <= $1 and (o.lease is null or o.lease <= $1) and s.uninstalled_at is null order by o.next_at limit 1 for update of o skip locked) due
     where w.shop = due_shop and w.id = due_id returning ${COLUMNS}, shop_since as "shopSince"`,
    [at, lease],
  );
  return claimed.rows[0] ?? null;
}

/** Locks a sweep until the transaction ends. false: it is another worker's by now. */
export async function holdSweep(client: Queryable, { shop, id, lease }: Pick<OrderSweep, "shop" | "id" | "lease">): Promise<boolean> {
  const held = await client.query("select from order_sweep where shop = $1 and id = $2 and lease = $3 and done_at is null for update", [shop, id, lease]);
  return held.rowCount === 1;
}

/** Keeps how far a sweep is. false: it is another worker's by now, and nothing was kept. */
export async function saveSweep(client: Queryable, sweep: OrderSweep): Promise<boolean> {
  const saved = await client.query(
    `update order_sweep set state = $4, kind = $5, newest = $6, cursor = $7, bulk_id = $8, bulk_at = $9, changed = $10, seen = $11, asked = $12, missed = $13, closed = $14, gap_id = $15, cut_at = $16, problem = $17, attempts = $18, next_at = $19
     where shop = $1 and id = $2 and lease = $3 and done_at is null`,
    [
      sweep.shop, sweep.id, sweep.lease, sweep.state, sweep.kind, sweep.newest, sweep.cursor, sweep.bulkId, sweep.bulkAt, sweep.changed, sweep.seen, sweep.asked, sweep.missed, sweep.closed, sweep.gapId, sweep.cutAt,
      sweep.problem, sweep.attempts, sweep.nextAt,
    ],
  );
  return saved.rowCount === 1;
}

/** Gives a sweep back, so that it can be taken once it is due again. */
export async function releaseSweep({ shop, id, lease }: Pick<OrderSweep, "shop" | "id" | "lease">): Promise<void> {
  await pool().query("update order_sweep set lease = null where shop = $1 and id = $2 and lease = $3", [shop, id, lease]);
}

/** The store has told all: the next sweep begins where this one knows of no later change. */
export async function endSweep(client: Queryable, { shop, id, newest, bulkAt, begunAt }: OrderSweep, at: Date): Promise<void> {
  await client.query("update order_sweep set state = 'done', done_at = $3, lease = null, problem = null where shop = $1 and id = $2", [shop, id, at]);
  // A bulk operation is no picture of one moment: what changed after it was created may be in it or not.
  await client.query(`update shop set swept_at = greatest(swept_at, least($2::timestamptz, $3::timestamptz), $4::timestamptz - ${MARGIN}) where shop = $1`, [shop, newest, bulkAt, begunAt]);
}

/** Sweeps that found nothing amiss are forgotten after a while; the last ones of each shop stay. */
export async function forgetSweeps(before: Date): Promise<void> {
  await pool().query("delete from order_sweep where done_at < $1 and gap_id is null", [before]);
}
