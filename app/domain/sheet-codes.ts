// What a file's rows say of codes: the deal, the policy and the dates, as people write them in cells.
import { instantIso } from "./instant.ts";
import { AmountError, parseAmount } from "./money.ts";
import type { DealValue } from "./deal.ts";
import { plainDecimal } from "./typed-amount.ts";
import { plainHeading } from "./sheet-columns.ts";
import { instantOfWall } from "./zone.ts";

export const POLICY_WORDS: Record<"always" | "involved" | "winner", string> = {
  always: "always everyorder allorders toujours immer jede 始终 总是 每单",
  involved: "involved withanyclick afteraclick clicked implique avecunclic apresunclic beteiligt nachklick 参与 有点击 有过点击",
  winner: "winner withthelastclick lastclick latestclick gagnant avecledernierclic dernierclic gewinner letzterklick 最后点击 末次点击",
};

/** The credit policy that a cell names; null: none of them. */
export function readPolicy(text: string): "always" | "involved" | "winner" | null {
  const plain = plainHeading(text);
  return (["always", "involved", "winner"] as const).find((policy) => POLICY_WORDS[policy].split(" ").includes(plain)) ?? null;
}

/** The key by which a deal's name in a file is held against the deals' names: "10%" is "10 %", in any case. */
export function dealNameKey(name: string): string {
  return name.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
}

/** "10 %" or "5 EUR" (off the order) as a new deal's value; null: the text names none. A number alone is neither. */
export function readDealValue(text: string, currency: string): DealValue | null {
  const typed = text.normalize("NFKC").trim().replace(/^-\s*/, "").replace(/\s*(off|de remise|de réduction|rabatt|折扣)$/i, "");
  const percent = /^(\d[\d.,]*)\s*(?:%|percent|per cent|pour cent|prozent)$/i.exec(typed)?.[1];
  if (percent !== undefined) {
    const plain = plainDecimal(percent);
    const basisPoints = plain === null ? NaN : Number(plain) * 100;
    return Number.isInteger(Math.round(basisPoints * 1e6) / 1e6) && basisPoints >= 1 && basisPoints <= 10_000 ? { kind: "percentage", basisPoints: Math.round(basisPoints) } : null;
  }
  const money = withoutCurrency(typed, currency);
  const plain = money === null ? null : plainDecimal(money);
  if (plain === null) return null;
  try {
    const minor = parseAmount(plain, currency);
    return minor > 0n ? { kind: "fixed_order", amount: String(minor) } : null;
  } catch (fault) {
    if (fault instanceof AmountError) return null;
    throw fault;
  }
}

const SYMBOLS: Record<string, string> = { EUR: "€", USD: "$", GBP: "£", JPY: "¥", CNY: "¥", KRW: "₩", INR: "₹", CHF: "Fr." };

/** The number beside the shop's own currency; null: another currency, or none. */
function withoutCurrency(text: string, currency: string): string | null {
  for (const mark of [currency, SYMBOLS[currency]].filter((each) => each !== undefined)) {
    const lower = text.toLowerCase();
    if (lower.startsWith(mark.toLowerCase())) return text.slice(mark.length).trim();
    if (lower.endsWith(mark.toLowerCase())) return text.slice(0, text.length - mark.length).trim();
  }
  return null;
}

/** How the dates of a column are written, where day and month could change places: told from all its cells. null: nothing tells. */
export type DateOrder = "dmy" | "mdy" | null;

export function dateOrder(texts: readonly string[]): DateOrder {
  let [days, months] = [false, false];
  for (const text of texts) {
    const found = /^(\d{1,2})[/-](\d{1,2})[/-]\d{4}/.exec(text.trim());
    if (found && Number(found[1]) > 12) days = true;
    if (found && Number(found[2]) > 12) months = true;
  }
  return days === months ? null : days ? "dmy" : "mdy";
}

export type ReadDate = { ok: true; at: string } | { ok: false; wrong: "form" | "unclear" };

/**
 * A date or time of the shop's zone as an instant (ISO 8601). A day as an end is until its midnight: the first instant of the next day. Also dates as
 * 21.11.2026, 2026/11/21, 2026年11月21日, 2026-11-21 10:30+01:00, and 21/11/2026 where the column tells which is the day.
 */
export function readDate(text: string, { end, order, timeZone }: { end: boolean; order: DateOrder; timeZone: string }): ReadDate {
  const typed = text.normalize("NFKC").trim();
  const instant = instantIso(typed.replace(/^(\d{4}-\d{2}-\d{2}) +/, "$1T"));
  if (instant !== null) return { ok: true, at: instant };
  const found = /^(.*?)(?:[T\s]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?$/.exec(typed)!;
  const day = dayIn(found[1]!.trim(), order);
  if (day === "unclear" || day === null) return { ok: false, wrong: day ?? "form" };
  const time = found[2] === undefined ? null : `${found[2].padStart(2, "0")}:${found[3]}`;
  const at = instantOfWall(time === null && end ? { date: nextDay(day), time: "00:00" } : { date: day, time: time ?? "00:00" }, timeZone);
  return at === null || instantOfWall({ date: day, time: "00:00" }, timeZone) === null ? { ok: false, wrong: "form" } : { ok: true, at: at.toISOString() };
}

function dayIn(text: string, order: DateOrder): string | "unclear" | null {
  const written = (year: string, month: string, day: string) => `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ?? /^(\d{4})年(\d{1,2})月(\d{1,2})日?$/.exec(text);
  if (iso) return written(iso[1]!, iso[2]!, iso[3]!);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  if (dotted) return written(dotted[3]!, dotted[2]!, dotted[1]!);
  const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(text);
  if (!slashed) return null;
  const [, first, second, year] = slashed as unknown as [string, string, string, string];
  if (order === null && first !== second) return "unclear";
  return order === "mdy" ? written(year, first, second) : written(year, second, first);
}

function nextDay(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : new Date(at + 86_400_000).toISOString().slice(0, 10);
}
