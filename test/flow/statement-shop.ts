// A shop whose ledger and outbox are written by hand, entry by entry, for tests of statements.
import { insert } from "#test/routes/atelier.ts";

export const SHOP = "statements.myshopify.com";

export type Entry = { order: string; at: string; amount: bigint; kind?: string; cause?: string; currency?: string; creator?: string; code?: string; line?: string };

export async function makeShop(shop: string, timezone: string): Promise<void> {
  await insert("shop", { shop, name: "Petit Atelier", currency: "EUR", timezone, created_at: new Date("2026-01-01T00:00:00Z") });
  for (const [id, name] of [["marie", "Marie Lefèvre"], ["lilei", "李雷"], ["eve", "=Eve"]] as const) await insert("creator", { shop, id, name, created_at: new Date("2026-01-01T00:00:00Z") });
  for (const [id, code] of [["k1", "MARIE10"], ["k2", "@MARIE,\"VIP\""]] as const) await insert("code", { shop, id, code, key: code, match: "exact", created_at: new Date("2026-01-01T00:00:00Z") });
  await insert("code", { shop, id: "k3", code: "^stream-", key: "^stream-", match: "regex", created_at: new Date("2026-01-01T00:00:00Z") });
}

export async function post(shop: string, entries: readonly Entry[]): Promise<void> {
  for (const { order, at, amount, kind = amount < 0n ? "reversal" : "credit", cause = "webhook-1", currency = "EUR", creator = "marie", code = "k1", line = "1" } of entries) {
    await insert("ledger_entry", { shop, order_id: order, code_id: code, creator_id: creator, program_id: "p1", line_id: line, kind, amount, currency, cause, rules: {}, at: new Date(at) });
  }
}

export async function makeOrder(shop: string, orderId: string, createdAt: string, name = `#${orderId}`): Promise<void> {
  await insert("order_state", { shop, order_id: orderId, name, created_at: new Date(createdAt) });
}

export type Told = { order: string; n?: number; creator?: string; code?: string; payout?: bigint | null; currency?: string | null; state?: string | null; readAt?: string | null; held?: string; problem?: string | null; toldCode?: string | null; op?: string | null };

export async function tell(shop: string, { order, n = 1, creator = "marie", code = "k1", payout = null, currency = null, state = null, readAt = null, held = "reported", problem = null, toldCode = null, op = null }: Told): Promise<void> {
  const at = new Date("2026-10-01T00:00:00Z");
  await insert("conversion", {
    shop, order_id: order, n, network_order_id: n === 1 ? order : `${order}-${n}`, program_id: "p1", code_id: code, creator_id: creator, currency: "EUR", event_at: at, target: "[]", state: held, problem, told_code: toldCode, op,
    payout, payout_currency: currency, payout_state: state, payout_read_at: readAt === null ? null : new Date(readAt), created_at: at, changed_at: at,
  });
}
