// The one clock. Everything that asks "what time is it" asks here, so that a test, or the demo's page, can run time forward.
// Not under this clock: the life of Shopify's tokens, which Shopify's library checks against the machine's time.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

let offsetMs = 0;
let readAtMs = 0;
const file = process.env.CLOCK_FILE ?? null;
// The server and Remix's bundle each load this module. `behindMs`: what this machine's clock is behind that of all processes.
const shared = ((globalThis as unknown as { creatorCodesClock?: { behindMs: number } }).creatorCodesClock ??= { behindMs: 0 });

/** Now, as an instant. With CLOCK_FILE set (tests, demo), the file's first line is an offset in milliseconds, shared by all processes. */
export function now(): Date {
  return new Date(nowMs());
}

/** Now, in milliseconds since 1970. */
export function nowMs(): number {
  const real = Date.now();
  if (file !== null && Math.abs(real - readAtMs) >= 20) {
    readAtMs = real;
    try {
      const text = readFileSync(file, "utf8").trim();
      // Empty: it is being written this moment. What was known holds on.
      if (text !== "") offsetMs = Number(text) || 0;
    } catch {
      // Not written yet: the machine's own time.
    }
  }
  return real + shared.behindMs + offsetMs;
}

/** Sets how far this machine's clock is behind the one that all processes go by (flow/in-time.ts). */
export function setClockBehindMs(value: number): void {
  shared.behindMs = value;
}

/** What this machine's own clock says. */
export function machineMs(): number {
  return Date.now();
}

/** Sets the offset within this process (tests). With CLOCK_FILE, the file decides. */
export function setClockOffsetMs(value: number): void {
  offsetMs = value;
}

let restBy: ((ms: number) => Promise<void>) | null = null;

/** Rests for so long. */
export function rest(ms: number): Promise<void> {
  return restBy === null ? sleep(ms) : restBy(ms);
}

/** Sets how this process rests (tests and benches whose time is their own); null: by the machine's time. */
export function setRest(by: ((ms: number) => Promise<void>) | null): void {
  restBy = by;
}
