// Numbers, money and times as a language, a currency and a time zone have them. Unknown is a dash; a zero is a zero.
import { exponentOf, formatAmount } from "../domain/money.ts";
import type { Language } from "../languages.ts";

export type FormatContext = { language: Language; currency: string; timezone: string; now: string };

export type Format = ReturnType<typeof makeFormat>;

const DASH = "–";
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** `minor` everywhere is an amount in minor units, as text or bigint; an instant is ISO 8601, a day "2026-06-10". */
export function makeFormat({ language, currency, timezone, now }: FormatContext) {
  const number = new Intl.NumberFormat(language);
  const times = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { timeZone: timezone, ...options });
  const shownDate = times({ dateStyle: "medium" });
  const shownTime = times({ timeStyle: "short" });
  const shownDateTime = times({ dateStyle: "medium", timeStyle: "short" });
  const shownDay = new Intl.DateTimeFormat(language, { timeZone: "UTC", dateStyle: "medium" });
  const shownShortDay = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "short" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const joined = new Intl.ListFormat(language, { type: "conjunction" });
  const when = (format: Intl.DateTimeFormat) => (iso: string | null | undefined) => (iso ? format.format(new Date(iso)) : DASH);

  function money(minor: string | bigint | null | undefined, of: string = currency, signDisplay: "auto" | "exceptZero" = "auto"): string {
    if (minor === null || minor === undefined) return DASH;
    const digits = exponentOf(of);
    const shown = new Intl.NumberFormat(language, { style: "currency", currency: of, minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay });
    // As text: Intl reads decimal strings exactly, where a number would be rounded.
    return shown.format(formatAmount(BigInt(minor), of) as unknown as number);
  }

  return {
    money: (minor: string | bigint | null | undefined, of?: string) => money(minor, of),
    /** A difference: with its sign, unless it is 0. */
    signedMoney: (minor: string | bigint, of?: string) => money(minor, of, "exceptZero"),
    /** The bare decimal number, for tables whose head names the currency. */
    decimal: (minor: string | bigint, of: string = currency) => {
      const digits = exponentOf(of);
      return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(formatAmount(BigInt(minor), of) as unknown as number);
    },
    number: (value: number | bigint | null | undefined) => (value === null || value === undefined ? DASH : number.format(value)),
    /** Basis points: 1000 is 10 %. */
    percent: (basisPoints: number) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 }).format(basisPoints / 10_000),
    date: when(shownDate),
    time: when(shownTime),
    dateTime: when(shownDateTime),
    day: (day: string) => shownDay.format(new Date(`${day}T00:00:00Z`)),
    shortDay: (day: string) => shownShortDay.format(new Date(`${day}T00:00:00Z`)),
    list: (parts: string[]) => joined.format(parts),
    /** As of when the page's data was read. */
    isPast: (iso: string) => Date.parse(iso) <= Date.parse(now),
    /** "3 minutes ago", as of when the page's data was read. */
    ago: (iso: string | null | undefined) => {
      if (!iso) return DASH;
      const seconds = Math.round((Date.parse(iso) - Date.parse(now)) / 1_000);
      const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second" as const, 1];
      return relative.format(Math.round(seconds / size), unit);
    },
  };
}
