// Store, app and network of a period side by side: how they differ on one order, why, and what mends it. Pure. What is in order by a rule (the network decides,
// another integration tells it, a buyer was forgotten) is no difference, but counted, so that the numbers of the three sides can be followed.
import { codeKey } from "./code.ts";
import type { OrderFacts } from "./order.ts";

/**
 * Why a side differs, in the order in which they are shown, and who mends it. you: a person; time: it passes by itself.
 * fetch: the store is asked for the order; deleted: the order is taken for deleted, as the store lists it no more; worklist: the worklist of the networks has what can
 * be done; read: the networks are read back; connect: the account is to be connected; shop: the store refuses the app or does not answer.
 */
export const CAUSES = {
  unexplained: { needs: "you", repair: "fetch" },
  never_seen: { needs: "you", repair: "fetch" },
  older: { needs: "you", repair: "fetch" },
  read_otherwise: { needs: "you", repair: "fetch" },
  store_amount: { needs: "you", repair: "fetch" },
  unreadable: { needs: "you", repair: "fetch" },
  gone_in_store: { needs: "you", repair: "deleted" },
  fetch_fails: { needs: "you", repair: "shop" },
  cut_off: { needs: "you", repair: "connect" },
  not_taken: { needs: "you", repair: "worklist" },
  locked: { needs: "you", repair: "worklist" },
  not_there: { needs: "you", repair: "worklist" },
  amount: { needs: "you", repair: "worklist" },
  partner: { needs: "you", repair: "worklist" },
  reversed_there: { needs: "you", repair: "worklist" },
  stands_there: { needs: "you", repair: "worklist" },
  approved_early: { needs: "you", repair: "worklist" },
  unknown_word: { needs: "you", repair: "worklist" },
  too_many: { needs: "you", repair: "worklist" },
  on_the_way: { needs: "time", repair: null },
  fetch_waits: { needs: "time", repair: null },
  waits: { needs: "time", repair: "network" },
  repair_waits: { needs: "time", repair: "worklist" },
  not_read_back: { needs: "time", repair: "read" },
} as const satisfies Record<string, { needs: "you" | "time"; repair: string | null }>;

export type Cause = keyof typeof CAUSES;
export const CAUSE_NAMES = Object.keys(CAUSES) as Cause[];

/** These are mended by asking the store for the order once more: nothing is to be chosen. */
export const FETCHED: readonly Cause[] = CAUSE_NAMES.filter((cause) => CAUSES[cause].repair === "fetch");

/**
 * What is in order although the sides do not say the same. deleted: in the store; beyond_reach: older than the store shows this app; forgotten: the buyer's data was
 * removed; shop_forgotten: the shop's, so that the accounts are closed; accepted: a person accepted a difference; unread_delivery: deliveries that could not be read and
 * name no order: whatever they said, the orders were held against the store itself.
 */
export const KNOWN = ["deleted", "beyond_reach", "forgotten", "shop_forgotten", "no_network", "codes_only", "awaiting_network", "other_currency", "accepted", "unread_delivery"] as const;
export type Known = (typeof KNOWN)[number];

/** What an order's items came to after discounts, in minor units of the shop's currency. */
export type ItemsSum = { amount: string; currency: string };

/**
 * An order as the store lists it; `status`: its financial status, in small letters; `codes`: as the buyer used them. `items` null: not to be compared; it is left out
 * of what was listed before it was asked for.
 */
export type StoreOrder = { name: string; createdAt: string; updatedNs: string; test: boolean; cancelled: boolean; status: string; codes: string[]; items?: ItemsSum | null };

/** An order as it is kept here. */
export type AppOrder = {
  name: string;
  createdAt: string | null;
  updatedNs: string | null;
  facts: Pick<StoreOrder, "test" | "cancelled" | "status" | "codes" | "items"> | null;
  outcome: string | null;
  deleted: boolean;
  /** Of a forgotten buyer; `closed`: of a forgotten shop. */
  forgotten: boolean;
  closed: boolean;
  /** The store is being asked for it, and was so many times in vain. */
  asked: boolean;
  tries: number;
  /** A delivery of it that could not be read, and after which none was: why. */
  unreadable: string | null;
  /** A delivery of it waits to be settled. */
  arriving: boolean;
};

/** One difference. Amounts are minor units of `currency`, null where there is none to name. `detail`: what else its sentence needs. */
export type Difference = {
  cause: Cause;
  n: number | null;
  programId: string | null;
  actionId: string | null;
  creatorId: string | null;
  currency: string | null;
  here: string | null;
  there: string | null;
  detail: Record<string, string | number | boolean>;
};

export type OrderFound = { differences: Difference[]; known: Known[] };

/** When the store was asked, and since when it shows this app its orders (null: since ever). Milliseconds since 1970. */
export type Reading = { beganMs: number; shownSinceMs: number | null };

/** A delivery needs its time, and the store's search lags behind its orders: what changed so shortly before is on its way. */
const ARRIVES_MS = 2 * 60_000;
const LISTED_MS = 15 * 60_000;
/** After so many tries in vain the store is said not to answer. */
const FAILING_TRIES = 4;

export function difference(cause: Cause, about: Partial<Omit<Difference, "cause">> = {}): Difference {
  return { cause, n: null, programId: null, actionId: null, creatorId: null, currency: null, here: null, there: null, detail: {}, ...about };
}

/** The order in store and app. null stands for a side that does not have it. */
export function compareOrder(store: StoreOrder | null, app: AppOrder | null, reading: Reading): OrderFound {
  if (app?.closed) return { differences: [], known: ["shop_forgotten"] };
  const known: Known[] = app?.forgotten ? ["forgotten"] : [];
  if (app?.deleted) return { differences: [], known: [...known, "deleted"] };
  if (store === null) {
    const found = app === null ? null : missingInStore(app, reading);
    if (found === "beyond_reach") return { differences: [], known: [...known, found] };
    return { differences: found === null ? [] : [difference(found)], known };
  }
  const cause = causeOf(store, app, reading);
  if (cause === null) return { differences: [], known };
  const detail: Difference["detail"] = cause === "unreadable" ? { why: app?.unreadable ?? "" } : cause === "unexplained" ? { what: "not_settled" } : {};
  const amounts = cause === "store_amount" ? { currency: store.items!.currency, here: app!.facts!.items!.amount, there: store.items!.amount } : {};
  return { differences: [difference(cause, { detail, ...amounts })], known };
}

function missingInStore(app: AppOrder, { beganMs, shownSinceMs }: Reading): Cause | "beyond_reach" | null {
  if (app.facts === null || app.createdAt === null) return app.asked ? fetching(app) : null;
  const atMs = Date.parse(app.createdAt);
  if (shownSinceMs !== null && atMs < shownSinceMs) return "beyond_reach";
  return beganMs - atMs < LISTED_MS ? "on_the_way" : "gone_in_store";
}

function causeOf(store: StoreOrder, app: AppOrder | null, { beganMs }: Reading): Cause | null {
  if (app?.asked) return fetching(app);
  if (app?.arriving) return "on_the_way";
  if (app !== null && app.unreadable !== null) return "unreadable";
  const isNew = beganMs - Number(BigInt(store.updatedNs) / 1_000_000n) < ARRIVES_MS;
  if (app === null || app.facts === null || app.updatedNs === null) return isNew ? "on_the_way" : "never_seen";
  const age = BigInt(app.updatedNs) - BigInt(store.updatedNs);
  if (age < 0n) return isNew ? "on_the_way" : "older";
  if (age === 0n && !sameRead(store, app.facts)) return "read_otherwise";
  if (age === 0n && !sameItems(store.items, app.facts.items)) return "store_amount";
  return app.outcome === null ? "unexplained" : null;
}

function fetching({ tries }: AppOrder): Cause {
  return tries >= FAILING_TRIES ? "fetch_fails" : "fetch_waits";
}

/** Of one version both readers give the same. A code that took nothing off is not kept with the facts. */
function sameRead(store: StoreOrder, facts: NonNullable<AppOrder["facts"]>): boolean {
  const listed = new Set(store.codes.map(codeKey));
  return store.test === facts.test && store.cancelled === facts.cancelled && store.status === facts.status && facts.codes.every((code) => listed.has(codeKey(code)));
}

function sameItems(there: StoreOrder["items"], here: StoreOrder["items"]): boolean {
  return !there || !here || (there.amount === here.amount && there.currency === here.currency);
}

/**
 * What an order's items came to by its facts. null: the store's sum may be another thing. Gift cards and tips need not be in it; where the buyer paid in another
 * currency, the store converts and rounds the sum and each price by itself; and what came back may have been exchanged.
 */
export function itemsOf({ lines, refunds, currency, presentment }: Pick<OrderFacts, "lines" | "refunds" | "currency" | "presentment">): ItemsSum | null {
  if (presentment.currency !== currency || refunds.length > 0 || lines.some((line) => line.giftCard || line.tip || line.currentQuantity !== line.quantity)) return null;
  const amount = lines.reduce((sum, { price, quantity, allocations }) => allocations.reduce((left, one) => left - BigInt(one.amount), sum + BigInt(price) * BigInt(quantity)), 0n);
  return { amount: amount.toString(), currency };
}
