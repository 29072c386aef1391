// The state of giving codes: what is chosen, the names that come of it, and what was found about them.
import { useFetcher, useRouteLoaderData } from "@remix-run/react";
import { useMemo, useState } from "react";
import { codeKey } from "../../domain/code.ts";
import { type NamingSettings, readNaming, USUAL_NAMING } from "../../domain/naming-pattern.ts";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import type { Finding } from "../../domain/preflight.ts";
import type { FieldError } from "../../domain/problem.ts";
import { type AskedNames, byReadiness, type Chosen, datesOf, endsBefore, type GiveRow, MOST_INLINE, type NamedRow, type OwnDates, type Policy } from "./give-state.ts";
import { useGiveNames } from "./use-give-names.ts";

export type CheckedRow = { creatorId: string | null; code: string; policy: string; findings: Finding[] };
export type GiveAnswer = { intent: string; ok: boolean; errors: FieldError[]; rows: CheckedRow[]; sent: GiveRow[] };

/** What the page begins with. `pairs`: the name of the program through which a program's creators are hired, by its id. `more`: the shop has more creators than these. */
export type GiveStart = { deals: GiveDeal[]; creators: GiveCreator[]; pairs: Record<string, string>; more: boolean; dealId: string; chosenIds: string[]; everybody: boolean; seed: string };

/** A pattern of people's names is nothing for a code for everybody. */
const FOR_EVERYBODY: NamingSettings = { ...USUAL_NAMING, pattern: "{PROGRAM}{AMOUNT}" };

const NOTES = ["comments", "sendTo"];

export function useGive({ deals, creators, dealId, chosenIds, everybody, seed: first }: GiveStart) {
  const [seed] = useState(first);
  const fetcher = useFetcher<GiveAnswer>();
  const timezone = (useRouteLoaderData("routes/app") as { timezone: string } | undefined)?.timezone ?? "UTC";
  const [deal, setDeal] = useState<GiveDeal | null>(deals.find((each) => each.id === dealId) ?? (deals.length === 1 ? deals[0]! : null));
  const [chosen, setChosen] = useState<Chosen>(everybody ? { kind: "everybody" } : { kind: "creators", ids: chosenIds.filter((id) => creators.some((creator) => creator.id === id)) });
  const [kept, setKept] = useState<ReadonlyMap<string, string>>(new Map());
  const [settings, setSettings] = useState<NamingSettings>(everybody ? FOR_EVERYBODY : USUAL_NAMING);
  const [policy, setPolicy] = useState<Policy>("always");
  const [notes, setNotes] = useState({ comments: "", sendTo: "" });
  const [dates, setDates] = useState<OwnDates>({ startDate: "", endDate: "" });

  const nobody = chosen.kind === "creators" && chosen.ids.length === 0;
  const asked: AskedNames | null = deal === null || nobody || !readNaming(settings.pattern).ok ? null : { dealId: deal.id, chosen, settings, seed, kept: [...kept] };
  const { answer, busy } = useGiveNames(asked);
  const names = answer && { ...answer, rows: answer.rows.map((row) => typed(row, kept)) };
  const own = datesOf(dates, timezone);
  const [startsAt, endsAt] = [own.startsAt ?? null, own.endsAt ?? null];
  const rows: GiveRow[] = (names?.rows ?? []).map(({ creatorId, code }) => ({ creatorId, code, policy, startsAt, endsAt }));
  const inRun = (names?.total ?? 0) > MOST_INLINE;

  const said = fetcher.data ?? null;
  const checked = currentFindings(said, rows);
  const open = names?.rows.some((row) => row.taken && !checked.has(row.creatorId ?? "")) ?? false;
  const blocked = !inRun && (open || [...checked.values()].flat().some((finding) => finding.blocking));
  const sorted = useMemo(() => byReadiness(creators, deal), [creators, deal]);

  function send(intent: "check" | "give" | "run") {
    const form = new FormData();
    const fields = { intent, ...notes, dealId: deal?.id ?? "", hyphens: String(settings.hyphens), ...(intent === "run" ? { asked: JSON.stringify(asked), policy, startsAt: startsAt ?? "", endsAt: endsAt ?? "" } : { rows: JSON.stringify(rows) }) };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    fetcher.submit(form, { method: "post" });
  }

  function choose(next: Chosen) {
    if ((next.kind === "everybody") !== (chosen.kind === "everybody")) setSettings({ ...settings, pattern: (next.kind === "everybody" ? FOR_EVERYBODY : USUAL_NAMING).pattern });
    setChosen(next);
  }

  return {
    deal, setDeal, chosen, choose, settings, setSettings, policy, setPolicy, notes, setNotes, dates, setDates, timezone, own, sorted,
    asked, names, busy, rows, inRun, checked, blocked, send,
    wasChecked: said !== null,
    wrongDates: [...checked.values()].flat().find((finding) => finding.blocking && finding.field === "dates") ?? null,
    working: fetcher.state !== "idle" ? String(fetcher.formData?.get("intent") ?? "") : "",
    /** What is wrong with no row. */
    general: said && !said.ok ? said.errors.filter((error) => !error.field.startsWith("rows.") && !NOTES.includes(error.field)) : [],
    wrongNotes: said && !said.ok ? said.errors.filter((error) => NOTES.includes(error.field)) : [],
    keep: (creatorId: string | null, code: string) => setKept(new Map(kept).set(creatorId ?? "", code)),
    leaveOut: (creatorId: string) => setChosen({ kind: "creators", ids: rows.flatMap((row) => (row.creatorId === null || row.creatorId === creatorId ? [] : [row.creatorId])) }),
    ready: asked !== null && names !== null && !busy && names.total > 0 && own.startsAt !== undefined && own.endsAt !== undefined && !endsBefore(dates),
  };
}

/** What a person types stands there at once, before the server knows of it. */
function typed(row: NamedRow, kept: ReadonlyMap<string, string>): NamedRow {
  const code = kept.get(row.creatorId ?? "");
  return code === undefined ? row : { ...row, code, changes: [], taken: false };
}

/** What was found about each row as it stands now, by creator ("" for everybody); a row that was changed since is open again. */
function currentFindings(answer: GiveAnswer | null, rows: GiveRow[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  const same = (a: GiveRow, b: GiveRow) => a.creatorId === b.creatorId && codeKey(a.code) === codeKey(b.code) && a.startsAt === b.startsAt && a.endsAt === b.endsAt;
  for (const row of rows) {
    const index = answer?.sent.findIndex((sent) => same(sent, row)) ?? -1;
    if (index < 0 || !answer) continue;
    const findings = answer.rows[index]?.findings ?? null;
    const errors = answer.errors.filter((error) => error.field.startsWith(`rows.${index}.`)).map((error): Finding => ({ field: "code", key: error.key, values: error.values ?? {}, blocking: true, remedies: [] }));
    if (findings !== null) found.set(row.creatorId ?? "", findings);
    else if (errors.length > 0) found.set(row.creatorId ?? "", errors);
  }
  return found;
}
