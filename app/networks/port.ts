// What a network can do, and how it fails. Every network is one folder beside this file and implements `Network`;
// nothing outside that folder knows its name for things. Amounts are integer minor units as strings, with their currency beside them.
import type { DealChange, DealInfo, NewDeal } from "../domain/network-deal.ts";

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

export type ProgramInfo = { externalId: string; name: string; kind: "performance" | "creator" | "other"; active: boolean; takesPromoCodes: boolean };

export type PartnerInfo = {
  partnerId: string;
  name: string;
  email: string | null;
  handle: string | null;
  state: "joined" | "pending" | "declined" | "left" | "other";
  joinedAt: string | null;
  leftAt: string | null;
};

export type EventTypeInfo = { eventTypeId: string; name: string };

export type { DealChange, DealInfo, NetworkDiscount, NewDeal } from "../domain/network-deal.ts";

export type PlacedCode = {
  externalId: string;
  code: string;
  match: "exact" | "regex";
  policy: "always" | "involved" | "winner" | "other";
  partnerId: string;
  partnerName: string;
  dealExternalId: string | null;
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
  /** A code may come with the click that its credit policy asks for. */
  attribution: { code: string; clickId?: string } | { clickId: string } | { partnerId: string };
  partnerId: string | null;
  items: ReportItem[];
};

/** What the network holds of one reported conversion. */
export type ActionInfo = {
  actionId: string;
  orderId: string;
  eventTypeId: string;
  partnerId: string;
  code: string | null;
  state: "pending" | "approved" | "reversed" | "other";
  currency: string; // the account's: of what is shown here, not of what was sent
  amount: string | null; // the whole action's, in minor units of that currency; null where it cannot be read
  payout: string | null; // what the partner is to be paid for it, in the same currency; null where it cannot be read
  createdAt: string | null;
  lockAt: string | null; // nothing can be changed after it
};

/** Items as the network holds them; `amount` in minor units of the currency that was sent, null where the network shows it in another one. */
export type ActionItem = { sku: string; name: string; category: string | null; quantity: number; amount: string | null };

/** A window of at most 45 days: `updated` asks when the network last changed (or made) the action, `event` when the order was placed. */
export type ActionWindow = { by: "updated" | "event"; from: string; to: string };

/** A write that was taken in. Its end is asked for with `submission`; where the network gave no id, the actions tell. */
export type Submitted = { submissionId: string | null };

/** The end of something that was queued. `errors` are the network's codes; empty means that it took effect. */
export type SubmissionInfo = { state: "queued" | "complete"; errors: string[] };

/** An edit of one item, in absolute values: what is left of it. */
export type ItemEdit = { sku: string; quantity: number; amount: string };

/** Why a conversion is reversed: the goods came back, the order fell, or something else (another creator is credited). */
export type ReverseReason = "returned" | "order_error" | "other";

export type Network = {
  /** Are the credentials good, and for whom? One cheap call. */
  check: () => Promise<Answer<{ accountName: string | null }>>;
  programs: () => Promise<Answer<ProgramInfo[]>>;
  /** The program's partners, with the state of each. */
  partners: (programExternalId: string) => Promise<Answer<PartnerInfo[]>>;
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
  report: (programExternalId: string, conversion: NewConversion) => Promise<Answer<Submitted>>;
  edit: (actionId: string, currency: string, items: ItemEdit[]) => Promise<Answer<Submitted>>;
  reverse: (actionId: string, reason: ReverseReason) => Promise<Answer<Submitted>>;
  submission: (submissionId: string) => Promise<Answer<SubmissionInfo>>;
  /** Actions in the window, page by page (from 1), the largest pages the network allows. */
  actions: (programExternalId: string, window: ActionWindow, page: number) => Promise<Answer<{ actions: ActionInfo[]; pages: number }>>;
  action: (actionId: string) => Promise<Answer<ActionInfo>>;
  actionItems: (actionId: string, currency: string) => Promise<Answer<ActionItem[]>>;
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

/** One exchange, for the log: what was asked (without credentials), the HTTP status (null: no answer), what came back, and "ok" or the fault's kind. */
export type Exchanged = { what: string; request: Record<string, string>; status: number | null; answer: unknown; outcome: "ok" | NetworkFault["kind"] };
