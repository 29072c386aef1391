// What came out of a replay: ledger and decisions out of PostgreSQL, the network's conversions read back over its API.
import { pool } from "#app/db.server.ts";
import { networkFor } from "#app/flow/networks.ts";
import type { Answer } from "#app/networks/port.ts";
import type { DecisionRow, LedgerRow, NetworkRow, Outcome } from "./case.ts";

const WINDOW_MS = 44 * 86_400_000;

/** `span`: the time in which the case's orders lie, and in which they may have been told. */
export async function outcomeOf(shop: string, span: { fromMs: number; toMs: number }): Promise<Outcome> {
  const ledger = await pool().query<LedgerRow>(
    `select order_id as "order", code_id as code, creator_id as creator, program_id as program, line_id as line, currency, sum(amount)::text as balance
     from ledger_entry where shop = $1 group by 1, 2, 3, 4, 5, 6 having sum(amount) <> 0 order by 1, 2, 5`,
    [shop],
  );
  const decisions = await pool().query<DecisionRow>(
    `select order_id as "order", nullif(code_id, '') as code, outcome, reason from decision where shop = $1 order by order_id, code_id`,
    [shop],
  );
  return { ledger: ledger.rows, decisions: decisions.rows, network: await networkRows(shop, span) };
}

async function networkRows(shop: string, span: { fromMs: number; toMs: number }): Promise<NetworkRow[]> {
  const programs = await pool().query<{ id: string; externalId: string; connectionId: string; currency: string }>(
    `select p.id, p.external_id as "externalId", p.connection_id as "connectionId", s.currency from program p join shop s using (shop) where p.shop = $1 and p.connection_id is not null`,
    [shop],
  );
  const rows: NetworkRow[] = [];
  for (const program of programs.rows) {
    const network = await networkFor(shop, program.connectionId);
    const seen = new Set<string>();
    for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += WINDOW_MS) {
      const window = { by: "event" as const, from: new Date(fromMs).toISOString(), to: new Date(Math.min(fromMs + WINDOW_MS, span.toMs)).toISOString() };
      for (let page = 1, pages = 1; page <= pages; page++) {
        const found = must(await network.actions(program.externalId, window, page));
        pages = found.pages;
        for (const action of found.actions) {
          if (action.state === "reversed" || seen.has(action.actionId)) continue;
          seen.add(action.actionId);
          const items = must(await network.actionItems(action.actionId, program.currency));
          rows.push({
            program: program.id,
            order: action.orderId,
            code: action.code,
            partnerId: action.partnerId,
            items: items.flatMap(({ sku, quantity, amount }) => (amount === "0" ? [] : { sku, quantity, amount: amount ?? "unknown" })),
          });
        }
      }
    }
  }
  return rows.sort((a, b) => (a.order < b.order ? -1 : 1));
}

function must<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`the network could not be read back: ${JSON.stringify(answer.fault)}`);
  return answer.value;
}
