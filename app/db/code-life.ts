// What a person does with codes that are there: pause, resume, end, retire, replace, give dates of their own, void. Each act in one transaction
// with its line in the shop's log; store and networks follow by the placing loop.
import { inTransaction, type Queryable } from "../db.server.ts";
import { holdCodes } from "./code.ts";
import { tellCodesAgain } from "./deal-placement.ts";
import { addLog } from "./log.ts";
import { addToPairs } from "./pair.ts";
import { moveCodes, wantGone, wantLive } from "./removal.ts";
import { holdRulesAlone, settleSince } from "./rules-lock.ts";

export type Act = { at: Date; who: string };
type Acted = { id: string; code: string };

const EXACT = "shop = $1 and id = any($2) and match = 'exact' and retired_at is null";

/** Takes codes out of store and networks for a while. Returns those that were not paused before. */
export async function pauseCodes(shop: string, ids: string[], act: Act): Promise<Acted[]> {
  return acting(shop, "codes.paused", act, async (client) => {
    const { rows } = await client.query<Acted>(`update code set paused_at = $3 where ${EXACT} and paused_at is null and replaced_by is null returning id, code`, [shop, ids, act.at]);
    await wantGone(client, shop, idsOf(rows), act.at);
    return rows;
  });
}

/** Brings paused codes back, those that have not ended meanwhile. */
export async function resumeCodes(shop: string, ids: string[], act: Act): Promise<Acted[]> {
  return acting(shop, "codes.resumed", act, async (client) => {
    const { rows } = await client.query<Acted>(
      `update code c set paused_at = null where ${EXACT} and paused_at is not null and replaced_by is null
         and not exists (select 1 from (select t.ends_at from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t where t.ends_at <= $3) returning id, code`,
      [shop, ids, act.at],
    );
    await wantLive(client, shop, idsOf(rows), act.at);
    return rows;
  });
}

/** Ends codes: orders created from now on are not credited with them, and both sides are to give them up. Their names stay reserved. */
export async function endCodes(shop: string, ids: string[], act: Act): Promise<Acted[]> {
  return acting(shop, "codes.ended", act, async (client) => {
    const { rows } = await client.query<Acted>(`update code set paused_at = null where ${EXACT} and replaced_by is null returning id, code`, [shop, ids]);
    const ended = await endTerms(client, shop, idsOf(rows), act.at);
    await wantGone(client, shop, idsOf(rows), act.at);
    if (ended > 0) await settleSince(client, shop, act.at, `${rows[0]!.id} ended ${act.at.getTime()}`);
    return ended > 0 ? rows : [];
  });
}

/** Retires codes for good: ended, where they are not, and their names are free again. */
export async function retireCodes(shop: string, ids: string[], act: Act): Promise<Acted[]> {
  return acting(shop, "codes.retired", act, async (client) => {
    const { rows } = await client.query<Acted>(`update code set retired_at = $3 where ${EXACT} returning id, code`, [shop, ids, act.at]);
    if (rows.length === 0) return rows;
    await endTerms(client, shop, idsOf(rows), act.at);
    await wantGone(client, shop, idsOf(rows), act.at);
    await settleSince(client, shop, act.at, `${rows[0]!.id} retired ${act.at.getTime()}`);
    return rows;
  });
}

/** Those that end later, or never, end now. Returns how many. */
async function endTerms(client: Queryable, shop: string, ids: string[], at: Date): Promise<number> {
  const { rowCount } = await client.query(
    `insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at)
     select t.shop, t.code_id, greatest($3::timestamptz, t.valid_from), t.creator_id, t.program_id, t.credit_policy, t.starts_at, $3
     from (select distinct on (code_id) * from code_term where shop = $1 and code_id = any($2) order by code_id, valid_from desc) t where t.ends_at is null or t.ends_at > $3
     on conflict (shop, code_id, valid_from) do update set ends_at = excluded.ends_at`,
    [shop, ids, at],
  );
  return rowCount ?? 0;
}

export type NewWindow = { dealId: string; startsAt: Date | null; endsAt: Date | null };

/**
 * Gives a code dates of its own (null: as its deal), in the discount of a deal that has them: orders created from now on are judged by them. A code
 * that had ended is wanted live again.
 */
export async function setWindow(shop: string, id: string, { dealId, startsAt, endsAt }: NewWindow, act: Act): Promise<Acted[]> {
  const detail = { startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null };
  return acting(shop, "codes.dated", act, async (client) => {
    const { rows } = await client.query<Acted & { paused: boolean }>(
      `select id, code, paused_at is not null as paused from code where ${EXACT} and replaced_by is null and deal_id is not null for update`,
      [shop, [id]],
    );
    if (rows.length === 0) return rows;
    await client.query(
      `insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at)
       select shop, code_id, greatest($3::timestamptz, valid_from), creator_id, program_id, credit_policy, $4, $5 from code_term where shop = $1 and code_id = $2 order by valid_from desc limit 1
       on conflict (shop, code_id, valid_from) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at`,
      [shop, id, act.at, startsAt, endsAt],
    );
    if (!rows[0]!.paused) await wantLive(client, shop, [id], act.at);
    await moveCodes(client, shop, [id], dealId, act.at);
    // The networks are told the new dates: what stands there otherwise is told anew (flow/place-codes-network.ts).
    await tellCodesAgain(client, shop, [id], act.at);
    await settleSince(client, shop, act.at, `${id} dated ${act.at.getTime()}`);
    return rows;
  }, detail);
}

export type Void = { from: Date; reason: string };

/**
 * Voids what a code earns of orders created since a date, or (null) lets it stand again, and has all orders settled anew on which it counts
 * otherwise by that. Returns how many; null where the shop has no such code or nothing would change.
 */
export async function voidCode(shop: string, id: string, asked: Void | null, { at, who }: Act): Promise<number | null> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    await holdRulesAlone(client, shop);
    const { rows } = await client.query<{ code: string; was: Date | null }>(
      `update code c set void_from = $3, void_reason = $4 from (select shop, id, void_from, void_reason from code where shop = $1 and id = $2 for update) b
       where c.shop = b.shop and c.id = b.id and (b.void_from is distinct from $3 or b.void_reason is distinct from $4) returning c.code, b.void_from as was`,
      [shop, id, asked?.from ?? null, asked?.reason ?? null],
    );
    const [changed] = rows;
    if (!changed) return null;
    const since = new Date(Math.min(...[asked?.from, changed.was].flatMap((one) => (one ? [one.getTime()] : []))));
    const noted = await client.query(
      `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
       select $1, 'void:' || $2 || ':' || $4 || ':' || o.order_id, 'void', $3, o.order_id, '', 'new' from decision d join order_state o on o.shop = d.shop and o.order_id = d.order_id
       where d.shop = $1 and d.code_id = $2 and o.created_at >= $5 order by o.order_id`,
      [shop, id, at, String(at.getTime()), since],
    );
    const detail = { codeIds: id, codes: changed.code, count: noted.rowCount ?? 0, ...(asked ? { from: asked.from.toISOString(), reason: asked.reason } : {}) };
    await addLog(client, shop, at, { who, what: asked ? "codes.voided" : "codes.unvoided", detail });
    return noted.rowCount ?? 0;
  });
}

export type Successor = { id: string; code: string; key: string; replaces: string };

/** `taken`: somebody has the name here by now. `gone`: the old code is not in force any more, or is being replaced already. */
export type Succeeded = { kind: "made" | "taken" | "gone" };

/**
 * Makes the code that is to take another one's place: its creator's, in its deal, program and networks, under its terms. The old one stays until the
 * new one is live everywhere (db/removal.ts takeOutReplaced).
 */
export async function insertSuccessor(shop: string, one: Successor, { at, who }: Act): Promise<Succeeded> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    const taken = await client.query("select 1 from code where shop = $1 and key = $2 and match = 'exact' and retired_at is null", [shop, one.key]);
    if (taken.rowCount) return { kind: "taken" };
    const { rows } = await client.query<{ code: string }>(
      `update code c set replaced_by = $3 where shop = $1 and id = $2 and match = 'exact' and retired_at is null and replaced_by is null and paused_at is null and deal_id is not null
         and exists (select 1 from code_placement p where p.shop = c.shop and p.code_id = c.id and p.target = 'store' and p.wanted = 'live') returning code`,
      [shop, one.replaces, one.id],
    );
    if (rows.length === 0) return { kind: "gone" };
    // Whatever waits for the one that never came to be live everywhere waits for this one.
    await client.query("update code c set replaced_by = $3 where c.shop = $1 and c.replaced_by = $2 and exists (select 1 from code_placement p where p.shop = c.shop and p.code_id = c.id and p.wanted = 'live')", [shop, one.replaces, one.id]);
    await client.query(
      `insert into code (shop, id, code, key, match, deal_id, campaign_id, created_at) select shop, $3, $4, $5, 'exact', deal_id, campaign_id, $6 from code where shop = $1 and id = $2`,
      [shop, one.replaces, one.id, one.code, one.key, at],
    );
    await client.query(
      `insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at)
       select shop, $3, $4, creator_id, program_id, credit_policy, starts_at, ends_at from code_term where shop = $1 and code_id = $2 order by valid_from desc limit 1`,
      [shop, one.replaces, one.id, at],
    );
    await client.query("insert into code_placement (shop, code_id, target, holder, partner_id, next_at) select shop, $3, target, holder, partner_id, $4 from code_placement where shop = $1 and code_id = $2 and wanted = 'live'", [shop, one.replaces, one.id, at]);
    await addToPairs(client, at, { shop, codeIds: [one.id] });
    await addLog(client, shop, at, { who, what: "codes.replaced", detail: { codeIds: `${one.replaces},${one.id}`, code: rows[0]!.code, by: one.code } });
    await settleSince(client, shop, at, one.id);
    return { kind: "made" };
  });
}

/** Keeps a code after all, whose successor is not live everywhere yet: the successor is retired, and taken out of wherever it came to. */
export async function keepCode(shop: string, id: string, act: Act): Promise<Acted[]> {
  return acting(shop, "codes.kept", act, async (client) => {
    // The placing loop may be about to take it out: what it did is seen by the statement after this one.
    await client.query("select 1 from code where shop = $1 and id = $2 for update", [shop, id]);
    const { rows } = await client.query<Acted & { successor: string }>(
      `update code c set replaced_by = null from code b where b.shop = $1 and b.id = any($2) and b.replaced_by is not null and b.retired_at is null and c.shop = b.shop and c.id = b.id
         and exists (select 1 from code_placement p where p.shop = c.shop and p.code_id = c.id and p.wanted = 'live') returning c.id, c.code, b.replaced_by as successor`,
      [shop, [id]],
    );
    const successors = rows.map((row) => row.successor);
    await client.query("update code set retired_at = $3 where shop = $1 and id = any($2) and retired_at is null", [shop, successors, act.at]);
    await endTerms(client, shop, successors, act.at);
    await wantGone(client, shop, successors, act.at);
    if (rows.length > 0) await settleSince(client, shop, act.at, `${id} kept ${act.at.getTime()}`);
    return rows;
  });
}

function idsOf(rows: Acted[]): string[] {
  return rows.map((row) => row.id);
}

/** One line of the log for the act, where it did anything. */
async function acting(shop: string, what: string, { at, who }: Act, work: (client: Queryable) => Promise<Acted[]>, detail: Record<string, string | null> = {}): Promise<Acted[]> {
  return inTransaction(async (client) => {
    await holdCodes(client, shop);
    const rows = await work(client);
    if (rows.length > 0) {
      const codes = rows.slice(0, 20).map((row) => row.code).join(", ");
      await addLog(client, shop, at, { who, what, detail: { codeIds: idsOf(rows).join(","), codes, count: rows.length, ...detail } });
    }
    return rows;
  });
}
