// What the page Network shows: accounts and their programs, what waits, what needs a hand, and the log of exchanges.
import { pool } from "../../db.server.ts";
import { programTroubles } from "../../domain/contract.ts";
import type { ConnectionCard, ExchangeRow, Paged, PermissionLine, ProgramCard } from "../../domain/pages.ts";
import { dealIsOpen } from "../open-deal.ts";
import { iso, pageOrLast, pagesOf } from "./sold.ts";

const LOG_PAGE_SIZE = 25;

/** As it is kept; the names of permissions are the network's own (flow/permissions.ts). */
export type ConnectionRow = Omit<ConnectionCard, "permissions" | "hints"> & { permissions: Omit<PermissionLine, "name">[] };

type RawConnection = {
  id: string;
  permissions: Omit<PermissionLine, "name">[];
  network: string;
  account_sid: string;
  name: string;
  state: string;
  problem: string | null;
  checked_at: Date | null;
  limit: number | null;
  used: number | null;
  ends_at: Date | null;
  conversions: number;
  codes: number;
  deals: number;
  next_at: Date | null;
  stuck: number;
  reported: number;
  last_exchange: Date | null;
};

/** The shop's accounts at networks, each with its budget of this hour and what is under way. A budget whose hour is over counts as unused. */
export async function listConnections(shop: string, now: Date): Promise<ConnectionRow[]> {
  const { rows } = await pool().query<RawConnection>(
    `select n.id, n.network, n.permissions, n.account_sid, n.name, n.state, n.problem, n.checked_at, b."limit", case when b.ends_at > $2 then b.used else 0 end as used, b.ends_at,
            coalesce(v.waiting, 0) as conversions, coalesce(c.waiting, 0) as codes, coalesce(d.waiting, 0) as deals, least(v.next_at, c.next_at, d.next_at) as next_at,
            coalesce(v.stuck, 0) + coalesce(a.differ, 0) as stuck, coalesce(v.reported, 0) as reported,
            (select max(e.at) from exchange e where e.shop = n.shop and e.connection_id = n.id) as last_exchange
       from network_connection n
       left join lateral (select * from rate_budget b where b.account in (n.account_sid, n.network || ':' || n.account_sid) order by b.ends_at desc limit 1) b on true
       left join lateral (select (count(*) filter (where v.state in ('waiting', 'sending', 'queued') or (v.state = 'reported' and v.next_at is not null)))::int as waiting,
                                 min(v.next_at) filter (where v.state <> 'stuck') as next_at,
                                 (count(*) filter (where (v.state = 'stuck' or (v.state = 'reversed' and v.problem is not null)) and not coalesce(v.left_at >= v.changed_at, false)))::int as stuck, (count(*) filter (where v.state in ('reported', 'reversed')))::int as reported
                            from conversion v join program g on g.shop = v.shop and g.id = v.program_id where v.shop = n.shop and g.connection_id = n.id) v on true
       left join lateral (select count(*)::int as differ from network_action x join program g on g.shop = x.shop and g.id = x.program_id
                           where x.shop = n.shop and g.connection_id = n.id and x.problem is not null and x.repair is null) a on true
       left join lateral (select count(*)::int as waiting, min(p.next_at) as next_at from code_placement p join program g on g.shop = p.shop and g.id = p.target join code c on c.shop = p.shop and c.id = p.code_id
                           where p.shop = n.shop and g.connection_id = n.id and p.state in ('waiting', 'asked') and ${dealIsOpen("$2")}) c on true
       left join lateral (select count(*)::int as waiting, min(p.next_at) as next_at from deal_placement p join program g on g.shop = p.shop and g.id = p.program_id
                           where p.shop = n.shop and g.connection_id = n.id and p.state = 'waiting') d on true
      where n.shop = $1 order by n.state = 'disconnected', n.created_at, n.id`,
    [shop, now],
  );
  return rows.map((row) => ({
    id: row.id,
    network: row.network,
    permissions: row.permissions,
    accountSid: row.account_sid,
    name: row.name,
    state: row.state,
    problem: row.problem,
    checkedAt: iso(row.checked_at),
    budget: row.limit === null || row.used === null || row.ends_at === null ? null : { limit: row.limit, used: row.used, endsAt: row.ends_at.toISOString() },
    waiting: { conversions: row.conversions, codes: row.codes, deals: row.deals, nextAt: row.next_at !== null && row.next_at > now ? row.next_at.toISOString() : null },
    stuck: row.stuck,
    reported: row.reported,
    lastExchangeAt: iso(row.last_exchange),
  }));
}

type RawProgram = {
  id: string;
  name: string;
  kind: string;
  network: string;
  connection_id: string | null;
  external_id: string | null;
  event_type_id: string | null;
  state: string;
  read_at: Date | null;
  takes_codes: boolean;
  event_types: { eventTypeId: string; name: string }[];
  joined: number;
  pending: number;
  other: number;
};

/** The shop's programs, with how many creators stand how in each. */
export async function listPrograms(shop: string, now: Date): Promise<ProgramCard[]> {
  const { rows } = await pool().query<RawProgram>(
    `select g.id, g.name, g.kind, g.network, g.connection_id, g.external_id, g.event_type_id, g.state, g.read_at, g.takes_codes, g.event_types,
            (count(*) filter (where m.state = 'joined'))::int as joined, (count(*) filter (where m.state = 'pending'))::int as pending,
            (count(m.state) filter (where m.state not in ('joined', 'pending')))::int as other
       from program g
       left join (select distinct on (program_id, creator_id) program_id, creator_id, case when state = 'joined' and left_at <= $2 then 'left' else state end as state
                    from membership where shop = $1 order by program_id, creator_id, joined_at desc) m on m.program_id = g.id
      where g.shop = $1 group by g.shop, g.id order by g.state, g.network = 'none', g.kind = 'creator' desc, lower(g.name), g.id`,
    [shop, now],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    network: row.network,
    connectionId: row.connection_id,
    externalId: row.external_id,
    eventTypeId: row.event_type_id,
    state: row.state,
    readAt: iso(row.read_at),
    creators: { joined: row.joined, pending: row.pending, other: row.other },
    troubles: programTroubles({ state: row.state, takesCodes: row.takes_codes, eventTypeId: row.event_type_id, eventTypes: row.event_types, network: row.network }),
  }));
}

export type LogQuery = { view: string; page: number };

type RawExchange = { id: string; at: Date; about: string; about_id: string; about_name: string | null; open_id: string | null; what: string; status: number | null; outcome: string; total: number };

/** One page of the log of exchanges, the newest first. `view`: all, failed, conversion, code, deal, account. */
export function listExchanges(shop: string, query: LogQuery): Promise<Paged<ExchangeRow>> {
  return pageOrLast(query.page, (page) => exchangesAt(shop, query, page));
}

async function exchangesAt(shop: string, query: LogQuery, page: number): Promise<Paged<ExchangeRow>> {
  const about = ["conversion", "code", "deal", "request", "account"].includes(query.view) ? query.view : "";
  const { rows } = await pool().query<RawExchange>(
    `with e as (select *, (count(*) over ())::int as total from exchange where shop = $1 and ($2 = '' or about = $2) and ($3 = false or outcome <> 'ok')
                 order by id desc limit ${LOG_PAGE_SIZE} offset $4)
     select e.id::text as id, e.at, e.about, e.about_id, e.what, e.status, e.outcome, e.total,
            coalesce(o.name, c.code, d.name, r.partner_name) as about_name, coalesce(o.order_id, c.id, d.id, r.partner_name) as open_id
       from e
       left join order_state o on e.about = 'conversion' and o.shop = $1 and o.order_id = split_part(e.about_id, '/', 1)
       left join code c on e.about = 'code' and c.shop = $1 and c.id = e.about_id
       left join deal d on e.about = 'deal' and d.shop = $1 and d.id = e.about_id
       left join code_request r on e.about = 'request' and r.shop = $1 and r.connection_id = e.connection_id and r.request_id = e.about_id
      order by e.id desc`,
    [shop, about, query.view === "failed", (page - 1) * LOG_PAGE_SIZE],
  );
  const total = rows[0]?.total ?? 0;
  return {
    total,
    page,
    pages: pagesOf(total, LOG_PAGE_SIZE),
    rows: rows.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      about: row.about,
      aboutId: row.about_id,
      aboutName: row.about_name,
      openId: row.open_id,
      what: row.what,
      status: row.status,
      outcome: row.outcome,
    })),
  };
}

/** What was sent and what came back in one exchange. Secrets are never written to the log, so there is none to hide. */
export async function readExchange(shop: string, id: string): Promise<{ request: unknown; answer: unknown } | null> {
  if (!/^\d{1,18}$/.test(id)) return null;
  const { rows } = await pool().query<{ request: unknown; answer: unknown }>("select request, answer from exchange where shop = $1 and id = $2", [shop, id]);
  return rows[0] ?? null;
}
