// Rebuild: every balance computed once more from the stored facts, under the rules of the time, and compared with the ledger. It writes nothing.
import { inTransaction } from "../db.server.ts";
import { countOrders, decisionsOf, isKnownShop, ledgerSums, ordersToSettleAgain, pageOfOrders, readOneState, shopAfter, type PagedOrder } from "../db/verify.ts";
import { hasSums, sumsThatDiffer, takeRoom, type SumDifference } from "../db/verify-sums.ts";
import { settleOrder, type Decision } from "../domain/credit.ts";
import { compareOrder, compareWithoutFacts, unreadable, type Difference, type HeldBalance, type HeldOrder } from "../domain/verify.ts";
import { bookOf, knownCodeKeys, loadJudging, type BookFor, type Judging } from "./judging.ts";

export type { SumDifference, SumFound } from "../db/verify-sums.ts";

/** Orders in memory at once: this many, and fewer where their facts are long. */
const PAGE_ORDERS = 500;
const PAGE_BYTES = 1 << 20;
/** So many differences are listed; the others are counted. */
export const MOST_LISTED = 1_000;

export type Verification = {
  /** 0: the shop asked for is not known. */
  shops: number;
  /** Order ids looked at. */
  orders: number;
  /** Accounts compared: (order, code, creator, program, line). */
  balances: number;
  /** Orders that cannot be recomputed, because no facts are kept of them. */
  withoutFacts: number;
  /** Orders of which a privacy topic removed data: those of a forgotten buyer are recomputed from what had been decided, those of a forgotten shop are passed over. */
  redacted: number;
  /** Orders that differ only until what was noted meanwhile (a click, a person's decision) is settled. */
  waiting: number;
  ordersWithDifferences: number;
  differenceCount: number;
  /** The first MOST_LISTED of them. */
  differences: Difference[];
  /** The daily sums and those of periods that pages show, against the entries; `shops`: how many have them built. */
  sums: { shops: number; compared: number; differenceCount: number; differences: SumDifference[] };
};

export type VerifyOptions = { shop?: string; signal?: AbortSignal; onProgress?: (done: number, total: number) => void };

type Page = { shop: string; orders: PagedOrder[]; held: Map<string, HeldOrder>; judging: Judging; again: Set<string> };

/**
 * Recomputes all orders, or those of one shop, and compares. Each page is read in one state of the database, so the app may go on working.
 * Aborting throws the signal's reason after the page at hand. `onProgress` is told after each page.
 */
export async function verifyLedger({ shop, signal, onProgress }: VerifyOptions = {}): Promise<Verification> {
  const found: Verification = { shops: 0, orders: 0, balances: 0, withoutFacts: 0, redacted: 0, waiting: 0, ordersWithDifferences: 0, differenceCount: 0, differences: [], sums: { shops: 0, compared: 0, differenceCount: 0, differences: [] } };
  const shops = await shopsOf(shop);
  let total = 0;
  for (const each of shops) total += await countOrders(each);
  for (const each of shops) {
    found.shops += 1;
    let page = await readPage(each, "");
    while (page.orders.length > 0) {
      signal?.throwIfAborted();
      // The next page is read while this one is computed.
      const next = readPage(each, page.orders.at(-1)!.orderId);
      next.catch(() => {}); // thrown where it is awaited
      checkPage(page, found);
      page = await next;
      onProgress?.(Math.min(found.orders, total), total);
    }
    signal?.throwIfAborted();
    await checkSums(each, found.sums);
  }
  return found;
}

async function checkSums(shop: string, found: Verification["sums"]): Promise<void> {
  const checked = await inTransaction(async (client) => {
    await readOneState(client);
    if (!(await hasSums(client, shop))) return null;
    await takeRoom(client);
    return sumsThatDiffer(client, shop, MOST_LISTED - found.differences.length);
  });
  if (checked === null) return;
  found.shops += 1;
  found.compared += checked.compared;
  found.differenceCount += checked.count;
  found.differences.push(...checked.differences);
}

async function shopsOf(shop: string | undefined): Promise<string[]> {
  if (shop !== undefined) return (await isKnownShop(shop)) ? [shop] : [];
  const shops: string[] = [];
  for (let next = await shopAfter(""); next !== null; next = await shopAfter(next)) shops.push(next);
  return shops;
}

/** Reads the page after an order id, with the rules and clicks that it is judged by. A page without orders is the end. */
async function readPage(shop: string, after: string): Promise<Page> {
  return inTransaction(async (client) => {
    await readOneState(client);
    const orders = await pageOfOrders(client, shop, after, PAGE_ORDERS, PAGE_BYTES);
    const ids = orders.map((order) => order.orderId);
    const held = heldOf(shop, orders, await ledgerSums(client, shop, ids), await decisionsOf(client, shop, ids));
    const judging = await loadJudging(client, shop, orders.flatMap(({ facts, beside }) => (facts === null ? [] : { facts, beside })), { keysOf: knownCodeKeys });
    return { shop, orders, held, judging, again: await ordersToSettleAgain(client, shop, ids) };
  });
}

type Row = { orderId: string };

function heldOf(shop: string, orders: readonly PagedOrder[], balances: readonly (HeldBalance & Row)[], decisions: readonly (Decision & Row)[]): Map<string, HeldOrder> {
  const balancesBy = Map.groupBy(balances, (row) => row.orderId);
  const decisionsBy = Map.groupBy(decisions, (row) => row.orderId);
  return new Map(orders.map(({ orderId, rollUp }) => [orderId, { shop, orderId, rollUp, balances: balancesBy.get(orderId) ?? [], decisions: decisionsBy.get(orderId) ?? [] }]));
}

function checkPage(page: Page, found: Verification): void {
  const bookFor = bookOf(page.judging.book);
  for (const order of page.orders) {
    const held = page.held.get(order.orderId)!;
    const { differences, balances, waits } = checkOrder(order, held, bookFor, page.judging);
    found.orders += 1;
    found.balances += balances;
    if (order.frozen !== null) found.redacted += 1;
    else if (order.facts === null && order.rollUp !== null) found.withoutFacts += 1;
    if (differences.length === 0) continue;
    if (waits || page.again.has(order.orderId)) {
      found.waiting += 1;
      continue;
    }
    found.ordersWithDifferences += 1;
    found.differenceCount += differences.length;
    found.differences.push(...differences.slice(0, MOST_LISTED - found.differences.length));
  }
}

/** `waits`: the order is not settled yet, because the store is to tell something first. */
type Checked = { differences: Difference[]; balances: number; waits: boolean };

function checkOrder(order: PagedOrder, held: HeldOrder, bookFor: BookFor, { evidenceOf, handOf, verdictsOf }: Judging): Checked {
  const { facts, beside, everPaid, deleted, frozen } = order;
  if (facts === null && frozen !== null) return { differences: [], balances: held.balances.length, waits: false };
  if (facts === null) return { differences: compareWithoutFacts(held), balances: held.balances.length, waits: false };
  try {
    const hand = handOf(facts);
    const book = bookFor(facts, hand);
    const settlement = settleOrder(facts, { beside, everPaid, deleted, frozen, hand, verdicts: verdictsOf(facts) }, book, evidenceOf({ facts, beside }).clicks);
    const atMs = Date.parse(facts.createdAt);
    const laterCodes = new Set(book.codes.filter((code) => code.createdAtMs > atMs).map((code) => code.id));
    // It stands as it stood until the store has answered (flow/settle.ts).
    const waits = settlement.asksStore && (order.asked || held.rollUp?.outcome == null);
    return { ...compareOrder(held, { settlement, currency: facts.currency, laterCodes }), waits };
  } catch (fault) {
    return { differences: [unreadable(held, fault instanceof Error ? fault.message : String(fault))], balances: held.balances.length, waits: false };
  }
}
