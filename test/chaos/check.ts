// The end of a chaos run, looked at from outside: the app's tables over SQL and the network's actions, held against the reference, which was reckoned from the
// stores' truth alone.
import type { LocalNetwork } from "#test/local/network/server.ts";
import { conversionsOf, type HeldConversion } from "#test/local/network/control.ts";
import type { LocalStore } from "#test/local/store/server.ts";
import type { Order } from "#test/local/store/types.ts";
import type { ChaosDatabase } from "./database.ts";
import { type Expected, expectedOf, skuOf, type Truth } from "./reference.ts";
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
  /** Order, partner and SKU: the ledger's amount beside what the network holds. */
  network: Record<string, [string, string]>;
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

/** Compares all three. */
export async function checkAll(truths: Truths, database: ChaosDatabase, network: LocalNetwork): Promise<Found> {
  const ledger = await ledgerOf(database);
  const found: Found = { orders: truths.size, credited: 0, lost: [], doubled: [], balances: {}, decisions: {}, network: {} };
  compareBalances(truths, ledger, found);
  await compareDecisions(truths, database, found);
  compareNetwork(truths, ledger, conversionsOf(network.network), programsOf(truths, network), found);
  found.lost = [...new Set(found.lost)];
  return found;
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

async function compareDecisions(truths: Truths, database: ChaosDatabase, found: Found): Promise<void> {
  const rows = await database.ask<{ key: string; code_id: string | null; outcome: string; reason: string | null }>("select shop || ' ' || order_id as key, code_id, outcome, reason from decision");
  const held = Map.groupBy(rows, ({ key }) => key);
  for (const [key, { expected, truth }] of truths) {
    const own = held.get(key) ?? [];
    // Of an order that was deleted before anything of it arrived there is nothing to decide.
    if (own.length === 0 && !truth.deleted) found.lost.push(`decision ${key}`);
    if (own.length === 0) continue;
    const wanted = new Map(expected.decisions.map(({ code, outcome, reason }) => [`${code}`, `${outcome} ${reason}`]));
    const said = new Map(own.map(({ code_id, outcome, reason }) => [`${code_id || null}`, `${outcome} ${reason}`]));
    for (const code of new Set([...wanted.keys(), ...said.keys()])) {
      if (wanted.get(code) !== said.get(code)) found.decisions[`${key} ${code}`] = [wanted.get(code) ?? "none", said.get(code) ?? "none"];
    }
  }
}

/** The shop of each program there. */
function programsOf(truths: Truths, { network }: LocalNetwork): Map<string, ShopPlan> {
  const shops = new Map([...truths.values()].map(({ shop }) => [shop.shop, shop]));
  return new Map(network.state.accounts.flatMap((account) => account.programs.flatMap((program) => (shops.has(program.name) ? [[`${account.sid} ${program.id}`, shops.get(program.name)!] as const] : []))));
}

function compareNetwork(truths: Truths, ledger: readonly LedgerRow[], held: readonly HeldConversion[], programs: ReadonlyMap<string, ShopPlan>, found: Found): void {
  const wanted = new Map<string, bigint>();
  const codes = new Map<string, Set<string>>();
  for (const row of ledger) {
    const one = truths.get(`${row.shop} ${row.order_id}`);
    const program = one?.shop.programs.find(({ id }) => id === row.program_id);
    if (one === undefined || program?.network !== "impact" || BigInt(row.balance) === 0n) continue;
    const line = one.truth.order.line_items.find(({ id }) => String(id) === row.line_id);
    const partner = one.shop.creators.find(({ id }) => id === row.creator_id)!.partnerId;
    add(wanted, `${row.shop} ${row.order_id} ${partner} ${line === undefined ? row.line_id : skuOf(line)}`, BigInt(row.balance));
    const key = `${row.shop} ${row.order_id}`;
    codes.set(key, (codes.get(key) ?? new Set()).add(row.code_id));
  }
  const there = new Map<string, bigint>();
  const standing = new Map<string, number>();
  const ids = new Map<string, number>();
  for (const one of held) {
    const shop = programs.get(`${one.sid} ${one.programId}`);
    const key = `${shop?.shop} ${one.orderId.split("-")[0]}`;
    ids.set(`${key} ${one.orderId}`, (ids.get(`${key} ${one.orderId}`) ?? 0) + 1);
    if (one.state === "REVERSED") continue;
    standing.set(key, (standing.get(key) ?? 0) + 1);
    for (const { sku, amount } of one.items) if (amount !== "0") add(there, `${key} ${one.partnerId} ${sku}`, BigInt(amount));
  }
  differences(wanted, there, found.network);
  for (const [id, count] of ids) if (count > 1) found.doubled.push(`network ${id}: ${count} conversions`);
  for (const [key, count] of standing) if (count > Math.max(1, codes.get(key)?.size ?? 0)) found.doubled.push(`network ${key}: ${count} conversions for ${codes.get(key)?.size ?? 0} codes`);
  for (const key of codes.keys()) if (!standing.has(key)) found.lost.push(`network ${key}`);
}

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

function differences(wanted: ReadonlyMap<string, bigint>, held: ReadonlyMap<string, bigint>, into: Record<string, [string, string]>): void {
  for (const key of new Set([...wanted.keys(), ...held.keys()])) {
    const [ours, theirs] = [wanted.get(key) ?? 0n, held.get(key) ?? 0n];
    if (ours !== theirs) into[key] = [ours.toString(), theirs.toString()];
  }
}
