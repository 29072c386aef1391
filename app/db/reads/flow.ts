// What workflows were told and asked for, as Settings shows it.
import { pool } from "../../db.server.ts";
import type { ActionLine, FlowCard, FlowFailure, TriggerLine } from "../../domain/flow-page.ts";
import { FLOW_ACTIONS } from "../../domain/flow-steps.ts";
import { FLOW_TRIGGERS } from "../../domain/flow-words.ts";
import { iso } from "./sold.ts";

const DAYS = 30;
const MOST_FAILURES = 5;

export async function flowCard(shop: string, now: Date): Promise<FlowCard> {
  const from = new Date(now.getTime() - DAYS * 86_400_000);
  const [words, runs, failures] = await Promise.all([triggerRows(shop, from), actionRows(shop, from), failureRows(shop, from)]);
  return {
    triggers: FLOW_TRIGGERS.map((handle) => words.find((row) => row.handle === handle) ?? { handle, told: 0, waiting: 0, failed: 0, lastAt: null }),
    actions: FLOW_ACTIONS.map((handle) => runs.find((row) => row.handle === handle) ?? { handle, done: 0, refused: 0, lastAt: null }),
    failures,
  };
}

async function triggerRows(shop: string, from: Date): Promise<TriggerLine[]> {
  const { rows } = await pool().query<Omit<TriggerLine, "lastAt"> & { lastAt: Date | null }>(
    `select handle, count(done_at)::int as told, count(*) filter (where next_at is not null)::int as waiting, count(*) filter (where next_at is null and done_at is null)::int as failed, max(done_at) as "lastAt"
     from flow_word where shop = $1 and created_at >= $2 group by handle`,
    [shop, from],
  );
  return rows.map((row) => ({ ...row, lastAt: iso(row.lastAt) }));
}

async function actionRows(shop: string, from: Date): Promise<ActionLine[]> {
  const { rows } = await pool().query<Omit<ActionLine, "lastAt"> & { lastAt: Date | null }>(
    `select handle, count(*) filter (where state = 'done')::int as done, count(*) filter (where state = 'refused')::int as refused, max(at) as "lastAt" from flow_run where shop = $1 and at >= $2 group by handle`,
    [shop, from],
  );
  return rows.map((row) => ({ ...row, lastAt: iso(row.lastAt) }));
}

async function failureRows(shop: string, from: Date): Promise<FlowFailure[]> {
  const { rows } = await pool().query<{ kind: "trigger" | "action"; id: string; handle: string; at: Date; about: string | null; problem: string | null; errors: unknown }>(
    `select * from (
       select 'trigger' as kind, id::text as id, handle, created_at as at, payload ->> 'code' as about, problem, null::jsonb as errors from flow_word where shop = $1 and created_at >= $2 and next_at is null and done_at is null
       union all
       select 'action', run_id, handle, at, array_to_string(array[nullif(request #>> '{properties,creator}', ''), nullif(request #>> '{properties,deal}', ''), nullif(request #>> '{properties,code}', '')], ', '), null, outcome
       from flow_run where shop = $1 and at >= $2 and state = 'refused'
     ) failed order by at desc, id desc limit $3`,
    [shop, from, MOST_FAILURES],
  );
  return rows.map(({ problem, errors, ...row }) => ({ ...row, at: iso(row.at), about: row.about ?? "", ...(row.kind === "trigger" ? { problem } : { errors }) }) as FlowFailure);
}
