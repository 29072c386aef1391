// When something is tried again.

const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

/** How long to wait after so many failures: 5 s, 10 s, 20 s ... at most a quarter of an hour. */
export function backoffMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempts, 20), LONGEST_MS);
}

/** The instant `ms` after `from`. */
export function after(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms);
}
