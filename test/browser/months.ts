// Months as the demo's shop counts them, by the clock of its zone. A month is "2026-10", a day "2026-10-31".
import { instantOfWall, wallTime } from "#app/domain/zone.ts";

export const ZONE = "Europe/Berlin";

export const thisMonth = wallTime(new Date(), ZONE).date.slice(0, 7);
export const lastMonth = wallTime(new Date(Date.parse(`${thisMonth}-01T00:00:00Z`) - 1), "UTC").date.slice(0, 7);

export function lastDayOf(month: string): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** From the first instant of a month until that of the next, by the shop's clock. */
export function spanOf(month: string): [Date, Date] {
  const midnight = (date: string) => instantOfWall({ date, time: "00:00" }, ZONE)!;
  return [midnight(`${month}-01`), midnight(new Date(Date.parse(`${lastDayOf(month)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10))];
}

export function monthName(month: string): string {
  return new Intl.DateTimeFormat("en", { timeZone: "UTC", month: "long", year: "numeric" }).format(new Date(`${month}-01T00:00:00Z`));
}
