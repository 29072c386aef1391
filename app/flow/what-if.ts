// What-if: settles the orders of a period twice, under the rules as they are and under those that a person tries, and keeps what differs.
// It changes no order. Computing is done in turns by whoever is free, goes on from where it stopped, and can be stopped between two pages.
import { setImmediate as breathe } from "node:timers/promises";
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { isPassing } from "../db/fault.ts";
import { findShop } from "../db/shop.ts";
import { holdRules } from "../db/rules-lock.ts";
import { readOneState } from "../db/verify.ts";
import { beginWhatIf, claimWhatIf, failWhatIf, keepPage, pageOfPeriod, releaseWhatIf, type ClaimedWhatIf, type Cursor, type Looked, type PeriodOrder } from "../db/what-if.ts";
import { finishWhatIf, sumWhatIf } from "../db/what-if-sums.ts";
import { settleOrder } from "../domain/credit.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Override } from "../domain/rule-book.ts";
import { changesOf, concerns, isSettledOtherwise, NO_ACCOUNT } from "../domain/what-if.ts";
import { log } from "../log.server.ts";
import { isStopping } from "../stopping.server.ts";
import { bookOf, knownCodeKeys, loadJudging, type BookFor, type Judging } from "./judging.ts";
import { startLoop, type Loop } from "./loop.ts";

const REST_MS = 500;
const LEASE_MS = 60_000;
/** A turn is short, so that the app can stop. */
const TURN_PAGES = 10;
const PAGE_ORDERS = 400;
const PAGE_BYTES = 1 << 20;
/** Pages are computed beside webhooks that want an answer: so many orders at a time. */
const BREATH_ORDERS = 40;

/** Starts the loop that computes what-ifs. */
export function startWhatIfs(): Loop {
  return startLoop({ name: "what-if", everyMs: REST_MS, work: whatIfOnce });
}

/** Does one turn of the oldest what-if; 0 where none waits. */
export async function whatIfOnce(): Promise<number> {
  const at = now();
  const one = await claimWhatIf(at, leaseFrom(at));
  if (one === null) return 0;
  try {
    await turn(one);
  } catch (fault) {
    if (isPassing(fault)) throw fault;
    const words = fault instanceof Error ? fault.message : String(fault);
    log.error({ shop: one.shop, whatIf: one.id, fault: words }, "a what-if could not be computed");
    await failWhatIf(one, writeProblem("what_if.failed", { words: words.slice(0, 300) }), now());
  }
  return 1;
}

function leaseFrom(at: Date): Date {
  return new Date(at.getTime() + LEASE_MS);
}

async function turn(claimed: ClaimedWhatIf): Promise<void> {
  let one = claimed;
  if (one.readAt === null) await begin(one);
  let page = await readPage(one, one.cursor);
  for (let pages = 0; page.orders.length > 0; pages++) {
    if (pages === TURN_PAGES || isStopping()) return releaseWhatIf(one);
    const last = page.orders.at(-1)!;
    const cursor = { atMs: last.createdAt.getTime(), orderId: last.orderId };
    // The next page is read while this one is computed.
    const next = readPage(one, cursor);
    next.catch(() => {}); // thrown where it is awaited
    const looked = { ...(await look(one, page)), cursor };
    const lease = leaseFrom(now());
    if (!(await inTransaction((client) => keepPage(client, one, looked, lease)))) return;
    one = { ...one, lease, cursor };
    page = await next;
  }
  await finish(one);
}

/** What was applied before is seen by every page from here on, and what is applied later is known to be later. */
async function begin(one: ClaimedWhatIf): Promise<void> {
  await inTransaction(async (client) => {
    await holdRules(client, one.shop);
    await beginWhatIf(client, one, now());
  });
}

async function finish(one: ClaimedWhatIf): Promise<void> {
  const shop = await findShop(one.shop);
  await inTransaction(async (client) => finishWhatIf(client, one, await sumWhatIf(client, one, shop?.timezone || "UTC"), now()));
}

type Page = { orders: PeriodOrder[]; judging: Judging };

async function readPage(one: ClaimedWhatIf, cursor: Cursor | null): Promise<Page> {
  return inTransaction(async (client) => {
    await readOneState(client);
    const orders = await pageOfPeriod(client, one, cursor, PAGE_ORDERS, PAGE_BYTES);
    return { orders, judging: await loadJudging(client, one.shop, orders, { keysOf: knownCodeKeys }) };
  });
}

async function look(one: ClaimedWhatIf, page: Page): Promise<Omit<Looked, "cursor">> {
  const { programId, fromAt, toAt } = one;
  const override: Override = { id: one.id, programId, fromMs: fromAt.getTime(), toMs: toAt.getTime(), settings: one.settings };
  const bookFor = bookOf(page.judging.book);
  const found: Omit<Looked, "cursor"> = { orders: 0, skipped: 0, asks: 0, changes: [] };
  for (const order of page.orders) {
    if (found.orders > 0 && found.orders % BREATH_ORDERS === 0) await breathe();
    found.orders += 1;
    try {
      compare(order, override, bookFor, page.judging, found);
    } catch {
      // What cannot be settled stays as it is; settling itself has set it aside with its reason.
      found.skipped += 1;
    }
  }
  return found;
}

function compare(order: PeriodOrder, override: Override, bookFor: BookFor, { evidenceOf, handOf, verdictsOf }: Judging, found: Omit<Looked, "cursor">): void {
  const { facts, beside, everPaid, deleted, frozen } = order;
  const hand = handOf(facts);
  const known = { beside, everPaid, deleted, frozen, hand, verdicts: verdictsOf(facts) };
  const book = bookFor(facts, hand);
  const { clicks } = evidenceOf(order);
  const before = settleOrder(facts, known, book, clicks);
  if (!concerns(before, override.programId)) return;
  const after = settleOrder(facts, known, { ...book, overrides: [...book.overrides, override] }, clicks);
  const asks = after.asksStore && !before.asksStore && !deleted;
  if (asks) found.asks += 1;
  const changes = changesOf(before.credits, after.credits);
  // Applying is to reach it as well: its reasons or lines differ, or the store is to be asked.
  if (changes.length === 0 && (asks || isSettledOtherwise(before, after))) changes.push(NO_ACCOUNT);
  for (const change of changes) found.changes.push({ ...change, orderId: order.orderId, orderAt: order.createdAt, currency: facts.currency });
}
