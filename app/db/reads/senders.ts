// Who seems to send a program's sales: another integration as well, or nobody at all.
import { pool } from "../../db.server.ts";
import type { SendersWarning } from "../../domain/worklist-page.ts";

/** So many make it a habit and no accident. */
const LEAST = 3;

/**
 * both: in a program that this app reports to, sales of the last two weeks stand there a second time, or were refused as duplicates of ones that this app did
 * not send. nobody: in a program that another integration is to report to, the network shows no sale of the last month, though orders with codes are older
 * than three days, and the network was read within the last two.
 */
export async function sendersWarnings(shop: string, now: Date): Promise<SendersWarning[]> {
  const { rows } = await pool().query<SendersWarning>(
    `with p as (
        select p.id, p.name, p.actions_at, (select r.mode from program_rule r where r.shop = p.shop and r.program_id = p.id and r.valid_from <= $2 order by r.valid_from desc limit 1) as mode
        from program p join network_connection c on c.shop = p.shop and c.id = p.connection_id and c.state = 'connected' where p.shop = $1 and p.external_id is not null
      ), counted as (
        select p.id, p.name, 'both' as kind, (
          (select count(*) from network_action a where a.shop = $1 and a.program_id = p.id and a.problem = 'extra' and a.order_id is not null and a.event_at > $2::timestamptz - interval '14 days')
          + (select count(*) from conversion v where v.shop = $1 and v.program_id = p.id and v.state = 'stuck' and v.problem_detail ~ '\\mCONV_DUPLICATE\\M' and v.changed_at > $2::timestamptz - interval '14 days'))::int as count
        from p where p.mode is distinct from 'codes_only'
        union all
        select p.id, p.name, 'nobody', (select count(distinct l.order_id) from ledger_entry l where l.shop = $1 and l.program_id = p.id and l.kind = 'credit'
          and l.at between $2::timestamptz - interval '30 days' and $2::timestamptz - interval '3 days')::int
        from p where p.mode = 'codes_only' and p.actions_at > $2::timestamptz - interval '2 days'
          and not exists (select from network_action a where a.shop = $1 and a.program_id = p.id and a.state not in ('unread', 'gone') and coalesce(a.event_at, a.created_at) > $2::timestamptz - interval '31 days')
      )
      select id as "programId", name as program, kind, count from counted where count >= ${LEAST} order by kind, name, id`,
    [shop, now],
  );
  return rows;
}
