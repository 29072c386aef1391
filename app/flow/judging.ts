// What orders are judged by: the rules with their history, and the evidence of their clicks. Settling, proving and verifying load it the same way.
import { hashesOf } from "../crypto.server.ts";
import { together, type Queryable } from "../db.server.ts";
import { handActsOf } from "../db/hand.ts";
import { codesOf, emailsOf, membershipsOf, overridesOf, programsOf, shopRulesOf, type CodesAsked, type EmailHistory } from "../db/rules.ts";
import { verdictsOf } from "../db/verdict.ts";
import { codeKey } from "../domain/code.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { HandAct } from "../domain/hand.ts";
import type { OrderFacts } from "../domain/order.ts";
import type { CreatorCode, RuleBook } from "../domain/rule-book.ts";
import type { Verdict } from "../domain/verdict.ts";
import { clickNetworksByShop } from "./click-parameters.ts";
import { loadEvidence, loadTies, type JudgedOrder, type ShopOrders } from "./evidence.ts";
import { warmPatterns } from "./warm-patterns.ts";

export type Judging = {
  /** The codes that can stand on any of the orders, and all that belongs to them. */
  book: RuleBook;
  /** The clicks of an order, and where they are known from. */
  evidenceOf: (order: JudgedOrder) => Evidence;
  /** What a person decided about an order, if that holds. */
  handOf: (facts: OrderFacts) => HandAct | null;
  /** What the network decided of an order, by code. */
  verdictsOf: (facts: OrderFacts) => ReadonlyMap<string, Verdict>;
};

const NO_VERDICTS: ReadonlyMap<string, Verdict> = new Map();

/** `keysOf` gives the keys of the codes on an order; `asked` are ids of further codes that are to be known. */
export type JudgingOptions = { keysOf?: (facts: OrderFacts) => string[]; asked?: readonly string[] };

/** Loads what these orders of a shop are judged by. */
export async function loadJudging(client: Queryable, shop: string, orders: readonly JudgedOrder[], { keysOf = codeKeysOf, asked = [] }: JudgingOptions = {}): Promise<Judging> {
  return (await loadJudgings(client, [{ shop, orders, keysOf, asked }])).get(shop)!;
}

export type JudgingAsked = ShopOrders & Required<JudgingOptions>;

/** The same for orders of several shops. `hold`: nothing is noted of the orders' clicks until the transaction ends. */
export async function loadJudgings(client: Queryable, every: readonly JudgingAsked[], hold = false): Promise<Map<string, Judging>> {
  const shops = every.map(({ shop }) => shop);
  const keys = every.flatMap(({ shop, orders }) => orders.map(({ facts }) => ({ shop, orderId: facts.id })));
  const asked = every.map(({ shop, orders, keysOf, asked }): CodesAsked => ({ shop, keys: [...new Set(orders.flatMap(({ facts }) => keysOf(facts)))], ids: asked }));
  const [ties, networks, acts, verdicts, found, shopRules, programs, overrides] = await together(
    client, () => loadTies(client, every, hold), () => clickNetworksByShop(shops, client), () => handActsOf(client, keys), () => verdictsOf(client, keys),
    () => codesOf(client, asked), () => shopRulesOf(client, shops), () => programsOf(client, shops), () => overridesOf(client, shops),
  );
  const evidence = await loadEvidence(client, ties, networks, hold);
  const codes = await withChosen(client, asked, found, keys.flatMap((key) => ({ ...key, act: acts.get(key) ?? null })));
  const creators = shops.flatMap((shop) => [...new Set([...evidence.get(shop)!.creators, ...(codes.get(shop) ?? []).flatMap((code) => code.terms.flatMap((term) => term.creatorId ?? []))])].map((creatorId) => ({ shop, creatorId })));
  const [memberships, emails] = await together(client, () => membershipsOf(client, creators), () => emailsOf(client, creators));
  for (const { shop, orders } of every) await warmPatterns(codes.get(shop) ?? [], orders.map(({ facts }) => facts));
  return new Map(shops.map((shop) => {
    const { evidenceOf, networks: clickNetworks } = evidence.get(shop)!;
    const book: RuleBook = {
      shopRules: shopRules.get(shop) ?? [], programs: programs.get(shop) ?? new Map(), overrides: overrides.get(shop) ?? [], codes: codes.get(shop) ?? [], memberships: memberships.get(shop) ?? [],
      clickNetworks, emailHashes: hashedEmails(emails.get(shop) ?? new Map()),
    };
    return [shop, { book, evidenceOf, handOf: ({ id }) => acts.get({ shop, orderId: id }) ?? null, verdictsOf: ({ id }) => verdicts.get({ shop, orderId: id }) ?? NO_VERDICTS }];
  }));
}

/** The codes that people chose may stand on none of the orders: then they are loaded as well. */
async function withChosen(client: Queryable, asked: readonly CodesAsked[], found: Map<string, CreatorCode[]>, acts: readonly { shop: string; act: HandAct | null }[]): Promise<Map<string, CreatorCode[]>> {
  const chosen = acts.flatMap(({ shop, act }) => (act === null || act.act === "exclude" ? [] : { shop, id: act.codeId }));
  if (chosen.every(({ shop, id }) => found.get(shop)?.some((code) => code.id === id))) return found;
  return codesOf(client, asked.map((one) => ({ ...one, ids: [...one.ids, ...chosen.flatMap(({ shop, id }) => (shop === one.shop ? id : []))] })));
}

function hashedEmails(emails: ReadonlyMap<string, EmailHistory>): RuleBook["emailHashes"] {
  return new Map([...emails].map(([creator, history]) => [creator, history.map(({ validFromMs, email }) => ({ validFromMs, hashes: hashesOfEmail(email) }))]));
}

const NO_HASHES: ReadonlySet<string> = new Set();
const MOST_KEPT = 10_000;
const hashed = new Map<string, ReadonlySet<string>>();

/** An address has the same hashes as long as the process runs. */
function hashesOfEmail(email: string | null): ReadonlySet<string> {
  if (!hasAddress(email)) return NO_HASHES;
  const known = hashed.get(email);
  if (known !== undefined) return known;
  if (hashed.size >= MOST_KEPT) hashed.clear();
  const hashes = new Set(hashesOf(email));
  hashed.set(email, hashes);
  return hashes;
}

/** An empty address equals none (rules, section 3). */
function hasAddress(email: string | null): email is string {
  return email !== null && email.trim() !== "";
}

/** The keys of domain/match.ts orderCodes. */
export function codeKeysOf(facts: OrderFacts): string[] {
  return facts.applications.flatMap(({ kind, code }) => (kind === "discount_code" && code !== null ? codeKey(code) : []));
}

/** Facts that are not in their form are found when they are settled. */
export function knownCodeKeys(facts: OrderFacts): string[] {
  try {
    return codeKeysOf(facts);
  } catch {
    return [];
  }
}

export type BookFor = (facts: OrderFacts, hand: HandAct | null) => RuleBook;

/** The rules of a page hold the codes of all its orders: each order is judged with those that can stand on it. */
export function bookOf(rules: RuleBook): BookFor {
  const exact = Map.groupBy(rules.codes.filter((code) => code.match === "exact"), (code) => code.key);
  const patterns = rules.codes.filter((code) => code.match === "regex");
  const byId = new Map(rules.codes.map((code) => [code.id, code]));
  return (facts, hand) => {
    const codes: CreatorCode[] = [...[...new Set(knownCodeKeys(facts))].flatMap((key) => exact.get(key) ?? []), ...patterns];
    const chosen = hand === null || hand.act === "exclude" ? undefined : byId.get(hand.codeId);
    return { ...rules, codes: chosen === undefined || codes.includes(chosen) ? codes : [...codes, chosen] };
  };
}
