// How the network writes and reads instants: ISO 8601 with the offset of the account's time zone.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone's offset in minutes at an instant; offsets change on quarter hours at the finest, so one look-up serves a quarter. */
function offsetMinutes(ms: number, zone: string): number {
  const key = `${zone} ${Math.floor(ms / (15 * MINUTE_MS))}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" });
  formats.set(zone, format);
  const name = format.formatToParts(ms).find((part) => part.type === "timeZoneName")!.value;
  const parts = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  const minutes = parts === null ? 0 : (Number(parts[2]) * 60 + Number(parts[3])) * (parts[1] === "-" ? -1 : 1);
  if (offsets.size > 50_000) offsets.clear();
  offsets.set(key, minutes);
  return minutes;
}

/** "2026-06-10T10:00:04-07:00"; "" for none. */
export function instantOf(ms: number | null, zone: string): string {
  if (ms === null) return "";
  const minutes = offsetMinutes(ms, zone);
  const sign = minutes < 0 ? "-" : "+";
  const size = Math.abs(minutes);
  const offset = `${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
  return new Date(ms + minutes * MINUTE_MS).toISOString().slice(0, 19) + offset;
}

/** The midnight in the zone that begins the day of this instant. */
export function midnightOf(ms: number, zone: string): number {
  const local = ms + offsetMinutes(ms, zone) * MINUTE_MS;
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  return midnight - offsetMinutes(midnight - offsetMinutes(ms, zone) * MINUTE_MS, zone) * MINUTE_MS;
}

/** ISO 8601 with a time and an offset (or Z); null for anything else. A "+" that a form turned into a blank is not forgiven. */
export function instantMs(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
