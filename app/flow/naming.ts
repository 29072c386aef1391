// Names for the codes of real creators: what a pattern makes of them, round the names that are taken here and, as far as is known, in the store.
import { now } from "../clock.ts";
import { findDeal, type Deal } from "../db/deal.ts";
import { findProgram } from "../db/program.ts";
import { creatorsToName, creatorsWithoutCode, takenKeys } from "../db/reads/naming.ts";
import { findShop } from "../db/shop.ts";
import { codeKey } from "../domain/code.ts";
import { codeMark } from "../domain/deal.ts";
import { exponentOf } from "../domain/money.ts";
import { type NamedCode, type NamedCreator, nameCodes } from "../domain/naming.ts";
import { type NamingProblem, type NamingSettings, readNaming } from "../domain/naming-pattern.ts";
import { wallTime } from "../domain/zone.ts";

/** Who is to get a code: these creators; everybody who can and has none of the deal's (found by a search, if any); or one code for everybody. */
export type Chosen = { kind: "creators"; ids: string[] } | { kind: "without_code"; search: string } | { kind: "everybody" };

/** `kept`: what a person typed for one, by creator id ("" for everybody). `seed`: the same one gives the same names again. */
export type NamesAsked = { dealId: string; chosen: Chosen; settings: NamingSettings; seed: string; kept?: ReadonlyMap<string, string> };

export type NamedForCreator = NamedCode & { name: string };
/** `deal` null: it does not exist. `problem`: what is wrong with the pattern. */
export type NamesTold = { ok: true; deal: Deal; codes: NamedForCreator[] } | { ok: false; problem: NamingProblem | null };

/** The most creators of one run. */
export const MOST_CREATORS = 50_000;

/** A name for each of the chosen creators, in the order of their names. */
export async function nameForCreators(shop: string, { dealId, chosen, settings, seed, kept = new Map() }: NamesAsked): Promise<NamesTold> {
  const read = readNaming(settings.pattern);
  const deal = await findDeal(shop, dealId);
  if (!read.ok || !deal) return { ok: false, problem: read.ok ? null : { key: read.key, at: read.at, values: read.values } };
  const at = now();
  const [facts, program, taken] = await Promise.all([findShop(shop), deal.programId ? findProgram(shop, deal.programId) : null, takenKeys(shop)]);
  const creators = await creatorsOf(shop, deal, chosen, at);
  const typed = creators.filter((one) => kept.has(one.creatorId ?? ""));
  for (const one of typed) taken.add(codeKey(kept.get(one.creatorId ?? "")!));
  const named = nameCodes({
    parts: read.parts, whenTaken: settings.whenTaken, hyphens: settings.hyphens, longest: settings.longest, taken, seed,
    creators: creators.filter((one) => !kept.has(one.creatorId ?? "")),
    deal: { name: deal.name, mark: codeMark(deal.terms.value, exponentOf(facts?.currency || "EUR")) },
    program: program?.name ?? null,
    today: wallTime(at, facts?.timezone || "UTC").date,
  });
  const byCreator = new Map(named.map((one) => [one.creatorId, one]));
  const codes = creators.map((creator) => {
    const own = kept.get(creator.creatorId ?? "");
    const one = own === undefined ? byCreator.get(creator.creatorId)! : { creatorId: creator.creatorId, code: own, key: codeKey(own), changes: [], taken: false };
    return { ...one, name: creator.name };
  });
  return { ok: true, deal, codes };
}

async function creatorsOf(shop: string, deal: Deal, chosen: Chosen, at: Date): Promise<NamedCreator[]> {
  switch (chosen.kind) {
    case "everybody":
      return [{ creatorId: null, name: "", handle: null, email: null }];
    case "creators":
      return creatorsToName(shop, chosen.ids.slice(0, MOST_CREATORS));
    case "without_code":
      return creatorsWithoutCode(shop, { dealId: deal.id, programId: deal.programId, search: chosen.search, now: at }, MOST_CREATORS);
  }
}

/** A free name near a wished one, in letters that a network takes; null where there is none. */
export function suggestFree(wished: string, isTaken: (key: string) => boolean, hyphens: boolean): string | null {
  const own = codeKey(wished);
  const taken = { has: (key: string) => key === own || isTaken(key), size: 100 };
  const [named] = nameCodes({
    parts: [{ kind: "text", text: wished }], whenTaken: "number", hyphens, longest: 255, taken, seed: wished, today: "",
    creators: [{ creatorId: "", name: "", handle: null, email: null }], deal: { name: "", mark: "" }, program: null,
  });
  return named && !named.taken ? named.code : null;
}
