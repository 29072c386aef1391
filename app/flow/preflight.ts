// Before any code is made: store, networks and our own rows are asked about each name, live, for one code or ten thousand. Nothing is written here.
import type { Program } from "@prisma/client";
import { now } from "../clock.ts";
import { listCreatorsWithCode } from "../db/code.ts";
import { findDeal } from "../db/deal.ts";
import type { Deal } from "../db/deal.ts";
import { listPrograms } from "../db/program.ts";
import { type LatestMembership, latestMemberships, namesOfCreators } from "../db/reads/preflight.ts";
import { findShop } from "../db/shop.ts";
import type { NewBatchRow } from "../domain/code-batch.ts";
import { checkCodeName } from "../domain/code-name.ts";
import { codeKey } from "../domain/code.ts";
import type { SeenDiscount } from "../domain/deal-seen.ts";
import { aboutCode, type Finding, judgeDates } from "../domain/preflight.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Urgency } from "../domain/rate.ts";
import { wallTime } from "../domain/zone.ts";
import type { Failed } from "./connected.ts";
import { suggestFree } from "./naming.ts";
import { openOurSide } from "./preflight-here.ts";
import { openNetworkSide } from "./preflight-network.ts";
import { openStoreSide } from "./preflight-store.ts";

export type { Finding, Remedy } from "../domain/preflight.ts";

/** Dates of its own may be left out, where the page has none. `id`: under which the code is to be made, where that was noted before. */
export type GiveRow = Pick<NewBatchRow, "creatorId" | "code"> & { id?: string; policy: string; startsAt?: string | null; endsAt?: string | null };
/** `comments` for every code; `sendTo`, an e-mail address, where there is one code alone. */
export type GiveInput = { dealId: string; rows: GiveRow[]; hyphens?: boolean; comments?: string; sendTo?: string };

export type CheckedRow = {
  index: number; // of all rows, from 0
  creatorId: string | null; // null: for everybody
  creatorName: string;
  code: string; // as it will be made: without the white space around it
  key: string;
  policy: string;
  startsAt: Date | null; // null: the deal's own
  endsAt: Date | null;
  program: Program | null; // in which it will be credited
  partnerId: string | null;
  contractEndsAt: Date | null;
  findings: Finding[];
};
export type Preflight = { ok: true; deal: Deal; rows: CheckedRow[]; blocking: boolean };

/** `hyphens`: the merchant allows them in a network too. `rows`: how many there will be in all, where that is known. `urgency`: whether a person waits for it. */
export type PreflightOptions = { hyphens?: boolean; rows?: number; urgency?: Urgency };

/** A pre-flight under way: rows are compared with all that came before. Rows that could not be asked have a finding that is `later`. */
export type OpenPreflight = {
  ok: true;
  deal: Deal;
  /** Checks some rows, in their order. `firstIndex`: where the first of them stands among all. */
  check: (rows: readonly GiveRow[], firstIndex: number) => Promise<CheckedRow[]>;
  close: () => void;
};

/** The most codes that a page checks at once; a run (flow/batch.ts) takes more. */
export const MOST_AT_ONCE = 100;
const CHUNK = 250;
/** With more rows than this it pays to read every contract of the program. */
const FEW = 20;
const POLICIES = ["always", "involved", "winner"];

/** Checks every row of a page: the name itself, who has it here, in the store and in the networks, and whether the creator has joined. */
export async function preflight(shop: string, { dealId, rows, hyphens = false }: GiveInput): Promise<Preflight | Failed> {
  const errors: FieldError[] = [];
  if (rows.length === 0) errors.push({ field: "rows", key: "give.no_rows" });
  if (rows.length > MOST_AT_ONCE) errors.push({ field: "rows", key: "give.too_many_rows", values: { limit: MOST_AT_ONCE } });
  if (errors.length > 0) {
    const deal = await findDeal(shop, dealId);
    return { ok: false, errors: [...dealErrors(deal), ...errors] };
  }
  return preflightRows(shop, { dealId, rows }, { hyphens });
}

/** Checks any number of rows. `onProgress` is told how many are checked. */
export async function preflightRows(shop: string, { dealId, rows }: { dealId: string; rows: readonly GiveRow[] }, { onProgress, ...options }: PreflightOptions & { onProgress?: (done: number) => void } = {}): Promise<Preflight | Failed> {
  const opened = await openPreflight(shop, dealId, { rows: rows.length, ...options });
  if (!opened.ok) return opened;
  const checked: CheckedRow[] = [];
  for (let from = 0; from < rows.length; from += CHUNK) {
    checked.push(...(await opened.check(rows.slice(from, from + CHUNK), from)));
    onProgress?.(checked.length);
  }
  opened.close();
  return { ok: true, deal: opened.deal, rows: checked, blocking: checked.some((row) => row.findings.some((finding) => finding.blocking)) };
}

/** Opens a pre-flight for a deal's codes; the errors are of the deal as a whole. */
export async function openPreflight(shop: string, dealId: string, { hyphens = false, rows: expected = Infinity, urgency = "person" }: PreflightOptions = {}): Promise<OpenPreflight | Failed> {
  const deal = await findDeal(shop, dealId);
  const errors = dealErrors(deal);
  if (!deal || errors.length > 0) return { ok: false, errors };
  const programs = new Map((await listPrograms(shop)).map((program) => [program.id, program]));
  const zone = (await findShop(shop))?.timezone || "UTC";
  const discount = deal.storeVersion === deal.version ? (deal.storeSeen as SeenDiscount | null) : null;
  const ours = await openOurSide(shop);
  const store = openStoreSide(shop, deal.id, urgency);
  const networks = openNetworkSide(shop, { contracts: expected > FEW });
  const seen = new Map<string, number>();
  const suggested = new Set<string>();
  const isTaken = (key: string) => seen.has(key) || suggested.has(key) || ours.has(key) || networks.has(key);

  return {
    ok: true,
    deal,
    async check(given, firstIndex) {
      const rows = await readRows(shop, { deal, programs, hyphens }, given, firstIndex);
      for (const row of rows) judgeTwice(row, seen);
      await ours.judge(rows);
      await store.judge(askable(rows));
      await networks.judge(askable(rows).filter(({ program }) => program !== null && program.connectionId !== null && program.externalId !== null && program.state === "active"));
      for (const row of rows) {
        const contract = row.creatorId === null ? null : { creator: row.creatorName, program: row.program?.name ?? "", endsAt: row.contractEndsAt, href: `/app/creators/${row.creatorId}` };
        row.findings.push(...judgeDates(row, { ...deal, discount }, contract, now(), (at) => wallTime(at, zone).date));
        const suggestion = suggest(row, isTaken, hyphens);
        if (suggestion !== null) suggested.add(codeKey(suggestion));
      }
      return rows;
    },
    close: () => seen.clear(),
  };
}

/** Why a deal takes no codes; none where it does. */
export function dealErrors(deal: Deal | null): FieldError[] {
  if (!deal) return [{ field: "dealId", key: "give.deal_not_found" }];
  if (deal.storeState === "refused" || deal.storeState === "missing") return [{ field: "dealId", key: `give.deal_${deal.storeState}`, values: { deal: deal.name } }];
  if (deal.endsAt && deal.endsAt <= now()) return [{ field: "dealId", key: "give.deal_ended", values: { deal: deal.name } }];
  return [];
}

type Setting = { deal: Deal; programs: ReadonlyMap<string, Program>; hyphens: boolean };

/** What the rows say by themselves: names, policies, creators and their membership. */
async function readRows(shop: string, { deal, programs, hyphens }: Setting, given: readonly GiveRow[], firstIndex: number): Promise<CheckedRow[]> {
  const ids = [...new Set(given.flatMap((row) => (row.creatorId === null ? [] : [row.creatorId])))];
  const names = await namesOfCreators(shop, ids);
  const members = Map.groupBy(await latestMemberships(shop, ids, deal.programId), (member) => member.creatorId);
  const having = new Map((await listCreatorsWithCode(shop, deal.id, ids)).map((row) => [row.creatorId, row.code]));
  const dealProgram = deal.programId ? (programs.get(deal.programId) ?? null) : null;

  return given.map((row, place) => {
    const code = row.code.trim();
    const findings: Finding[] = [];
    const creatorName = row.creatorId === null ? "" : (names.get(row.creatorId) ?? "");
    const joined = (members.get(row.creatorId ?? "") ?? []).filter((member) => isJoined(member));
    const only = joined.length === 1 ? joined[0]! : null; // for a deal of no program: the one that the creator is joined to
    const member = dealProgram ? (members.get(row.creatorId ?? "")?.[0] ?? null) : only;
    const program = dealProgram ?? (only ? (programs.get(only.programId) ?? null) : null);
    // A code for everybody is never placed in a network.
    const network = row.creatorId !== null && program !== null && program.network !== "none";
    for (const found of checkCodeName(code, { network, hyphens })) findings.push(aboutCode(found.key, found.values, found.blocking));
    if (!POLICIES.includes(row.policy)) findings.push({ field: "policy", key: "give.policy_unknown", values: {}, blocking: true, remedies: [] });
    if (row.creatorId === null) {
      if (!program) findings.push({ field: "creatorId", key: "give.everybody_no_program", values: { deal: deal.name }, blocking: true, remedies: [{ kind: "open_deal", href: `/app/deals/${deal.id}` }] });
    } else if (!names.has(row.creatorId)) findings.push({ field: "creatorId", key: "give.creator_not_found", values: {}, blocking: true, remedies: [] });
    else if (!program) findings.push({ field: "creatorId", key: "give.no_program", values: { creator: creatorName }, blocking: true, remedies: [{ kind: "open_creator", href: `/app/creators/${row.creatorId}` }] });
    else findings.push(...checkMember(creatorName, program, member));
    const has = row.creatorId === null ? undefined : having.get(row.creatorId);
    if (has !== undefined) findings.push({ field: "creatorId", key: "give.has_code", values: { creator: creatorName, code: has }, blocking: false, remedies: [{ kind: "open_creator", href: `/app/creators/${row.creatorId}` }] });
    const [startsAt, endsAt] = [instant(row.startsAt), instant(row.endsAt)];
    if (startsAt === undefined || endsAt === undefined) findings.push({ field: "dates", key: "give.date_form", values: {}, blocking: true, remedies: [{ kind: "change_dates" }] });
    const dates = { startsAt: startsAt ?? null, endsAt: endsAt ?? null, contractEndsAt: member?.leftAt ?? member?.endsAt ?? null };
    return { index: firstIndex + place, creatorId: row.creatorId, creatorName, code, key: codeKey(code), policy: row.policy, ...dates, program, partnerId: member?.partnerId ?? null, findings };
  });
}

/** undefined: it is no date. */
function instant(text: string | null | undefined): Date | null | undefined {
  if (text === null || text === undefined || text === "") return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

type Member = Pick<LatestMembership, "state" | "leftAt" | "partnerId">;

function isJoined({ state, leftAt }: Member): boolean {
  return state === "joined" && (leftAt === null || leftAt > now());
}

/** Whether a creator can be credited in a program today. */
export function checkMember(creator: string, program: Program, member: (Member & { creatorId?: string }) | null): Finding[] {
  const values = { creator, program: program.name };
  const network = program.network === "none" ? {} : { network: { id: program.network, program: program.name } };
  const invite = { kind: "invite" as const, href: member?.creatorId ? `/app/creators/${member.creatorId}` : "/app/creators", ...network };
  const no = (key: string): Finding[] => [{ field: "creatorId", key, values, blocking: true, remedies: [invite] }];
  // A program of the shop's own is joined on a page of this app.
  if (program.network === "none" && !(member && isJoined(member))) return no("give.not_in_own_program");
  if (!member) return no("give.not_in_program");
  if (!isJoined(member)) return no(`give.not_joined_${["pending", "declined", "left"].includes(member.state) ? member.state : "left"}`);
  return program.network !== "none" && member.partnerId === null ? no("give.no_partner") : [];
}

function judgeTwice(row: CheckedRow, seen: Map<string, number>): void {
  if (row.key === "") return;
  const before = seen.get(row.key);
  if (before === undefined) seen.set(row.key, row.index);
  else row.findings.push(aboutCode("give.twice_here", { code: row.code, row: before + 1 }, true));
}

/** Only names that can be made at all are asked for. */
function askable(rows: CheckedRow[]): CheckedRow[] {
  return rows.filter((row) => row.code !== "" && !row.findings.some((finding) => finding.blocking && finding.field === "code"));
}

/** A name that is free as far as is known, beside each finding that another name would mend. */
function suggest(row: CheckedRow, taken: (key: string) => boolean, hyphens: boolean): string | null {
  const blocked = row.findings.filter((finding) => finding.blocking && finding.field === "code").flatMap((finding) => finding.remedies.filter((remedy) => remedy.kind === "rename"));
  const suggestion = blocked.length === 0 || row.key === "" ? null : suggestFree(row.code, taken, hyphens);
  if (suggestion !== null) for (const remedy of blocked) remedy.suggestion = suggestion;
  return suggestion;
}
