// What is being given: the deal, the chosen creators and a code for each. Pure; the page keeps it in its state.
import { suggestCode } from "../../domain/code-name.ts";
import { codeKey } from "../../domain/code.ts";
import { codeMark } from "../../domain/deal.ts";
import { exponentOf } from "../../domain/money.ts";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";

export type Policy = "always" | "involved" | "winner";

export type GiveRow = { creatorId: string; code: string; policy: Policy };

/** A code for each of these creators; what was typed for one stays. Codes that others have, here or in the list, are not suggested. */
export function suggestedCodes(deal: GiveDeal | null, chosen: GiveCreator[], all: GiveCreator[], currency: string, typed: ReadonlyMap<string, string>): Map<string, string> {
  const mark = deal ? codeMark(deal.terms.value, exponentOf(currency)) : "";
  const taken = new Set(all.flatMap((creator) => creator.codes.map((code) => codeKey(code.code))));
  for (const text of typed.values()) taken.add(codeKey(text));
  const codes = new Map<string, string>();
  for (const creator of chosen) {
    const code = typed.get(creator.id) ?? suggestCode({ name: creator.name, handle: creator.handle ?? creator.email?.split("@")[0] ?? null, mark, short: creator.id.slice(0, 4), taken });
    taken.add(codeKey(code));
    codes.set(creator.id, code);
  }
  return codes;
}

/** Who can be given a code of the deal first: those that joined its program, then by name. */
export function byReadiness(creators: GiveCreator[], deal: GiveDeal | null): GiveCreator[] {
  const ready = (creator: GiveCreator) => (stateIn(creator, deal) === "joined" ? 0 : 1);
  return [...creators].sort((a, b) => ready(a) - ready(b));
}

/** How a creator stands in the deal's program; null where he is not in it at all, or the deal has none. */
export function stateIn(creator: GiveCreator, deal: GiveDeal | null): string | null {
  return creator.programs.find((program) => program.programId === deal?.program?.id)?.state ?? null;
}

const MOST_ROWS = 1_000;

/** The rows as the page sends them: JSON of text fields, whatever came. */
export function giveRows(sent: string): GiveRow[] {
  let rows: unknown;
  try {
    rows = JSON.parse(sent);
  } catch {
    return [];
  }
  if (!Array.isArray(rows)) return [];
  const text = (value: unknown) => (typeof value === "string" ? value.slice(0, 300) : "");
  return rows.slice(0, MOST_ROWS).map((row: Record<string, unknown> | null) => ({ creatorId: text(row?.creatorId), code: text(row?.code), policy: text(row?.policy) as Policy }));
}
