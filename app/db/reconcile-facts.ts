// What is known here of some orders: their state, ledger, outbox, and what the networks were last read to hold. Read in one state of the database.
import type { OrderFacts } from "../domain/order.ts";
import { itemsOf, type AppOrder } from "../domain/reconcile.ts";
import type { Balance, Credited, OwnSale, ProgramThen, ReadAction } from "../domain/reconcile-network.ts";
import type { Queryable } from "../db.server.ts";
import { FACTS, FACTS_JOINS, factsOf, type FactsRow } from "./network-action-facts.ts";
import { OPEN_UNREADABLE } from "./reads/orders.ts";

type Of<T> = T & { orderId: string };
type RawApp = Of<Omit<AppOrder, "createdAt" | "facts"> & { createdAt: Date | null; known: boolean; test: boolean | null; cancelled: boolean; status: string | null; codes: string[] | null; credited: string; items: Pick<OrderFacts, "lines" | "refunds" | "currency" | "presentment"> | null }>;

/** Of each order its state (null: none is kept, only what names it) and its credit. */
export async function factsOfOrders(client: Queryable, shop: string, orderIds: readonly string[]): Promise<Map<string, { app: AppOrder | null; credited: Credited }>> {
  const apps = await statesOf(client, shop, orderIds);
  const balances = Map.groupBy(await balancesOf(client, shop, orderIds), (one) => one.orderId);
  const awaiting = Map.groupBy(await awaitingOf(client, shop, orderIds), (one) => one.orderId);
  const sales = Map.groupBy(await salesOf(client, shop, orderIds), (one) => one.orderId);
  const actions = Map.groupBy(await actionsOf(client, shop, orderIds), (one) => one.orderId ?? "");
  return new Map(
    orderIds.map((orderId) => {
      const app = apps.get(orderId);
      const credited: Credited = {
        rollUp: app?.credited ?? "0",
        balances: balances.get(orderId) ?? [],
        awaiting: (awaiting.get(orderId) ?? []).map((one) => one.codeId),
        sales: sales.get(orderId) ?? [],
        actions: (actions.get(orderId) ?? []).map(actionOf),
      };
      return [orderId, { app: app === undefined ? null : appOf(app), credited }];
    }),
  );
}

function appOf({ name, createdAt, updatedNs, test, cancelled, status, codes, outcome, deleted, forgotten, closed, asked, tries, unreadable, arriving, items }: RawApp): AppOrder {
  const facts = status === null ? null : { test: test ?? false, cancelled, status, codes: codes ?? [], items: items === null ? null : itemsOf(items) };
  return { name, createdAt: createdAt?.toISOString() ?? null, updatedNs, facts, outcome, deleted, forgotten, closed, asked, tries, unreadable, arriving };
}

/** Also of orders that only deliveries name. */
async function statesOf(client: Queryable, shop: string, orderIds: readonly string[]): Promise<Map<string, RawApp>> {
  const found = await client.query<RawApp>({
    name: "reconcile_states",
    text: `select i.id as "orderId", o.shop is not null as known, coalesce(o.name, '') as name, o.created_at as "createdAt", o.updated_ns::text as "updatedNs", (o.facts -> 'test')::boolean as test, o.facts ->> 'cancelledAt' is not null as cancelled,
        o.facts ->> 'financialStatus' as status, o.facts -> 'listedCodes' as codes, case when o.facts -> 'lines' is not null then o.facts end as items, o.outcome, o.deleted_at is not null as deleted, o.redacted_at is not null as forgotten, o.redacted_at is not null and o.frozen is null as closed,
        o.fetch_at is not null as asked, coalesce(o.fetch_tries, 0) as tries, coalesce(o.credited, 0)::text as credited, d.unreadable, coalesce(d.arriving, false) as arriving
      from unnest($2::text[]) i(id) left join order_state o on o.shop = $1 and o.order_id = i.id
      left join lateral (select max(coalesce(d.reason, '')) filter (where ${OPEN_UNREADABLE}) as unreadable, bool_or(d.state = 'new') as arriving from delivery d where d.shop = $1 and d.order_id = i.id and d.state in ('new', 'unreadable')) d on true`,
    values: [shop, orderIds],
  });
  return new Map(found.rows.filter((row) => row.known || row.unreadable !== null || row.arriving).map((row) => [row.orderId, row]));
}

async function balancesOf(client: Queryable, shop: string, orderIds: readonly string[]): Promise<Of<Balance>[]> {
  const found = await client.query<Of<Balance>>({
    name: "reconcile_balances",
    text: `select order_id as "orderId", program_id as "programId", creator_id as "creatorId", currency, sum(amount)::text as amount from ledger_entry where shop = $1 and order_id = any($2)
      group by order_id, program_id, creator_id, currency having sum(amount) <> 0`,
    values: [shop, orderIds],
  });
  return found.rows;
}

async function awaitingOf(client: Queryable, shop: string, orderIds: readonly string[]): Promise<Of<{ codeId: string }>[]> {
  const found = await client.query<Of<{ codeId: string }>>({
    name: "reconcile_awaiting",
    text: `select order_id as "orderId", code_id as "codeId" from decision where shop = $1 and order_id = any($2) and outcome = 'awaiting_network'`,
    values: [shop, orderIds],
  });
  return found.rows;
}

async function salesOf(client: Queryable, shop: string, orderIds: readonly string[]): Promise<Of<OwnSale>[]> {
  const found = await client.query<Of<Omit<OwnSale, "lockAt" | "nextAt">> & { lockAt: Date | null; nextAt: Date | null }>({
    name: "reconcile_sales",
    text: `select order_id as "orderId", n, program_id as "programId", creator_id as "creatorId", code_id as "codeId", state, currency, target, sent, action_id as "actionId", lock_at as "lockAt", next_at as "nextAt",
        state <> 'stuck' and (op is not null or next_at is not null) as "underWay", problem, coalesce(left_at >= changed_at, false) as left
      from conversion where shop = $1 and order_id = any($2) order by order_id, n`,
    values: [shop, orderIds],
  });
  return found.rows.map((row) => ({ ...row, lockAt: row.lockAt?.toISOString() ?? null, nextAt: row.nextAt?.toISOString() ?? null }));
}

const CREATOR = `coalesce(v.creator_id, (select m.creator_id from membership m where m.shop = a.shop and m.program_id = a.program_id and m.partner_id = a.partner_id order by m.joined_at desc limit 1)) as "creatorId"`;

async function actionsOf(client: Queryable, shop: string, orderIds: readonly string[]): Promise<RawAction[]> {
  const found = await client.query<RawAction>({ name: "reconcile_actions", text: `select ${FACTS}, ${CREATOR} from network_action a ${FACTS_JOINS} where a.shop = $1 and a.order_id = any($2) order by a.program_id, a.action_id`, values: [shop, orderIds] });
  return found.rows;
}

export type RawAction = FactsRow & { creatorId: string | null };

export function actionOf(row: RawAction): ReadAction {
  return { ...factsOf(row), programId: row.programId, creatorId: row.creatorId, repair: row.repair, accepted: row.accepted };
}

/** Actions of the period that are of no order known here, after a place in their order. */
export async function looseActions(client: Queryable, shop: string, fromAt: Date, toAt: Date, after: { programId: string; actionId: string }, limit: number): Promise<RawAction[]> {
  const found = await client.query<RawAction>({
    name: "reconcile_loose_actions",
    text: `select ${FACTS}, ${CREATOR} from network_action a ${FACTS_JOINS}
      where a.shop = $1 and a.order_id is null and coalesce(a.event_at, a.created_at) >= $2 and coalesce(a.event_at, a.created_at) < $3 and (a.program_id, a.action_id) > ($4, $5) order by a.program_id, a.action_id limit $6`,
    values: [shop, fromAt, toAt, after.programId, after.actionId, limit],
  });
  return found.rows;
}

/** How many deliveries of the period could not be read and name no order. */
export async function countUnread(client: Queryable, shop: string, fromAt: Date, toAt: Date): Promise<number> {
  const found = await client.query<{ count: number }>(`select count(*)::int as count from delivery d where d.shop = $1 and d.state = 'unreadable' and d.order_id is null and d.received_at >= $2 and d.received_at < $3`, [shop, fromAt, toAt]);
  return found.rows[0]!.count;
}

/** The shop's programs with their modes' history: what held for an order is asked by the instant of its creation. */
export async function programsThen(client: Queryable, shop: string): Promise<(programId: string, at: string | null) => ProgramThen> {
  const found = await client.query<{ id: string; network: string; account: ProgramThen["account"]; modes: { at: string; mode: ProgramThen["mode"] }[] }>(
    `select p.id, p.network, c.state as account, coalesce((select jsonb_agg(jsonb_build_object('at', r.valid_from, 'mode', r.mode) order by r.valid_from desc) from program_rule r where r.shop = p.shop and r.program_id = p.id), '[]') as modes
     from program p left join network_connection c on c.shop = p.shop and c.id = p.connection_id where p.shop = $1`,
    [shop],
  );
  const programs = new Map(found.rows.map((row) => [row.id, row]));
  return (programId, at) => {
    const program = programs.get(programId);
    const atMs = at === null ? Infinity : Date.parse(at);
    return { network: program?.network ?? "none", account: program?.account ?? null, mode: program?.modes.find((one) => Date.parse(one.at) <= atMs)?.mode ?? "full" };
  };
}

/** When the networks of the shop's programs were last read back; a program in which nothing was ever sold or given is none of them. */
export async function readTimes(client: Queryable, shop: string): Promise<{ programId: string; readAt: string | null; problem: string | null; account: string | null }[]> {
  const found = await client.query<{ programId: string; readAt: Date | null; problem: string | null; account: string | null }>(
    `select p.id as "programId", coalesce(p.actions_at, p.actions_to) as "readAt", p.actions_problem as problem, c.state as account from program p left join network_connection c on c.shop = p.shop and c.id = p.connection_id
     where p.shop = $1 and p.external_id is not null
       and (exists (select from conversion v where v.shop = p.shop and v.program_id = p.id) or exists (select from code_term t where t.shop = p.shop and t.program_id = p.id)) order by p.id`,
    [shop],
  );
  return found.rows.map((row) => ({ ...row, readAt: row.readAt?.toISOString() ?? null }));
}
