// Instants to the last digit given: the store writes them with a zone and with up to nine decimals of a second.

const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:?\d{2})$/i;

/** What 64 bits hold, as the database keeps an instant: the years 1677 to 2262. */
const MOST_NS = 2n ** 63n - 1n;

/** Nanoseconds since 1970, or null where the text is no instant, or one that no order can have. A text without a zone is none: it would be a guess. */
export function instantNs(text: string): bigint | null {
  const parts = ISO.exec(text.trim());
  if (!parts) return null;
  const zone = parts[3]!.toUpperCase() === "Z" ? "Z" : parts[3]!.replace(/^(.\d{2}):?(\d{2})$/, "$1:$2");
  const ms = Date.parse(parts[1]! + zone);
  if (Number.isNaN(ms)) return null;
  const ns = BigInt(ms) * 1_000_000n + BigInt((parts[2] ?? "").padEnd(9, "0"));
  return ns > MOST_NS || ns < -MOST_NS ? null : ns;
}

/** The same instant as "2026-06-10T08:00:00.000Z", or null. */
export function instantIso(text: string): string | null {
  const ns = instantNs(text);
  return ns === null ? null : new Date(Number(ns / 1_000_000n)).toISOString();
}

/** Nanoseconds since 1970 as an instant to its last digit: "2026-06-10T08:00:00.1Z". */
export function nsIso(ns: bigint): string {
  const second = ns / 1_000_000_000n - (ns % 1_000_000_000n < 0n ? 1n : 0n);
  const decimals = (ns - second * 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  return new Date(Number(second) * 1_000).toISOString().replace(/\.000Z$/, decimals === "" ? "Z" : `.${decimals}Z`);
}
