// What the networks hold of the sales of this shop's codes, as it was last read back, and how that was found to differ.
import { pool, type Queryable } from "../db.server.ts";
import { FACTS, FACTS_JOINS, type FactsRow } from "./network-action-facts.ts";

/** An action as it is kept. Amounts in minor units of `currency`; `seen`: what else was shown of it. */
export type KeptAction = {
  actionId: string;
  orderRef: string;
  eventTypeId: string;
  partnerId: string;
  partnerName: string;
  code: string | null;
  state: "pending" | "approved" | "reversed" | "other";
  currency: string;
  amount: string | null;
  payout: string | null;
  eventAt: string | null;
  createdAt: string | null;
  lockAt: string | null;
  seen: { word: string | null; fields: Record<string, string> };
};

/**
 * Keeps what was read at `readAt`, matched to its conversion (by the action's id, else by the order id that the network was told), else to an order of the
 * shop (by its id or name, with or without "-n"). What was read later already stays. All of them are to be compared anew.
 */
export async function keepActions(shop: string, programId: string, actions: readonly KeptAction[], readAt: Date): Promise<void> {
  if (actions.length === 0) return;
  await pool().query({
    name: "keep_actions",
    text: `with k as materialized (
        select distinct on (k."actionId") k.*, regexp_replace(k."orderRef", '-\\d{1,3}$', '') as base from jsonb_to_recordset($3::jsonb) as k("actionId" text, "orderRef" text, "eventTypeId" text, "partnerId" text,
          "partnerName" text, code text, state text, currency text, amount bigint, payout bigint, "eventAt" timestamptz, "createdAt" timestamptz, "lockAt" timestamptz, seen jsonb) order by k."actionId"
      ), by_action as materialized (
        select distinct on (k."actionId") k."actionId", v.order_id, v.n from k join conversion v on v.shop = $1 and v.program_id = $2 and v.action_id = k."actionId" order by k."actionId", v.n
      ), by_ref as materialized (
        select distinct on (k."actionId") k."actionId", v.order_id, v.n from k join conversion v on v.shop = $1 and v.program_id = $2 and v.network_order_id = k."orderRef"
        where k."orderRef" <> '' order by k."actionId", v.n desc
      ), names as materialized (
        select k."actionId", x.name, x.rank from k cross join lateral unnest(array["orderRef", base, '#' || "orderRef", '#' || base]) with ordinality x(name, rank)
        where k."orderRef" <> '' and not exists (select from by_action b where b."actionId" = k."actionId") and not exists (select from by_ref b where b."actionId" = k."actionId")
      ), by_id as materialized (
        select distinct on (s."actionId") s."actionId", o.order_id from names s join order_state o on o.shop = $1 and o.order_id = s.name order by s."actionId", s.rank
      ), by_name as materialized (
        select distinct on (s."actionId") s."actionId", o.order_id from names s join order_state o on o.shop = $1 and o.name = s.name order by s."actionId", s.rank, o.order_id
      ), m as (
        select k.*, coalesce(a.n, r.n) as own_n, coalesce(a.order_id, r.order_id, i.order_id, x.order_id) as found_order
        from k left join by_action a using ("actionId") left join by_ref r using ("actionId") left join by_id i using ("actionId") left join by_name x using ("actionId")
      )
      insert into network_action as a (shop, program_id, action_id, order_ref, order_id, n, event_type_id, partner_id, partner_name, code, state, currency, amount, payout, event_at, created_at, lock_at, seen, read_at)
      select $1, $2, "actionId", "orderRef", found_order, own_n, "eventTypeId", "partnerId", "partnerName", code, state, currency, amount, payout, "eventAt", "createdAt", "lockAt", seen, $4 from m order by "actionId"
      on conflict (shop, program_id, action_id) do update set order_ref = excluded.order_ref, order_id = excluded.order_id, n = excluded.n, event_type_id = excluded.event_type_id, partner_id = excluded.partner_id,
        partner_name = excluded.partner_name, code = excluded.code, state = excluded.state, currency = excluded.currency, amount = excluded.amount, payout = excluded.payout, event_at = excluded.event_at,
        created_at = excluded.created_at, lock_at = excluded.lock_at, seen = excluded.seen, read_at = excluded.read_at, compared_at = null,
        wanted_at = case when a.wanted_at > excluded.read_at then a.wanted_at end,
        items = case when a.amount is not distinct from excluded.amount and a.state = excluded.state then a.items end
      where a.read_at is null or a.read_at <= excluded.read_at`,
    values: [shop, programId, JSON.stringify(actions), readAt],
  });
}

/** The network holds this action no more. One that only a postback named is forgotten: it may never have been there. */
export async function keepGone(shop: string, programId: string, actionId: string, readAt: Date): Promise<void> {
  await pool().query({
    name: "keep_gone",
    text: `with own as (select order_id, n, network_order_id, currency, lock_at, partner_id from conversion where shop = $1 and program_id = $2 and action_id = $3 order by n limit 1),
      unread as (delete from network_action where shop = $1 and program_id = $2 and action_id = $3 and state = 'unread' and not exists (select from own)),
      others as (update network_action set state = 'gone', read_at = $4, compared_at = null, wanted_at = null, items = null
        where shop = $1 and program_id = $2 and action_id = $3 and read_at <= $4 and not exists (select from own))
      insert into network_action as a (shop, program_id, action_id, order_ref, order_id, n, currency, lock_at, partner_id, state, read_at)
      select $1, $2, $3, network_order_id, order_id, n, currency, lock_at, coalesce(partner_id, ''), 'gone', $4 from own
      on conflict (shop, program_id, action_id) do update set state = 'gone', order_id = excluded.order_id, n = excluded.n, read_at = excluded.read_at, compared_at = null, wanted_at = null, items = null
      where a.read_at is null or a.read_at <= excluded.read_at`,
    values: [shop, programId, actionId, readAt],
  });
}

/**
 * Where the action of a conversion at rest was reversed, or is gone, and another stands under the same order id, that one is the conversion's: a person made
 * it anew, or moved the sale. Returns how many.
 */
export async function takeStanding(shop: string, programId: string): Promise<number> {
  const { rowCount } = await pool().query({
    name: "take_standing",
    text: `update conversion v set action_id = s.action_id, lock_at = coalesce(s.lock_at, v.lock_at), payout_read_at = null
      from network_action a, network_action s
      where a.shop = $1 and a.program_id = $2 and a.compared_at is null and a.state in ('reversed', 'gone')
        and v.shop = $1 and v.program_id = $2 and v.order_id = a.order_id and v.n = a.n and v.action_id = a.action_id and v.state = 'reported' and v.next_at is null and v.op is null
        and s.shop = $1 and s.program_id = $2 and s.order_id = v.order_id and s.order_ref = v.network_order_id and s.action_id <> a.action_id and s.state in ('pending', 'approved')
        and not exists (select from conversion x where x.shop = $1 and x.program_id = $2 and x.action_id = s.action_id)
        and not exists (select from program q join conversion x on x.shop = q.shop and x.program_id = q.id and (x.action_id = s.action_id or (x.network_order_id = s.order_ref and x.op = 'create' and x.state in ('sending', 'queued')))
          where q.shop <> $1 and q.external_id = (select external_id from program where shop = $1 and id = $2))`,
    values: [shop, programId],
  });
  return rowCount ?? 0;
}

/** Actions that are to be compared: those that were just read, those of which it could not be said yet, and those that differ. In pages by their id. */
export async function listToCompare(shop: string, programId: string, after: string, limit: number): Promise<FactsRow[]> {
  const { rows } = await pool().query<FactsRow>({
    name: "list_to_compare",
    text: `select ${FACTS} from network_action a ${FACTS_JOINS}
      where a.shop = $1 and a.program_id = $2 and a.action_id > $3 and a.state <> 'unread' and (a.compared_at is null or a.problem is not null) order by a.action_id limit $4`,
    values: [shop, programId, after, limit],
  });
  return rows;
}

/** `wait`: it is compared again soon. `over`: the repair that a person chose has come to its end; a reversal of an action too many counts among what the network was told. */
export type ComparedAction = { actionId: string; readAt: Date | null; problem: string | null; wait: boolean; over: boolean };

export async function noteCompared(shop: string, programId: string, compared: readonly ComparedAction[], at: Date): Promise<void> {
  if (compared.length === 0) return;
  await pool().query({
    name: "note_compared",
    text: `with k as materialized (select * from jsonb_to_recordset($3::jsonb) as k("actionId" text, "readAt" timestamptz, problem text, wait boolean, over boolean)),
      ended as (
        insert into report_end (shop, order_id, n, program_id, connection_id, op, sent_at, ended_at, outcome)
        select a.shop, coalesce(a.order_id, ''), coalesce(a.n, 0), a.program_id, p.connection_id, 'reverse', a.repair_sent_at, $4, 'accepted'
        from network_action a join k on k."actionId" = a.action_id and k.over join program p on p.shop = a.shop and p.id = a.program_id
        where a.shop = $1 and a.program_id = $2 and a.read_at is not distinct from k."readAt" and a.repair = 'reverse' and a.repair_sent_at is not null
      )
      update network_action a set compared_at = case when k.wait then null else $4::timestamptz end,
        problem = case when k.wait then a.problem else k.problem end,
        problem_at = case when k.wait or a.problem is not distinct from k.problem then a.problem_at when k.problem is null then null else $4 end,
        repair = case when not k.over then a.repair end, repair_at = case when not k.over then a.repair_at end, repair_sent_at = case when not k.over then a.repair_sent_at end,
        repair_submission = case when not k.over then a.repair_submission end
      from k where a.shop = $1 and a.program_id = $2 and a.action_id = k."actionId" and a.read_at is not distinct from k."readAt"
        and (a.compared_at is null or a.problem is distinct from k.problem or k.over or k.wait)`,
    values: [shop, programId, JSON.stringify(compared), at],
  });
}

/** Actions that are to be read by themselves, those that were asked for first first. */
export async function listWanted(shop: string, programId: string, limit: number): Promise<string[]> {
  const { rows } = await pool().query<{ actionId: string }>({
    name: "list_wanted",
    text: `select action_id as "actionId" from network_action where shop = $1 and program_id = $2 and wanted_at is not null order by wanted_at, action_id limit $3`,
    values: [shop, programId, limit],
  });
  return rows.map((row) => row.actionId);
}

/** An action that was wanted is none of this program's, or none that the network lets be read: it is asked for no more, and forgotten where only its id was known. */
export async function dropWanted(shop: string, programId: string, actionId: string): Promise<void> {
  await pool().query({
    name: "drop_wanted",
    text: `with unread as (delete from network_action where shop = $1 and program_id = $2 and action_id = $3 and state = 'unread')
      update network_action set wanted_at = null where shop = $1 and program_id = $2 and action_id = $3 and state <> 'unread'`,
    values: [shop, programId, actionId],
  });
}

/** Actions that differ in their amount and whose items are not known: an edit is shown by its items before it is sent. */
export async function listWithoutItems(shop: string, programId: string, limit: number): Promise<{ actionId: string; currency: string; readAt: Date }[]> {
  const { rows } = await pool().query<{ actionId: string; currency: string; readAt: Date }>({
    name: "list_without_items",
    text: `select a.action_id as "actionId", v.currency, a.read_at as "readAt" from network_action a join conversion v on v.shop = a.shop and v.order_id = a.order_id and v.n = a.n
      where a.shop = $1 and a.program_id = $2 and a.items is null and a.problem = 'amount' order by a.lock_at nulls last, a.action_id limit $3`,
    values: [shop, programId, limit],
  });
  return rows;
}

export async function keepItems(shop: string, programId: string, actionId: string, readAt: Date, items: unknown): Promise<void> {
  await pool().query(`update network_action set items = $5 where shop = $1 and program_id = $2 and action_id = $3 and read_at = $4`, [shop, programId, actionId, readAt, JSON.stringify(items)]);
}

/** One action with the conversion that it is of; locked for the transaction where `client` is one. */
export async function findFacts(client: Queryable, shop: string, programId: string, actionId: string, lock = false): Promise<FactsRow | null> {
  const { rows } = await client.query<FactsRow>(`select ${FACTS} from network_action a ${FACTS_JOINS} where a.shop = $1 and a.program_id = $2 and a.action_id = $3${lock ? " for update of a" : ""}`, [shop, programId, actionId]);
  return rows[0] ?? null;
}
