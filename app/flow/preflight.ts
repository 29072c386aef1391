// Before any code is made: store, network and our own rows are asked about each name, live. Nothing is written here.
import { now } from "../clock.ts";
import { findCodeOwner, findCodesByKeys, listCreatorsWithCode } from "../db/code.ts";
import { findCreators, listLatestMemberships, listMembershipsOf } from "../db/creator.ts";
import { findDeal, findDealByStoreId } from "../db/deal.ts";
import type { Deal } from "../db/deal.ts";
import { findProgram, listPrograms } from "../db/program.ts";
import { checkCodeName } from "../domain/code-name.ts";
import { codeKey } from "../domain/code.ts";
import type { FieldError, KeptProblem, Values } from "../domain/problem.ts";
import type { Program } from "@prisma/client";
import type { Answer, PlacedCode } from "../networks/port.ts";
import { adminFor } from "../shopify/admin.ts";
import { findByCode } from "../shopify/discounts.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { connectedTo } from "./connected.ts";
import type { Failed } from "./connected.ts";
import { networkProblem } from "./network-faults.ts";
import { inParallel } from "./parallel.ts";
import { storeProblem } from "./store-faults.ts";

export type GiveRow = { creatorId: string; code: string; policy: string };
export type GiveInput = { dealId: string; rows: GiveRow[] };

/** `key` of locales/<language>/errors.json; a blocking finding keeps the code from being made, the others are to be seen. */
export type Finding = { field: "code" | "creatorId" | "policy"; key: string; values: Values; blocking: boolean };

export type CheckedRow = {
  creatorId: string;
  creatorName: string;
  code: string; // as it will be made: without the white space around it
  key: string;
  policy: string;
  program: Program | null; // in which it will be credited
  partnerId: string | null;
  findings: Finding[];
};
export type Preflight = { ok: true; deal: Deal; rows: CheckedRow[]; blocking: boolean };

/** The most codes of one call; each costs a question to the store and one or more to the network (1,000 an hour). */
const MOST_ROWS = 100;
const MOST_AT_ONCE = 5;
const POLICIES = ["always", "involved", "winner"];

/** Checks every row: the name itself, who has it here, in the store and in the networks, and whether the creator has joined. */
export async function preflight(shop: string, { dealId, rows }: GiveInput): Promise<Preflight | Failed> {
  const deal = await findDeal(shop, dealId);
  const errors = checkDeal(deal);
  if (rows.length === 0) errors.push({ field: "rows", key: "give.no_rows" });
  if (rows.length > MOST_ROWS) errors.push({ field: "rows", key: "give.too_many_rows", values: { limit: MOST_ROWS } });
  if (!deal || errors.length > 0) return { ok: false, errors };

  const checked = await checkRows(shop, deal, rows);
  await findTakenHere(shop, checked);
  await findTakenInStore(shop, deal, checked);
  await findTakenInNetworks(shop, checked);
  return { ok: true, deal, rows: checked, blocking: checked.some((row) => row.findings.some((finding) => finding.blocking)) };
}

function checkDeal(deal: Deal | null): FieldError[] {
  if (!deal) return [{ field: "dealId", key: "give.deal_not_found" }];
  if (deal.storeState === "refused" || deal.storeState === "missing") return [{ field: "dealId", key: `give.deal_${deal.storeState}`, values: { deal: deal.name } }];
  if (deal.endsAt && deal.endsAt <= now()) return [{ field: "dealId", key: "give.deal_ended", values: { deal: deal.name } }];
  return [];
}

/** What the rows say by themselves: names, policies, creators and their membership. */
async function checkRows(shop: string, deal: Deal, rows: GiveRow[]): Promise<CheckedRow[]> {
  const creatorIds = [...new Set(rows.map((row) => row.creatorId))];
  const creators = new Map((await findCreators(shop, creatorIds)).map((creator) => [creator.id, creator]));
  const dealProgram = deal.programId ? await findProgram(shop, deal.programId) : null;
  const members = dealProgram ? new Map((await listLatestMemberships(shop, dealProgram.id, creatorIds)).map((member) => [member.creatorId, member])) : null;
  const having = new Map((await listCreatorsWithCode(shop, deal.id, creatorIds)).map((row) => [row.creatorId, row.code]));
  const seen = new Map<string, number>();

  const checked: CheckedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const code = row.code.trim();
    const key = codeKey(code);
    const findings: Finding[] = [];
    const creator = creators.get(row.creatorId);
    const credit = !creator ? null : members ? { program: dealProgram, member: members.get(creator.id) ?? null } : await onlyProgramOf(shop, creator.id);
    const program = credit?.program ?? null;
    const creatorName = creator?.name ?? "";
    for (const found of checkCodeName(code, { network: program !== null && program.network !== "none" })) findings.push({ field: "code", ...found });
    if (!POLICIES.includes(row.policy)) findings.push({ field: "policy", key: "give.policy_unknown", values: {}, blocking: true });
    if (!creator) findings.push({ field: "creatorId", key: "give.creator_not_found", values: {}, blocking: true });
    else if (!program) findings.push({ field: "creatorId", key: "give.no_program", values: { creator: creatorName }, blocking: true });
    else findings.push(...checkMember(creatorName, program, credit?.member ?? null));
    const before = seen.get(key);
    if (code !== "" && before !== undefined) findings.push({ field: "code", key: "give.twice_here", values: { code, row: before + 1 }, blocking: true });
    else seen.set(key, index);
    const has = having.get(row.creatorId);
    if (has !== undefined) findings.push({ field: "creatorId", key: "give.has_code", values: { creator: creatorName, code: has }, blocking: false });
    checked.push({ creatorId: row.creatorId, creatorName, code, key, policy: row.policy, program, partnerId: credit?.member?.partnerId ?? null, findings });
  }
  return checked;
}

type Member = { state: string; leftAt: Date | null; partnerId: string | null };

/** For a deal of no program: the one program that the creator is joined to. */
async function onlyProgramOf(shop: string, creatorId: string): Promise<{ program: Program; member: Member } | null> {
  const joined = (await listMembershipsOf(shop, creatorId)).filter((member) => member.state === "joined" && member.leftAt === null);
  const program = joined.length === 1 ? await findProgram(shop, joined[0]!.programId) : null;
  return program ? { program, member: joined[0]! } : null;
}

/** Whether a creator can be credited in a program today. */
export function checkMember(creator: string, program: Program, member: Member | null): Finding[] {
  const values = { creator, program: program.name };
  if (!member) return [{ field: "creatorId", key: "give.not_in_program", values, blocking: true }];
  if (member.state !== "joined" || member.leftAt !== null) {
    const state = ["pending", "declined", "left"].includes(member.state) ? member.state : "left";
    return [{ field: "creatorId", key: `give.not_joined_${state}`, values, blocking: true }];
  }
  if (program.network !== "none" && member.partnerId === null) return [{ field: "creatorId", key: "give.no_partner", values, blocking: true }];
  return [];
}

async function findTakenHere(shop: string, rows: CheckedRow[]): Promise<void> {
  const taken = new Map((await findCodesByKeys(shop, rows.map((row) => row.key))).map((code) => [code.key, code]));
  for (const row of rows) {
    const code = taken.get(row.key);
    if (!code) continue;
    const owner = await findCodeOwner(shop, code.id, now());
    const creator = owner?.creatorId ? (await findCreators(shop, [owner.creatorId]))[0]?.name : undefined;
    const deal = code.dealId ? (await findDeal(shop, code.dealId))?.name : undefined;
    row.findings.push({ field: "code", key: "give.taken_here", values: { code: row.code, creator: creator ?? "–", deal: deal ?? "–" }, blocking: true });
  }
}

/** Only names that can be made at all are asked for. */
function askable(rows: CheckedRow[]): CheckedRow[] {
  return rows.filter((row) => row.code !== "" && !row.findings.some((finding) => finding.blocking && finding.field === "code"));
}

async function findTakenInStore(shop: string, deal: Deal, rows: CheckedRow[]): Promise<void> {
  const admin = adminFor(shop);
  const faults: StoreFault[] = [];
  await inParallel(askable(rows), MOST_AT_ONCE, async (row) => {
    const answer = await findByCode(admin, row.code);
    if (!answer.ok) faults.push(answer.fault);
    else if (answer.value) {
      const ours = await findDealByStoreId(shop, answer.value.id);
      const key = ours ? (ours.id === deal.id ? "give.taken_in_this_deal" : "give.taken_in_our_deal") : "give.taken_in_store";
      row.findings.push({ field: "code", key, values: { code: row.code, discount: answer.value.title }, blocking: true });
    }
    return answer.ok;
  });
  // What could not be asked is not known to be free.
  for (const fault of faults.slice(0, 1)) for (const row of rows) row.findings.push({ field: "code", ...storeProblem(fault), blocking: true });
}

/** Asks each network program of the shop: a code has one owner in a program, and a performance program knows it too. */
async function findTakenInNetworks(shop: string, rows: CheckedRow[]): Promise<void> {
  const programs = (await listPrograms(shop)).filter((program) => program.connectionId !== null && program.externalId !== null && program.state === "active");
  for (const program of programs) {
    const concerned = askable(rows).filter((row) => row.program !== null && row.program.connectionId === program.connectionId);
    if (concerned.length > 0) await findTakenInProgram(shop, program, concerned);
  }
}

async function findTakenInProgram(shop: string, program: Program, rows: CheckedRow[]): Promise<void> {
  const connected = await connectedTo(shop, program.connectionId!);
  let unknown: KeptProblem[] = connected.ok ? [] : connected.errors.map(({ key, values }) => ({ key, values: values ?? {} }));
  if (connected.ok) {
    await inParallel(rows, MOST_AT_ONCE, async (row) => {
      const answer: Answer<PlacedCode[]> = await connected.network.findCodes(program.externalId!, row.code);
      if (answer.ok) row.findings.push(...judge(row, program, answer.value));
      else if (unknown.length === 0) unknown = [networkProblem(answer.fault)];
      return answer.ok;
    });
  }
  for (const row of rows) for (const problem of unknown) row.findings.push({ field: "code", ...problem, blocking: true });
}

function judge(row: CheckedRow, program: Program, found: PlacedCode[]): Finding[] {
  const active = found.filter((code) => code.active);
  const values = { code: row.code, program: program.name };
  if (program.id !== row.program?.id) {
    // There it belongs to the media source of the creators; as a partner's code it would take the sale from the creator.
    const other = active[0];
    return other ? [{ field: "code", key: "give.in_other_program", values: { ...values, partner: other.partnerName }, blocking: false }] : [];
  }
  const other = active.find((code) => code.partnerId !== row.partnerId);
  if (other) return [{ field: "code", key: "give.taken_in_network", values: { ...values, partner: other.partnerName }, blocking: true }];
  return active.length > 0 ? [{ field: "code", key: "give.already_in_network", values, blocking: false }] : [];
}
