// Which programs' actions are to be read back, and up to where they were.
import { pool } from "../db.server.ts";
import { PAYOUT_DUE } from "./payout.ts";

export type DueProgram = {
  shop: string;
  programId: string;
  programExternalId: string;
  connectionId: string;
  network: string;
  accountSid: string;
  /** Up to when the network's changes were read; null: none were. */
  actionsTo: Date | null;
  /** Where reading goes on; the first time when the program was chosen, or what was reported first. */
  since: Date;
  changesDue: boolean;
  payoutsDue: boolean;
  /** How many actions are to be read by themselves. */
  wanted: number;
  /** A person's choice is to be carried out, or the items of what differs are not known. */
  repairs: boolean;
  /** Something differs, or could not be said yet: it is compared with what is known here by now. */
  compare: boolean;
};

/**
 * Programs of which something is due at `now`: their changes were last asked for before `changesBefore`, payouts are open, single actions are wanted, repairs are
 * to be carried out. The changes of programs in which this shop has neither codes nor conversions are not its business; accounts that refuse the credentials are left out.
 * shop null: of every shop. Those that were read longest ago first.
 */
export async function programsToRead(shop: string | null, now: Date, changesBefore: Date): Promise<DueProgram[]> {
  const { rows } = await pool().query<DueProgram>({
    name: "programs_to_read",
    text: `select * from (
        select p.shop, p.id as "programId", p.external_id as "programExternalId", c.id as "connectionId", c.network, c.account_sid as "accountSid", p.actions_to as "actionsTo", p.actions_at as at,
          case when p.actions_to is null then least(p.created_at, (select min(least(v.event_at, v.created_at)) from conversion v where v.shop = p.shop and v.program_id = p.id)) else p.actions_to end as since,
          (p.actions_at is null or p.actions_at < $3)
            and (exists (select from code_term t where t.shop = p.shop and t.program_id = p.id) or exists (select from conversion v where v.shop = p.shop and v.program_id = p.id)) as "changesDue",
          exists (select from conversion v where v.shop = p.shop and v.program_id = p.id and ${PAYOUT_DUE("$2")}) as "payoutsDue",
          (select count(*) from network_action a where a.shop = p.shop and a.program_id = p.id and a.wanted_at is not null)::int as wanted,
          exists (select from network_action a where a.shop = p.shop and a.program_id = p.id and (a.compared_at is null or a.problem is not null) and (a.repair = 'reverse' or (a.items is null and a.problem = 'amount'))) as repairs,
          exists (select from network_action a where a.shop = p.shop and a.program_id = p.id and a.state <> 'unread' and (a.compared_at is null or a.problem is not null)) as compare
        from program p join network_connection c on c.shop = p.shop and c.id = p.connection_id
        where p.external_id is not null and c.state = 'connected' and ($1::text is null or p.shop = $1)
          and not exists (select from shop s where s.shop = p.shop and s.uninstalled_at is not null)
      ) d where "changesDue" or "payoutsDue" or wanted > 0 or repairs or compare order by at nulls first, shop, "programId"`,
    values: [shop, now, changesBefore],
  });
  return rows;
}

/** What the networks hold of this shop's sales is to be read at once, where it was read before; up to where stays. Asked for again before that, it changes nothing. Returns in how many programs. */
export async function readActionsSoon(shop: string): Promise<number> {
  const { rowCount } = await pool().query(`update program set actions_at = null where shop = $1 and actions_at is not null`, [shop]);
  return rowCount ?? 0;
}

/** The network's changes were read up to `to`: reading goes on there, also after a kill. */
export async function noteReadTo(shop: string, programId: string, to: Date): Promise<void> {
  await pool().query(`update program set actions_to = greatest(actions_to, $3) where shop = $1 and id = $2`, [shop, programId, to]);
}

/** They were read whole, or not for this reason (domain/problem.ts). */
export async function noteRead(shop: string, programId: string, at: Date, problem: string | null): Promise<void> {
  await pool().query(`update program set actions_at = $3, actions_problem = $4 where shop = $1 and id = $2`, [shop, programId, at, problem]);
}

/** The problem of the last try; when it was last read stays. */
export async function noteReadProblem(shop: string, programId: string, problem: string): Promise<void> {
  await pool().query(`update program set actions_problem = $3 where shop = $1 and id = $2`, [shop, programId, problem]);
}
