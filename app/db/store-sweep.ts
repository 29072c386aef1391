// How far the list of a shop's discounts was gone through.
import { pool } from "../db.server.ts";

export type StoreSweep = {
  shop: string;
  kind: "full" | "changed";
  begunAt: Date | null;
  since: Date | null;
  cursor: string | null;
  seen: number;
  doneAt: Date | null;
  fullAt: Date | null;
  attempts: number;
  problem: string | null;
};

const KNOWN = `shop, kind, begun_at as "begunAt", since, cursor, seen, done_at as "doneAt", full_at as "fullAt", attempts, problem`;

/** Shops that the app is installed in, where a list is to be gone through or a discount to be read. `done`: a list that was done since then is not due. */
export async function listShopsToLook(at: Date, doneSince: Date): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>(
    `select s.shop from shop s left join store_sweep w on w.shop = s.shop
     where s.uninstalled_at is null and (w.shop is null or (w.next_at <= $1 and (w.begun_at is not null or w.wanted_at is not null or w.done_at is null or w.done_at < $2))
       or exists (select 1 from store_discount d where d.shop = s.shop and (d.look_at <= $1 or d.codes_from is not null)))`,
    [at, doneSince],
  );
  return rows.map((row) => row.shop);
}

export async function findStoreSweep(shop: string): Promise<StoreSweep | null> {
  const { rows } = await pool().query<StoreSweep>(`select ${KNOWN} from store_sweep where shop = $1`, [shop]);
  return rows[0] ?? null;
}

/** The sweep that is due or under way; null: none. */
export async function findDueSweep(shop: string, at: Date, doneSince: Date): Promise<StoreSweep | null> {
  const { rows } = await pool().query<StoreSweep>(
    `select ${KNOWN} from store_sweep where shop = $1 and next_at <= $2 and (begun_at is not null or wanted_at is not null or done_at is null or done_at < $3)`,
    [shop, at, doneSince],
  );
  return rows[0] ?? null;
}

/** A person, or the app's first opening, asks for the whole list. */
export async function wantSweep(shop: string, at: Date): Promise<void> {
  await pool().query(
    `insert into store_sweep (shop, wanted_at, next_at) values ($1, $2, $2) on conflict (shop) do update set wanted_at = excluded.wanted_at, next_at = least(store_sweep.next_at, excluded.next_at)`,
    [shop, at],
  );
}

export async function beginSweep(shop: string, kind: "full" | "changed", since: Date | null, at: Date): Promise<void> {
  await pool().query(
    `insert into store_sweep (shop, kind, since, begun_at, next_at) values ($1, $2, $3, $4, $4)
     on conflict (shop) do update set kind = excluded.kind, since = excluded.since, begun_at = excluded.begun_at, next_at = excluded.next_at, wanted_at = null, cursor = null, seen = 0`,
    [shop, kind, since, at],
  );
}

export async function noteSweepPage(shop: string, cursor: string | null, seen: number): Promise<void> {
  await pool().query("update store_sweep set cursor = $2, seen = seen + $3, attempts = 0, problem = null where shop = $1", [shop, cursor, seen]);
}

/** The list was gone through to its end: what it can have missed is what changed since it was begun. */
export async function endSweep(shop: string): Promise<void> {
  await pool().query(
    `update store_sweep set done_at = begun_at, full_at = case when kind = 'full' then begun_at else full_at end, begun_at = null, cursor = null, attempts = 0, problem = null where shop = $1`,
    [shop],
  );
}

export async function putOffSweep(shop: string, problem: string | null, at: Date, counts: boolean): Promise<void> {
  await pool().query("update store_sweep set next_at = $3, problem = coalesce($2, problem), attempts = attempts + $4 where shop = $1", [shop, problem, at, counts ? 1 : 0]);
}
