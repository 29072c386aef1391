// Creators' requests for a code: what the network lists, what a person chose, and how far that is.
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import type { ToldCode } from "../domain/network-code.ts";
import { addLog } from "./log.ts";

/** A request as it was read (networks/port.ts CodeRequestInfo). */
export type SeenRequest = {
  requestId: string;
  programExternalId: string;
  partnerId: string;
  partnerName: string;
  codes: { asked: string; approved: string | null }[];
  count: number;
  state: string;
  stateWord: string;
  placedAt: string | null;
  neededAt: string | null;
  completedAt: string | null;
  note: string;
  comments: string;
  dealExternalId: string | null;
  dealName: string;
};

/** Notes what the network says of requests. What a person chose is left alone; program and creator are found anew. */
export async function noteRequests(shop: string, connectionId: string, seen: readonly SeenRequest[], at: Date): Promise<void> {
  const rows = seen.map(({ codes, count, stateWord, completedAt, comments, dealName, ...row }) => ({
    ...row, asked: codes.map((one) => one.asked).join(", "), seen: { codes, count, stateWord, completedAt, comments, dealName },
  }));
  await pool().query(
    `insert into code_request (shop, connection_id, request_id, program_external_id, partner_id, partner_name, asked, note, deal_external_id, state, placed_at, needed_at, seen, read_at)
     select $1, $2, r."requestId", r."programExternalId", r."partnerId", r."partnerName", r.asked, r.note, r."dealExternalId", r.state, r."placedAt", r."neededAt", r.seen, $3
     from jsonb_to_recordset($4) as r("requestId" text, "programExternalId" text, "partnerId" text, "partnerName" text, asked text, note text, "dealExternalId" text, state text, "placedAt" timestamptz, "neededAt" timestamptz, seen jsonb)
     on conflict (shop, connection_id, request_id) do update set program_external_id = excluded.program_external_id, partner_id = excluded.partner_id, partner_name = excluded.partner_name, asked = excluded.asked,
       note = excluded.note, deal_external_id = excluded.deal_external_id, state = excluded.state, placed_at = excluded.placed_at, needed_at = excluded.needed_at, seen = excluded.seen, read_at = excluded.read_at`,
    [shop, connectionId, at, plainJson(rows)],
  );
}

/** PostgreSQL takes neither a NUL nor half of a surrogate pair in JSON text. */
function plainJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "string" ? one.replaceAll("\0", "").toWellFormed() : one));
}

/** The network has these no more. */
export async function markRequestsGone(shop: string, connectionId: string, requestIds: readonly string[], at: Date): Promise<void> {
  await pool().query("update code_request set state = 'gone', read_at = $4 where shop = $1 and connection_id = $2 and request_id = any($3)", [shop, connectionId, requestIds, at]);
}

/** Whose the requests of an account are and in which program, as far as that is known by now: programs are chosen, and creators taken over, at any time. */
export async function matchRequests(shop: string, connectionId: string): Promise<void> {
  await pool().query(
    `update code_request r set program_id = m.program_id, creator_id = m.creator_id
     from (select q.request_id, g.id as program_id,
             (select b.creator_id from membership b where b.shop = q.shop and b.program_id = g.id and b.partner_id = q.partner_id order by b.joined_at desc limit 1) as creator_id
           from code_request q left join program g on g.shop = q.shop and g.connection_id = q.connection_id and g.external_id = q.program_external_id
           where q.shop = $1 and q.connection_id = $2 and (q.stage is null or q.stage = 'failed')) m
     where r.shop = $1 and r.connection_id = $2 and r.request_id = m.request_id and (r.program_id is distinct from m.program_id or r.creator_id is distinct from m.creator_id)`,
    [shop, connectionId],
  );
}

/** Those that were open when they were last read before `at`. */
export async function listOpenRequestIds(shop: string, connectionId: string, before: Date, limit: number): Promise<string[]> {
  const { rows } = await pool().query<{ request_id: string }>(
    "select request_id from code_request where shop = $1 and connection_id = $2 and state in ('new', 'other') and read_at < $3 order by read_at limit $4", [shop, connectionId, before, limit],
  );
  return rows.map((row) => row.request_id);
}

export type RequestKey = { connectionId: string; requestId: string };

export type RequestRow = RequestKey & {
  programId: string | null;
  programName: string | null;
  programExternalId: string;
  partnerId: string;
  partnerName: string;
  creatorId: string | null;
  asked: string;
  count: number;
  neededAt: Date | null;
  state: string;
  stage: string | null;
  code: string | null;
  /** The code that was made for it is in force here. */
  codeStands: boolean;
};

/** These requests, as a person decides about them. */
export async function findRequests(shop: string, keys: readonly RequestKey[]): Promise<RequestRow[]> {
  const { rows } = await pool().query<RequestRow>(
    `select r.connection_id as "connectionId", r.request_id as "requestId", r.program_id as "programId", g.name as "programName", r.program_external_id as "programExternalId", r.partner_id as "partnerId",
            r.partner_name as "partnerName", r.creator_id as "creatorId", r.asked, coalesce((r.seen->>'count')::int, 1) as count, r.needed_at as "neededAt", r.state, r.stage, r.code,
            exists (select 1 from code c where c.shop = r.shop and c.id = r.code_id and c.retired_at is null) as "codeStands"
     from jsonb_to_recordset($2) as k("connectionId" text, "requestId" text) join code_request r on r.shop = $1 and r.connection_id = k."connectionId" and r.request_id = k."requestId"
     left join program g on g.shop = r.shop and g.id = r.program_id`,
    [shop, JSON.stringify(keys)],
  );
  return rows;
}

export type Grant = RequestKey & { dealId: string; code: string; codeId: string; policy: string };
type Chosen = { at: Date; who: string };

/** Nobody has decided, or what was decided failed and left no code behind. */
const FREE = "r.state = 'new' and (r.stage is null or (r.stage = 'failed' and not exists (select 1 from code c where c.shop = r.shop and c.id = r.code_id and c.retired_at is null)))";

/** Notes that requests are to be granted, those about which nobody else decided meanwhile: returns how many those are. */
export async function chooseGrants(shop: string, grants: readonly Grant[], { at, who }: Chosen): Promise<number> {
  return inTransaction(async (client) => {
    const { rows } = await client.query<{ code: string }>(
      `update code_request r set wanted = 'approve', deal_id = k."dealId", code = k.code, code_id = k."codeId", policy = k.policy, reason = null, stage = 'making', problem = null, who = $4, chosen_at = $3, done_at = null, next_at = $3, attempts = 0
       from jsonb_to_recordset($2) as k("connectionId" text, "requestId" text, "dealId" text, code text, "codeId" text, policy text)
       where r.shop = $1 and r.connection_id = k."connectionId" and r.request_id = k."requestId" and ${FREE} returning r.code`,
      [shop, JSON.stringify(grants), at, who],
    );
    if (rows.length > 0) await addLog(client, shop, at, { who, what: "requests.approved", detail: { count: rows.length, codes: rows.slice(0, 20).map((row) => row.code).join(", ") } });
    return rows.length;
  });
}

/** Notes that requests are to be declined. Returns how many were free to be decided. */
export async function chooseRejections(shop: string, keys: readonly RequestKey[], reason: string, { at, who }: Chosen): Promise<number> {
  return inTransaction(async (client) => {
    const { rows } = await client.query<{ asked: string }>(
      `update code_request r set wanted = 'reject', deal_id = null, code = null, code_id = null, policy = null, reason = $5, stage = 'rejecting', problem = null, who = $4, chosen_at = $3, done_at = null, next_at = $3, attempts = 0
       from jsonb_to_recordset($2) as k("connectionId" text, "requestId" text)
       where r.shop = $1 and r.connection_id = k."connectionId" and r.request_id = k."requestId" and ${FREE} returning r.asked`,
      [shop, JSON.stringify(keys), at, who, reason],
    );
    if (rows.length > 0) await addLog(client, shop, at, { who, what: "requests.rejected", detail: { count: rows.length, codes: rows.slice(0, 20).map((row) => row.asked).join(", "), reason } });
    return rows.length;
  });
}

/** What failed goes on where it was. Returns the code that was made for it, if any; undefined: there is nothing to go on with. */
export async function resumeRequest(shop: string, { connectionId, requestId }: RequestKey, { at, who }: Chosen): Promise<string | null | undefined> {
  return inTransaction(async (client) => {
    const { rows } = await client.query<{ code_id: string | null; program_id: string | null }>(
      `update code_request set stage = case when wanted = 'approve' then 'making' else 'rejecting' end, problem = null, attempts = 0, next_at = $4, who = $5
       where shop = $1 and connection_id = $2 and request_id = $3 and stage = 'failed' returning code_id, program_id`,
      [shop, connectionId, requestId, at, who],
    );
    const [row] = rows;
    if (row?.code_id) await client.query("update code_placement set problem = null where shop = $1 and code_id = $2 and target = $3 and state = 'waiting'", [shop, row.code_id, row.program_id]);
    return row === undefined ? undefined : row.code_id;
  });
}

/** The code that was made for a request that failed; null: none that is in force. */
export async function leftCode(shop: string, { connectionId, requestId }: RequestKey): Promise<string | null> {
  const { rows } = await pool().query<{ id: string }>(
    `select c.id from code_request r join code c on c.shop = r.shop and c.id = r.code_id and c.retired_at is null where r.shop = $1 and r.connection_id = $2 and r.request_id = $3 and r.stage = 'failed'`,
    [shop, connectionId, requestId],
  );
  return rows[0]?.id ?? null;
}

/** Its code stays although the request was not granted: from now on it is placed in the network like any other. */
export async function keepRequestCode(shop: string, { connectionId, requestId }: RequestKey, at: Date): Promise<boolean> {
  return inTransaction(async (client) => {
    const { rows } = await client.query<{ code_id: string; program_id: string }>(
      "update code_request set stage = 'kept', next_at = null, done_at = $4 where shop = $1 and connection_id = $2 and request_id = $3 and stage = 'failed' and code_id is not null returning code_id, program_id",
      [shop, connectionId, requestId, at],
    );
    if (rows[0]) await client.query("update code_placement set problem = null, attempts = 0, next_at = $4 where shop = $1 and code_id = $2 and target = $3", [shop, rows[0].code_id, rows[0].program_id, at]);
    return rows[0] !== undefined;
  });
}

/** A choice that is being carried out, with all that decides the next step. */
export type DueRequest = RequestKey & {
  shop: string;
  stage: "making" | "approving" | "rejecting";
  programId: string;
  programExternalId: string;
  partnerId: string;
  partnerName: string;
  creatorId: string;
  dealId: string;
  code: string;
  codeId: string;
  policy: "always" | "involved" | "winner";
  who: string;
  attempts: number;
  /** Of the code, once it is made: null, not yet; else whether it is in use. */
  codeInUse: boolean | null;
  storeState: string | null;
  storeProblem: string | null;
  /** The deal in the request's program: null where the code has none there. `ready`: it is there as it is here. */
  dealPlacement: { externalId: string | null; state: string; ready: boolean } | null;
};

export async function listDueRequests(now: Date, shop: string | null, limit: number): Promise<DueRequest[]> {
  const { rows } = await pool().query<DueRequest>(
    `select r.shop, r.connection_id as "connectionId", r.request_id as "requestId", r.stage, r.program_id as "programId", r.program_external_id as "programExternalId", r.partner_id as "partnerId", r.partner_name as "partnerName", r.creator_id as "creatorId",
            r.deal_id as "dealId", r.code, r.code_id as "codeId", r.policy, coalesce(r.who, '') as who, r.attempts,
            case when c.id is not null then c.retired_at is null and c.paused_at is null and c.replaced_by is null end as "codeInUse", s.state as "storeState", s.problem as "storeProblem",
            case when dp.deal_id is not null then jsonb_build_object('externalId', dp.external_id, 'state', dp.state, 'ready', dp.state = 'live' and dp.version >= d.version) end as "dealPlacement"
     from code_request r
     join network_connection n on n.shop = r.shop and n.id = r.connection_id and n.state = 'connected'
     left join code c on c.shop = r.shop and c.id = r.code_id
     left join code_placement s on s.shop = c.shop and s.code_id = c.id and s.target = 'store'
     left join deal d on d.shop = c.shop and d.id = c.deal_id
     left join deal_placement dp on dp.shop = c.shop and dp.deal_id = c.deal_id and dp.program_id = r.program_id
     where r.stage in ('making', 'approving', 'rejecting') and r.next_at <= $1 and ($2::text is null or r.shop = $2)
     order by r.chosen_at, r.request_id limit $3`,
    [now, shop, limit],
  );
  return rows;
}

type Key = RequestKey & { shop: string };

/** Whoever lost his lock on the way changes nothing that somebody else brought to its end. */
const BUSY = "stage in ('making', 'approving', 'rejecting')";

export async function setRequestStage({ shop, connectionId, requestId }: Key, stage: string, nextAt: Date | null): Promise<void> {
  await pool().query(`update code_request set stage = $4, next_at = $5, problem = null, attempts = 0 where shop = $1 and connection_id = $2 and request_id = $3 and ${BUSY}`, [shop, connectionId, requestId, stage, nextAt]);
}

export async function putOffRequest({ shop, connectionId, requestId }: Key, problem: string | null, nextAt: Date, counts: boolean): Promise<void> {
  await pool().query(`update code_request set problem = $4, next_at = $5, attempts = attempts + $6 where shop = $1 and connection_id = $2 and request_id = $3 and ${BUSY}`, [shop, connectionId, requestId, problem, nextAt, counts ? 1 : 0]);
}

/** `problem`: why it cannot be done; `waits`: what the code's place in the network says meanwhile, where it was made. */
export async function failRequest({ shop, connectionId, requestId }: Key, problem: string, waits: string): Promise<void> {
  await pool().query(
    `with failed as (update code_request set stage = 'failed', problem = $4, next_at = null where shop = $1 and connection_id = $2 and request_id = $3 and ${BUSY} returning code_id, program_id)
     update code_placement p set problem = $5 from failed f where p.shop = $1 and p.code_id = f.code_id and p.target = f.program_id and p.state = 'waiting' and p.wanted = 'live'`,
    [shop, connectionId, requestId, problem, waits],
  );
}

/**
 * Notes, before the request is granted, that the network may have the code from now on: whatever becomes of the answer, taking the code out asks the
 * network for it. False: it is to be taken out already.
 */
export async function noteGranting({ shop }: Key, { codeId, programId, at }: { codeId: string; programId: string; at: Date }): Promise<boolean> {
  const { rows } = await pool().query<{ wanted: string }>(
    `with placed as (select wanted from code_placement where shop = $1 and code_id = $2 and target = $3 for update),
       noted as (update code_placement set asked_at = $4 where shop = $1 and code_id = $2 and target = $3 and wanted = 'live')
     select wanted from placed`,
    [shop, codeId, programId, at],
  );
  return rows.every((row) => row.wanted === "live");
}

/** Granted: the promo code that the network made by it is our code's placement, so that no second one is made; the placing loop reads it back. */
export async function finishGrant({ shop, connectionId, requestId }: Key, { codeId, programId, externalId, told, at }: { codeId: string; programId: string; externalId: string; told: ToldCode; at: Date }): Promise<void> {
  await inTransaction(async (client) => {
    if (!(await finish(client, { shop, connectionId, requestId }, "approved", at))) return;
    await client.query("update code_placement set external_id = $4, told = $5, problem = null, attempts = 0, next_at = $6, state = case when wanted = 'gone' and state = 'expired' then 'asked' else state end where shop = $1 and code_id = $2 and target = $3", [shop, codeId, programId, externalId, JSON.stringify(told), at]);
  });
}

export async function finishRejection(key: Key, at: Date): Promise<void> {
  await finish(pool(), key, "declined", at);
}

async function finish(client: Queryable, { shop, connectionId, requestId }: Key, state: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(`update code_request set stage = 'done', state = case when state in ('new', 'other') then $4 else state end, problem = null, done_at = $5, next_at = null where shop = $1 and connection_id = $2 and request_id = $3 and ${BUSY}`, [
    shop, connectionId, requestId, state, at,
  ]);
  return rowCount === 1;
}

/** An account whose requests are due to be read. `full`: those that were decided too. */
export type RequestAccount = { shop: string; connectionId: string; network: string; full: boolean };

/** Accounts that have programs here and whose requests were last read before `openBefore`, and those of which all were last read before `fullBefore`. */
export async function listAccountsToRead(openBefore: Date, fullBefore: Date, shop: string | null): Promise<RequestAccount[]> {
  const { rows } = await pool().query<RequestAccount>(
    `select n.shop, n.id as "connectionId", n.network, coalesce(n.requests_full_at < $2, true) as full from network_connection n
     join shop s on s.shop = n.shop and s.uninstalled_at is null
     where n.state = 'connected' and coalesce(n.requests_at < $1, true) and ($3::text is null or n.shop = $3)
       and exists (select 1 from program g where g.shop = n.shop and g.connection_id = n.id and g.state = 'active')
     order by n.requests_at nulls first limit 50`,
    [openBefore, fullBefore, shop],
  );
  return rows;
}

/** When an account's requests were read; `problem` null: they were. */
export async function noteRequestsRead(shop: string, connectionId: string, { full, problem, at }: { full: boolean; problem: string | null; at: Date }): Promise<void> {
  await pool().query("update network_connection set requests_at = $3, requests_full_at = case when $4 then $3 else requests_full_at end, requests_problem = $5 where shop = $1 and id = $2", [
    shop, connectionId, at, full && problem === null, problem,
  ]);
}
