// The shops of a run, drawn from the seed: rules, programs, creators, codes, what the store sells at a discount, and the clicks of its visitors. Plain data, so
// that store, network, app and reference are each set up from the same words, and the export can carry them.
import { dice, type Dice } from "./draw.ts";

export type PlannedProgram = {
  id: string;
  network: "impact" | "none";
  creditOn: "paid" | "created";
  scope: "order" | "discounted_lines";
  clickWindowDays: number;
  blockSelfReferral: boolean;
  renewals: "first" | "every";
  chargebacks: "reverse" | "keep";
};
export type PlannedCreator = { id: string; name: string; email: string; partnerId: string; memberships: { program: string; from: string; to: string | null }[] };
export type PlannedCode = {
  id: string; code: string; match: "exact" | "regex"; creator: string | null; program: string; policy: "always" | "involved" | "winner"; createdAt: string; startsAt: string | null; endsAt: string | null;
};
export type PlannedDiscount = { title: string; kind: "percentage" | "amount" | "free_shipping"; percentage: number; collection: string | null; codes: string[] };
export type PlannedTouch = { at: string; visitor: string; creator: string; clickId: string };

export type ShopPlan = {
  at: number;
  shop: string;
  currency: string;
  timezone: string;
  taxesIncluded: boolean;
  stackingRule: "largest_discount" | "first_listed" | "newest_code" | "split";
  renewalSources: string[];
  /** Of the account at the network, which two shops share. */
  sid: string;
  programs: PlannedProgram[];
  creators: PlannedCreator[];
  /** In the order of the shop's list. */
  codes: PlannedCode[];
  discounts: PlannedDiscount[];
  touches: PlannedTouch[];
  visitors: string[];
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CURRENCIES = ["EUR", "EUR", "USD", "JPY", "KWD", "CHF"];
const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "UTC"];
const NAMES = ["Marie", "Jonas", "Zoé", "Léa", "Anna", "Freya"];

/** The shops of a run whose first order is made at `beginMs`, and which sell for `hours`. */
export function planShops(count: number, seed: number, beginMs: number, hours: number): ShopPlan[] {
  return Array.from({ length: count }, (_, at) => planShop(at, dice(seed, `shop ${at}`), beginMs, hours));
}

function planShop(at: number, d: Dice, beginMs: number, hours: number): ShopPlan {
  const middle = new Date(beginMs + (hours * HOUR) / 2).toISOString();
  const longAgo = new Date(beginMs - 120 * DAY).toISOString();
  const creators = NAMES.map((name, n): PlannedCreator => ({
    id: `c${n + 1}`, name: `${name} ${at}`, email: `c${n + 1}.shop${at}@creators.example`, partnerId: String(3_000_000 + at * 100 + n),
    // Who leaves is in the program without a network: of a network's it is read back who belongs to it.
    memberships: [{ program: n === 5 ? "p2" : "p1", from: longAgo, to: n === 5 && d.chance(0.4) ? middle : null }],
  }));
  const visitors = Array.from({ length: 40 }, (_, n) => `v${at}-${n}`);
  return {
    at, shop: `chaos-${at}.myshopify.com`, currency: CURRENCIES[at % CURRENCIES.length]!, timezone: d.one(ZONES), taxesIncluded: d.chance(0.6),
    stackingRule: d.one(["largest_discount", "largest_discount", "first_listed", "newest_code", "split"]), renewalSources: ["subscription_contract"],
    sid: `IRchaos${Math.floor(at / 2)}`, programs: [planProgram("p1", "impact", d), planProgram("p2", "none", d)], creators,
    codes: planCodes(d, beginMs, middle), discounts: planDiscounts(), touches: planTouches(at, visitors, d, beginMs), visitors,
  };
}

function planProgram(id: string, network: "impact" | "none", d: Dice): PlannedProgram {
  return {
    id, network, creditOn: d.one(["paid", "paid", "created"]), scope: d.one(["order", "order", "discounted_lines"]), clickWindowDays: d.one([30, 30, 7]),
    blockSelfReferral: d.chance(0.8), renewals: d.one(["first", "first", "every"]), chargebacks: d.one(["reverse", "reverse", "keep"]),
  };
}

/** Each of another kind. Their ages differ, for the rule that the newest one wins. */
function planCodes(d: Dice, beginMs: number, middle: string): PlannedCode[] {
  const made: [code: string, creator: string | null, more?: Partial<PlannedCode>][] = [
    ["MARIE10", "c1"],
    ["Jonas15", "c2"],
    ["ZOE-TEA", "c3", { policy: "involved" }],
    ["LÉA5", "c4", { policy: "winner" }],
    ["^ANNA-\\d+$", "c5", { match: "regex" }],
    ["FRIENDS", "c6", { program: "p2" }],
    ["EVERYBODY", null],
    ["SHIPFREE", "c1"],
    ["OLD10", "c2", { createdAt: middle }],
    ["SEASON", "c3", { startsAt: new Date(beginMs + d.whole(1, 90) * 60_000).toISOString(), endsAt: middle }],
  ];
  return made.map(([code, creator, more = {}], n) => ({
    id: `k${n + 1}`, code, match: "exact", creator, program: "p1", policy: "always", createdAt: new Date(beginMs - d.whole(60, 100) * DAY - n).toISOString(), startsAt: null, endsAt: null, ...more,
  }));
}

function planDiscounts(): PlannedDiscount[] {
  const percentage = (title: string, share: number, codes: string[], collection: string | null = null): PlannedDiscount => ({ title, kind: "percentage", percentage: share, collection, codes });
  return [
    percentage("Ten", 0.1, ["MARIE10"]), percentage("Fifteen", 0.15, ["Jonas15"]), percentage("Tea", 0.2, ["ZOE-TEA"], "tea"),
    { title: "Five off", kind: "amount", percentage: 0, collection: null, codes: ["LÉA5"] },
    percentage("Anna", 0.1, ["ANNA-1", "ANNA-22", "ANNA-333"]), percentage("Friends", 0.25, ["FRIENDS"]), percentage("Everybody", 0.05, ["EVERYBODY"]),
    { title: "Shipping", kind: "free_shipping", percentage: 0, collection: null, codes: ["SHIPFREE"] },
    percentage("Old", 0.1, ["OLD10"]), percentage("Season", 0.12, ["SEASON"], "table"), percentage("Welcome", 0.1, ["WELCOME"]),
  ];
}

/** Up to three clicks of each visitor, some of them too long ago. */
function planTouches(at: number, visitors: readonly string[], d: Dice, beginMs: number): PlannedTouch[] {
  return visitors.flatMap((visitor) => Array.from({ length: d.whole(0, 3) }, (_, n) => ({
    at: new Date(beginMs - d.whole(1, 45) * DAY - d.whole(0, 86_000) * 1_000).toISOString(), visitor, creator: d.one(["c1", "c2", "c3", "c3", "c4", "c4"]), clickId: `click${at}x${visitor.split("-")[1]}x${n}`,
  })));
}
