// Steps of the platform's workflows that were asked of us, by the id of the run: what is carried out once is answered alike ever after.
import { pool } from "../db.server.ts";

export type FlowRun = { shop: string; runId: string; handle: string; request: Record<string, unknown>; state: "new" | "done" | "refused"; outcome: unknown };

/** Notes what is asked; gives the row as it was noted first. */
export async function noteFlowRun({ shop, runId, handle, request }: Pick<FlowRun, "shop" | "runId" | "handle" | "request">, at: Date): Promise<FlowRun> {
  await pool().query("insert into flow_run (shop, run_id, handle, at, request) values ($1, $2, $3, $4, $5) on conflict do nothing", [shop, runId, handle, at, JSON.stringify(request)]);
  const { rows } = await pool().query<FlowRun>(`select shop, run_id as "runId", handle, request, state, outcome from flow_run where shop = $1 and run_id = $2`, [shop, runId]);
  return rows[0]!;
}

/** What became of it; the first outcome stands. */
export async function endFlowRun({ shop, runId }: Pick<FlowRun, "shop" | "runId">, state: "done" | "refused", outcome: unknown): Promise<void> {
  await pool().query("update flow_run set state = $3, outcome = $4 where shop = $1 and run_id = $2 and state = 'new'", [shop, runId, state, JSON.stringify(outcome)]);
}

/** Forgets runs before `before`: the platform repeats one for a day and a half. Returns how many. */
export async function forgetFlowRuns(before: Date): Promise<number> {
  const { rowCount } = await pool().query("delete from flow_run where at < $1", [before]);
  return rowCount ?? 0;
}
