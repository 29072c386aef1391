// What is being given: the deal, for whom, how the codes are named, and from when to when. Pure; the page keeps it in its state.
import type { NameChange } from "../../domain/naming.ts";
import { type NamingProblem, type NamingSettings, namingSettings } from "../../domain/naming-pattern.ts";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import { instantOfWall } from "../../domain/zone.ts";

export type Policy = "always" | "involved" | "winner";

/** creatorId null: for everybody. Dates are ISO 8601, null: the deal's. */
export type GiveRow = { creatorId: string | null; code: string; policy: Policy; startsAt: string | null; endsAt: string | null };

/** Who is to get a code: as flow/naming.ts has it. */
export type Chosen = { kind: "creators"; ids: string[] } | { kind: "without_code"; search: string } | { kind: "everybody" };

/** What the page asks the names for. `kept`: what was typed for one, by creator id ("" for everybody). */
export type AskedNames = { dealId: string; chosen: Chosen; settings: NamingSettings; seed: string; kept: [string, string][] };

export type NamedRow = { creatorId: string | null; name: string; code: string; changes: NameChange[]; taken: boolean };

/** `n`: which question this answers. `rows`: all of them, or a sample where there are more than MOST_INLINE; `renamed`, `cut`, `open`: how many of all go round a taken name, were shortened (the first of them are `cutRows`), or are for a person to name. */
export type NamesAnswer = { n: number; problem: NamingProblem | null; total: number; rows: NamedRow[]; renamed: number; cut: number; cutRows: NamedRow[]; open: number };

/** Up to this many are looked at one by one; more are made in the background. */
export const MOST_INLINE = 100;

/** Who can be given a code of the deal first: those that joined its program, then by name. */
export function byReadiness(creators: GiveCreator[], deal: GiveDeal | null): GiveCreator[] {
  const ready = (creator: GiveCreator) => (stateIn(creator, deal) === "joined" ? 0 : 1);
  return [...creators].sort((a, b) => ready(a) - ready(b));
}

/** How a creator stands in the deal's program; null where he is not in it at all, or the deal has none. */
export function stateIn(creator: GiveCreator, deal: GiveDeal | null): string | null {
  return creator.programs.find((program) => program.programId === deal?.program?.id)?.state ?? null;
}

/** Whether the last day lies before the first one. */
export function endsBefore({ startDate, endDate }: OwnDates): boolean {
  return startDate !== "" && endDate !== "" && endDate < startDate;
}

/** The codes of the deal, or of one with dates of its own beside it, that a creator has. */
export function codesOf(creator: GiveCreator, deal: GiveDeal | null): string[] {
  return deal === null ? [] : creator.codes.filter((code) => code.dealId === (deal.parentId ?? deal.id)).map((code) => code.code);
}

export type OwnDates = { startDate: string; endDate: string };

/** Days of the shop's time zone: from the beginning of the first until the end of the last. undefined: that is no day. */
export function datesOf({ startDate, endDate }: OwnDates, timezone: string): { startsAt: string | null | undefined; endsAt: string | null | undefined } {
  const start = startDate === "" ? null : (instantOfWall({ date: startDate, time: "00:00" }, timezone)?.toISOString() ?? undefined);
  const lastMinute = endDate === "" ? null : instantOfWall({ date: endDate, time: "23:59" }, timezone);
  return { startsAt: start, endsAt: endDate === "" ? null : lastMinute ? new Date(lastMinute.getTime() + 59_999).toISOString() : undefined };
}

const MOST_ROWS = 1_000;
const MOST_IDS = 50_000;
const MOST_TEXT = 5_000;
const MOST_JSON = 4_000_000; // characters
const POLICIES: readonly Policy[] = ["always", "involved", "winner"];

/** The rows as the page sends them: JSON of text fields, whatever came. */
export function giveRows(sent: string): GiveRow[] {
  const rows = parsed(sent);
  if (!Array.isArray(rows)) return [];
  const orNull = (value: unknown) => (value === null || value === undefined || value === "" ? null : text(value));
  return rows.slice(0, MOST_ROWS).map((row: Record<string, unknown> | null) => ({
    creatorId: row?.creatorId === null ? null : text(row?.creatorId),
    code: text(row?.code),
    policy: text(row?.policy) as Policy,
    startsAt: orNull(row?.startsAt),
    endsAt: orNull(row?.endsAt),
  }));
}

/** The question for names as the page sends it, whatever came. */
export function askedNames(sent: string): AskedNames {
  const from = record(parsed(sent));
  const chosen = record(from.chosen);
  const kept = Array.isArray(from.kept) ? from.kept.slice(0, MOST_ROWS) : [];
  return {
    dealId: text(from.dealId),
    chosen:
      chosen.kind === "everybody" ? { kind: "everybody" }
      : chosen.kind === "without_code" ? { kind: "without_code", search: text(chosen.search) }
      : { kind: "creators", ids: (Array.isArray(chosen.ids) ? chosen.ids : []).slice(0, MOST_IDS).map((id: unknown) => text(id)).filter(Boolean) },
    settings: namingSettings(from.settings),
    seed: text(from.seed),
    kept: kept.flatMap((pair: unknown): [string, string][] => (Array.isArray(pair) && pair.length === 2 ? [[text(pair[0]), text(pair[1])]] : [])),
  };
}

/** A run as the page asks for it, whatever came; a date that is none is said by the check of each row. */
export function runAsked(form: FormData) {
  const { kept, ...asked } = askedNames(text(form.get("asked"), MOST_JSON));
  const orNull = (value: string) => (value === "" ? null : value);
  const policy: Policy = POLICIES.find((each) => each === form.get("policy")) ?? "always";
  return { ...asked, kept: new Map(kept), policy, startsAt: orNull(text(form.get("startsAt"))), endsAt: orNull(text(form.get("endsAt"))), ...givenNotes(form) };
}

/** What is kept for pasting, as the page sends it, whatever came. */
export function givenNotes(form: FormData): { comments: string; sendTo: string } {
  return { comments: text(form.get("comments"), MOST_TEXT), sendTo: text(form.get("sendTo")) };
}

function parsed(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown, most = 300): string {
  return typeof value === "string" ? value.slice(0, most) : "";
}
