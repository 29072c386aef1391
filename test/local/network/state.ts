// What the local network holds. Everything belongs to an account; amounts are minor units as decimal digits, instants milliseconds since 1970,
// so that the whole is JSON as it stands.

export type Token = {
  token: string;
  name: string;
  /** Endpoints that the token may not call, as "POST /Deals" or "/Deals" (all methods of everything below it). Empty: all are allowed. */
  denied: string[];
};

export type EventType = {
  id: string;
  name: string;
  code: string;
  category: "SALE" | "LEAD";
  active: boolean;
  takesPromoCodes: boolean;
  /** Order ids are compared this many days back; null for ever. */
  dedupDays: number | null;
};

export type MediaSource = { id: string; name: string };

export type Program = {
  id: string;
  name: string;
  type: "Performance" | "Creator" | "Seller" | "Advocate";
  state: "ACTIVE" | "DEACTIVATED" | "SETUP";
  promoCodeTracking: boolean;
  eventTypes: EventType[];
  mediaSources: MediaSource[];
  /** Whether POST /PromoCodes takes a media source as the assigned partner. No document says that it does, so by default it does not. */
  mediaSourcesOverApi: boolean;
  trackingDomain: string;
  landingPage: string;
  lockDays: number;
  /** An order that arrives later than this after it happened is dated by its arrival. */
  lateHours: number;
  referralDays: number;
  customDispositions: string[];
};

export type MembershipState = "joined" | "pending" | "declined" | "left";

export type PayoutGroup = { category: string; basisPoints: number };

export type Membership = {
  programId: string;
  contractId: string;
  state: MembershipState;
  createdMs: number;
  joinedMs: number | null;
  leftMs: number | null;
  updatedMs: number;
  /** What is paid, in hundredths of a percent of the sale. */
  payoutBasisPoints: number;
  /** Items of a category that are paid another share; the first that fits counts. */
  payoutGroups?: PayoutGroup[];
  /** The event types that the contract pays for; null for all of the program. */
  eventTypeIds: string[] | null;
};

export type Partner = {
  id: string;
  name: string;
  firstName: string;
  lastName: string;
  email: string;
  website: string;
  country: string;
  properties: { id: string; name: string; type: "WEBSITE" | "SOCIAL"; platform: string; url: string }[];
  account: "open" | "suspended" | "closed";
  direct: boolean;
  memberships: Membership[];
  values: [string, string, string];
  createdMs: number;
  updatedMs: number;
};

export type PromoCode = {
  id: string;
  code: string;
  type: "LI" | "RE";
  policy: "ALWAYS" | "INVOLVED" | "WINNER";
  programId: string;
  /** A partner's id, or a media source's. */
  partnerId: string;
  dealId: string | null;
  createdMs: number;
  startMs: number | null;
  endMs: number | null;
  expiredMs: number | null;
};

export type Deal = { id: string; programId: string; startMs: number | null; endMs: number | null; synch: boolean; createdMs: number; fields: Record<string, string> };

export type Click = { id: string; programId: string; partnerId: string; atMs: number; profileId: string; customerId: string; counted: boolean };

export type Item = { sku: string; name: string; category: string; quantity: number; amount: string; adjustedMs: number | null; reason: string };

export type Action = {
  id: string;
  programId: string;
  eventTypeId: string;
  partnerId: string;
  contractId: string;
  orderId: string;
  promoCode: string;
  clickId: string | null;
  referredMs: number | null;
  referringType: string;
  customerId: string;
  customerStatus: string;
  customerFields: Record<string, string>;
  sharedId: string;
  note: string;
  /** The currency that was sent; all amounts here are in it. */
  currency: string;
  payoutBasisPoints: number;
  payoutGroups?: PayoutGroup[];
  items: Item[];
  intended: Item[];
  deltaAmount: string;
  deltaPayout: string;
  reversed: boolean;
  /** What it is shown as, whatever the clock says; left out: the clock decides. */
  shownState?: string | null;
  eventMs: number;
  createdMs: number;
  updatedMs: number;
  lockMs: number;
  modifications: number;
};

export type ActionUpdate = {
  id: string;
  actionId: string;
  atMs: number;
  state: "PENDING" | "REVERSED";
  disposition: string;
  sku: string;
  category: string;
  quantity: number;
  deltaAmount: string;
  deltaPayout: string;
};

export type Submission = {
  id: string;
  type: "Conversion" | "Modification" | "Reversal";
  payload: Record<string, string>;
  submittedMs: number;
  /** null: it was lost, and never completes. */
  dueMs: number | null;
  done: { atMs: number; errorType: string; errorReason: string; actionId: string | null; partnerId: string | null } | null;
};

export type TrackingValueRequest = {
  id: string;
  programId: string;
  partnerId: string;
  requested: string;
  approved: string;
  policy: string;
  match: string;
  state: "NEW" | "APPROVED" | "COMPLETED" | "DECLINED";
  placedMs: number;
  neededMs: number;
  completedMs: number | null;
  instructions: string;
  comments: string;
  dealId: string | null;
};

export type Account = {
  sid: string;
  id: string;
  name: string;
  tokens: Token[];
  /** What actions are shown in; null shows each in the currency that was sent (tests that compare to the minor unit). */
  currency: string | null;
  timezone: string;
  defaultVersion: number;
  /** Where the network tells of changed actions, with macros; left out: nowhere. */
  postback?: string;
  hourlyLimit: number;
  /** The Optimize add-on, without which nobody assigns a code to a media source; left out: the account has it. */
  optimize?: boolean;
  budget: { startMs: number; used: number };
  next: Record<string, number>;
  programs: Program[];
  partners: Partner[];
  codes: PromoCode[];
  deals: Deal[];
  clicks: Click[];
  actions: Action[];
  updates: ActionUpdate[];
  submissions: Submission[];
  requests: TrackingValueRequest[];
};

export type Fault = {
  id: string;
  /** "POST /Conversions", "/Actions", "*"; the template of the endpoint, with or without its method. */
  endpoint: string;
  /** A status answers with it; timeout keeps the connection open without a word; reset cuts it; lose and slow are about what was queued. */
  kind: "401" | "402" | "403" | "404" | "429" | "500" | "502" | "503" | "504" | "timeout" | "reset" | "lose" | "slow";
  /** Before: nothing is done. After: it is done, and the answer is kept back. */
  when: "before" | "after";
  /** How often it strikes; null for ever. */
  count: number | null;
  /** Of each matching call, 0 to 1. */
  probability: number;
  seed: number;
  /** slow: how much longer a submission takes. */
  minutes: number;
  struck: number;
};

export type Exchange = { atMs: number; sid: string; method: string; path: string; sent: string; status: number | null; took: string };

export type State = { version: 1; accounts: Account[]; faults: Fault[]; faultNumber: number; exchanges: Exchange[]; served: number };

export function emptyState(): State {
  return { version: 1, accounts: [], faults: [], faultNumber: 1, exchanges: [], served: 0 };
}
