// What a conversion carries beside what settling decided: the category of each item, and the buyer's hashed address where that is wanted and agreed to.
// Both are asked for many conversions at once and only helpful: what is not known in time is left out, and nothing waits for it.
import { createHash } from "node:crypto";
import { nowMs } from "../clock.ts";
import type { Conversion } from "../db/conversion.ts";
import { keepTypes, linesOfOrders, typesOfVariants, type SoldLine } from "../db/product-type.ts";
import { withCategories, type ReportItem } from "../domain/report.ts";
import { log } from "../log.server.ts";
import { adminFor } from "../shopify/admin.ts";
import { MOST_BUYERS, MOST_VARIANTS, readAgreedEmails, readVariantTypes } from "../shopify/told-beside.ts";

/** `emailHash`: SHA-256 in hex of the trimmed, lower-cased address. It is a person's: kept nowhere, and asked for again where a conversion is told again. */
export type ToldBeside = { items: ReportItem[]; emailHash: string | null };

/** A type that was read is believed for so long: products are seldom moved. */
const TYPES_HOLD_MS = 7 * 86_400_000;
/** A store that did not answer is not asked before this time is over. */
const STORE_REST_MS = 60_000;
const restsUntil = new Map<string, number>();

export function keyOf({ orderId, n }: Pick<Conversion, "orderId" | "n">): string {
  return `${orderId}/${n}`;
}

/** For each of some conversions of a shop that are about to be told, by `keyOf`. */
export async function besideOf(shop: string, rows: readonly Conversion[]): Promise<Map<string, ToldBeside>> {
  const lines = await linesOfOrders(shop, [...new Set(rows.map((row) => row.orderId))]);
  const types = await typesByLine(shop, lines);
  const byOrder = Map.groupBy(lines, (line) => line.orderId);
  const emails = await emailHashes(shop, rows.filter((row) => row.tellsEmail).map((row) => row.orderId));
  return new Map(rows.map((row) => [keyOf(row), { items: withCategories(row.target, byOrder.get(row.orderId) ?? [], types), emailHash: (row.tellsEmail ? emails.get(row.orderId) : null) ?? null }]));
}

async function typesByLine(shop: string, lines: readonly SoldLine[]): Promise<Map<string, string>> {
  const asked = [...new Set(lines.flatMap((line) => (line.type === null ? (line.variantId ?? []) : [])))];
  const known = await typesOfVariants(shop, asked, new Date(nowMs() - TYPES_HOLD_MS));
  const unknown = asked.filter((id) => !known.has(id)).slice(0, MOST_VARIANTS);
  for (const [id, type] of await askStore(shop, unknown, readVariantTypes)) known.set(id, type);
  await keepTypes(shop, new Map(unknown.flatMap((id) => (known.has(id) ? [[id, known.get(id)!]] : []))), new Date(nowMs()));
  return new Map(lines.flatMap((line) => {
    const type = line.type ?? known.get(line.variantId ?? "") ?? null;
    return type === null ? [] : [[line.id, type] as const];
  }));
}

async function emailHashes(shop: string, orderIds: readonly string[]): Promise<Map<string, string>> {
  const emails = await askStore(shop, [...new Set(orderIds)].slice(0, MOST_BUYERS), readAgreedEmails);
  return new Map([...emails].map(([orderId, email]) => [orderId, createHash("sha256").update(email).digest("hex")]));
}

type Read<T> = (admin: ReturnType<typeof adminFor>, ids: readonly string[]) => Promise<{ ok: true; data: Map<string, T> } | { ok: false; fault: { kind: string } }>;

/** One question for all; nothing where the store does not answer, or answers what nobody foresaw. */
async function askStore<T>(shop: string, ids: readonly string[], read: Read<T>): Promise<Map<string, T>> {
  if (ids.length === 0 || (restsUntil.get(shop) ?? 0) > nowMs()) return new Map();
  const answer = await read(adminFor(shop), ids).catch((fault: unknown) => ({ ok: false as const, fault: { kind: fault instanceof Error ? fault.message : String(fault) } }));
  if (answer.ok) return answer.data;
  restsUntil.set(shop, nowMs() + STORE_REST_MS);
  log.warn({ shop, fault: answer.fault.kind }, "the store did not tell what conversions carry beside their facts");
  return new Map();
}
