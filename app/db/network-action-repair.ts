// What people chose to do about actions that differ: noted first, then done by reading back (flow/read-back-repair.ts).
import { pool, type Queryable } from "../db.server.ts";

/** Notes what a person chose about an action; another choice takes its place. `version`: what was shown. */
export async function noteRepair(client: Queryable, shop: string, programId: string, actionId: string, chosen: { repair: string; version: string; who: string }, at: Date): Promise<void> {
  await client.query(
    `update network_action set repair = $4, repair_version = $5, repair_who = $6, repair_at = $7, repair_sent_at = null, repair_submission = null, repair_problem = null where shop = $1 and program_id = $2 and action_id = $3`,
    [shop, programId, actionId, chosen.repair, chosen.version, chosen.who, at],
  );
}

/** A person accepts the difference (`print`: domain/read-back.ts printOf): it is not asked again while it is the same. */
export async function noteAccepted(client: Queryable, shop: string, programId: string, actionId: string, print: string, who: string, at: Date): Promise<void> {
  await client.query(
    `update network_action set accepted = $4, problem = null, problem_at = null, compared_at = $6, repair = null, repair_problem = null, repair_who = $5, repair_at = $6 where shop = $1 and program_id = $2 and action_id = $3`,
    [shop, programId, actionId, print, who, at],
  );
}

/** What was accepted is asked again, where it differs still (`problem`; null: it is to be compared). */
export async function takeUpAccepted(client: Queryable, shop: string, programId: string, actionId: string, problem: string | null, at: Date): Promise<void> {
  await client.query(
    `update network_action set accepted = null, problem = $4, problem_at = case when $4::text is null then null else $5::timestamptz end, compared_at = case when $4::text is null then null else $5::timestamptz end, repair_who = null, repair_at = null
     where shop = $1 and program_id = $2 and action_id = $3 and repair is null`,
    [shop, programId, actionId, problem, at],
  );
}

/** It is read by itself as soon as may be. */
export async function wantAction(client: Queryable, shop: string, programId: string, actionId: string, at: Date): Promise<void> {
  await client.query(`update network_action set wanted_at = coalesce(wanted_at, $4) where shop = $1 and program_id = $2 and action_id = $3`, [shop, programId, actionId, at]);
}

/** What was known to differ is over, by what was done here; it is compared once more. */
export async function compareAgain(client: Queryable, shop: string, programId: string, actionId: string): Promise<void> {
  await client.query(`update network_action set problem = null, problem_at = null, compared_at = null where shop = $1 and program_id = $2 and action_id = $3`, [shop, programId, actionId]);
}

export type ReversalDue = { actionId: string; state: string; lockAt: Date | null; readAt: Date | null; sentAt: Date | null; submissionId: string | null };

/** Reversals that a person chose, the longest waiting first. */
export async function listReversals(shop: string, programId: string, limit: number): Promise<ReversalDue[]> {
  const { rows } = await pool().query<ReversalDue>({
    name: "list_reversals",
    text: `select action_id as "actionId", state, lock_at as "lockAt", read_at as "readAt", repair_sent_at as "sentAt", repair_submission as "submissionId"
      from network_action where shop = $1 and program_id = $2 and repair = 'reverse' order by repair_at, action_id limit $3`,
    values: [shop, programId, limit],
  });
  return rows;
}

/** A reversal that was chosen of an action too many is not sent once a conversion holds that action: it was found to be the order's own since. It is compared anew. */
export async function dropOverruled(shop: string, programId: string): Promise<void> {
  await pool().query(
    `update network_action a set repair = null, compared_at = null where a.shop = $1 and a.program_id = $2 and a.repair = 'reverse' and a.repair_sent_at is null
       and exists (select from conversion v where v.shop = a.shop and v.program_id = a.program_id and v.action_id = a.action_id and v.state not in ('reversed', 'dropped'))`,
    [shop, programId],
  );
}

/** Before the request goes out, and with what came of it; sentAt null: nothing is under way. */
export async function noteReversal(shop: string, programId: string, actionId: string, sentAt: Date | null, submissionId: string | null): Promise<void> {
  await pool().query(`update network_action set repair_sent_at = $4, repair_submission = $5 where shop = $1 and program_id = $2 and action_id = $3 and repair = 'reverse'`, [shop, programId, actionId, sentAt, submissionId]);
}

/** It cannot be done, for this reason (the network's codes, or domain/problem.ts): the difference is open again. */
export async function failRepair(shop: string, programId: string, actionId: string, problem: string): Promise<void> {
  await pool().query(
    `update network_action set repair = null, repair_sent_at = null, repair_submission = null, repair_problem = $4, compared_at = null where shop = $1 and program_id = $2 and action_id = $3 and repair = 'reverse'`,
    [shop, programId, actionId, problem],
  );
}
