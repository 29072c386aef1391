// What a network can do, and how it fails. Every network is one folder beside this file and implements `Network`;
// nothing outside that folder knows its name for things. Amounts are integer minor units as strings, with their currency beside them.
import type { DealChange, DealInfo, NewDeal } from "../domain/network-deal.ts";
import type { ReverseReason } from "../domain/report.ts";
import type { Refusal } from "../domain/verdict.ts";

/** Why a call did not do what was asked. A `timeout` says nothing about what the network did: ask it before sending again. */
export type NetworkFault =
  | { kind: "unauthorized" } // the credentials are refused
  | { kind: "forbidden"; permission: string } // the token lacks this permission
  | { kind: "invalid"; errors: { field: string | null; message: string }[] } // final: the same call will be refused again
  | { kind: "not_found" }
  | { kind: "limited"; resetSeconds: number } // nothing was done; the budget is back after this many seconds
  | { kind: "unavailable"; status: number } // the network failed; what it did is unknown
  | { kind: "timeout" } // no answer; what it did is unknown
  | { kind: "unreadable"; detail: string }; // it answered something that this version cannot read

export type Answer<T> = { ok: true; value: T } | { ok: false; fault: NetworkFault };

/** `word`: the network's own word for a kind that this version does not know. */
export type ProgramInfo = { externalId: string; name: string; kind: "performance" | "creator" | "other"; word?: string; active: boolean; takesPromoCodes: boolean };

export type PartnerInfo = {
  partnerId: string;
  name: string;
  /** The primary contact's. */
  email: string | null;
  contactName: string | null;
  handle: string | null;
  state: "joined" | "pending" | "declined" | "left" | "other";
  /** The network's own word for a state that this version does not know. */
  word: string | null;
  joinedAt: string | null;
  /** When his contract ends or ended; it may lie ahead. */
  leftAt: string | null;
};

export type EventTypeInfo = { eventTypeId: string; name: string };

/** What is paid: a share in basis points (1 % is 100), or an amount in minor units; null where the network shows neither readably. */
export type PayoutRate = { kind: "percent"; basisPoints: number } | { kind: "fixed"; amount: string; currency: string } | null;

/**
 * A condition of a contract, in the network's own words; `about` and `test` in the app's, where this version knows what is meant: the item's category or SKU, the
 * order's code, whether the buyer is new. It holds for any of the values (or, "is_not", for none).
 */
export type PayoutRule = { variable: string; operator: string; values: string[]; about?: "category" | "sku" | "code" | "customer" | null; test?: "is" | "is_not" | null };

/** What a contract pays for one event type. A group pays its own rate where all its rules hold, the first that fits; else the default is paid. */
export type PayoutTerm = {
  eventTypeId: string;
  eventTypeName: string;
  /** What one payout is for; "other": a level that this version does not know. */
  level: "item" | "order" | "click" | "call" | "other";
  default: PayoutRate;
  /** It holds for a time in place of the contract's usual terms; left out: these are the usual ones. `repeats`: on some days or hours of it alone. */
  during?: { name: string; from: string | null; to: string | null; repeats: boolean };
  groups: { name: string; rate: PayoutRate; rules: PayoutRule[] }[];
};

/** A contract of a partner with a program; `endsAt` may lie ahead. */
export type ContractInfo = {
  contractId: string;
  partnerId: string;
  state: "active" | "pending" | "expired" | "other";
  /** The network's own word for a state that this version does not know. */
  word: string | null;
  name: string;
  startsAt: string | null;
  endsAt: string | null;
  payouts: PayoutTerm[];
};

export type { DealChange, DealInfo, NetworkDiscount, NewDeal } from "../domain/network-deal.ts";

export type PlacedCode = {
  externalId: string;
  code: string;
  match: "exact" | "regex";
  policy: "always" | "involved" | "winner" | "other";
  /** The network's own word for a policy that this version does not know. */
  policyWord?: string;
  partnerId: string;
  partnerName: string;
  dealExternalId: string | null;
  /** Its dates are its deal's, so that they do not tell one that was expired from one that is to begin. */
  followsDeal: boolean;
  active: boolean;
  startsAt: string | null;
  endsAt: string | null;
};

export type NewCode = {
  code: string;
  match: "exact" | "regex";
  policy: "always" | "involved" | "winner";
  partnerId: string;
  dealExternalId: string | null;
  startsAt: string | null;
  endsAt: string | null;
};

/** A creator's wish for a code of his own, as the network lists it. What the creator wrote is anybody's text. */
export type CodeRequestInfo = {
  requestId: string;
  programExternalId: string;
  partnerId: string;
  partnerName: string;
  /** What is wished for, and with what it was answered; there may be several in one request, or none named. */
  codes: { asked: string; approved: string | null }[];
  count: number; // how many codes are wished for, at least 1
  state: "new" | "approved" | "completed" | "declined" | "other";
  stateWord: string; // as the network says it
  placedAt: string | null;
  neededAt: string | null;
  completedAt: string | null;
  note: string; // the creator's
  comments: string; // of whoever decided it there
  dealExternalId: string | null;
  dealName: string;
};

/** With what a request is granted. The network makes the promo code by that, for the request's partner, without dates. */
export type RequestApproval = Pick<NewCode, "code" | "match" | "policy" | "dealExternalId">;

export type ReportItem = { sku: string; name: string; category: string | null; quantity: number; amount: string };

export type NewConversion = {
  orderId: string; // as the network is to know it
  eventTypeId: string;
  eventAt: string; // ISO 8601
  currency: string;
  /** A code may come with the click that its credit policy asks for, and with the partner himself where the network may not have had the code when the order was made. */
  attribution: { code: string; clickId?: string; partnerId?: string } | { clickId: string } | { partnerId: string };
  partnerId: string | null;
  items: ReportItem[];
  /** Of the buyer, where it is known and may be told: whether they bought before, and their trimmed, lower-cased e-mail address as SHA-256 in hex. A network that refuses either is told without. */
  customer?: { status: "new" | "existing" | null; emailHash: string | null };
};

/** What the network holds of one reported conversion. */
export type ActionInfo = {
  actionId: string;
  programExternalId: string;
  orderId: string;
  eventTypeId: string;
  partnerId: string;
  partnerName: string;
  code: string | null;
  state: "pending" | "approved" | "reversed" | "other";
  word: string | null; // the network's own word for a state that this version does not know
  currency: string; // the account's: of what is shown here, not of what was sent
  amount: string | null; // the whole action's, in minor units of that currency; null where it cannot be read
  payout: string | null; // what the partner is to be paid for it, in the same currency; null where it cannot be read
  eventAt: string | null; // when it happened, as the network has it: one that was told late is dated by its arrival
  createdAt: string | null;
  lockAt: string | null; // nothing can be changed after it
  seen: Record<string, string>; // what else the network shows of it, new fields included, in its own names; nothing that names a person
};

/** Items as the network holds them; `amount` in minor units of the currency that was sent, null where the network shows it in another one. */
export type ActionItem = { sku: string; name: string; category: string | null; quantity: number; amount: string | null };

/** A window no longer than the network's limits allow: `updated` asks when the network last changed (or made) the action, `event` when the order was placed. */
export type ActionWindow = { by: "updated" | "event"; from: string; to: string };

/** A write that was taken in. Its end is asked for with `submission`; where the network gave no id, the actions tell. */
export type Submitted = { submissionId: string | null };

/** The end of something that was queued. `errors` are the network's codes; empty means that it took effect. `refusal`: they say whose the sale is, and nothing else; null: they do not. */
export type SubmissionInfo = { state: "queued" | "complete"; errors: string[]; refusal: Refusal | null };

/** An edit of one item, in absolute values: what is left of it. */
export type ItemEdit = { sku: string; quantity: number; amount: string };

export type { ReverseReason } from "../domain/report.ts";

/** A click as the network has it. `partnerId` null: it is no partner's. `at`: when it was, ISO 8601; null where it cannot be read. */
export type ClickInfo = { programExternalId: string; partnerId: string | null; at: string | null };

export type Network = {
  /** Are the credentials good, and for whom? One cheap call. */
  check: () => Promise<Answer<{ accountName: string | null }>>;
  programs: () => Promise<Answer<ProgramInfo[]>>;
  /** The program's partners, with the state of each. */
  partners: (programExternalId: string) => Promise<Answer<PartnerInfo[]>>;
  /** What the credentials may do, tried with one small reading each. What can only be tried by changing something stays "untried". */
  tryPermissions: () => Promise<Answer<Permission[]>>;
  /** The program's contracts, those that ended and those to come included. */
  contracts: (programExternalId: string) => Promise<Answer<ContractInfo[]>>;
  /** The event types that the program's contracts pay for. */
  eventTypes: (programExternalId: string) => Promise<Answer<EventTypeInfo[]>>;
  /** All deals of the program, in any state. */
  deals: (programExternalId: string) => Promise<Answer<DealInfo[]>>;
  findDeal: (programExternalId: string, name: string) => Promise<Answer<DealInfo | null>>;
  deal: (externalId: string) => Promise<Answer<DealInfo>>;
  createDeal: (programExternalId: string, deal: NewDeal) => Promise<Answer<{ externalId: string }>>;
  /** Sets what is named, and leaves the rest. There is no call that ends a deal: its end is a date like any other. */
  updateDeal: (externalId: string, change: DealChange) => Promise<Answer<null>>;
  /** All promo codes of the program, in any state, whoever made them. */
  codes: (programExternalId: string) => Promise<Answer<PlacedCode[]>>;
  /** Codes of the program with this name, in any state. */
  findCodes: (programExternalId: string, code: string) => Promise<Answer<PlacedCode[]>>;
  code: (externalId: string) => Promise<Answer<PlacedCode>>;
  placeCode: (programExternalId: string, code: NewCode) => Promise<Answer<{ externalId: string }>>;
  expireCode: (externalId: string) => Promise<Answer<null>>;
  /** Creators' requests for a code, of one program or of all; `open`: only those that wait for a decision. */
  codeRequests: (asked: { programExternalId?: string; open?: boolean }) => Promise<Answer<CodeRequestInfo[]>>;
  codeRequest: (requestId: string) => Promise<Answer<CodeRequestInfo>>;
  /** Grants a request: the network makes the code. One that was decided before is `invalid`. */
  approveRequest: (requestId: string, approval: RequestApproval) => Promise<Answer<null>>;
  /** Declines a request. The call takes no reason: whoever gives one tells the creator himself. */
  rejectRequest: (requestId: string) => Promise<Answer<null>>;
  /** The partner's link into the shop, which counts his clicks; `landing`: the whole address that it opens. */
  trackingLink: (programExternalId: string, partnerId: string, options: { landing: string }) => Promise<Answer<{ url: string }>>;
  /** Whose click an id in the shop's address is. `not_found`: the program has no such click, or does not show it yet. */
  clickOwner: (programExternalId: string, clickId: string) => Promise<Answer<ClickInfo>>;
  report: (programExternalId: string, conversion: NewConversion) => Promise<Answer<Submitted>>;
  edit: (actionId: string, currency: string, items: ItemEdit[]) => Promise<Answer<Submitted>>;
  reverse: (actionId: string, reason: ReverseReason) => Promise<Answer<Submitted>>;
  submission: (submissionId: string) => Promise<Answer<SubmissionInfo>>;
  /** Actions in the window, page by page (from 1), the largest pages the network allows. */
  actions: (programExternalId: string, window: ActionWindow, page: number) => Promise<Answer<{ actions: ActionInfo[]; pages: number }>>;
  action: (actionId: string) => Promise<Answer<ActionInfo>>;
  actionItems: (actionId: string, currency: string) => Promise<Answer<ActionItem[]>>;
};

/** Something that credentials may be permitted or not. `name` is what the network's own settings call it, to be switched on there. */
export type PermissionInfo = { id: string; name: string };

/** How a permission stands, as it was last tried (`at`: ISO 8601). */
export type Permission = { id: string; state: "allowed" | "lacking" | "untried"; at: string | null };

/** One field of the form in which an account is connected. Its texts: "credentials.<field>.label", ".missing", ".form" of the network's own. */
export type CredentialField = { form: RegExp; example: string };

/** What a network's folder says of it: `network` in its index.ts. Its texts (its name, the words of its form and menus) lie beside it in locales/<language>.json, a namespace with the network's id. */
export type NetworkDefinition = {
  /** The folder's name; it is kept beside accounts and programs. */
  id: string;
  make: NetworkFactory;
  credentials: { accountSid: CredentialField; token: CredentialField };
  /** Until the network says otherwise, and what its lists allow. */
  limits: { requestsAnHour: number; longestWindowDays: number; oldestDays: number };
  can: Capabilities;
  permissions: readonly PermissionInfo[];
  /** The parameter of the shop's address in which its links bring a click's id; left out: they bring none. */
  clickParameter?: string;
  /** How it calls us when something changes; left out: it does not. */
  postback?: PostbackReader;
};

/** A call from the network is a hint to read an action again: whoever sent it, nothing of it is believed. */
export type PostbackReader = {
  /** The query that a person puts behind our address in the network's settings, with the network's own placeholders. */
  query: string;
  /** What a call names, wherever in it that stands; null: nothing that is understood. `body`: at most some KB of text. */
  read: (query: URLSearchParams, body: string) => { actionId: string; programExternalId: string | null } | null;
};

/** What the flow asks before it uses a part of the port; the methods of a part that a network cannot do are never called. */
export type Capabilities = {
  /** Deals stand beside codes there. Else codes are placed without one. */
  deals: boolean;
  /** Codes that are patterns. */
  patterns: boolean;
  /** An item of a conversion can be changed. Else only the whole is reversed, and what is left over is for a person. */
  edits: boolean;
  /** A code can belong to the program's own media source in place of a partner. */
  mediaSources: boolean;
  /** Partners ask for codes there. */
  requests: boolean;
  /** The network tells what a contract pays. */
  contracts: boolean;
  /** The network makes links that count a partner's clicks. */
  links: boolean;
  /** The network tells whose click an id is. */
  clickOwners: boolean;
};

/** What a network's folder exports to make one, for one account. */
export type NetworkFactory = (account: {
  accountSid: string;
  token: string;
  /** Called before each request; waits are the caller's business: false means "no budget now". */
  takeBudget: () => Promise<{ ok: true } | { ok: false; resetSeconds: number }>;
  /** Told after each answer what the network says about its budget. */
  noteBudget: (said: { limit: number; remaining: number; resetSeconds: number }) => Promise<void>;
  /** Told of each exchange, without secrets. */
  onExchange: (exchange: Exchanged) => Promise<void>;
  /** How long to wait for an answer; 15 s where it is left out. */
  timeoutMs?: number;
}) => Network;

/** One exchange, for the log: what was asked (without credentials), the HTTP status (null: no answer), what came back, and "ok" or the fault's kind; `permission`: the id of what it needs. */
export type Exchanged = { what: string; permission: string | null; request: Record<string, string>; status: number | null; answer: unknown; outcome: "ok" | NetworkFault["kind"] };
