// The outbox as reporting works it off. What is to be told comes from settling (app/db/conversion-target.ts).
import { inTransaction, pool, type Queryable } from "../db.server.ts";
import { rejectedWord } from "../domain/flow-words.ts";
import type { ReportOp, ReportState } from "../domain/plan-report.ts";
import type { Problem, ReportItem, ReverseReason, ToldBuyer } from "../domain/report.ts";
import { addFlowWords, namesForFlow } from "./flow-word.ts";

/** A conversion with what its program and order say of it. */
export type Conversion = {
  shop: string;
  orderId: string;
  n: number;
  networkOrderId: string;
  programId: string;
  codeId: string;
  partnerId: string | null;
  toldCode: string | null;
  clickId: string | null;
  clickParameter: string | null;
  currency: string;
  eventAt: Date;
  createdAt: Date;
  target: ReportItem[];
  /** The network decides whether it is credited; what it decided so far. */
  awaiting: boolean;
  verdict: "credited" | "refused" | null;
  verdictReason: string | null;
  verdictAt: Date | null;
  buyer: ToldBuyer;
  /** Why it is to be reversed, once nothing is to be held. */
  reason: ReverseReason | null;
  connectionId: string | null;
  programExternalId: string | null;
  eventTypeId: string | null;
  orderName: string | null;
  /** How its code stands in its program's network ("gone": it is taken out there), and when the network was last told of it; null: it has no place there. */
  codeState: string | null;
  codeToldAt: Date | null;
  /** The code, or another of its name, has or had another owner. */
  codeHadOthers: boolean;
  /** The program's setting, as it was when the order was made and as it is now: both have to say yes. */
  tellsEmail: boolean;
} & Progress;

/** What reporting itself writes. */
export type Progress = {
  state: ReportState;
  op: ReportOp | null;
  opItems: ReportItem[] | null;
  opAt: Date | null;
  submissionId: string | null;
  actionId: string | null;
  lockAt: Date | null;
  sent: ReportItem[] | null;
  attempts: number;
  /** Questions about it in a row that the network did not answer. */
  unanswered: number;
  nextAt: Date | null;
  problem: Problem | null;
  problemDetail: string | null;
};

/** What became of a request, written when it ended (app/db/report-end.ts). `errors`: the network's codes. */
export type RequestEnd = { outcome: "accepted" | "rejected" | "lost"; errors: string[] };

/** What the network said of the action that was found. */
export type Found = { eventThere: Date | null; payout: string | null; payoutCurrency: string | null; payoutState: "pending" | "approved" | "reversed" | null };

const COLUMNS = `c.shop, c.order_id as "orderId", c.n, c.network_order_id as "networkOrderId", c.program_id as "programId", c.code_id as "codeId", c.partner_id as "partnerId", c.told_code as "toldCode",
  c.click_id as "clickId", c.click_parameter as "clickParameter", c.currency, c.event_at as "eventAt", c.created_at as "createdAt", c.target, c.state, c.op, c.op_items as "opItems", c.op_at as "opAt",
  c.submission_id as "submissionId", c.action_id as "actionId", c.lock_at as "lockAt", c.sent, c.attempts, c.unanswered, c.next_at as "nextAt", c.problem, c.problem_detail as "problemDetail",
  c.awaiting, nv.verdict, nv.reason as "verdictReason", nv.at as "verdictAt", c.buyer, c.reason, p.connection_id as "connectionId", p.external_id as "programExternalId", p.event_type_id as "eventTypeId", o.name as "orderName",
  case when cp.wanted = 'gone' then 'gone' else cp.state end as "codeState", cp.asked_at as "codeToldAt",
  case when cp.state is null then false else exists (
    select 1 from code k join code o on o.shop = k.shop and o.key = k.key join code_term t on t.shop = o.shop and t.code_id = o.id
    where k.shop = c.shop and k.id = c.code_id and t.creator_id is distinct from c.creator_id
  ) end as "codeHadOthers", coalesce(r.tells, false) as "tellsEmail"`;

const JOINS = `left join program p on p.shop = c.shop and p.id = c.program_id left join order_state o on o.shop = c.shop and o.order_id = c.order_id
  left join network_verdict nv on nv.shop = c.shop and nv.order_id = c.order_id and nv.code_id = c.code_id
  left join code_placement cp on cp.shop = c.shop and cp.code_id = c.code_id and cp.target = c.program_id and c.told_code is not null
  left join lateral (
    select bool_and(coalesce((select email_hash from program_rule where shop = c.shop and program_id = c.program_id and valid_from <= t.at order by valid_from desc limit 1), false)) as tells
    from (values (c.event_at), ('infinity'::timestamptz)) t(at)
  ) r on c.op is not distinct from 'create' or c.action_id is null`;

/**
 * Takes conversions that are due; nobody else is given them until `leaseUntil`. What is under way goes before edits and reversals, these before what was
 * never told, and then the longest waiting first. shop null: of every shop. `resting`: programs that are left out, since their account has to wait.
 */
export async function claimDueConversions(shop: string | null, now: Date, leaseUntil: Date, limit: number, resting: readonly { shop: string; programId: string }[] = []): Promise<Conversion[]> {
  const { rows } = await pool().query<Conversion>({
    name: "claim_conversions",
    text: `with due as (
        select v.shop, v.order_id, v.n from conversion v
         where v.next_at <= $1 and ($2::text is null or v.shop = $2) and not exists (select 1 from unnest($5::text[], $6::text[]) r(shop, program_id) where r.shop = v.shop and r.program_id = v.program_id)
         order by v.op is null, v.action_id is null, v.next_at, v.shop, v.order_id, v.n limit $4 for update of v skip locked
      ), c as (
        update conversion v set next_at = $3 from due where v.shop = due.shop and v.order_id = due.order_id and v.n = due.n returning v.*
      )
      select ${COLUMNS} from c ${JOINS} order by c.shop, c.order_id, c.n`,
    values: [now, shop, leaseUntil, limit, resting.map((one) => one.shop), resting.map((one) => one.programId)],
  });
  return rows;
}

/** The program's creations under way that were sent before `sentBefore`: one read of the actions serves all of them. */
export async function listCreating(shop: string, programId: string, sentBefore: Date, limit: number): Promise<Conversion[]> {
  const { rows } = await pool().query<Conversion>({
    name: "list_creating",
    text: `select ${COLUMNS} from conversion c ${JOINS}
      where c.shop = $1 and c.program_id = $2 and c.op = 'create' and c.state in ('sending', 'queued') and c.op_at <= $3 and c.next_at is not null order by c.op_at limit $4`,
    values: [shop, programId, sentBefore, limit],
  });
  return rows;
}

/**
 * Is the action already that of another conversion, or maybe what another shop waits for that told the same order id on the same account before? Shops may
 * share an account, and have orders of one name: what the other told first is the other's.
 */
export async function isTakenElsewhere({ shop, programId, orderId, n, networkOrderId, opAt }: Conversion, actionId: string): Promise<boolean> {
  const { rows } = await pool().query<{ taken: boolean }>({
    name: "is_taken_elsewhere",
    text: `select exists (
        select from program p join network_connection nc on nc.shop = p.shop and nc.id = p.connection_id
        join network_connection ox on ox.network = nc.network and ox.account_sid = nc.account_sid join program q on q.shop = ox.shop and q.connection_id = ox.id and q.external_id = p.external_id
        join conversion x on x.shop = q.shop and x.program_id = q.id
          and (x.action_id = $3 or (x.network_order_id = $4 and x.op = 'create' and x.state in ('sending', 'queued') and x.shop <> $1 and (x.op_at, x.shop) < ($5::timestamptz, $1)))
        where p.shop = $1 and p.id = $2 and (x.shop, x.order_id, x.n) <> ($1, $6, $7)
      ) as taken`,
    values: [shop, programId, actionId, networkOrderId, opAt, orderId, n],
  });
  return rows[0]!.taken;
}

export type Move = {
  /** Only if it is still to hold the same. */
  ifTarget?: boolean;
  /** The request that was under way has ended. */
  end?: RequestEnd;
  found?: Found;
};

/**
 * Moves a conversion on, if nobody else did since it was read. Where it would come to rest although settling has changed its target meanwhile,
 * it stays due. Of a forgotten buyer's sale the click is kept until it is told. Settling may also have put another conversion in its place, which credits another code or partner with the same items. The end
 * of its request is written in the same statement: once for each request, whatever crash follows. A request is taken for lost when another is
 * sent in its place; where that could not go out, the row is as before, and the first one is not lost a second time.
 * False: somebody else was there first, and nothing was written.
 */
export async function moveConversion(seen: Conversion, change: Partial<Progress>, now: Date, how: Move = {}): Promise<boolean> {
  const to: Progress = { ...seen, ...change };
  if (!isSentBack(to)) return moveOn(pool(), seen, to, now, how);
  return inTransaction(async (client) => {
    const moved = await moveOn(client, seen, to, now, how);
    if (moved) await noteRejected(client, seen, to, now);
    return moved;
  });
}

/** Did the request that was under way end? */
export function isEnded({ op, opAt }: Conversion, end: RequestEnd | undefined): boolean {
  return end !== undefined && op !== null && opAt !== null;
}

/** Was its request refused by the network? That is told besides, in one transaction. */
export function isSentBack({ state, problem }: Progress): boolean {
  return state === "stuck" && (problem === "refused" || problem === "rejected");
}

/** The workflows of the platform hear of each request that the network refused, once. */
async function noteRejected(client: Queryable, { shop, orderId, n, codeId, programId, orderName, networkOrderId, opAt }: Conversion, { problemDetail }: Progress, now: Date): Promise<void> {
  const [names] = await namesForFlow(client, [{ shop, codeId, programId }], now);
  if (!names) return;
  const said = { kind: "order" as const, about: orderId, name: orderName || networkOrderId, cause: `${n}/${(opAt ?? now).toISOString()}`, reason: problemDetail };
  await addFlowWords(client, [rejectedWord(shop, said, names)], now);
}

async function moveOn(on: Queryable, seen: Conversion, to: Progress, now: Date, { ifTarget = false, end, found }: Move): Promise<boolean> {
  const { rowCount } = await on.query({
    name: "move_conversion",
    text: `with moved as (
        update conversion set state = $7, op = $8, op_items = $9, op_at = $10, submission_id = $11, action_id = $12, lock_at = $13, sent = $14, attempts = $15, unanswered = 0, problem = $16, problem_detail = $17,
          next_at = case when $18::timestamptz is null and target <> $19::jsonb then $20 else $18 end, changed_at = $20, event_there = coalesce($31, event_there),
          payout = case when $32 then $33 else payout end, payout_currency = case when $32 then $34 else payout_currency end, payout_state = case when $32 then $35 else payout_state end,
          payout_read_at = case when $32 then $20 else payout_read_at end,
          click_id = case when $14::jsonb is null or not exists (select from order_state o where o.shop = $1 and o.order_id = $2 and o.redacted_at is not null) then click_id end,
          click_parameter = case when $14::jsonb is null or not exists (select from order_state o where o.shop = $1 and o.order_id = $2 and o.redacted_at is not null) then click_parameter end
        where shop = $1 and order_id = $2 and n = $3 and state = $4 and op is not distinct from $5 and op_at is not distinct from $6 and ($21 = false or target = $19::jsonb)
          and network_order_id = $22 and program_id = $23 and partner_id is not distinct from $24 and told_code is not distinct from $25 and click_id is not distinct from $26
        returning shop, order_id, n, program_id
      ), ended as (
        insert into report_end (shop, order_id, n, program_id, connection_id, op, sent_at, ended_at, outcome, errors)
        select m.shop, m.order_id, m.n, m.program_id, $27, $5, $6, $20, $28, $29 from moved m
        where $30 and not ($28 = 'lost' and exists (select 1 from report_end e where e.shop = $1 and e.ended_at >= $6 and e.order_id = $2 and e.n = $3 and e.op = $5 and e.sent_at = $6))
      )
      select 1 from moved`,
    values: [
      seen.shop,
      seen.orderId,
      seen.n,
      seen.state,
      seen.op,
      seen.opAt,
      to.state,
      to.op,
      json(to.opItems),
      to.opAt,
      to.submissionId,
      to.actionId,
      to.lockAt,
      json(to.sent),
      to.attempts,
      to.problem,
      to.problemDetail,
      to.nextAt,
      JSON.stringify(seen.target),
      now,
      ifTarget,
      seen.networkOrderId,
      seen.programId,
      seen.partnerId,
      seen.toldCode,
      seen.clickId,
      seen.connectionId,
      end?.outcome ?? "",
      end?.errors ?? [],
      isEnded(seen, end),
      found?.eventThere ?? null,
      found !== undefined,
      found?.payout ?? null,
      found?.payoutCurrency ?? null,
      found?.payoutState ?? null,
    ],
  });
  return rowCount === 1;
}

/** Puts claimed conversions off until `nextAt`; `unanswered`: the network has not answered so many times in a row. Else changes nothing. One that settling has locked is left to its lease: two that wait for each other's rows never end. */
export async function deferConversions(rows: readonly Pick<Conversion, "shop" | "orderId" | "n" | "state" | "opAt">[], nextAt: Date, unanswered = 0): Promise<void> {
  if (rows.length === 0) return;
  await pool().query({
    name: "defer_conversions",
    text: `with free as (
        select c.shop, c.order_id, c.n from conversion c join jsonb_to_recordset($1::jsonb) as k(shop text, "orderId" text, n int, state text, "opAt" timestamptz)
          on c.shop = k.shop and c.order_id = k."orderId" and c.n = k.n and c.state = k.state and c.op_at is not distinct from k."opAt" for update of c skip locked
      )
      update conversion c set next_at = $2, unanswered = $3 from free where c.shop = free.shop and c.order_id = free.order_id and c.n = free.n`,
    values: [JSON.stringify(rows.map(({ shop, orderId, n, state, opAt }) => ({ shop, orderId, n, state, opAt }))), nextAt, unanswered],
  });
}

/** Makes conversions that wait for a person due again, once what they waited for is there (an event type, a contract). Returns how many. */
export async function wakeConversions(shop: string, programId: string, problems: readonly Problem[], at: Date): Promise<number> {
  const { rowCount } = await pool().query(`update conversion set next_at = $4 where shop = $1 and program_id = $2 and state = 'stuck' and problem = any($3)`, [shop, programId, problems, at]);
  return rowCount ?? 0;
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
