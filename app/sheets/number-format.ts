// What a number in a cell is shown as (ECMA-376, 18.8.30): a date, a share of a hundred, an amount of money, or a number.

export type Shown = "number" | "date" | "percent" | { currency: string };

/** The formats that have a number and no text of their own: dates 14 to 22, 27 to 36, 45 to 47, 50 to 58; per cent 9 and 10. */
export function builtInFormat(id: number): Shown {
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)) return "date";
  return id === 9 || id === 10 ? "percent" : "number";
}

export function formatOf(code: string): Shown {
  const first = code.split(";")[0]!;
  const bare = first
    .replace(/"[^"]*"/g, "")
    .replace(/\\.|_.|\*./g, "")
    .replace(/\[(?![hms]+\])[^\]]*\]/gi, "");
  if (/[dmyhs]/i.test(bare) && !/general/i.test(bare)) return "date";
  if (bare.includes("%")) return "percent";
  const currency = /\[\$([^\]-]+)/.exec(first)?.[1] ?? /"\s*(\p{Sc}|[A-Z]{3})\s*"/u.exec(first)?.[1] ?? /\p{Sc}/u.exec(first)?.[0];
  return currency ? { currency: currency.trim() } : "number";
}

/** The text of a stored number. Digits that a double could not hold stay as they are; a date is a day, a time, or a wall time (ISO 8601 without a zone). */
export function shownNumber(raw: string, shown: Shown, since1904: boolean): string {
  const value = Number(raw);
  if (raw.trim() === "" || !Number.isFinite(value)) return raw;
  if (shown === "date") return dateText(value, since1904) ?? raw;
  if (shown === "percent") return `${plain(value * 100)}%`;
  if (typeof shown === "object") return `${plain(value)} ${shown.currency}`;
  return /^-?\d+$/.test(raw) ? raw : plain(value);
}

/** As a spreadsheet shows it: 15 digits, so that 0.1 + 0.2 is 0.3. */
function plain(value: number): string {
  return String(Number(value.toPrecision(15)));
}

const DAY_MS = 86_400_000;
const EPOCH_1900_MS = Date.UTC(1899, 11, 30);
const LAST_DAY = 2_958_466; // 31 December 9999

function dateText(serial: number, since1904: boolean): string | null {
  const days = since1904 ? serial + 1_462 : serial;
  if (days < 0 || days >= LAST_DAY) return null;
  // The year 1900 has a 29 February in spreadsheets.
  const ms = Math.round((days * DAY_MS) / 1_000) * 1_000 + (!since1904 && days >= 1 && days < 60 ? DAY_MS : 0);
  const iso = new Date(EPOCH_1900_MS + ms).toISOString();
  if (days < 1) return iso.slice(11, 19);
  return ms % DAY_MS === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
}
