// Giving creators their codes: checked against both sides first, then written; the placing loop brings them to store and network.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { insertCodes } from "../db/code.ts";
import { insertLog } from "../db/log.ts";
import { STORE } from "../db/placement.ts";
import { judgeNotes } from "../domain/code-notes.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Failed } from "./connected.ts";
import { preflight } from "./preflight.ts";
import type { CheckedRow, GiveInput } from "./preflight.ts";
import { variationFor } from "./variation.ts";

export { preflight } from "./preflight.ts";
export { MOST_AT_ONCE } from "./preflight.ts";
export type { CheckedRow, Finding, GiveInput, GiveRow, Preflight } from "./preflight.ts";

export type Given = { ok: true; codes: { codeId: string; code: string; creatorId: string | null }[] };
/** `rows`: the findings, where the pre-flight came that far. */
export type NotGiven = Failed & { rows?: CheckedRow[] };

/** Writes the codes, all or none. Refuses where the pre-flight has a blocking finding; the error's field is "rows.<index>.<field>". */
export async function giveCodes(shop: string, input: GiveInput, who = "merchant"): Promise<Given | NotGiven> {
  const noted = judgeNotes({ comments: input.comments ?? "", sendTo: input.rows.length === 1 ? (input.sendTo ?? "") : "" });
  if (!noted.ok) return noted;
  const checked = await preflight(shop, input);
  if (!checked.ok) return checked;
  if (checked.blocking) return { ok: false, errors: blocking(checked.rows), rows: checked.rows };

  const at = now();
  const dealIds = await dealsFor(shop, checked.deal.id, checked.rows);
  const codes = checked.rows.map((row, index) => {
    const program = row.program!; // a row without one is blocked
    // A code for everybody belongs to nobody: a network has no place for it (rules, section 8).
    const inNetwork = program.network === "none" || row.creatorId === null ? [] : [{ target: program.id, partnerId: row.partnerId }];
    return {
      id: input.rows[index]!.id ?? randomUUID(),
      code: row.code,
      key: row.key,
      dealId: dealIds[index]!,
      creatorId: row.creatorId,
      programId: program.id,
      creditPolicy: row.policy,
      startsAt: row.startsAt,
      endsAt: row.endsAt,
      ...noted.notes,
      placements: [{ target: STORE, partnerId: null }, ...inNetwork],
    };
  });
  const { taken } = await insertCodes(shop, codes, at);
  if (taken.length > 0) {
    const errors = codes.flatMap((code, index) =>
      taken.includes(code.key) ? [{ field: `rows.${index}.code`, key: "give.taken_meanwhile", values: { code: code.code } }] : [],
    );
    return { ok: false, errors };
  }
  const names = codes.map((code) => code.code);
  await insertLog(shop, at, { who, what: "codes.given", detail: { dealId: checked.deal.id, deal: checked.deal.name, count: names.length, codes: names.slice(0, 20).join(", ") } });
  return { ok: true, codes: codes.map(({ id, code, creatorId }) => ({ codeId: id, code, creatorId })) };
}

/** The deal of each row: all codes of a discount share its dates, so those with dates of their own stand in another one. */
async function dealsFor(shop: string, dealId: string, rows: readonly CheckedRow[]): Promise<string[]> {
  const known = new Map<string, string>();
  const deals: string[] = [];
  for (const { startsAt, endsAt } of rows) {
    const dates = `${startsAt?.getTime()} ${endsAt?.getTime()}`;
    if (!known.has(dates)) known.set(dates, startsAt === null && endsAt === null ? dealId : await variationFor(shop, dealId, { startsAt, endsAt }));
    deals.push(known.get(dates)!);
  }
  return deals;
}

function blocking(rows: CheckedRow[]): FieldError[] {
  return rows.flatMap((row, index) =>
    row.findings.filter((finding) => finding.blocking).map(({ field, key, values }) => ({ field: `rows.${index}.${field}`, key, values })),
  );
}
