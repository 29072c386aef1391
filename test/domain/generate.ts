// Shops and orders by chance, for properties: every setting, codes of every kind, clicks, and orders with a history that adds up (nothing is
// refunded that was not bought). What is drawn shrinks with fast-check.
import fc from "fast-check";
import { codeKey } from "#app/domain/code.ts";
import { DEFAULT_SHOP_RULE, type CreatorCode, type Membership, type Override, type Program, type ProgramRule, type RuleBook, type ShopRule } from "#app/domain/rule-book.ts";
import { DAY_MS, type Draw, HOUR_MS, maybe, near, ORDERED_MS, some, times, within } from "./draw.ts";
import { type Arrival, CODES, type History, orderOf, VISITORS } from "./generate-order.ts";

export type World = { book: RuleBook; orders: History[]; clicks: Arrival[] };

const CREATORS = ["c1", "c2", "c3"];
const PATTERNS = ["^ANNA-\\d+$", "(?i)marie", "^[A-Z]+\\d+$", "LENA", "("];

function history<T>(g: Draw, make: () => T): (T & { validFromMs: number })[] {
  return times(g, 1, 2, (index) => ({ ...make(), validFromMs: index === 0 ? 0 : near(g) }));
}

function programRule(g: Draw): Omit<ProgramRule, "validFromMs"> {
  return {
    mode: some(g, ["full", "full", "codes_only"]), creditOn: some(g, ["paid", "created"]), scope: some(g, ["order", "discounted_lines"]), clickWindowDays: some(g, [30, 1, 60]),
    blockSelfReferral: !maybe(g, 3), orderIdForm: "id", renewals: some(g, ["first", "every", "none"]), newCustomersOnly: maybe(g, 6), chargebacks: some(g, ["reverse", "keep"]),
    clicks: some(g, ["own", "network"]), emailHash: false,
  };
}

function shopRule(g: Draw): Omit<ShopRule, "validFromMs"> {
  return {
    stackingRule: some(g, ["largest_discount", "split", "first_listed", "newest_code"]), renewalSources: some(g, [DEFAULT_SHOP_RULE.renewalSources, ["1234"], []]),
    neverEarn: maybe(g, 3) ? { tags: times(g, 0, 1, () => "SAMPLE "), types: times(g, 0, 1, () => "gift wrap"), skus: times(g, 0, 1, () => "sku-2") } : DEFAULT_SHOP_RULE.neverEarn,
  };
}

function programOf(g: Draw, id: string): Program {
  return { id, network: some(g, ["impact", "impact", "none"]), rules: history(g, () => programRule(g)) };
}

function codeOf(g: Draw, position: number, programs: readonly string[]): CreatorCode {
  const match = maybe(g, 3) ? "regex" : "exact";
  const code = match === "regex" ? some(g, PATTERNS) : CODES[position % CODES.length]!;
  const window = maybe(g, 8);
  return {
    id: `k${position}`, position, code, key: codeKey(code), match, createdAtMs: maybe(g, 8) ? near(g) : ORDERED_MS - 60 * DAY_MS - position * HOUR_MS, retiredAtMs: maybe(g, 6) ? near(g) : null,
    terms: history(g, () => ({
      creatorId: maybe(g, 6) ? null : some(g, CREATORS), programId: some(g, programs), creditPolicy: some(g, ["always", "always", "involved", "winner"]),
      startsAtMs: window ? near(g) : null, endsAtMs: window && maybe(g, 2) ? near(g) : null,
    })),
  };
}

function membershipsOf(g: Draw, programs: readonly string[]): Membership[] {
  return programs.flatMap((programId) =>
    CREATORS.flatMap((creatorId) => (maybe(g, 12) ? [] : [{ creatorId, programId, fromMs: maybe(g, 10) ? near(g) : 0, toMs: maybe(g, 12) ? near(g) : null, partnerId: "1" }])),
  );
}

function overrideOf(g: Draw, index: number, programs: readonly string[]): Override {
  const { creditOn, scope, renewals } = programRule(g);
  const settings = some<Override["settings"]>(g, [{ creditOn }, { scope, stackingRule: "split" }, { renewals }, { creditPolicy: "winner" }, { stackingRule: "first_listed" }]);
  return { id: `o${index}`, programId: some(g, programs), fromMs: near(g), toMs: near(g), settings };
}

function bookOf(g: Draw): RuleBook {
  const programs = times(g, 1, 3, (index) => `p${index}`);
  return {
    shopRules: history(g, () => shopRule(g)),
    programs: new Map(programs.map((id) => [id, programOf(g, id)])),
    codes: times(g, 2, 6, (position) => codeOf(g, position, programs)),
    memberships: membershipsOf(g, programs),
    overrides: times(g, 0, 2, (index) => overrideOf(g, index, programs)),
    emailHashes: new Map([["c1", [{ validFromMs: 0, hashes: new Set(["h:c1"]) }]]]),
  };
}

/** No two clicks of one instant: between these the order in which they were noted decides. */
function clickOf(g: Draw, index: number): Arrival {
  const touch = { atMs: ORDERED_MS + index - Math.floor(within(g, 0, 80) * 0.5 * DAY_MS), visitor: some(g, VISITORS), creatorId: some(g, [null, ...CREATORS]), clickId: `click-${index}` };
  return { kind: "click", touch };
}

/** A shop with some orders, and all that was ever said of them. */
export function world(orders: { min: number; max: number } = { min: 1, max: 1 }): fc.Arbitrary<World> {
  const made = fc.gen().map((g): World => {
    const book = bookOf(g);
    return { book, orders: times(g, orders.min, orders.max, (index) => orderOf(g, String(1001 + index), book)), clicks: times(g, 0, 5, (index) => clickOf(g, index)) };
  });
  // A generator draws from a copy of the dice: they have to roll on by themselves, or a filter would see the same world for ever.
  return fc.tuple(fc.noShrink(fc.nat()), made).map(([, one]) => one);
}
