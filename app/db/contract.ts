// Contracts of partners with programs, as the network lists them.
import type { Contract } from "@prisma/client";
import { pool, prisma } from "../db.server.ts";

/** As it was read; `payouts` is networks/port.ts PayoutTerm[]. Times are ISO 8601. */
export type ReadContract = { contractId: string; partnerId: string; state: string; stateText: string | null; startsAt: string | null; endsAt: string | null; name: string; payouts: unknown };

/** Keeps what was read of a program; contracts that the network lists no more are forgotten. */
export async function keepContracts(shop: string, programId: string, contracts: readonly ReadContract[], readAt: Date): Promise<void> {
  await pool().query(
    `with r as (select * from jsonb_to_recordset($3::jsonb) as r("contractId" text, "partnerId" text, state text, "stateText" text, "startsAt" timestamptz, "endsAt" timestamptz, name text, payouts jsonb)),
      gone as (delete from contract c where c.shop = $1 and c.program_id = $2 and not exists (select 1 from r where r."contractId" = c.contract_id))
     insert into contract (shop, program_id, contract_id, partner_id, state, state_text, starts_at, ends_at, name, payouts, read_at)
     select $1, $2, "contractId", "partnerId", state, "stateText", "startsAt", "endsAt", name, payouts, $4 from r
     on conflict (shop, program_id, contract_id) do update set partner_id = excluded.partner_id, state = excluded.state, state_text = excluded.state_text, starts_at = excluded.starts_at,
       ends_at = excluded.ends_at, name = excluded.name, payouts = excluded.payouts, read_at = excluded.read_at`,
    [shop, programId, JSON.stringify(contracts), readAt],
  );
}
