// What the networks have otherwise than the app: each program is listed whole, after a start and once a day, and its codes and deals are held against
// ours. A list costs a network a few calls, however many codes there are.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { closeDrift, closeUnfound, listToExpire, noteDrifts, refuseDrift } from "../db/drift.ts";
import {
  beginComparing, compareAfterStart, listConnectionsToCompare, listCreatorsNames, listDealsIn, listNamesIn, listPlacedIn, listProgramsOf, noteCompared, noteDealsIn, noteReadIn, retryFreed, wishComparing, type ComparedProgram, type PlacedDeal, type PlacedHere,
} from "../db/drift-network.ts";
import { withLock } from "../db/lock.ts";
import { retryIn } from "../db/placement-network.ts";
import { findShop } from "../db/shop.ts";
import type { Asker } from "../domain/budget-shares.ts";
import { codeKey } from "../domain/code.ts";
import { networkCodeDrift, type CodeThere, type DriftFacts, type FoundDrift, type NetworkVerdict } from "../domain/drift.ts";
import { dealChange, isUnreadable, toNetworkDeal } from "../domain/network-deal.ts";
import { writeProblem } from "../domain/problem.ts";
import { isStopping } from "../stopping.server.ts";
import type { Answer, DealInfo, Network, PartnerInfo, PlacedCode, ProgramInfo } from "../networks/port.ts";
import { after } from "./again.ts";
import { inPerformance } from "./in-performance.ts";
import { startLoop, type Loop } from "./loop.ts";
import { networkProblem } from "./network-faults.ts";
import { networkFor } from "./networks.ts";
import { windowOf } from "./place-deals-network.ts";

const REST_MS = 2_000;
const EVERY_MS = 24 * 3_600_000;
const AGAIN_MS = 15 * 60_000;
const MOST_A_TURN = 50;
/** Unknown codes of a program that are shown; a program may have thousands that are no business of this app. */
const MOST_UNKNOWN = 500;
/** Codes of a program that are asked for by name in one turn: each is a call. */
const MOST_CONFIRMED = 25;
const CODE_KINDS = ["missing", "expired", "partner", "policy", "dates"];

/** So long nothing that was asked for is asked for again. */
const EXPIRE_AGAIN_MS = 5 * 60_000;

/** The programs of an account that were compared in this round, which a network that stopped answering did not let end. Forgotten with the process: they are compared once more. */
const rounds = new Map<string, Set<string>>();
/** Of several processes that start together one compares. */
const JUST_NOW_MS = 15 * 60_000;

/** Starts the loop that compares the networks. */
export function startComparing(): Loop {
  let begun = false;
  async function work(): Promise<number> {
    if (!begun) await compareAfterStart(after(now(), -JUST_NOW_MS));
    begun = true;
    return compareOnce();
  }
  return startLoop({ name: "compare", everyMs: REST_MS, work });
}

/** A person wants to know now. */
export async function compareAgain(shop: string): Promise<void> {
  await wishComparing(shop);
}

/** Compares the accounts that are due, and carries out what a person chose there; returns how much was done. */
export async function compareOnce(): Promise<number> {
  let done = 0;
  for (const { shop, connectionId, isDue } of await listConnectionsToCompare(now())) {
    if (isStopping()) break;
    done += await expireChosen(shop, connectionId);
    if (isDue) done += (await withLock(`compare ${shop} ${connectionId}`, () => compareDue(shop, connectionId))) ?? 0;
  }
  return done;
}

async function compareDue(shop: string, connectionId: string): Promise<number> {
  const begun = await beginComparing(shop, connectionId, now());
  if (begun === null) return 0;
  const name = `${shop} ${connectionId}`;
  const round = begun.wished ? new Set<string>() : (rounds.get(name) ?? new Set<string>());
  const compared = await compareConnection(shop, connectionId, round, begun.wished ? "person" : "reads");
  if (compared === true) rounds.delete(name);
  else rounds.set(name, round);
  const failed = compared === false ? begun.failed + 1 : 0;
  // Ever more seldom: what a list costs is taken from the hour that codes and sales need.
  const restMs = compared === true ? EVERY_MS : compared === "rest" ? AGAIN_MS : Math.min(EVERY_MS, AGAIN_MS * 2 ** Math.min(failed - 1, 10));
  const at = now();
  await noteCompared(shop, connectionId, { at, nextAt: after(at, restMs), failed });
  return compared === true ? 1 : 0;
}

/** "rest": the network told all, but of some codes it is yet to be asked by name. */
export type Compared = boolean | "rest";

/** False: the network did not tell all; what it told is kept, and its programs are added to `round`, those in which are left out. */
export async function compareConnection(shop: string, connectionId: string, round = new Set<string>(), asker: Asker = "reads"): Promise<Compared> {
  const network = await networkFor(shop, connectionId, undefined, asker);
  const known = await listProgramsOf(shop, connectionId);
  if (known.length === 0) return true;
  const programs = await network.programs();
  if (!programs.ok) return false;
  let rest = false;
  for (const program of known.filter((one) => !round.has(one.programId))) {
    const compared = await compareProgram(shop, network, program);
    if (compared === false) return false;
    if (compared === true) round.add(program.programId);
    else rest = true;
  }
  return (await comparePerformance(shop, connectionId, network, known, programs.value)) && (rest ? "rest" : true);
}

async function compareProgram(shop: string, network: Network, program: ComparedProgram): Promise<Compared> {
  const readFrom = now();
  const codes = await network.codes(program.externalId);
  const deals: Answer<DealInfo[]> = codes.ok ? await network.deals(program.externalId) : codes;
  if (!codes.ok || !deals.ok) return false;
  const compared = await compareCodesIn(shop, network, program, codes.value, readFrom);
  const dealsCompared = await compareDealsIn(shop, network, program, deals.value, readFrom);
  return compared && dealsCompared && (compared === "rest" ? compared : dealsCompared);
}

async function compareCodesIn(shop: string, network: Network, program: ComparedProgram, listed: PlacedCode[], readFrom: Date): Promise<Compared> {
  const there = listed.map((code) => ({ ...code, active: isStanding(code, readFrom) }));
  const byName = Map.groupBy(there, nameOf);
  const { judged, compared } = await confirm(network, program, (await listPlacedIn(shop, program.programId, readFrom)).map((code) => judge(code, byName.get(nameOf(code)) ?? [])), readFrom);
  // What a person entered otherwise for the media source is a step that is open, on the code's own page.
  const found = judged.flatMap(({ code, verdict }) => (verdict === null || (code.holder === "media_source" && verdict.kind === "policy") ? [] : [driftOf(code, program, verdict)]));
  const names = await listNamesIn(shop, program.programId);
  // Where creators are paid, a code that nobody here knows is news; what other partners promote elsewhere is their own business.
  const unknown = program.kind === "creator" ? there.filter((code) => code.active && !names.has(nameOf(code))).slice(0, MOST_UNKNOWN) : [];
  const extra = unknown.map((code): FoundDrift => ({ about: "program", aboutId: program.programId, target: program.programId, kind: "extra_code", part: code.externalId, ours: null, theirs: factsOf(code, program) }));
  const at = now();
  await inTransaction(async (client) => {
    const read = judged.map(({ code, verdict, seen }) => ({ codeId: code.codeId, missing: isAbsent(verdict), problem: verdict && problemOf(code, verdict), seen: verdict?.theirs ?? seen }));
    await noteReadIn(client, shop, program.programId, read, readFrom);
    await closeUnfound(client, shop, { about: "code", target: program.programId, kinds: CODE_KINDS }, judged.map(({ code }) => code.codeId), found, at);
    await closeUnfound(client, shop, { about: "program", target: program.programId, kinds: ["extra_code"] }, [program.programId], extra, at);
    await noteDrifts(client, shop, [...found, ...extra], at);
  });
  return compared;
}

type JudgedCode = { code: PlacedHere; verdict: NetworkVerdict | null; seen: CodeThere | null };

function judge(code: PlacedHere, there: CodeThere[]): JudgedCode {
  // A partner who has it beside the media source is another matter (comparePerformance).
  const mine = code.holder === "partner" ? there : there.filter((one) => one.partnerId === code.partnerId);
  return { code, verdict: networkCodeDrift(toldOf(code), mine), seen: mine[0] ?? null };
}

/**
 * Lists are paged by number: a code slips from one page to the one that was read before while others end. So each that was there until now, and seems not
 * to be, is asked for by name before it is called missing; those that were not asked are left out, and stay as they are known.
 */
async function confirm(network: Network, program: ComparedProgram, judged: JudgedCode[], readFrom: Date): Promise<{ judged: JudgedCode[]; compared: Compared }> {
  const isDoubted = ({ code, verdict }: JudgedCode) => code.state === "live" && isAbsent(verdict);
  const doubted = judged.filter(isDoubted);
  const confirmed = judged.filter((one) => !isDoubted(one));
  for (const { code } of doubted.slice(0, MOST_CONFIRMED)) {
    const found = await network.findCodes(program.externalId, code.code);
    if (!found.ok) return { judged: confirmed, compared: false };
    const there = found.value.map((one) => ({ ...one, active: isStanding(one, readFrom) }));
    confirmed.push(judge(code, there.filter((one) => nameOf(one) === nameOf(code))));
  }
  return { judged: confirmed, compared: doubted.length > MOST_CONFIRMED ? "rest" : true };
}

/** A pattern is another thing than the code that reads the same, and minds case. */
function nameOf({ match, code }: { match: string; code: string }): string {
  return match === "exact" ? codeKey(code) : code;
}

/** In force, or to be. */
function isStanding({ active, startsAt, endsAt }: PlacedCode, at: Date): boolean {
  return active || (startsAt !== null && Date.parse(startsAt) > at.getTime() && (endsAt === null || Date.parse(endsAt) > Date.parse(startsAt)));
}

/** What the network was told; of a code that was placed before anyone noted that, what it is by its terms. Dates that follow the deal's are the deal's business. */
function toldOf({ code, match, externalId, partnerId, policy, told, holder }: PlacedHere) {
  const dates = told === null || holder === "media_source" || (told.dealExternalId !== null && told.startsAt === null && told.endsAt === null) ? null : { startsAt: told.startsAt, endsAt: told.endsAt };
  return { code, match, externalId, partnerId: told?.partnerId ?? partnerId, policy: told?.policy ?? policy, dates };
}

function isAbsent(verdict: NetworkVerdict | null): boolean {
  return verdict?.kind === "missing" || verdict?.kind === "expired" || verdict?.kind === "partner";
}

function problemOf({ code }: PlacedHere, { kind, theirs }: NetworkVerdict): string {
  if (kind === "partner") return writeProblem("problem.code_of_other_partner", { code, partner: theirs?.partnerName ?? "" });
  return writeProblem(`problem.code_${kind}_in_network`, { code });
}

function factsOf(code: CodeThere, program: ComparedProgram): DriftFacts {
  const { externalId, partnerId, policy, policyWord, startsAt, endsAt } = code;
  return { code: code.code, externalId, partnerId, partner: code.partnerName, policy, ...(policyWord && { policyWord }), startsAt, endsAt, program: program.name, programExternalId: program.externalId };
}

function driftOf(code: PlacedHere, program: ComparedProgram, { kind, theirs }: NetworkVerdict): FoundDrift {
  const { partnerId, policy, dates } = toldOf(code);
  const ours: DriftFacts = { code: code.code, ...(partnerId !== null && { partnerId }), policy, ...(dates ?? {}), program: program.name };
  return { about: "code", aboutId: code.codeId, target: program.programId, kind, part: "", ours, theirs: theirs === null ? null : factsOf(theirs, program) };
}

async function compareDealsIn(shop: string, network: Network, program: ComparedProgram, listed: DealInfo[], readFrom: Date): Promise<Compared> {
  const currency = (await findShop(shop))?.currency ?? "";
  const byId = new Map(listed.map((deal) => [deal.externalId, deal]));
  const known = await listDealsIn(shop, program.programId, readFrom);
  // As with codes: one that a page left out is asked for by itself before it is called gone.
  const doubted = known.filter((deal) => !byId.has(deal.externalId) && deal.state === "live");
  for (const { externalId } of doubted.slice(0, MOST_CONFIRMED)) {
    const read = await network.deal(externalId);
    if (read.ok) byId.set(externalId, read.value);
    else if (read.fault.kind !== "not_found") return false;
  }
  const unasked = new Set(doubted.slice(MOST_CONFIRMED));
  const judged = known.filter((deal) => !unasked.has(deal)).map((deal) => ({ deal, found: dealDrift(deal, program, byId.get(deal.externalId) ?? null, currency) }));
  const found = judged.flatMap((one) => (one.found === null ? [] : [one.found]));
  const at = now();
  await inTransaction(async (client) => {
    const read = judged.map(({ deal, found }) => ({ dealId: deal.dealId, missing: found?.kind === "gone", problem: found && writeProblem(`problem.deal_${found.kind === "gone" ? "missing" : "edited"}_in_network`) }));
    await noteDealsIn(client, shop, program.programId, read, readFrom);
    await closeUnfound(client, shop, { about: "deal", target: program.programId, kinds: ["edited", "gone"] }, judged.map(({ deal }) => deal.dealId), found, at);
    await noteDrifts(client, shop, found, at);
  });
  return unasked.size > 0 ? "rest" : true;
}

function dealDrift(deal: PlacedDeal, program: ComparedProgram, seen: DealInfo | null, currency: string): FoundDrift | null {
  const base = { about: "deal" as const, aboutId: deal.dealId, target: program.programId, part: "" };
  const { deal: wanted } = toNetworkDeal(windowOf(deal), currency);
  const ours: DriftFacts = { program: program.name, startsAt: wanted.startsAt, endsAt: wanted.endsAt };
  if (seen === null) return { ...base, kind: "gone", ours, theirs: null };
  const changed = Object.keys(dealChange({ ...wanted, syncs: !deal.hasOwnDates }, seen) ?? {}).filter((field) => field !== "discount" || !isUnreadable(wanted.discount, seen));
  if (changed.length === 0) return null;
  return { ...base, kind: "edited", ours: { ...ours, changed }, theirs: { externalId: seen.externalId, code: seen.name, startsAt: seen.startsAt, endsAt: seen.endsAt, program: program.name, changed } };
}

/** A code that a creator has must not be a partner's in a performance program of the account: that one would take the sale. Programs that are not chosen here count as well. */
async function comparePerformance(shop: string, connectionId: string, network: Network, known: ComparedProgram[], all: ProgramInfo[]): Promise<boolean> {
  if (!known.some((program) => program.kind === "creator")) return true;
  for (const program of all.filter((one) => one.kind === "performance" && one.active)) {
    const codes = await network.codes(program.externalId);
    if (!codes.ok) return false;
    const active = codes.value.filter((code) => code.match === "exact" && isStanding(code, now()));
    const held = await listCreatorsNames(shop, connectionId, active.map((code) => codeKey(code.code)));
    const both = active.filter((code) => held.has(codeKey(code.code)));
    // There a code may well stand, with the media source of the creators; only a partner takes the sale.
    const partners: Answer<PartnerInfo[]> = both.length === 0 ? { ok: true, value: [] } : await network.partners(program.externalId);
    if (!partners.ok) return false;
    const isPartner = new Set(partners.value.map((partner) => partner.partnerId));
    const target = known.find((one) => one.externalId === program.externalId)?.programId ?? `external ${program.externalId}`;
    const where = { target, externalId: program.externalId, name: program.name, connectionId };
    const found = both.filter((code) => isPartner.has(code.partnerId)).map((code) => inPerformance(held.get(codeKey(code.code))!, where, code));
    const at = now();
    await inTransaction(async (client) => {
      await closeUnfound(client, shop, { about: "code", target, kinds: ["in_performance"] }, null, found, at);
      await noteDrifts(client, shop, found, at);
      await retryFreed(client, shop, target, found.map((one) => one.aboutId), at);
    });
  }
  return true;
}

/** When each was asked for, or an account did not answer. Forgotten with the process: then it is asked for once more. */
const askedAt = new Map<string, Date>();

function isResting(name: string): boolean {
  const at = askedAt.get(name);
  return at !== undefined && Math.abs(now().getTime() - at.getTime()) < EXPIRE_AGAIN_MS;
}

/**
 * What a person chose to expire in a performance program: asked for until it is read back as expired, or found no more by the comparison; with a rest in
 * between, since the network's hour has room for few requests.
 */
async function expireChosen(shop: string, connectionId: string): Promise<number> {
  const account = `${shop} ${connectionId}`;
  if (isResting(account)) return 0;
  const chosen = (await listToExpire(shop, connectionId, MOST_A_TURN)).filter((one) => !isResting(`${shop} ${one.id}`));
  let done = 0;
  for (const { id, codeId, target, externalId } of chosen) {
    askedAt.set(`${shop} ${id}`, now());
    const network = await networkFor(shop, connectionId, { about: "code", aboutId: codeId });
    const expired = await network.expireCode(externalId);
    if (expired.ok || expired.fault.kind === "not_found") {
      // Read back: a code that is gone is as good as one that has ended.
      const read = await network.code(externalId);
      if (read.ok ? read.value.active : read.fault.kind !== "not_found") continue;
      await closeDrift(shop, id, now());
      await retryIn(shop, codeId, target, now());
      askedAt.delete(`${shop} ${id}`);
      done += 1;
    } else if (expired.fault.kind === "invalid" || expired.fault.kind === "forbidden") {
      const { key, values } = networkProblem(expired.fault);
      await refuseDrift(shop, id, writeProblem(key, values));
      askedAt.delete(`${shop} ${id}`);
    } else {
      askedAt.set(account, now());
      break;
    }
  }
  return done;
}
