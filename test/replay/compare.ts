// Compares what came out with what was expected: lists without regard to order, a conversion's order id without its "-n".
import type { Case, DecisionRow, LedgerRow, NetworkRow, Outcome } from "./case.ts";

export type Difference = { part: keyof Outcome; missing: unknown[]; extra: unknown[] };

export function differences(outcome: Outcome, expected: Case["expect"]): Difference[] {
  const parts: [keyof Outcome, (rows: never[]) => string[]][] = [
    ["ledger", (rows: LedgerRow[]) => rows.map(({ order, code, creator, program, line, currency, balance }) => text([order, code, creator, program, line, currency, balance]))],
    ["decisions", (rows: DecisionRow[]) => rows.map(({ order, code, outcome, reason }) => text([order, code, outcome, reason]))],
    ["network", (rows: NetworkRow[]) => rows.map(networkKey)],
  ] as [keyof Outcome, (rows: never[]) => string[]][];
  return parts.flatMap(([part, keys]) => {
    const missing = keys((expected[part] ?? []) as never[]);
    const extra: string[] = [];
    for (const row of keys(outcome[part] as never[])) {
      const at = missing.indexOf(row);
      if (at < 0) extra.push(row);
      else missing.splice(at, 1);
    }
    return missing.length + extra.length === 0 ? [] : [{ part, missing: missing.map(back), extra: extra.map(back) }];
  });
}

function networkKey(row: NetworkRow): string {
  const items = row.items.filter((item) => item.amount !== "0").map((item) => [item.sku, item.quantity, item.amount]);
  return text([row.program, row.order.replace(/-\d+$/, ""), row.code, row.partnerId, items.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))]);
}

function text(values: unknown[]): string {
  return JSON.stringify(values);
}

function back(row: string): unknown {
  return JSON.parse(row);
}
