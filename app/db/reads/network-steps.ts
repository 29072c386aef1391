// Where a deal stands in its programs' networks: how far each was brought, and the steps that only a person can take there.
import { pool } from "../../db.server.ts";
import { readSteps } from "../../domain/network-steps.ts";
import type { DealInProgram } from "../../domain/network-steps.ts";

type Raw = Omit<DealInProgram, "readAt" | "steps"> & { readAt: Date | null; steps: unknown };

/** Each network that has the deal or is to have it. `isBehind`: it was not brought to the deal's newest version yet. */
export async function dealInPrograms(shop: string, dealId: string): Promise<DealInProgram[]> {
  const { rows } = await pool().query<Raw>(
    `select dp.program_id as "programId", g.name as "programName", dp.state, dp.read_at as "readAt", dp.version < d.version as "isBehind", dp.steps, coalesce(dp.seen->'ownDates', '[]') as "ownDates"
     from deal_placement dp join deal d on d.shop = dp.shop and d.id = dp.deal_id join program g on g.shop = dp.shop and g.id = dp.program_id
     where dp.shop = $1 and dp.deal_id = $2 order by g.name, g.id`,
    [shop, dealId],
  );
  return rows.map((row) => ({ ...row, readAt: row.readAt?.toISOString() ?? null, steps: readSteps(row.steps) }));
}
