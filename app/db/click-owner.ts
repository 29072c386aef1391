// Whose click each network's click id is, and which ids the networks are still to be asked about.
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { FIRST_ASK_MS, type ClickKey } from "../domain/click-owner.ts";
import { holdRulesAlone } from "./rules-lock.ts";

const MS = "interval '1 millisecond'";

/**
 * Has the networks asked whose clicks these are, where that is not known yet. `matters`: an order's credit waits for it, so that it is asked before the
 * others; to be called in the transaction that writes the touch, or the order that names the click.
 */
export async function wantOwners(client: Queryable, shop: string, clicks: readonly ClickKey[], at: Date, matters = false): Promise<void> {
  if (clicks.length === 0) return;
  await client.query({
    name: "want_owners",
    text: `insert into click_owner as o (shop, parameter, click_id, at, asks_at, matters)
      select distinct $1, k.parameter, k."clickId", $3::timestamptz, $3::timestamptz + (case when $4 then ${FIRST_ASK_MS.matters} else ${FIRST_ASK_MS.others} end) * ${MS}, $4::boolean
        from json_to_recordset($2::json) as k(parameter text, "clickId" text) order by 2, 3
      on conflict (shop, parameter, click_id) do update set matters = true, asks_at = case when o.state = 'new' then least(o.asks_at, excluded.asks_at) else o.asks_at end
      where excluded.matters and not o.matters`,
    values: [shop, JSON.stringify(clicks), at, matters],
  });
}

export type DueClick = ClickKey & { shop: string; tries: number; matters: boolean; at: Date; lease: Date };

/** Whose clicks are these: `resting` are left alone ("<shop> <parameter>"); shop null: of every shop. */
export type ClaimAsked = { shop: string | null; matters: boolean; resting: readonly string[]; limit: number };

/**
 * Claims ids that are due, until `lease`: whoever dies meanwhile leaves them to the next one. Of those that matter the one that waited longest comes first; of
 * the others the newest, for where there are more than can be asked, the latest clicks are worth most.
 */
export async function claimOwners({ shop, matters, resting, limit }: ClaimAsked, at: Date, lease: Date): Promise<DueClick[]> {
  const { rows } = await pool().query<DueClick>({
    name: matters ? "claim_owners" : "claim_other_owners",
    text: `update click_owner o set asks_at = $2
      from (select shop, parameter, click_id from click_owner where matters = ${matters} and asks_at <= $1 and state = 'new' and ($3::text is null or shop = $3) and (shop || ' ' || parameter) <> all($4::text[])
              order by asks_at ${matters ? "" : "desc"} limit $5 for update skip locked) due
      where o.shop = due.shop and o.parameter = due.parameter and o.click_id = due.click_id
      returning o.shop, o.parameter, o.click_id as "clickId", o.tries, o.matters, o.at, o.asks_at as lease`,
    values: [at, lease, shop, resting, limit],
  });
  return rows;
}

/** Puts off what was claimed, for it was not asked, or nothing came of it. null: it is not asked at all, until something wakes it. What somebody else has claimed meanwhile stays. */
export async function putOffOwners(clicks: readonly DueClick[], until: Date | null, tries = 0): Promise<void> {
  await pool().query(
    `update click_owner o set asks_at = $2, tries = o.tries + $3 from json_to_recordset($1::json) as k(shop text, parameter text, "clickId" text, lease timestamptz)
      where o.shop = k.shop and o.parameter = k.parameter and o.click_id = k."clickId" and o.asks_at = k.lease and o.state = 'new'`,
    [JSON.stringify(clicks), until, tries],
  );
}

/** Nobody can be asked about the clicks of this parameter: all of them wait until something wakes them. */
export async function parkOwners(shop: string, parameter: string): Promise<void> {
  await pool().query("update click_owner set asks_at = null where shop = $1 and parameter = $2 and state = 'new' and asks_at is not null", [shop, parameter]);
}

/** What the networks are asked about has changed: an account came, or the parameters are others. */
export async function wakeOwners(shop: string, at: Date): Promise<void> {
  await pool().query("update click_owner set asks_at = $2 where shop = $1 and state = 'new' and (asks_at is null or asks_at > $2)", [shop, at]);
}

/** No network has this click, and none will. */
export async function noteNobody({ shop, parameter, clickId, lease }: DueClick): Promise<void> {
  await pool().query("update click_owner set state = 'nobody', asks_at = null, tries = tries + 1 where shop = $1 and parameter = $2 and click_id = $3 and asks_at = $4 and state = 'new'", [shop, parameter, clickId, lease]);
}

/** A creator whom a partner's id names: in the click's own program first, then in another of the same account; the one who joined last. */
const CREATOR = (o: string) => `(select m.creator_id from membership m join program p on p.shop = m.shop and p.id = m.program_id
    join program q on q.shop = m.shop and q.id = ${o}.program_id and (q.id = p.id or q.connection_id = p.connection_id)
  where m.shop = ${o}.shop and m.partner_id = ${o}.partner_id order by p.id = q.id desc, m.joined_at desc, m.creator_id limit 1)`;

type Owned = ClickKey & { creatorId: string };

/** Has the orders settled again whose clicks have got an owner, each once for an owner: settling notes every click that counted for an order. The shop's rules must be held alone. */
async function settleOwned(client: Queryable, shop: string, owned: readonly Owned[], at: Date): Promise<number> {
  if (owned.length === 0) return 0;
  const asked = await client.query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
      select $1, 'owner:' || min(md5(k.parameter || ' ' || k."clickId" || ' ' || k."creatorId")) || ':' || c.order_id, 'touch', $3, c.order_id, '', 'new'
        from json_to_recordset($2::json) as k(parameter text, "clickId" text, "creatorId" text) join order_click c on c.shop = $1 and c.parameter = k.parameter and c.click_id = k."clickId"
        group by c.order_id on conflict do nothing`,
    [shop, JSON.stringify(owned), at],
  );
  return asked.rowCount ?? 0;
}

/**
 * Keeps what a network said of a click, and in the same transaction has the orders settled again whose click it is. Settling holds the rules shared: whoever
 * read the click without its owner has written its order once we hold them alone. Returns the creator; null: the partner is nobody whom we know yet, or
 * somebody else was there first.
 */
export async function noteOwner({ shop, parameter, clickId }: DueClick, found: { programId: string; partnerId: string }, at: Date): Promise<string | null> {
  return inTransaction(async (client) => {
    await holdRulesAlone(client, shop);
    const kept = await client.query<{ creatorId: string | null }>(
      `with o as (update click_owner set state = 'found', program_id = $4, partner_id = $5, asks_at = null, tries = tries + 1 where shop = $1 and parameter = $2 and click_id = $3 and state = 'new' returning *),
        named as (select o.*, ${CREATOR("o")} as found from o)
       select found as "creatorId" from named`,
      [shop, parameter, clickId, found.programId, found.partnerId],
    );
    const creatorId = kept.rows[0]?.creatorId ?? null;
    if (creatorId === null) return null;
    await client.query("update click_owner set creator_id = $4 where shop = $1 and parameter = $2 and click_id = $3", [shop, parameter, clickId, creatorId]);
    await settleOwned(client, shop, [{ parameter, clickId, creatorId }], at);
    return creatorId;
  });
}

/** Shops with clicks of a partner who is a creator of theirs by now. shop null: of every shop. */
export async function shopsWithNewOwners(shop: string | null): Promise<string[]> {
  const { rows } = await pool().query<{ shop: string }>(
    `select s.shop from (select distinct m.shop from membership m where m.partner_id is not null and ($1::text is null or m.shop = $1)
        and exists (select from click_owner o where o.shop = m.shop and o.partner_id = m.partner_id and o.creator_id is null and o.state = 'found'
          and exists (select from program p join program q on q.shop = p.shop and (q.id = p.id or q.connection_id = p.connection_id) where p.shop = m.shop and p.id = m.program_id and q.id = o.program_id))) s order by 1`,
    [shop],
  );
  return rows.map((row) => row.shop);
}

/** Gives clicks their creators whose partners have become some since, and has their orders settled again. The network is not asked. Returns how many clicks. */
export async function adoptOwners(shop: string, at: Date, limit: number): Promise<number> {
  return inTransaction(async (client) => {
    await holdRulesAlone(client, shop);
    const { rows } = await client.query<Owned>(
      `with late as materialized (select * from (select o.parameter, o.click_id, ${CREATOR("o")} as creator from click_owner o where o.shop = $1 and o.state = 'found' and o.creator_id is null
          and exists (select from membership m where m.shop = o.shop and m.partner_id = o.partner_id)) named where creator is not null order by parameter, click_id limit $2)
       update click_owner o set creator_id = late.creator from late where o.shop = $1 and o.parameter = late.parameter and o.click_id = late.click_id
       returning o.parameter, o.click_id as "clickId", o.creator_id as "creatorId"`,
      [shop, limit],
    );
    await settleOwned(client, shop, rows, at);
    return rows.length;
  });
}

/** A program in which a click may be, and the account that can be asked about it. */
export type ClickPlace = { programId: string; externalId: string; connectionId: string; accountSid: string; state: string };

/** The programs of a shop at a network, those that go on first. None of a shop that has removed the app. */
export async function clickPlaces(shop: string, network: string): Promise<ClickPlace[]> {
  const { rows } = await pool().query<ClickPlace>(
    `select p.id as "programId", p.external_id as "externalId", c.id as "connectionId", c.account_sid as "accountSid", c.state from program p join network_connection c on c.shop = p.shop and c.id = p.connection_id
      where p.shop = $1 and c.network = $2 and p.external_id is not null and not exists (select from shop s where s.shop = p.shop and s.uninstalled_at is not null)
      order by p.state <> 'active', p.created_at, p.id`,
    [shop, network],
  );
  return rows;
}
