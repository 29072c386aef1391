// Adopting what the store has: a code is linked to a creator as it is, or its discount becomes a deal. Nothing is deleted and nothing is made anew in the
// store; what a code sold before is shown, and never credited (rules, section 3: before_code).
import { randomUUID } from "node:crypto";
import type { Program } from "@prisma/client";
import { now } from "../clock.ts";
import { insertAdopted, insertLinked, unlinkCode, type LinkedCode } from "../db/adopt.ts";
import { findCreators } from "../db/creator.ts";
import { findDealByName, findDealByStoreId } from "../db/deal.ts";
import { inTurn } from "../db/lock.ts";
import { findProgram, listPrograms } from "../db/program.ts";
import { findPeople } from "../db/reads/adopt.ts";
import { latestMemberships } from "../db/reads/preflight.ts";
import { findShop } from "../db/shop.ts";
import { findStoreCodes, type StoreCode } from "../db/store-code.ts";
import { guessCreators, type CheckedLink, type LinkRow } from "../domain/adopt.ts";
import { checkCodeName } from "../domain/code-name.ts";
import { codeKey } from "../domain/code.ts";
import { plainWords } from "../domain/plain-letters.ts";
import { aboutCode, type Finding } from "../domain/preflight.ts";
import type { FieldError } from "../domain/problem.ts";
import { adminFor } from "../shopify/admin.ts";
import { findDiscountsOfCodes, MOST_NAMES_A_CALL } from "../shopify/bulk-codes.ts";
import { readDiscount } from "../shopify/discounts-read.ts";
import { discountGid } from "../shopify/inventory.ts";
import type { Failed } from "./connected.ts";
import { checkMember } from "./preflight.ts";
import { openOurSide } from "./preflight-here.ts";
import { openNetworkSide } from "./preflight-network.ts";
import { storeProblem } from "./store-faults.ts";

/** The most codes of one call. */
export const MOST_LINKED = 500;
const MOST_PEOPLE = 20_000;
const POLICIES = ["always", "involved", "winner"];

export type Checked = { ok: true; program: Program; rows: CheckedLink[]; blocking: boolean } | Failed;
export type Linked = { ok: true; linked: number; skipped: string[] } | (Failed & { rows?: CheckedLink[] });

/** Whose the codes may be, by the names of the shop's creators: key to creator id. */
export async function guessOwners(shop: string, keys: string[]): Promise<Map<string, string>> {
  const people = await findPeople(shop, "", MOST_PEOPLE);
  return guessCreators(keys, people.map(({ id, name, handle }) => ({ id, words: [...plainWords(name), ...plainWords(handle ?? "")] })));
}

export type Guessed = Record<string, { id: string; name: string }>;

/** The same with the creators' names, by key. */
export async function guessedPeople(shop: string, keys: string[]): Promise<Guessed> {
  const owners = await guessOwners(shop, keys);
  const names = new Map((await findCreators(shop, [...new Set(owners.values())])).map((creator) => [creator.id, creator.name]));
  return Object.fromEntries([...owners].map(([key, id]) => [key, { id, name: names.get(id) ?? "" }]));
}

/** The programs in which codes can be linked; first the one that most of these creators have joined. */
export async function linkablePrograms(shop: string, creatorIds: string[]): Promise<{ id: string; name: string; inNetwork: boolean }[]> {
  const joined = (await latestMemberships(shop, creatorIds, null)).filter((member) => member.state === "joined" && (member.leftAt === null || member.leftAt > now()));
  const count = (programId: string) => joined.filter((member) => member.programId === programId).length;
  const programs = (await listPrograms(shop)).filter((program) => program.state === "active");
  return programs.sort((a, b) => count(b.id) - count(a.id) || Number(b.kind === "creator") - Number(a.kind === "creator")).map(({ id, name, network }) => ({ id, name, inNetwork: network !== "none" }));
}

/** What speaks against linking these codes so: nothing is written. */
export async function checkLinks(shop: string, programId: string, asked: readonly LinkRow[]): Promise<Checked> {
  const rows = asked.slice(0, MOST_LINKED);
  const program = await findProgram(shop, programId);
  if (!program || program.state !== "active") return refused("programId", "program.not_found");
  if (rows.length === 0) return refused("rows", "adopt.none_chosen");
  const known = new Map((await findStoreCodes(shop, rows.map((row) => row.key))).map((code) => [code.key, code]));
  const checked = rows.map((row): CheckedLink => ({ ...row, code: known.get(row.key)?.code ?? row.key, findings: [] }));
  await judgeStore(shop, checked, known);
  const partners = await judgeOwners(shop, program, checked);
  await judgeOurs(shop, checked, partners.names);
  if (program.network !== "none") await judgeNetwork(shop, program, checked, partners);
  return { ok: true, program, rows: checked, blocking: checked.some((row) => row.findings.some((finding) => finding.blocking)) };
}

/** Is the code where it was read? Asked by name, which never lags. */
async function judgeStore(shop: string, rows: CheckedLink[], known: ReadonlyMap<string, StoreCode>): Promise<void> {
  const admin = adminFor(shop, "person");
  for (const row of rows.filter((one) => !known.has(one.key))) row.findings.push(aboutCode("adopt.not_in_store", { code: row.code }, true, []));
  const there = rows.filter((row) => known.has(row.key));
  for (let from = 0; from < there.length; from += MOST_NAMES_A_CALL) {
    const some = there.slice(from, from + MOST_NAMES_A_CALL);
    const found = await findDiscountsOfCodes(admin, some.map((row) => row.code));
    if (!found.ok) {
      const { key, values } = storeProblem(found.fault);
      for (const row of some) row.findings.push({ ...aboutCode(key, values, true, []), later: true });
      continue;
    }
    for (const [n, row] of some.entries()) {
      const discountId = found.value[n] === null ? null : discountGid(found.value[n]);
      if (discountId !== known.get(row.key)!.storeId) row.findings.push(aboutCode("adopt.not_in_store", { code: row.code }, true, []));
    }
  }
}

type Owners = { names: Map<string, string>; partnerIds: Map<string, string | null>; contractEnds: Map<string, Date | null> };

/** May the creators be credited in the program? A code for everybody needs none. */
async function judgeOwners(shop: string, program: Program, rows: CheckedLink[]): Promise<Owners> {
  const ids = [...new Set(rows.flatMap((row) => (row.creatorId === null ? [] : [row.creatorId])))];
  const names = new Map((await findCreators(shop, ids)).map((creator) => [creator.id, creator.name]));
  const members = new Map((await latestMemberships(shop, ids, program.id)).map((member) => [member.creatorId, member]));
  for (const row of rows) {
    if (!POLICIES.includes(row.policy)) row.findings.push({ field: "policy", key: "give.policy_unknown", values: {}, blocking: true, remedies: [] });
    if (row.creatorId === null) continue;
    const name = names.get(row.creatorId);
    if (name === undefined) row.findings.push({ field: "creatorId", key: "give.creator_not_found", values: {}, blocking: true, remedies: [] });
    else row.findings.push(...checkMember(name, program, members.get(row.creatorId) ?? null));
  }
  const of = <T>(pick: (member: { partnerId: string | null; leftAt: Date | null }) => T) => new Map([...members].map(([id, member]) => [id, pick(member)]));
  return { names, partnerIds: of((member) => member.partnerId), contractEnds: of((member) => member.leftAt) };
}

async function judgeOurs(shop: string, rows: CheckedLink[], names: ReadonlyMap<string, string>): Promise<void> {
  const side = await openOurSide(shop);
  await side.judge(rows.map((row, index) => ({ index, code: row.code, key: row.key, creatorId: row.creatorId, creatorName: names.get(row.creatorId ?? "") ?? "", findings: row.findings })));
}

async function judgeNetwork(shop: string, program: Program, rows: CheckedLink[], { names, partnerIds, contractEnds }: Owners): Promise<void> {
  for (const row of rows) {
    // What the network does not take can still be linked in a program without one.
    if (row.creatorId !== null) row.findings.push(...checkCodeName(row.code, { network: true, hyphens: true }).filter((finding) => finding.blocking).map(({ key, values }): Finding => aboutCode(key, values, true, [])));
  }
  const askable = rows.filter((row) => !row.findings.some((finding) => finding.blocking));
  if (askable.length === 0) return;
  await openNetworkSide(shop, { contracts: false }).judge(
    askable.map((row) => ({
      code: row.code, key: row.key, creatorId: row.creatorId, creatorName: names.get(row.creatorId ?? "") ?? "", program, partnerId: partnerIds.get(row.creatorId ?? "") ?? null, findings: row.findings,
      contractEndsAt: contractEnds.get(row.creatorId ?? "") ?? null,
    })),
  );
}

/** Links codes with creators as they are, all that nothing speaks against; where something does, nothing is written and the findings say what. */
export async function linkCodes(shop: string, programId: string, rows: readonly LinkRow[], who: string): Promise<Linked> {
  return inTurn(`adopt ${shop}`, async () => {
    const checked = await checkLinks(shop, programId, rows);
    if (!checked.ok) return checked;
    if (checked.blocking) return { ok: false, errors: [{ field: "rows", key: "adopt.blocked" }], rows: checked.rows };
    const codes = await linkedOf(shop, checked.program, checked.rows);
    const names = codes.map((code) => code.code);
    const { taken } = await insertLinked(shop, codes, now(), { who, what: "codes.linked", detail: { count: names.length, codes: names.slice(0, 20).join(", "), program: checked.program.name } });
    return { ok: true, linked: codes.length - taken.length, skipped: taken };
  });
}

async function linkedOf(shop: string, program: Program, rows: readonly CheckedLink[]): Promise<LinkedCode[]> {
  const known = new Map((await findStoreCodes(shop, rows.map((row) => row.key))).map((code) => [code.key, code]));
  const members = new Map((await latestMemberships(shop, rows.flatMap((row) => row.creatorId ?? []), program.id)).map((member) => [member.creatorId, member]));
  const linked: LinkedCode[] = [];
  for (const row of rows) {
    const { storeId, redeemId, code } = known.get(row.key)!;
    const dealId = (await findDealByStoreId(shop, storeId))?.id ?? null;
    // A code for everybody belongs to nobody: a network has no place for it (rules, section 8).
    const inNetwork = program.network !== "none" && row.creatorId !== null;
    linked.push({
      id: randomUUID(), code, key: row.key, discountId: storeId, dealId, redeemId, creatorId: row.creatorId, programId: program.id, creditPolicy: row.policy,
      ...(inNetwork && { partnerId: members.get(row.creatorId!)?.partnerId ?? null }),
    });
  }
  return linked;
}

export type TakeOver = { storeId: string; programId: string; name: string; rows: LinkRow[] };
export type TakenOverDeal = { ok: true; dealId: string; linked: number } | (Failed & { rows?: CheckedLink[]; unread?: string[] });

const STATES = { ACTIVE: "live", SCHEDULED: "scheduled", EXPIRED: "ended" } as const;
const LONGEST_NAME = 255;

/** Makes a deal of a discount as the store has it now, with codes linked to creators. Where no deal can say all its terms, nothing is taken over, and `unread` says why. */
export async function takeOverDiscount(shop: string, { storeId, programId, name: typed, rows }: TakeOver, who: string): Promise<TakenOverDeal> {
  return inTurn(`deals of ${shop}`, async () => {
    const read = await readDiscount(adminFor(shop, "person"), storeId, (await findShop(shop))?.currency ?? "");
    if (!read.ok) return { ok: false, errors: [{ field: "form", ...storeProblem(read.fault) }] };
    const seen = read.value;
    if (seen === null) return refused("form", "adopt.discount_gone");
    if (seen.terms === null) return { ...refused("form", "adopt.unreadable"), unread: seen.unread };
    const name = typed.trim().replace(/\s+/g, " ") || seen.title;
    if ([...name].length > LONGEST_NAME) return refused("name", "deal.name_long", { limit: LONGEST_NAME });
    if (await findDealByName(shop, name)) return refused("name", "deal.name_taken", { name });
    const program = await findProgram(shop, programId);
    if (!program || program.state !== "active") return refused("programId", "program.not_found");
    const checked = rows.length === 0 ? null : await checkLinks(shop, programId, rows);
    if (checked && !checked.ok) return checked;
    if (checked?.blocking) return { ...refused("rows", "adopt.blocked"), rows: checked.rows };

    const dealId = randomUUID();
    const at = now();
    const state = { name, terms: seen.terms, startsAt: seen.startsAt, endsAt: seen.endsAt, pausedAt: null };
    const codes = checked ? (await linkedOf(shop, program, checked.rows)).map((code) => ({ ...code, dealId })) : [];
    // A name of its own is an edit: the store's title follows by the placing loop.
    const deal = { id: dealId, programId: program.id, networkProgramId: program.network === "none" ? null : program.id, state, seen: { ...seen, id: storeId }, storeState: STATES[seen.status], inStep: name === seen.title };
    const log = { who, what: "deal.adopted", detail: { dealId, name, count: codes.length, program: program.name } };
    const { ok, taken } = await insertAdopted(shop, deal, codes, { at, who, log });
    return ok ? { ok: true, dealId, linked: codes.length - taken.length } : refused("form", "adopt.is_deal");
  });
}

/** Gives a code back that was linked; its name, or null where it is none of those. */
export async function unlink(shop: string, codeId: string, who: string): Promise<string | null> {
  return unlinkCode(shop, codeId, now(), who);
}

function refused(field: string, key: string, values?: FieldError["values"]): Failed {
  return { ok: false, errors: [{ field, key, ...(values && { values }) }] };
}

/** The keys of what a person typed or chose, each once. */
export function keysOf(text: string): string[] {
  return [...new Set(text.split(/[\n\t]+/).map(codeKey).filter(Boolean))].slice(0, MOST_LINKED);
}
