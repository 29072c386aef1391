// How a delivery changes what is known of an order (rules, section 7): the newest state counts, whatever arrived first.
import { mergeBeside, type Beside } from "./beside.ts";
import { isPaid, type OrderFacts } from "./order.ts";

/** What is known: the newest facts with their version, and what any state ever showed. `triggeredNs` null with facts: they were fetched. */
export type KnownOrder = { facts: OrderFacts | null; beside: Beside | null; updatedNs: bigint | null; triggeredNs: bigint | null; everPaid: boolean; deleted: boolean };

/** What a delivery says of the order. */
export type Word = { topic: string; facts: OrderFacts | null; beside?: Beside | null; triggeredNs: bigint | null };

/** `newest`: the delivery brought the newest state. `paid`: it only showed that the order was paid. `ask`: the store is to be asked for the order. */
export type Change = { known: KnownOrder; effect: "newest" | "paid" | "deleted" | "resettle" | "none"; ask: string | null };

/** Topics that name an order but do not carry it. */
export function isHint(topic: string): boolean {
  return topic === "refunds/create" || topic === "orders/edited" || topic.startsWith("returns/");
}

/** Topics of our own, which say that something beside the order's state has changed: a click, a person's decision, other rules, who had joined when, a code made void, what the network decided. */
export const OWN_TOPICS: ReadonlySet<string> = new Set(["touch", "hand", "unfound", "what_if", "members", "rules", "void", "verdict"]);

export function applyWord(known: KnownOrder, word: Word): Change {
  const beside = mergeBeside(known.beside, word.beside ?? null);
  const change = applyState(known, word);
  const told = contentOf(beside) !== contentOf(known.beside);
  return { ...change, known: { ...change.known, beside }, effect: told && change.effect === "none" && change.known.facts !== null ? "resettle" : change.effect };
}

function applyState(known: KnownOrder, word: Word): Change {
  if (word.topic === "orders/delete") return { known: { ...known, deleted: true }, effect: known.deleted ? "none" : "deleted", ask: null };
  if (OWN_TOPICS.has(word.topic)) return { known, effect: known.facts === null ? "none" : "resettle", ask: null };
  // A dispute says all there is to it, where it could be read and the order itself is known.
  if (word.topic.startsWith("disputes/") && word.beside != null && known.facts !== null) return { known, effect: "none", ask: null };
  // A body that was too large to keep names its order all the same.
  if (word.facts === null) return { known, effect: "none", ask: known.deleted ? null : word.topic };

  const everPaid = known.everPaid || isPaid(word.facts);
  const updatedNs = BigInt(word.facts.updatedNs);
  const order = compare(known, updatedNs, word.triggeredNs);
  const differs = known.facts !== null && stateOf(known.facts) !== stateOf(word.facts);
  const before = toldOf(known);
  const told = newestTold(before, word);
  if (order === "newer" || (order === "same" && differs && stateOf(word.facts) > stateOf(known.facts!))) {
    return {
      known: { ...known, facts: withEmail(word.facts, told, word.triggeredNs), updatedNs, triggeredNs: word.triggeredNs, everPaid },
      effect: "newest",
      // Two different states of one version: neither is more true than the other, so the store is asked.
      ask: order === "same" && word.triggeredNs !== null ? "one_version" : null,
    };
  }
  const ask = order === "same" && differs && word.triggeredNs !== null ? "one_version" : null;
  const facts = known.facts && (told === before ? known.facts : withEmail(ownFacts(known.facts), told, known.triggeredNs));
  const effect = everPaid && !known.everPaid ? "paid" : facts?.emailHash !== known.facts?.emailHash ? "resettle" : "none";
  return { known: { ...known, facts, everPaid }, effect, ask };
}

type Told = NonNullable<OrderFacts["told"]>;

/** The e-mail that the newest webhook showed: where it is not kept, the facts came with that webhook themselves. */
function toldOf({ facts, triggeredNs }: KnownOrder): Told | null {
  if (facts === null) return null;
  return facts.told ?? (triggeredNs === null ? null : { emailHash: facts.emailHash, updatedNs: facts.updatedNs, triggeredNs: triggeredNs.toString(), lent: false });
}

/** The same with what this one shows. */
function newestTold(before: Told | null, word: Word): Told | null {
  if (word.facts === null || word.triggeredNs === null) return before;
  const now = { emailHash: word.facts.emailHash, updatedNs: word.facts.updatedNs, triggeredNs: word.triggeredNs.toString(), lent: false };
  if (before === null) return now;
  const later = BigInt(now.updatedNs) - BigInt(before.updatedNs) || BigInt(now.triggeredNs) - BigInt(before.triggeredNs);
  return later > 0n || (later === 0n && String(now.emailHash) > String(before.emailHash)) ? now : before;
}

/**
 * The Admin API does not tell an order's contact e-mail: a fetched state without an e-mail has the one that the newest webhook showed. A state that came with that
 * webhook is kept as it came: it says itself what it showed.
 */
function withEmail(facts: OrderFacts, told: Told | null, triggeredNs: bigint | null): OrderFacts {
  if (told === null) return facts;
  if (triggeredNs !== null && told.emailHash === facts.emailHash && told.updatedNs === facts.updatedNs && told.triggeredNs === triggeredNs.toString()) return facts;
  const lent = triggeredNs === null && facts.emailHash === null;
  return { ...facts, emailHash: lent ? told.emailHash : facts.emailHash, told: { ...told, lent } };
}

/** As the reader gave them. */
function ownFacts({ told, ...facts }: OrderFacts): OrderFacts {
  return told?.lent ? { ...facts, emailHash: null } : facts;
}

/** A state that was fetched carries no trigger time: it wins a tie. */
function compare(known: KnownOrder, updatedNs: bigint, triggeredNs: bigint | null): "newer" | "same" | "older" {
  if (known.facts === null || known.updatedNs === null || updatedNs > known.updatedNs) return "newer";
  if (updatedNs < known.updatedNs) return "older";
  // Of two fetched states of one version the later answer is the newer one.
  if (triggeredNs === null) return "newer";
  if (known.triggeredNs === null) return "older";
  if (triggeredNs === known.triggeredNs) return "same";
  return triggeredNs > known.triggeredNs ? "newer" : "older";
}

function stateOf(facts: OrderFacts): string {
  return contentOf(ownFacts(facts));
}

/** As text, whatever order the keys came in: the database keeps them in its own. */
function contentOf(value: unknown): string {
  return JSON.stringify(value, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}
