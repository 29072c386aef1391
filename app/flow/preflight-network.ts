// The networks' side of the pre-flight: whose a name is in the program in which the code is to stand and in the account's other programs, which
// patterns there catch it, and until when the creator is under contract. Each program is listed once, however many codes there are.
import type { Program } from "@prisma/client";
import { findProgram, findProgramByExternal } from "../db/program.ts";
import { codeKey } from "../domain/code.ts";
import { patternMatches } from "../domain/pattern-set.ts";
import { aboutCode, type Finding, type ForWhom, judgeOtherProgram, judgeOwnProgram, type LookedAt } from "../domain/preflight.ts";
import type { KeptProblem } from "../domain/problem.ts";
import type { Answer, Network, NetworkFault, PartnerInfo, PlacedCode, ProgramInfo } from "../networks/port.ts";
import { connectedTo } from "./connected.ts";
import { isDoubtful, isStanding } from "./place-codes-network.ts";
import { networkProblem } from "./network-faults.ts";

export type NetworkRow = { code: string; key: string; creatorId: string | null; creatorName: string; program: Program | null; partnerId: string | null; findings: Finding[]; contractEndsAt: Date | null };

export type NetworkSide = {
  /** Adds what it finds to the rows, all of them of programs that are in a network. */
  judge: (rows: readonly NetworkRow[]) => Promise<void>;
  /** Whether a program that was listed has this name. */
  has: (key: string) => boolean;
};

/** The most programs of an account that are looked into beside a code's own. */
const MOST_OTHERS = 6;

type Listing = { byKey: Map<string, PlacedCode[]>; patterns: PlacedCode[] };
type Account = { network: Network; programs: ProgramInfo[]; listings: Map<string, Listing>; partners: Map<string, Map<string, PartnerInfo>> };
type Known<T> = { ok: true; value: T } | { ok: false; problem: KeptProblem; later: boolean };

/** `contracts`: whether each partner's contract is read too, which takes the network several questions. */
export function openNetworkSide(shop: string, { contracts }: { contracts: boolean }): NetworkSide {
  const accounts = new Map<string, Account>();

  return {
    async judge(rows) {
      const byConnection = Map.groupBy(rows, (row) => row.program!.connectionId!);
      for (const [connectionId, some] of byConnection) {
        const told = await judgeAccount(shop, accounts, { connectionId, rows: some, contracts });
        if (!told.ok) for (const row of some) row.findings.push({ ...aboutCode(told.problem.key, told.problem.values, true, []), ...(told.later ? { later: true as const } : {}) });
      }
    },
    has: (key) => [...accounts.values()].some((account) => [...account.listings.values()].some((listing) => listing.byKey.has(key))),
  };
}

type Task = { connectionId: string; rows: NetworkRow[]; contracts: boolean };

/** What cannot be asked is told as a whole: it is not known of any of the rows that it is free. */
async function judgeAccount(shop: string, accounts: Map<string, Account>, { connectionId, rows, contracts }: Task): Promise<Known<null>> {
  const opened = await accountOf(shop, accounts, connectionId);
  if (!opened.ok) return opened;
  const account = opened.value;
  for (const [externalId, own] of Map.groupBy(rows, (row) => row.program!.externalId!)) {
    const program = own[0]!.program!;
    const listing = await listingOf(account, externalId);
    if (!listing.ok) return listing;
    for (const row of own) judgeIn(row, listing.value, { name: program.name, kind: kindOf(program.kind), isPartner: null }, true);
    if (contracts) {
      const partners = await partnersOf(account, externalId);
      if (!partners.ok) return partners;
      for (const row of own) judgeContract(row, program, partners.value);
    }
    const pair = program.pairId ? ((await findProgram(shop, program.pairId))?.externalId ?? null) : null;
    for (const other of othersOf(account, externalId, pair)) {
      const listed = await listingOf(account, other.externalId);
      if (!listed.ok) return listed;
      const name = (await findProgramByExternal(shop, connectionId, other.externalId))?.name ?? other.name;
      // Who is a partner there is asked only where a name is found.
      const found = own.some((row) => listed.value.byKey.has(row.key) || listed.value.patterns.some((one) => patternMatches(one.code, row.code)));
      const partners = found ? await partnersOf(account, other.externalId) : null;
      const isPartner = partners?.ok ? (partnerId: string) => partners.value.has(partnerId) : null;
      for (const row of own) judgeIn(row, listed.value, { name, kind: other.kind, isPartner }, false);
    }
  }
  return { ok: true, value: null };
}

async function accountOf(shop: string, accounts: Map<string, Account>, connectionId: string): Promise<Known<Account>> {
  const known = accounts.get(connectionId);
  if (known) return { ok: true, value: known };
  const connected = await connectedTo(shop, connectionId);
  if (!connected.ok) return { ok: false, problem: { key: connected.errors[0]!.key, values: connected.errors[0]!.values ?? {} }, later: false };
  const programs = read(await connected.network.programs());
  if (!programs.ok) return programs;
  const account = { network: connected.network, programs: programs.value, listings: new Map(), partners: new Map() };
  accounts.set(connectionId, account);
  return { ok: true, value: account };
}

/** The account's other programs that could credit a sale with the code: the pair first, then those of the other kind. */
function othersOf({ programs }: Account, externalId: string, pair: string | null): ProgramInfo[] {
  const kind = programs.find((program) => program.externalId === externalId)?.kind;
  const others = programs.filter((program) => program.externalId !== externalId && program.active && program.takesPromoCodes);
  const rank = (program: ProgramInfo) => (program.externalId === pair ? 0 : program.kind === kind ? 2 : 1);
  return others.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_OTHERS);
}

async function listingOf(account: Account, externalId: string): Promise<Known<Listing>> {
  const known = account.listings.get(externalId);
  if (known) return { ok: true, value: known };
  const codes = read(await account.network.codes(externalId));
  if (!codes.ok) return codes;
  const active = codes.value.filter((code) => isStanding(code) && !isDoubtful(code));
  const listing = { byKey: Map.groupBy(active.filter((code) => code.match === "exact"), (code) => codeKey(code.code)), patterns: active.filter((code) => code.match === "regex") };
  account.listings.set(externalId, listing);
  return { ok: true, value: listing };
}

async function partnersOf(account: Account, externalId: string): Promise<Known<Map<string, PartnerInfo>>> {
  const known = account.partners.get(externalId);
  if (known) return { ok: true, value: known };
  const partners = read(await account.network.partners(externalId));
  if (!partners.ok) return partners;
  const byId = new Map(partners.value.map((partner) => [partner.partnerId, partner]));
  account.partners.set(externalId, byId);
  return { ok: true, value: byId };
}

function read<T>(answer: Answer<T>): Known<T> {
  return answer.ok ? answer : { ok: false, problem: networkProblem(answer.fault), later: LATER.includes(answer.fault.kind) };
}

const LATER: NetworkFault["kind"][] = ["limited", "unavailable", "timeout"];

function judgeIn(row: NetworkRow, listing: Listing, looked: LookedAt, own: boolean): void {
  const whom: ForWhom = { code: row.code, creator: row.creatorId === null ? null : row.creatorName, partnerId: row.partnerId, kind: kindOf(row.program!.kind) };
  const found = listing.byKey.get(row.key) ?? [];
  row.findings.push(...(own ? judgeOwnProgram(whom, looked, found) : judgeOtherProgram(whom, looked, found)));
  // In another program the creators' media source may have patterns of its own.
  const others = listing.patterns.filter((one) => (own ? one.partnerId !== row.partnerId : looked.isPartner?.(one.partnerId) === true));
  const pattern = others.find((one) => patternMatches(one.code, row.code));
  if (pattern) row.findings.push(aboutCode("give.network_pattern", { code: row.code, creator: row.creatorName, pattern: pattern.code, partner: pattern.partnerName, program: looked.name }, false, [{ kind: "rename" }, { kind: "open_network" }]));
}

function kindOf(kind: string): ForWhom["kind"] {
  return kind === "performance" || kind === "creator" ? kind : "other";
}

/** What the network says of the creator today, where that is otherwise than we know. */
function judgeContract(row: NetworkRow, program: Program, partners: ReadonlyMap<string, PartnerInfo>): void {
  if (row.creatorId === null || row.partnerId === null || row.findings.some((finding) => finding.field === "creatorId" && finding.blocking)) return;
  const partner = partners.get(row.partnerId);
  const state = partner?.state ?? "left";
  if (partner && state === "joined") {
    row.contractEndsAt = partner.leftAt === null ? row.contractEndsAt : new Date(partner.leftAt);
    return;
  }
  const key = `give.not_joined_${state === "pending" || state === "declined" ? state : "left"}`;
  row.findings.push({ field: "creatorId", key, values: { creator: row.creatorName, program: program.name }, blocking: true, remedies: [{ kind: "invite", href: `/app/creators/${row.creatorId}`, network: { id: program.network, program: program.name } }] });
}
