// The end of a chaos run, looked at from outside: the app's tables over SQL and the network's actions, held against the reference, which was reckoned from the
// stores' truth alone.
import { control } from "#test/local/network/control.ts";
import type { LocalNetwork } from "#test/local/network/server.ts";
import type { LocalStore } from "#test/local/store/server.ts";
import type { Order } from "#test/local/store/types.ts";
import { compareNetwork } from "./check-network.ts";
import type { ChaosDatabase } from "./database.ts";
import { type Expected, expectedOf, type Truth } from "./reference.ts";
import type { ShopPlan } from "./shops.ts";

export type Truths = Map<string, { shop: ShopPlan; truth: Truth; expected: Expected }>;
export type LedgerRow = { shop: string; order_id: string; code_id: string; creator_id: string; program_id: string; line_id: string; balance: string; entries: number; credits: number };
export type Found = {
  orders: number;
  credited: number;
  /** Orders of a store that the app has no decision about; credited ones of which the ledger, or the network, has nothing at all. */
  lost: string[];
  /** Accounts of the ledger that were credited more than once, and conversions that the network holds more than once. */
  doubled: string[];
  /** Order, code and line: the reference's amount beside the ledger's balance. */
  balances: Record<string, [string, string]>;
  /** Order and code: the reference's decision beside the app's. */
  decisions: Record<string, [string, string]>;
  /** Order, partner and SKU: the ledger's amount beside what the network holds; order, code and partner: the reference's conversion beside the network's. */
  network: Record<string, [string, string]>;
  /** Orders of which nothing reached the app before they were deleted: it knows that they are gone, and there is nothing to decide. */
  goneUnseen: string[];
  /** What the network still worked on when all was at rest. It was brought to its end before anything was compared. */
  pendingAtNetwork: number;
};

/** All orders that the stores have, and those that were deleted there, with what is expected of each; by "<shop> <order>". */
export function truthsOf(shops: readonly ShopPlan[], stores: readonly LocalStore[], deleted: readonly Map<string, Order>[]): Truths {
  const truths: Truths = new Map();
  for (const [at, shop] of shops.entries()) {
    const { store } = stores[at]!;
    const disputes = Map.groupBy(store.state.disputes.map(({ body }) => body), (body) => String(body.order_id));
    const add = (order: Order, isDeleted: boolean) => {
      const truth = { order, deleted: isDeleted, disputes: disputes.get(String(order.id)) ?? [] };
      truths.set(`${shop.shop} ${order.id}`, { shop, truth, expected: expectedOf(shop, truth) });
    };
    for (const order of store.orders()) add(order, false);
    for (const order of deleted[at]!.values()) add(order, true);
  }
  return truths;
}

export async function ledgerOf(database: ChaosDatabase): Promise<LedgerRow[]> {
  return database.ask<LedgerRow>(
    `select shop, order_id, code_id, creator_id, program_id, line_id, sum(amount)::text as balance, count(*)::int as entries, (count(*) filter (where kind = 'credit'))::int as credits
     from ledger_entry group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 6`,
  );
}

/** Compares all three. `seen`: "<shop> <order>" of which a delivery that carries the order was answered. */
export async function checkAll(truths: Truths, database: ChaosDatabase, network: LocalNetwork, seen: ReadonlySet<string>): Promise<Found> {
  const ledger = await ledgerOf(database);
  const found: Found = { orders: truths.size, credited: 0, lost: [], doubled: [], balances: {}, decisions: {}, network: {}, goneUnseen: [], pendingAtNetwork: await hurry(network) };
  compareBalances(truths, ledger, found);
  await compareDecisions(truths, database, seen, found);
  compareNetwork(truths, ledger, network, found);
  found.lost = [...new Set(found.lost)];
  return found;
}

/** Ends all that the network has not lost: what comes late must not change what it holds. Returns how much that was. */
async function hurry({ network }: LocalNetwork): Promise<number> {
  const { body } = await control(network, "POST", new URL("http://network.test/_local/complete"), "");
  return (body as { completed: number }).completed;
}

function compareBalances(truths: Truths, ledger: readonly LedgerRow[], found: Found): void {
  const wanted = new Map<string, bigint>();
  for (const [key, { expected }] of truths) {
    if (expected.credits.length > 0) found.credited += 1;
    for (const { code, creator, line, amount } of expected.credits) wanted.set(`${key} ${code} ${creator} ${line}`, amount);
  }
  const held = new Map(ledger.map((row) => [`${row.shop} ${row.order_id} ${row.code_id} ${row.creator_id} ${row.line_id}`, BigInt(row.balance)]));
  differences(wanted, held, found.balances);
  for (const row of ledger) if (row.credits > 1) found.doubled.push(`ledger ${row.shop} ${row.order_id} ${row.code_id} ${row.line_id}: ${row.credits} credits`);
  const known = new Set(ledger.map((row) => `${row.shop} ${row.order_id}`));
  for (const [key, { expected }] of truths) if (expected.credits.length > 0 && !known.has(key)) found.lost.push(`ledger ${key}`);
}

async function compareDecisions(truths: Truths, database: ChaosDatabase, seen: ReadonlySet<string>, found: Found): Promise<void> {
  const rows = await database.ask<{ key: string; code_id: string | null; outcome: string; reason: string | null }>("select shop || ' ' || order_id as key, code_id, outcome, reason from decision");
  const gone = new Set((await database.ask<{ key: string }>("select shop || ' ' || order_id as key from order_state where deleted_at is not null")).map(({ key }) => key));
  const held = Map.groupBy(rows, ({ key }) => key);
  for (const key of held.keys()) if (!truths.has(key)) found.decisions[key] = ["no such order", "decided"];
  for (const [key, { expected, truth }] of truths) {
    const own = held.get(key) ?? [];
    if (own.length === 0 && truth.deleted && gone.has(key) && !seen.has(key)) found.goneUnseen.push(key);
    else if (own.length === 0) found.lost.push(`decision ${key}`);
    if (own.length === 0) continue;
    const wanted = new Map(expected.decisions.map(({ code, outcome, reason }) => [`${code}`, `${outcome} ${reason}`]));
    const said = new Map(own.map(({ code_id, outcome, reason }) => [`${code_id || null}`, `${outcome} ${reason}`]));
    if (said.size !== own.length) found.decisions[`${key} rows`] = [`${said.size}`, `${own.length}`];
    for (const code of new Set([...wanted.keys(), ...said.keys()])) {
      if (wanted.get(code) !== said.get(code)) found.decisions[`${key} ${code}`] = [wanted.get(code) ?? "none", said.get(code) ?? "none"];
    }
  }
}

export function differences(wanted: ReadonlyMap<string, bigint>, held: ReadonlyMap<string, bigint>, into: Record<string, [string, string]>): void {
  for (const key of new Set([...wanted.keys(), ...held.keys()])) {
    const [ours, theirs] = [wanted.get(key) ?? 0n, held.get(key) ?? 0n];
    if (ours !== theirs) into[key] = [ours.toString(), theirs.toString()];
  }
}
