// What the page Deliveries shows: when a delivery last came, what is wrong, the gaps, and the last sweeps.
import { pool } from "../../db.server.ts";
import type { DeliveriesView, GapLine, SweepLine } from "../../domain/deliveries-page.ts";
import { readProblem } from "../../domain/problem.ts";
import type { Hook } from "../delivery-watch.ts";
import { iso } from "./sold.ts";

const MOST_SWEEPS = 12;
const MOST_GAPS = 20;

type State = Pick<DeliveriesView, "heardAt" | "sweptAt" | "token" | "hooks" | "readAt"> & { listed: Hook[]; madeAt: string | null };

/** What is known of the shop as a whole. `listed`: its own subscriptions, whoever made them. */
export async function deliveriesState(shop: string): Promise<State> {
  type Raw = { heard: Date | null; swept: Date | null; token: string | null; tokenAt: Date | null; hooks: string | null; hooksAt: Date | null; listed: Hook[] | null; readAt: Date | null; madeAt: Date | null };
  const { rows } = await pool().query<Raw>(
    // A delivery is found by its order: of those that were made last, and of those that the sweeps saw.
    `select greatest(w.heard_at, (select max(d.received_at) from (select order_id from order_state where shop = $1 and created_at is not null order by created_at desc limit 50) n join delivery d on d.shop = $1 and d.order_id = n.order_id and d.triggered_ns is not null)) as heard,
       (select max(begun_at) from order_sweep o where o.shop = $1 and o.state = 'done') as swept, s.token_problem as token, s.token_problem_at as "tokenAt", s.hooks_problem as hooks, s.hooks_problem_at as "hooksAt",
       w.hooks as listed, w.hooks_at as "readAt", w.made_at as "madeAt" from shop s left join delivery_watch w on w.shop = s.shop where s.shop = $1`,
    [shop],
  );
  const { heard, swept, token, tokenAt, hooks, hooksAt, listed, readAt, madeAt } = rows[0] ?? ({} as Partial<Raw>);
  const problem = (text?: string | null, at?: Date | null) => (text && at ? { problem: readProblem(text)!, since: at.toISOString() } : null);
  return { heardAt: iso(heard ?? null), sweptAt: iso(swept ?? null), token: problem(token, tokenAt), hooks: problem(hooks, hooksAt), readAt: iso(readAt ?? null), listed: listed ?? [], madeAt: iso(madeAt ?? null) };
}

/** The sweeps under way, those that found something, and the last one; the newest first. */
export async function sweepLines(shop: string): Promise<SweepLine[]> {
  type Raw = Omit<SweepLine, "begunAt" | "doneAt" | "problem"> & { begunAt: Date; doneAt: Date | null; problem: string | null };
  const { rows } = await pool().query<Raw>(
    `select id::text as id, why, kind, done_at is null as "isOpen", begun_at as "begunAt", done_at as "doneAt", seen, asked, missed, closed, problem from order_sweep where shop = $1 and state <> 'left' order by order_sweep.id desc limit ${MOST_SWEEPS}`,
    [shop],
  );
  return rows.map(({ begunAt, doneAt, problem, ...row }) => ({ ...row, begunAt: begunAt.toISOString(), doneAt: iso(doneAt), problem: readProblem(problem) }));
}

export async function gapLines(shop: string): Promise<{ gaps: GapLine[]; total: number }> {
  type Raw = Omit<GapLine, "from" | "to" | "foundAt" | "filledAt" | "cutAt"> & { from: Date; to: Date; foundAt: Date; filledAt: Date | null; cutAt: Date | null; total: number };
  const { rows } = await pool().query<Raw>(
    `select g.id::text as id, cause, from_at as "from", to_at as "to", orders, kind, found_at as "foundAt", filled_at as "filledAt", cut_at as "cutAt", (count(*) over ())::int as total,
       (select count(*)::int from gap_order o where o.shop = g.shop and o.gap_id = g.id) as left
     from delivery_gap g where g.shop = $1 order by g.filled_at is null desc, g.id desc limit ${MOST_GAPS}`,
    [shop],
  );
  const gaps = rows.map(({ total: _total, from, to, foundAt, filledAt, cutAt, ...row }) => ({ ...row, from: from.toISOString(), to: to.toISOString(), foundAt: foundAt.toISOString(), filledAt: iso(filledAt), cutAt: iso(cutAt) }));
  return { gaps, total: rows[0]?.total ?? 0 };
}
