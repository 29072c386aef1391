// A creator's contracts as the network lists them, those in force first.
import { pool } from "../../db.server.ts";
import type { ContractLine, PayLine } from "../../domain/pages.ts";
import { iso } from "./sold.ts";

const MOST_SHOWN = 20;

type RawContract = { program_id: string; program_name: string; contract_id: string; name: string; state: string; state_text: string | null; starts_at: Date | null; ends_at: Date | null; read_at: Date; payouts: PayLine[] };

export async function contractsOfCreator(shop: string, creatorId: string): Promise<ContractLine[]> {
  const { rows } = await pool().query<RawContract>(
    `select k.program_id, g.name as program_name, k.contract_id, k.name, k.state, k.state_text, k.starts_at, k.ends_at, k.read_at, k.payouts
       from contract k join program g on g.shop = k.shop and g.id = k.program_id
      where k.shop = $1 and exists (select 1 from membership m where m.shop = k.shop and m.program_id = k.program_id and m.creator_id = $2 and m.partner_id = k.partner_id)
      order by array_position(array['active', 'pending', 'other', 'expired'], k.state), k.starts_at desc nulls last, k.contract_id limit ${MOST_SHOWN}`,
    [shop, creatorId],
  );
  return rows.map((row) => ({
    programId: row.program_id,
    programName: row.program_name,
    contractId: row.contract_id,
    name: row.name,
    state: row.state,
    word: row.state_text,
    startsAt: iso(row.starts_at),
    endsAt: iso(row.ends_at),
    readAt: row.read_at.toISOString(),
    payouts: row.payouts,
  }));
}
