// The local network: its state, the clock it lives by, and everything that impact.com's own people, a creator or a test can do to it.
// The API (server.ts and the files it routes to), the page and the control calls work on this one object.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nowMs } from "#app/clock.ts";
import { codeKey, isTaken, sameCode } from "./codes.ts";
import { changeByHand } from "./deals.ts";
import { DAY_MS } from "./instants.ts";
import { withdrawRequest } from "./requests.ts";
import { settle } from "./settle.ts";
import { emptyState, type Account, type Click, type Fault, type Membership, type MembershipState, type Partner, type PayoutGroup, type Program, type PromoCode, type State, type Submission, type TrackingValueRequest } from "./state.ts";

/** It cannot be done, for a reason that a person can read. */
export class Impossible extends Error {}

const WRITE_EVERY_MS = 1_000;
const KEEP_EXCHANGES = 400;
const KEEP_SUBMISSIONS_MS = 90 * DAY_MS;

export type NewAccount = { sid: string; token: string; name?: string; currency?: string | null; timezone?: string; hourlyLimit?: number };
export type NewProgram = Partial<Omit<Program, "eventTypes" | "mediaSources">> & { name: string; eventTypeName?: string; mediaSources?: string[] };
export type NewPartner = { id?: string; name: string; email?: string; handle?: string; platform?: string; website?: string; country?: string; direct?: boolean };
export type Join = { state?: MembershipState; joinedMs?: number; leftMs?: number; payoutBasisPoints?: number; payoutGroups?: PayoutGroup[]; eventTypeIds?: string[] | null };
export type NewCode = { programId: string; partnerId: string; code: string; type?: "LI" | "RE"; policy?: PromoCode["policy"]; startMs?: number | null; endMs?: number | null; createdMs?: number };
export type NewClick = { programId: string; partnerId: string; id?: string; atMs?: number; profileId?: string; customerId?: string };
export type NewRequest = { programId: string; partnerId: string; code: string; instructions?: string; neededMs?: number; days?: number; dealId?: string | null };
export type NewFault = Partial<Omit<Fault, "id" | "struck">> & { kind: Fault["kind"] };

export class Network {
  state: State;
  readonly #file: string | null;
  #writing: NodeJS.Timeout | null = null;
  /** What still waits to complete, and when the first of it is due. */
  #waiting = new Map<Submission, Account>();
  #nextDueMs = 0;
  #prunedMs = 0;

  constructor(dataDir: string | null = null) {
    this.#file = dataDir === null ? null : join(dataDir, "network.json");
    if (dataDir !== null) mkdirSync(dataDir, { recursive: true });
    this.state = this.#file !== null && existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, "utf8")) as State) : emptyState();
    for (const account of this.state.accounts) for (const each of account.submissions) if (each.done === null && each.dueMs !== null) this.#waiting.set(each, account);
  }

  account(sid: string): Account {
    const account = this.state.accounts.find((each) => each.sid === sid);
    if (account === undefined) throw new Impossible(`no account ${sid}`);
    return account;
  }

  program(sid: string, programId: string): Program {
    const program = this.account(sid).programs.find((each) => each.id === programId);
    if (program === undefined) throw new Impossible(`no program ${programId}`);
    return program;
  }

  partner(sid: string, partnerId: string): Partner {
    const partner = this.account(sid).partners.find((each) => each.id === partnerId);
    if (partner === undefined) throw new Impossible(`no partner ${partnerId}`);
    return partner;
  }

  addAccount(wanted: NewAccount): Account {
    if (this.state.accounts.some((each) => each.sid === wanted.sid)) throw new Impossible(`account ${wanted.sid} exists`);
    const account: Account = {
      sid: wanted.sid,
      id: String(40_001 + this.state.accounts.length),
      name: wanted.name ?? "Test account",
      tokens: [{ token: wanted.token, name: "Full access", denied: [] }],
      currency: wanted.currency === undefined ? "EUR" : wanted.currency,
      timezone: wanted.timezone ?? "America/Los_Angeles",
      defaultVersion: 14,
      hourlyLimit: wanted.hourlyLimit ?? 1000,
      budget: { startMs: 0, used: 0 },
      next: {},
      programs: [], partners: [], codes: [], deals: [], clicks: [], actions: [], updates: [], submissions: [], requests: [],
    };
    this.state.accounts.push(account);
    this.changed();
    return account;
  }

  /** A further access token of an account, with the endpoints that it may not call. */
  addToken(sid: string, token: string, denied: string[]): void {
    this.account(sid).tokens.push({ token, name: "Scoped", denied });
    this.changed();
  }

  addProgram(sid: string, wanted: NewProgram): Program {
    const account = this.account(sid);
    const { eventTypeName = "Online Sale", mediaSources = [], ...rest } = wanted;
    const program: Program = {
      id: this.#freeId(account, "program", 21_400, account.programs),
      type: "Creator", state: "ACTIVE", promoCodeTracking: true, mediaSourcesOverApi: false,
      trackingDomain: "local-network.example", landingPage: "https://shop.example/", lockDays: 45, lateHours: 24, referralDays: 30, customDispositions: [],
      ...rest,
      eventTypes: [{ id: this.nextId(account, "eventType", 51_800), name: eventTypeName, code: "", category: "SALE", active: true, takesPromoCodes: true, dedupDays: null }],
      mediaSources: mediaSources.map((name) => ({ id: this.nextId(account, "mediaSource", 910_300), name })),
    };
    account.programs.push(program);
    this.changed();
    return program;
  }

  addPartner(sid: string, wanted: NewPartner): Partner {
    const account = this.account(sid);
    const id = wanted.id ?? this.#freeId(account, "partner", 2_552_800, account.partners);
    if (account.partners.some((each) => each.id === id)) throw new Impossible(`partner ${id} exists`);
    const handle = wanted.handle?.replace(/^@/, "") ?? null;
    const platform = wanted.platform ?? "INSTAGRAM";
    const [firstName = "", ...others] = wanted.name.split(" ");
    const website = wanted.website ?? `https://${wanted.name.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, "")}.example/`;
    const partner: Partner = {
      id, name: wanted.name, firstName, lastName: others.join(" "), email: wanted.email ?? "", website, country: wanted.country ?? "DE",
      properties: [
        ...(handle === null ? [] : [{ id: `P-${id}1`, name: handle, type: "SOCIAL" as const, platform, url: socialUrl(platform, handle) }]),
        { id: `P-${id}2`, name: wanted.name, type: "WEBSITE" as const, platform: "WEB", url: website },
      ],
      account: "open", direct: wanted.direct ?? false, memberships: [], values: ["", "", ""], createdMs: nowMs(), updatedMs: nowMs(),
    };
    account.partners.push(partner);
    this.changed();
    return partner;
  }

  /** Puts a partner into a program, or changes where he stands there. */
  addPartnerToProgram(sid: string, partnerId: string, programId: string, join: Join = {}): Membership {
    const account = this.account(sid);
    const partner = this.partner(sid, partnerId);
    this.program(sid, programId);
    const state = join.state ?? "joined";
    const atMs = nowMs();
    const known = partner.memberships.find((each) => each.programId === programId);
    const joinedMs = join.joinedMs ?? known?.joinedMs ?? (state === "joined" || state === "left" ? atMs : null);
    const membership: Membership = {
      programId,
      contractId: known?.contractId ?? `${state === "pending" ? "P" : "S"}-${this.nextId(account, "contract", 7_740_000)}`,
      state,
      createdMs: known?.createdMs ?? Math.min(atMs, joinedMs ?? atMs),
      joinedMs,
      leftMs: state === "left" ? (join.leftMs ?? atMs) : null,
      updatedMs: atMs,
      payoutBasisPoints: join.payoutBasisPoints ?? known?.payoutBasisPoints ?? 1000,
      payoutGroups: join.payoutGroups ?? known?.payoutGroups ?? [],
      eventTypeIds: join.eventTypeIds ?? known?.eventTypeIds ?? null,
    };
    partner.memberships = [...partner.memberships.filter((each) => each.programId !== programId), membership];
    partner.updatedMs = atMs;
    this.changed();
    return membership;
  }

  /** Assigns a code as a person does in the provider's own pages: to a partner or a media source, with no rule on its characters. */
  assignCode(sid: string, wanted: NewCode): PromoCode {
    const account = this.account(sid);
    const toSource = this.program(sid, wanted.programId).mediaSources.some((source) => source.id === wanted.partnerId);
    if (toSource && account.optimize === false) throw new Impossible("assigning a code to a media source takes the Optimize add-on, which this account does not have");
    const type = wanted.type ?? "LI";
    const atMs = nowMs();
    const taken = account.codes.find((each) => each.programId === wanted.programId && isTaken(account, each, atMs) && sameCode(each, { type, code: wanted.code }));
    if (taken !== undefined) throw new Impossible(`the code ${wanted.code} is taken by ${taken.partnerId}`);
    return this.keepCode(account, {
      code: wanted.code, type, policy: wanted.policy ?? "ALWAYS", programId: wanted.programId, partnerId: wanted.partnerId,
      dealId: null, createdMs: wanted.createdMs ?? atMs, startMs: wanted.startMs ?? null, endMs: wanted.endMs ?? null, expiredMs: null,
    });
  }

  /** A person expires a code in the provider's own pages. */
  expireCode(sid: string, codeId: string): void {
    const code = this.account(sid).codes.find((each) => each.id === codeId);
    if (code === undefined) throw new Impossible(`no code ${codeId}`);
    code.expiredMs ??= nowMs();
    this.changed();
  }

  /** A person edits a deal in the provider's own pages, where more can be changed than over the API. */
  changeDeal(sid: string, dealId: string, fields: Record<string, string>): void {
    const deal = this.account(sid).deals.find((each) => each.id === dealId);
    if (deal === undefined) throw new Impossible(`no deal ${dealId}`);
    changeByHand(deal, fields);
    this.changed();
  }

  keepCode(account: Account, code: Omit<PromoCode, "id">): PromoCode {
    const kept = { id: this.nextId(account, "code", 7_777_000), ...code };
    account.codes.push(kept);
    this.changed();
    return kept;
  }

  /** A click on a partner's link. While the partner holds an ALWAYS code of the program, the network does not count it. */
  addClick(sid: string, wanted: NewClick): Click {
    const account = this.account(sid);
    this.program(sid, wanted.programId);
    this.partner(sid, wanted.partnerId);
    const atMs = wanted.atMs ?? nowMs();
    const holdsAlways = account.codes.some((code) => code.policy === "ALWAYS" && code.partnerId === wanted.partnerId && code.programId === wanted.programId && isTaken(account, code, atMs));
    const click: Click = {
      id: wanted.id ?? randomUUID().replaceAll("-", ""), programId: wanted.programId, partnerId: wanted.partnerId, atMs,
      profileId: wanted.profileId ?? "", customerId: wanted.customerId ?? "", counted: !holdsAlways,
    };
    account.clicks.push(click);
    this.changed();
    return click;
  }

  /** A creator asks for a code. */
  /** A creator asks for a code; several, parted by commas, in one request. */
  addRequest(sid: string, wanted: NewRequest): TrackingValueRequest {
    const account = this.account(sid);
    this.program(sid, wanted.programId);
    this.partner(sid, wanted.partnerId);
    const request: TrackingValueRequest = {
      id: this.nextId(account, "request", 99_100), programId: wanted.programId, partnerId: wanted.partnerId, requested: wanted.code, approved: "", policy: "", match: "",
      state: "NEW", placedMs: nowMs(), neededMs: wanted.neededMs ?? nowMs() + (wanted.days ?? 7) * DAY_MS, completedMs: null,
      instructions: wanted.instructions ?? "", comments: "", dealId: wanted.dealId ?? null,
    };
    account.requests.push(request);
    this.changed();
    return request;
  }

  withdrawRequest(sid: string, requestId: string): void {
    withdrawRequest(this.account(sid), requestId);
    this.changed();
  }

  addFault(wanted: NewFault): Fault {
    const fault: Fault = {
      id: String(this.state.faultNumber++), endpoint: wanted.endpoint ?? "*", kind: wanted.kind, when: wanted.when ?? "before", count: wanted.count ?? null,
      probability: wanted.probability ?? 1, seed: wanted.seed ?? 1, minutes: wanted.minutes ?? 60, struck: 0,
    };
    this.state.faults.push(fault);
    this.changed();
    return fault;
  }

  clearFaults(id: string | null = null): void {
    this.state.faults = id === null ? [] : this.state.faults.filter((fault) => fault.id !== id);
    this.changed();
  }

  /** Completes what is due by the clock, each submission at its own instant. */
  advance(): void {
    const atMs = nowMs();
    if (atMs < this.#nextDueMs) return;
    const due = [...this.#waiting].filter(([each]) => each.dueMs! <= atMs).sort(([a], [b]) => a.dueMs! - b.dueMs!);
    for (const [submission, account] of due) {
      settle(this, account, submission);
      this.#waiting.delete(submission);
    }
    this.#nextDueMs = Number.MAX_SAFE_INTEGER;
    for (const [each] of this.#waiting) this.#nextDueMs = Math.min(this.#nextDueMs, each.dueMs!);
    if (due.length > 0) this.changed();
    this.#prune(atMs);
  }

  /** Submissions are kept for 90 days; once a day is often enough to look. */
  #prune(atMs: number): void {
    if (atMs - this.#prunedMs < DAY_MS) return;
    this.#prunedMs = atMs;
    for (const account of this.state.accounts) {
      if (account.submissions.some((each) => atMs - each.submittedMs > KEEP_SUBMISSIONS_MS)) account.submissions = account.submissions.filter((each) => atMs - each.submittedMs <= KEEP_SUBMISSIONS_MS);
    }
  }

  /** What is due may have changed other than by queueing: look again at once. */
  hurry(): void {
    this.#nextDueMs = 0;
    this.advance();
  }

  queue(account: Account, submission: Submission): void {
    account.submissions.push(submission);
    if (submission.dueMs !== null) {
      this.#waiting.set(submission, account);
      this.#nextDueMs = Math.min(this.#nextDueMs, submission.dueMs);
    }
    this.changed();
  }

  note(exchange: State["exchanges"][number]): void {
    this.state.exchanges.push(exchange);
    this.state.served += 1;
    if (this.state.exchanges.length > KEEP_EXCHANGES * 2) this.state.exchanges = this.state.exchanges.slice(-KEEP_EXCHANGES);
    this.changed();
  }

  nextId(account: Account, kind: string, first: number): string {
    const next = account.next[kind] ?? first;
    account.next[kind] = next + 1;
    return String(next);
  }

  /** The next id that no row has: ids can also be given. */
  #freeId(account: Account, kind: string, first: number, rows: readonly { id: string }[]): string {
    for (;;) {
      const id = this.nextId(account, kind, first);
      if (!rows.some((row) => row.id === id)) return id;
    }
  }

  /** Something changed: it is written soon. */
  changed(): void {
    if (this.#file === null || this.#writing !== null) return;
    this.#writing = setTimeout(() => this.save(), WRITE_EVERY_MS);
    this.#writing.unref();
  }

  save(): void {
    if (this.#writing !== null) clearTimeout(this.#writing);
    this.#writing = null;
    if (this.#file === null) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.state));
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** The account's codes under one key, for the page and for tests. */
  codesNamed(sid: string, code: string): PromoCode[] {
    return this.account(sid).codes.filter((each) => codeKey(each.code) === codeKey(code));
  }
}

function socialUrl(platform: string, handle: string): string {
  const hosts: Record<string, string> = { INSTAGRAM: "www.instagram.com/", TIKTOK: "www.tiktok.com/@", YOUTUBE: "www.youtube.com/@" };
  return `https://${hosts[platform] ?? "social.example/"}${handle}`;
}
