// What the pages show of the two-program set-up: pairs of programs, the codes that wait for a person's step, and one code in its networks.
import { pool } from "../../db.server.ts";
import { readSteps } from "../../domain/network-steps.ts";
import type { CodeInNetwork, CodeSetup, ProgramPair, ProgramSteps, SetupValues, WaitingSteps } from "../../domain/setup-page.ts";
import { NO_PAIR } from "../pair.ts";
import { iso } from "./sold.ts";

/** The most codes of one page of steps. */
const MOST_STEPS = 1_000;
/** So long a page that stays open has what was done since it was opened. */
const DONE_MS = 12 * 3_600_000;

type RawValues = { code: string; match: string; policy: string; starts_at: Date | null; ends_at: Date | null; comments: string; send_to: string };

// c: the code, t: its newest term, d: its deal. Its dates are those that every rule agrees to.
const VALUES = `c.code, c.match, t.credit_policy as policy, greatest(t.starts_at, d.starts_at) as starts_at, least(t.ends_at, d.ends_at) as ends_at, c.comments, c.send_to`;
const OF_CODE = `left join deal d on d.shop = c.shop and d.id = c.deal_id
  join lateral (select * from code_term where shop = c.shop and code_id = c.id order by valid_from desc limit 1) t on true`;

function valuesOf(row: RawValues): SetupValues {
  return { code: row.code, match: row.match, policy: row.policy, startsAt: iso(row.starts_at), endsAt: iso(row.ends_at), comments: row.comments, sendTo: row.send_to };
}

/** Creator programs that have, or could have, a pair in their account. One of each in an account is taken for a pair until a person says otherwise. */
export async function listPairs(shop: string): Promise<ProgramPair[]> {
  const { rows } = await pool().query<Omit<ProgramPair, "suggested"> & { alone: boolean }>(
    `select g.id as "programId", g.pair_id as "pairId", jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name) order by lower(f.name), f.id) as choices,
            (select count(*) from program o where o.shop = g.shop and o.connection_id = g.connection_id and o.kind = 'creator' and o.state = 'active') = 1 as alone
     from program g join program f on f.shop = g.shop and f.connection_id = g.connection_id and f.kind = 'performance' and f.external_id is not null and f.state = 'active'
     where g.shop = $1 and g.kind = 'creator' and g.state = 'active' group by g.shop, g.id order by g.id`,
    [shop],
  );
  return rows.map(({ alone, ...row }) => ({ ...row, suggested: row.pairId === null && alone && row.choices.length === 1 ? row.choices[0]!.id : null }));
}

/** The creators' codes in each performance program: how many stand there, wait for a person, or are refused. */
export async function listProgramSteps(shop: string): Promise<ProgramSteps[]> {
  const { rows } = await pool().query<Omit<ProgramSteps, "refusedAt"> & { refused_at: Date | null }>(
    `select g.id as "programId", g.media_source_name as source, g.media_source_refused_at as refused_at, (count(*) filter (where p.state = 'by_hand'))::int as "byHand",
            (count(*) filter (where p.state in ('refused', 'missing')))::int as refused, (count(*) filter (where p.state = 'live'))::int as live
     from program g join code_placement p on p.shop = g.shop and p.target = g.id and p.holder = 'media_source' and p.wanted = 'live' where g.shop = $1 group by g.shop, g.id order by g.id`,
    [shop],
  );
  return rows.map(({ refused_at, ...row }) => ({ ...row, refusedAt: iso(refused_at) }));
}

type RawStep = RawValues & { codeId: string; creator: string | null; steps: unknown; read_at: Date | null; total: number };

/** The codes that wait for a person's step in a program, the oldest first, and those whose steps were done lately; null where the shop has no such program. */
export async function waitingSteps(shop: string, programId: string, now: Date): Promise<WaitingSteps | null> {
  const program = await pool().query<{ id: string; name: string; network: string; source: string | null; refused_at: Date | null; live: number }>(
    `select g.id, g.name, g.network, g.media_source_name as source, g.media_source_refused_at as refused_at,
            (select count(*)::int from code_placement p where p.shop = g.shop and p.target = g.id and p.holder = 'media_source' and p.wanted = 'live' and p.state = 'live') as live
     from program g where g.shop = $1 and g.id = $2 and g.kind = 'performance'`,
    [shop, programId],
  );
  const [found] = program.rows;
  if (!found) return null;
  const select = `select c.id as "codeId", ${VALUES}, r.name as creator, p.steps, p.read_at, (count(*) over ())::int as total`;
  const from = (joined: string) => `from code_placement p join code c on c.shop = p.shop and c.id = p.code_id ${OF_CODE} left join creator r on r.shop = c.shop and r.id = t.creator_id ${joined}
     where p.shop = $1 and p.target = $2 and p.holder = 'media_source' and p.wanted = 'live'`;
  const [{ rows }, done] = await Promise.all([
    pool().query<RawStep>(`${select} ${from("")} and p.state = 'by_hand' order by c.position limit ${MOST_STEPS}`, [shop, programId]),
    pool().query<RawStep & { done_at: Date }>(
      `${select}, s.done_at ${from("cross join lateral (select max((one->>'doneAt')::timestamptz) as done_at from jsonb_array_elements(p.steps) one) s")}
         and p.state = 'live' and s.done_at >= $3 order by s.done_at desc, c.position limit ${MOST_STEPS}`,
      [shop, programId, new Date(now.getTime() - DONE_MS)],
    ),
  ]);
  const stepOf = (row: RawStep) => ({ ...valuesOf(row), codeId: row.codeId, creator: row.creator ?? "", steps: readSteps(row.steps), readAt: iso(row.read_at) });
  const { refused_at, live, ...known } = found;
  return {
    program: { ...known, refusedAt: iso(refused_at) },
    live,
    total: rows[0]?.total ?? 0,
    rows: rows.map(stepOf),
    done: done.rows.map((row) => ({ ...stepOf(row), doneAt: row.done_at.toISOString() })),
  };
}

type RawPlace = Omit<CodeInNetwork, "steps" | "refusedAt" | "readAt" | "nextAt"> & { refused_at: Date | null; steps: unknown; read_at: Date | null; next_at: Date };
type RawCode = RawValues & { in_force: boolean; creator_id: string | null; creator: string | null; program: string | null; network: string | null; joined: string | null };

/** One code in its networks; null where it has none. */
export async function readSetup(shop: string, codeId: string, now: Date): Promise<CodeSetup | null> {
  const places = await pool().query<RawPlace>(
    `select p.target as "programId", g.name as program, g.network, g.kind, p.holder, g.media_source_name as source, g.media_source_refused_at as refused_at, p.wanted, p.state, p.steps, p.read_at, p.next_at,
            p.wanted = 'gone' and exists (select 1 from code_placement s where s.shop = p.shop and s.code_id = p.code_id and s.target = 'store' and s.wanted = 'live') as "givenUp"
     from code_placement p join program g on g.shop = p.shop and g.id = p.target where p.shop = $1 and p.code_id = $2 order by p.holder desc, lower(g.name)`,
    [shop, codeId],
  );
  if (places.rows.length === 0) return null;
  const { rows } = await pool().query<RawCode>(
    `select ${VALUES}, c.retired_at is null and c.paused_at is null as in_force, t.creator_id, r.name as creator, g.name as program, g.network,
            (select case when m.state = 'joined' and m.left_at <= $3 then 'left' else m.state end from membership m where m.shop = c.shop and m.program_id = t.program_id and m.creator_id = t.creator_id order by m.joined_at desc limit 1) as joined
     from code c ${OF_CODE} left join creator r on r.shop = c.shop and r.id = t.creator_id left join program g on g.shop = c.shop and g.id = t.program_id where c.shop = $1 and c.id = $2`,
    [shop, codeId, now],
  );
  const row = rows[0]!;
  const isOut = row.in_force && row.creator_id !== null && row.joined !== "joined";
  return {
    ...valuesOf(row),
    places: places.rows.map(({ steps, refused_at, read_at, next_at, ...place }) => ({ ...place, refusedAt: iso(refused_at), steps: readSteps(steps), readAt: iso(read_at), nextAt: place.state === "by_hand" ? iso(next_at) : null })),
    joined: isOut ? { state: row.joined ?? "left", creatorId: row.creator_id!, creator: row.creator ?? "", program: row.program ?? "", network: row.network ?? "" } : null,
  };
}

/** Programs whose creators are hired through another one: that one's name, by id. */
export async function pairNames(shop: string): Promise<Record<string, string>> {
  const { rows } = await pool().query<{ id: string; name: string }>(
    "select g.id, f.name from program g join program f on f.shop = g.shop and f.id = g.pair_id where g.shop = $1 and g.pair_id <> $2",
    [shop, NO_PAIR],
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.name]));
}
