// Where the codes of a run stand outside: what keeps them from the store, and how long the networks' queues are.
import { pool } from "../../db.server.ts";
import { queueEnds } from "../../domain/code-batch.ts";
import { writeProblem } from "../../domain/problem.ts";
import type { Hindrance, NetworkQueue } from "../../domain/run-page.ts";
import { iso } from "./sold.ts";

/** The file that a run came from. */
export async function fileOfRun(shop: string, id: string): Promise<{ id: string; name: string } | null> {
  const { rows } = await pool().query<{ id: string; name: string }>("select f.id, f.name from code_batch b join sheet_file f on f.shop = b.shop and f.id = b.file_id where b.shop = $1 and b.id = $2", [shop, id]);
  return rows[0] ?? null;
}

/** Why codes of a run wait for the store: the deal has no discount there, or calls fail. null: nothing keeps them. */
export async function hindranceOf(shop: string, id: string): Promise<Hindrance | null> {
  const { rows } = await pool().query<{ problem: string; nextAt: Date | null }>(
    `select coalesce(p.problem, d.store_problem) as problem, coalesce(case when p.problem is null then d.next_at else p.next_at end, p.next_at) as "nextAt"
     from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store' left join deal d on d.shop = c.shop and d.id = c.deal_id
     where c.shop = $1 and c.batch_id = $2 and p.state in ('waiting', 'asked') and coalesce(p.problem, d.store_problem) is not null
     order by p.next_at desc limit 1`,
    [shop, id],
  );
  return rows[0] ? { problem: rows[0].problem, nextAt: iso(rows[0].nextAt) } : null;
}

type RawQueue = { programId: string; name: string; total: number; live: number; refused: number; waiting: number; byHand: number; problem: string | null; connected: boolean; limit: number | null; used: number | null; endsAt: Date | null };

/** The codes of a run in each program's network; the queue is that of the whole program, since others wait in it as well. */
export async function queuesOf(shop: string, id: string, now: Date): Promise<NetworkQueue[]> {
  const { rows } = await pool().query<RawQueue>(
    `select g.id as "programId", g.name, count(*)::int as total, count(*) filter (where p.state = 'live')::int as live, count(*) filter (where p.state = 'refused')::int as refused, count(*) filter (where p.state = 'by_hand' and p.wanted = 'live')::int as "byHand",
       count(*) filter (where p.state in ('waiting', 'asked') and p.wanted = 'live')::int as waiting, max(p.problem) filter (where p.state in ('waiting', 'asked')) as problem,
       coalesce(bool_and(n.state = 'connected'), false) as connected, max(b."limit") as "limit", max(b.used) as used, max(b.ends_at) as "endsAt"
     from code c join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target <> 'store'
     join program g on g.shop = p.shop and g.id = p.target
     left join network_connection n on n.shop = g.shop and n.id = g.connection_id
     left join rate_budget b on b.account = n.network || ':' || n.account_sid
     where c.shop = $1 and c.batch_id = $2 group by g.id, g.name order by g.name`,
    [shop, id],
  );
  return rows.map(({ connected, limit, used, endsAt, problem, ...queue }) => {
    const budget = limit === null || used === null || endsAt === null ? null : { limit, used, endsAt: endsAt.toISOString() };
    const why = connected ? problem : writeProblem("run.network_disconnected", { program: queue.name });
    return { ...queue, budget, endsAt: new Date(queueEnds(queue.waiting, budget, now.getTime())).toISOString(), problem: queue.waiting > 0 ? why : null };
  });
}
