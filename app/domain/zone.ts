// Wall-clock times of a time zone, as people write them in forms. Pure: Intl's own zone data, no clock.

type Wall = { date: string; time: string };

/** How the instant reads in the zone: date "2026-11-21" and time "10:30" (24 hours). */
export function wallTime(instant: Date, timeZone: string): Wall {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return { date: `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}`, time: `${of("hour")}:${of("minute")}` };
}

/**
 * The instant of a wall-clock time. Where clocks go back and the time comes twice, the first of the two; where they go
 * forward and the time does not exist, the same length after the jump. null: the text is no date or time.
 */
export function instantOfWall({ date, time }: Wall, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 10) !== date) return null;
  const offsets = [...new Set([offsetMs(asUtc - 86_400_000, timeZone), offsetMs(asUtc + 86_400_000, timeZone)])];
  const fitting = offsets.map((offset) => asUtc - offset).filter((at) => at + offsetMs(at, timeZone) === asUtc);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : asUtc - offsets[0]!);
}

/** How far the zone's clocks are from UTC at an instant: "+02:00". */
export function offsetOf(instant: Date, timeZone: string): string {
  const minutes = Math.round(offsetMs(instant.getTime(), timeZone) / 60_000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

function offsetMs(atMs: number, timeZone: string): number {
  const { date, time } = wallTime(new Date(atMs), timeZone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(atMs / 60_000) * 60_000;
}
