// The form of a what-if, read exactly: program, period and the settings to try, or an error at its field. The page reads it with the same function.
import type { OverrideSettings } from "./rule-book.ts";
import type { FieldError } from "./problem.ts";
import { instantOfWall, wallTime } from "./zone.ts";

/** A setting is "" (as it is), "history" (what held at the time), or its value. Dates are days of the shop's zone, both included. */
export type WhatIfFields = {
  programId: string;
  fromDate: string;
  toDate: string;
  stackingRule: string;
  creditPolicy: string;
  scope: string;
  creditOn: string;
  window: string; // "" | "history" | "days"
  clickWindowDays: string;
  selfReferral: string;
  renewals: string;
};

/** The settings in the order of the form, each with the values that it can have. */
export const CHOICES = {
  stackingRule: ["largest_discount", "first_listed", "newest_code", "split"],
  creditPolicy: ["always", "involved", "winner"],
  scope: ["order", "discounted_lines"],
  creditOn: ["paid", "created"],
  window: ["days"],
  selfReferral: ["blocked", "allowed"],
  renewals: ["first", "every", "none"],
} as const;

export type SettingName = keyof typeof CHOICES;
export const SETTING_NAMES = Object.keys(CHOICES) as SettingName[];
export const AS_IT_IS = "";
export const AS_AT_THE_TIME = "history";

export type NewWhatIf = { programId: string; fromAt: Date; toAt: Date; settings: OverrideSettings };

const LONGEST_WINDOW_DAYS = 365;
const LONGEST_PERIOD_YEARS = 3;

/** Errors carry keys of locales/<language>/errors.json. `at`: now; a period that ends today ends now. */
export function readWhatIfForm(fields: WhatIfFields, timezone: string, at: Date): { ok: true; whatIf: NewWhatIf } | { ok: false; errors: FieldError[] } {
  const errors: FieldError[] = [];
  if (fields.programId === "") errors.push({ field: "programId", key: "what_if.program_missing" });
  const period = readPeriod(fields, timezone, at, errors);
  const settings = readSettings(fields, errors);
  if (errors.length === 0 && Object.keys(settings).length === 0) errors.push({ field: "settings", key: "what_if.nothing_chosen" });
  if (errors.length > 0 || period === null) return { ok: false, errors };
  return { ok: true, whatIf: { programId: fields.programId, ...period, settings } };
}

/** A period of whole days in the shop's zone, both included; null with what is wrong added to `errors`. */
export function readPeriod({ fromDate, toDate }: Pick<WhatIfFields, "fromDate" | "toDate">, timezone: string, at: Date, errors: FieldError[]): { fromAt: Date; toAt: Date } | null {
  const fromAt = instantOfWall({ date: fromDate, time: "00:00" }, timezone);
  const end = instantOfWall({ date: dayAfter(toDate), time: "00:00" }, timezone);
  if (fromAt === null) errors.push({ field: "fromDate", key: "what_if.date_form" });
  if (end === null) errors.push({ field: "toDate", key: "what_if.date_form" });
  if (fromAt === null || end === null) return null;
  const today = wallTime(at, timezone).date;
  const wrong = (field: string, key: string, values?: FieldError["values"]) => errors.push({ field, key, ...(values ? { values } : {}) });
  if (fromDate > today) wrong("fromDate", "what_if.in_future");
  else if (toDate > today) wrong("toDate", "what_if.in_future");
  else if (toDate < fromDate) wrong("toDate", "what_if.ends_before_start");
  else if (toDate >= yearsAfter(fromDate, LONGEST_PERIOD_YEARS)) wrong("toDate", "what_if.too_long", { limit: LONGEST_PERIOD_YEARS });
  return { fromAt, toAt: end < at ? end : at };
}

function readSettings(fields: WhatIfFields, errors: FieldError[]): OverrideSettings {
  const settings: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const chosen = fields[name];
    if (chosen === AS_IT_IS) continue;
    const values: readonly string[] = CHOICES[name];
    if (chosen !== AS_AT_THE_TIME && !values.includes(chosen)) errors.push({ field: name, key: "rules.choice_unknown" });
    settings[NAMES[name] ?? name] = chosen === AS_AT_THE_TIME ? null : valueOf(name, fields, errors);
  }
  return settings as OverrideSettings;
}

const NAMES: Partial<Record<SettingName, keyof OverrideSettings>> = { window: "clickWindowDays", selfReferral: "blockSelfReferral" };

function valueOf(name: SettingName, fields: WhatIfFields, errors: FieldError[]): string | number | boolean {
  if (name === "selfReferral") return fields.selfReferral === "blocked";
  if (name !== "window") return fields[name];
  const days = /^\d{1,3}$/.test(fields.clickWindowDays.trim()) ? Number(fields.clickWindowDays) : 0;
  if (days < 1 || days > LONGEST_WINDOW_DAYS) errors.push({ field: "clickWindowDays", key: "rules.window_range", values: { limit: LONGEST_WINDOW_DAYS } });
  return days;
}

/** Fields as they came from a browser: text is text, whatever was sent. */
export function whatIfFields(sent: unknown): WhatIfFields {
  const from = typeof sent === "object" && sent !== null ? (sent as Record<string, unknown>) : {};
  const text = (name: keyof WhatIfFields) => (typeof from[name] === "string" ? (from[name] as string).slice(0, 200) : "");
  return {
    programId: text("programId"), fromDate: text("fromDate"), toDate: text("toDate"), stackingRule: text("stackingRule"), creditPolicy: text("creditPolicy"), scope: text("scope"),
    creditOn: text("creditOn"), window: text("window"), clickWindowDays: text("clickWindowDays"), selfReferral: text("selfReferral"), renewals: text("renewals"),
  };
}

/** The form as it is first shown: the last full month, and every setting as it is. */
export function firstFields(at: Date, timezone: string, programId: string): WhatIfFields {
  const month = wallTime(at, timezone).date.slice(0, 7);
  const last = new Date(Date.parse(`${month}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return { ...whatIfFields({}), programId, fromDate: `${last.slice(0, 7)}-01`, toDate: last, clickWindowDays: "30" };
}

/** The form that undoes one: the same program and period, and each setting that it chose back to what held at the time. */
export function fieldsToUndo(whatIf: NewWhatIf, timezone: string): WhatIfFields {
  const back = Object.fromEntries(SETTING_NAMES.filter((name) => whatIf.settings[(NAMES[name] ?? name) as keyof OverrideSettings] !== undefined).map((name) => [name, AS_AT_THE_TIME]));
  const { from, to } = daysOf(whatIf, timezone);
  return { ...whatIfFields({ clickWindowDays: "30" }), ...back, programId: whatIf.programId, fromDate: from, toDate: to };
}

/** The first and the last day of a period. */
export function daysOf({ fromAt, toAt }: { fromAt: Date; toAt: Date }, timezone: string): { from: string; to: string } {
  return { from: wallTime(fromAt, timezone).date, to: wallTime(new Date(toAt.getTime() - 1), timezone).date };
}

export type ChosenSetting = { name: SettingName; value: string; days: number | null };

/** Settings as the form names them: what was chosen of each, those that stay as they are left out. */
export function chosenOf(settings: OverrideSettings): ChosenSetting[] {
  return SETTING_NAMES.flatMap((name): ChosenSetting[] => {
    const chosen = settings[(NAMES[name] ?? name) as keyof OverrideSettings];
    if (chosen === undefined) return [];
    if (chosen === null) return [{ name, value: AS_AT_THE_TIME, days: null }];
    if (name === "window") return [{ name, value: "days", days: Number(chosen) }];
    return [{ name, value: name === "selfReferral" ? (chosen ? "blocked" : "allowed") : String(chosen), days: null }];
  });
}

function dayAfter(date: string): string {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? "" : new Date(ms + 86_400_000).toISOString().slice(0, 10);
}

function yearsAfter(date: string, years: number): string {
  return `${String(Number(date.slice(0, 4)) + years).padStart(4, "0")}${date.slice(4)}`;
}
