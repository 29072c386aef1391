// The shapes that the reads hand to the pages: types only, plain JSON. Times are ISO 8601, amounts are minor units as strings.
import type { Life } from "./code-life.ts";
import type { ContractEnd } from "./contract.ts";
import type { DealTerms } from "./deal.ts";
import type { SeenInStore } from "./deal-seen.ts";
import type { Values } from "./problem.ts";

/** `more`: there are more than `total`, and they were not counted. */
export type Paged<Row> = { rows: Row[]; total: number; page: number; pages: number; more?: boolean };

/** What one side (the store, or a program's network) is known to have, and when it was last read back. */
export type Mark = { state: string; problem: string | null; readAt: string | null };
export type ProgramMark = Mark & { programId: string; programName: string };

/** Orders with something credited, and the sum of it. */
export type Sold = { orders: number; amount: string };

export type ShopFacts = { shop: string; currency: string; timezone: string };

export type Phase = "scheduled" | "active" | "paused" | "ended";

export type DealRow = {
  id: string;
  name: string;
  terms: DealTerms;
  startsAt: string;
  endsAt: string | null;
  phase: Phase;
  store: Mark;
  networks: ProgramMark[]; // "live" only while the network's deal runs: before and after it is "scheduled", "ended"
  codes: number;
  sold: Sold;
};

/** Where the network's deal stands, as it was read back. */
export type NetworkSeen = { name: string; state: string; startsAt: string | null; endsAt: string | null };

export type DealDetail = Omit<DealRow, "networks"> & {
  networks: (ProgramMark & { version: number; seen: NetworkSeen | null })[];
  reserveCode: string | null; // the first code of its discount, which nobody was given
  version: number;
  pausedAt: string | null;
  storeId: string | null;
  storeVersion: number; // the version that the store was last brought to
  seen: SeenInStore | null; // what the store had when it was last read
  adopted: boolean;
  parent: { id: string; name: string } | null;
  createdAt: string;
  program: { id: string; name: string; network: string } | null;
};

export type LogLine = { id: string; at: string; who: string; what: string; detail: Record<string, unknown> };

/** `word`: the network's own word for the state, where this version does not know it. */
export type ProgramState = { programId: string; name: string; state: string; word: string | null; joinedAt: string; leftAt: string | null; readAt: string | null };

export type CreatorRow = {
  id: string;
  name: string;
  email: string | null;
  handle: string | null;
  programs: ProgramState[];
  codes: { id: string; code: string }[];
  sold: Sold;
  lastSaleAt: string | null;
};

export type CreatorDetail = {
  id: string;
  name: string;
  email: string | null;
  handle: string | null;
  createdAt: string;
  /** Orders that the network has yet to decide about. */
  awaiting: number;
  /** `contact`: to whom the network writes; `endsAt`: when the contract ends, where that lies ahead. */
  memberships: (ProgramState & { network: string; partnerId: string | null; contact: string; endsAt: string | null })[];
};

/** A contract of a creator, and what it pays. */
export type ContractLine = { programId: string; programName: string; contractId: string; name: string; state: string; word: string | null; startsAt: string | null; endsAt: string | null; readAt: string; payouts: PayLine[] };

/** What a contract pays for one event type, and under which conditions: networks/port.ts PayoutTerm, PayoutRule. */
export type PayRate = { kind: "percent"; basisPoints: number } | { kind: "fixed"; amount: string; currency: string } | null;
export type PayRule = { variable: string; operator: string; values: string[]; about?: "category" | "sku" | "code" | "customer" | null; test?: "is" | "is_not" | null };
export type PayLine = { eventTypeId: string; eventTypeName: string; level: string; default: PayRate; during?: { name: string; from: string | null; to: string | null; repeats: boolean }; groups: { name: string; rate: PayRate; rules: PayRule[] }[] };

export type CodeRow = {
  id: string;
  code: string;
  match: string;
  creator: { id: string; name: string } | null;
  deal: { id: string; name: string } | null;
  program: { id: string; name: string; network: string } | null;
  policy: string | null;
  startsAt: string | null;
  endsAt: string | null;
  createdAt: string;
  retiredAt: string | null;
  /** Its creator's contract, where the code outlives it. */
  contract: ContractEnd | null;
  /** Orders since then are not credited with it. */
  voided: { from: string; reason: string } | null;
  life: Life;
  store: Mark | null; // its state is the side's word: domain/code-life.ts SideWord
  networks: ProgramMark[];
  sold: Sold;
};

export type DaySales = { day: string; orders: number; amount: string };

export type CreatorOrder = { orderId: string; name: string; createdAt: string | null; code: string; amount: string; reversed: string };

/** `parentId`: the deal of which this one is a variation. The codes of a creator are those in use, each with the deal that it belongs to in the end. */
export type GiveDeal = { id: string; name: string; terms: DealTerms; startsAt: string; endsAt: string | null; phase: Phase; parentId: string | null; program: { id: string; name: string; network: string } | null };
export type GiveCreator = { id: string; name: string; email: string | null; handle: string | null; programs: { programId: string; name: string; state: string }[]; codes: { code: string; dealId: string | null }[] };

export type ProgramCard = {
  id: string;
  name: string;
  kind: string;
  network: string;
  connectionId: string | null;
  externalId: string | null;
  eventTypeId: string | null;
  state: string;
  readAt: string | null;
  creators: { joined: number; pending: number; other: number };
  /** What hinders its sales, as keys of contracts.json under "trouble". */
  troubles: { key: string; values: Values }[];
};

/** A program of an account, as the network lists it; `programId` where it is in use. */
export type OfferedProgram = { externalId: string; name: string; kind: string; word?: string; active: boolean; takesPromoCodes: boolean; programId: string | null };

export type EventTypeChoice = { eventTypeId: string; name: string };

/** A network whose accounts can be connected; its words are the namespace of its id. */
export type NetworkChoice = { id: string; examples: { accountSid: string; token: string } };

/** What an account's token may do; `name`: as the network's own settings call it. */
export type PermissionLine = { id: string; name: string; state: "allowed" | "lacking" | "untried"; at: string | null };

export type ConnectionCard = {
  id: string;
  network: string;
  permissions: PermissionLine[];
  accountSid: string;
  name: string;
  state: string;
  problem: string | null;
  checkedAt: string | null;
  /** null: this account was not asked anything yet */
  budget: { limit: number; used: number; endsAt: string } | null;
  /** what is under way for this account, and when the next of it is due; null: now */
  waiting: { conversions: number; codes: number; deals: number; nextAt: string | null };
  stuck: number;
  /** the network calls an address of ours when a sale changes */
  hints: boolean;
  reported: number;
  lastExchangeAt: string | null;
};

export type ExchangeRow = {
  id: string;
  at: string;
  about: string;
  aboutId: string;
  /** the order's name, the deal's, the code: null where it is known no more */
  aboutName: string | null;
  /** where it can be opened: an order's, deal's or code's id */
  openId: string | null;
  what: string;
  status: number | null;
  outcome: string;
};
