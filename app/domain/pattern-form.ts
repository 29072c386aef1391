// The form of a pattern for a creator, read exactly. Days are of the shop's time zone: from the beginning of the first until the end of the last.
import type { FieldError } from "./problem.ts";
import { instantOfWall, wallTime } from "./zone.ts";

export type PatternFields = { pattern: string; creatorId: string; programId: string; policy: string; startDate: string; endDate: string };

export type PatternInput = { pattern: string; creatorId: string; programId: string; policy: string; startsAt: Date | null; endsAt: Date | null };

const POLICIES = ["always", "involved", "winner"];
const LAST_MOMENT_MS = 59_999; // of a day's last minute

/** Fields as they came from a browser, whatever was sent. White space around a pattern is no part of it. */
export function patternFields(sent: unknown): PatternFields {
  const from = typeof sent === "object" && sent !== null ? (sent as Record<string, unknown>) : {};
  const text = (name: keyof PatternFields) => (typeof from[name] === "string" ? (from[name] as string).slice(0, 1_000) : "");
  return { pattern: text("pattern").trim(), creatorId: text("creatorId"), programId: text("programId"), policy: text("policy"), startDate: text("startDate"), endDate: text("endDate") };
}

/** What the fields say by themselves; the pattern is judged by domain/pattern.ts. `at`: now. */
export function readPatternForm(fields: PatternFields, timezone: string, at: Date): { input: PatternInput; errors: FieldError[] } {
  const { pattern, creatorId, programId, policy, startDate, endDate } = fields;
  const errors: FieldError[] = [];
  const startsAt = startDate === "" ? null : instantOfWall({ date: startDate, time: "00:00" }, timezone);
  const lastMinute = endDate === "" ? null : instantOfWall({ date: endDate, time: "23:59" }, timezone);
  const endsAt = lastMinute && new Date(lastMinute.getTime() + LAST_MOMENT_MS);
  if (creatorId === "") errors.push({ field: "creatorId", key: "pattern.creator_missing" });
  if (creatorId !== "" && programId === "") errors.push({ field: "programId", key: "pattern.program_missing" });
  if (!POLICIES.includes(policy)) errors.push({ field: "policy", key: "give.policy_unknown" });
  if (startDate !== "" && !startsAt) errors.push({ field: "startDate", key: "pattern.date_form" });
  if (endDate !== "" && !endsAt) errors.push({ field: "endDate", key: "pattern.date_form" });
  else if (endsAt && endsAt <= at) errors.push({ field: "endDate", key: "pattern.ends_in_past" });
  else if (startsAt && endsAt && endsAt <= startsAt) errors.push({ field: "endDate", key: "pattern.ends_before_start" });
  return { input: { pattern, creatorId, programId, policy, startsAt, endsAt }, errors };
}

/** The day of an instant, as the form's date fields have it. */
export function dayOf(instant: string | null, timezone: string): string {
  return instant === null ? "" : wallTime(new Date(instant), timezone).date;
}
