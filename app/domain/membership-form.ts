// The form that puts creators into a program of the shop's own, or takes them out.
import type { FieldError } from "./problem.ts";
import { instantOfWall, wallTime } from "./zone.ts";

export type MembershipInput = { programId: string; newName: string; creatorIds: string[]; at: Date | null };

/** Reads the form's fields. `at`: null is from now on, which is what today means; another day counts from its start in the shop's time zone. */
export function readMembershipForm(field: (name: string) => string, { now, timezone }: { now: Date; timezone: string }): { ok: true; input: MembershipInput } | { ok: false; errors: FieldError[] } {
  const day = field("since");
  const isToday = day === "" || day === wallTime(now, timezone).date;
  const at = isToday ? null : instantOfWall({ date: day, time: "00:00" }, timezone);
  if (!isToday && at === null) return { ok: false, errors: [{ field: "at", key: "membership.date_form" }] };
  return { ok: true, input: { programId: field("programId"), newName: field("newName").trim(), creatorIds: field("creatorIds").split(",").filter(Boolean), at } };
}
