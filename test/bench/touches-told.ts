// What a busy storefront tells, and what others send to its address: nine of ten are touches as pixel and embed write them, every tenth is garbage.
import { touchKey, type Entry } from "#app/domain/touch.ts";
import { BENCH_CODE } from "./orders.ts";

/** `key`: the touch that must be found in the end; `checkout`: the tie. `status`: the answer that is due. */
export type Told = { body: string; from: string; status: number; key: string | null; checkout: string | null };

/** Some buyers come again, and those of the first orders with them. */
export const VISITORS = 20_000;
const CLICK = { kind: "click_id", parameter: "irclickid" } as const;

export function visitorOf(n: number): string {
  return `vBench${String(n % VISITORS).padStart(16, "0")}`;
}

/** The `n`-th of all. Each has a key of its own. */
export function toldAt(n: number, token: string): Told {
  const from = `203.${(n >> 8) & 127}.${n & 255}.${(n * 7) & 255}`;
  if (n % 10 === 9) return { ...garbageAt(n, token), from, key: null, checkout: null };
  const visitor = visitorOf(n);
  // Told a moment later; where consent came later, days.
  const atMs = Date.now() - (n % 100 === 0 ? 3 * 86_400_000 : 500) - (n % 400);
  const entry: Entry = n % 3 === 0 ? { atMs, ...CLICK, value: `bench-${n}` } : n % 3 === 1 ? { atMs, kind: "link", parameter: "creator", value: BENCH_CODE } : { atMs, kind: "code", parameter: null, value: BENCH_CODE.toLowerCase() };
  const key = touchKey(visitor, entry);
  const at = new Date(atMs).toISOString();
  const checkout = n % 20 === 0 ? `bench-checkout-${n}` : null;
  const body = {
    token, visitor, source: n % 2 === 0 ? "pixel" : "embed",
    touches: [{ key, at, kind: entry.kind, parameter: entry.parameter, value: entry.value }],
    ...(checkout === null ? {} : { checkout: { token: checkout, orderId: String(7_000_000_000 + n), customerId: String(n % VISITORS), codes: [BENCH_CODE], at } }),
  };
  return { body: JSON.stringify(body), from, status: 202, key, checkout };
}

function garbageAt(n: number, token: string): { body: string; status: number } {
  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  const kinds: { body: string; status: number }[] = [
    { body: JSON.stringify({ token: forged, visitor: visitorOf(n), source: "pixel", touches: [] }), status: 401 },
    { body: `{"token":"${token}","visitor":`, status: 400 },
    { body: JSON.stringify({ token, visitor: visitorOf(n), source: "pixel", note: "x".repeat(9_000) }), status: 413 },
    { body: JSON.stringify({ token, visitor: "<script>", source: "pixel", touches: [{ key: 1 }] }), status: 400 },
  ];
  return kinds[Math.floor(n / 10) % kinds.length]!;
}
