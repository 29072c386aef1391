// How the store writes instants.
import { now, nowMs } from "#app/clock.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once for a timezone: making one is slow. */
function formatFor(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (format === undefined) {
    const twoDigits = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
    format = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hourCycle: "h23", year: "numeric", ...twoDigits, timeZoneName: "longOffset" });
    formats.set(timezone, format);
  }
  return format;
}

/** As the webhooks' bodies have it, in the shop's own time: "2026-06-10T10:00:04+02:00". */
export function zonedInstant(at: Date, timezone: string): string {
  const parts = Object.fromEntries(
    formatFor(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const offset = parts.timeZoneName!.replace("GMT", "") || "+00:00";
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}${offset}`;
}

/** As the Admin API's DateTime has it: UTC, whole seconds unless there is a fraction of its own: "2026-06-10T08:00:04Z". */
export function utcInstant(text: string): string {
  const fraction = /T\d\d:\d\d:\d\d(\.\d+)/.exec(text)?.[1] ?? "";
  return `${new Date(text).toISOString().slice(0, 19)}${/^\.0*$/.test(fraction) ? "" : fraction}Z`;
}

export function utcNow(): string {
  return utcInstant(now().toISOString().replace(/\.\d+Z/, "Z"));
}

let lastTriggered = 0n;

/** X-Shopify-Triggered-At: UTC with nanoseconds, never the same twice. */
export function triggeredNow(): string {
  const nanos = BigInt(nowMs()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
  lastTriggered = nanos > lastTriggered || lastTriggered - nanos > 1_000_000_000n ? nanos : lastTriggered + 1n;
  const seconds = Number(lastTriggered / 1_000_000_000n);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(lastTriggered % 1_000_000_000n).padStart(9, "0")}Z`;
}
