// What the network holds at the end of a chaos run, held against the ledger's sums, and one by one against the conversions that the reference wants.
import { conversionsOf, type HeldConversion } from "#test/local/network/control.ts";
import type { LocalNetwork } from "#test/local/network/server.ts";
import { differences, type Found, type LedgerRow, type Truths } from "./check.ts";
import { type ExpectedConversion, skuOf } from "./reference.ts";

type Held = HeldConversion & { key: string; number: number };

const ORDER_ID = /^(\d+)(?:-([2-9]|[1-9]\d+))?$/;

export function compareNetwork(truths: Truths, ledger: readonly LedgerRow[], network: LocalNetwork, found: Found): void {
  const held = heldOf(truths, network, found);
  const standing = held.filter(({ state }) => state !== "REVERSED");
  compareSums(truths, ledger, standing, found);
  const there = Map.groupBy(standing, ({ key }) => key);
  const reversed = new Map([...Map.groupBy(held.filter(({ state }) => state === "REVERSED"), ({ key }) => key)].map(([key, ones]) => [key, ones.length]));
  for (const [key, { expected: { conversions } }] of truths) {
    const own = there.get(key) ?? [];
    compareConversions(key, conversions, own, found);
    compareNumbers(key, conversions, own, reversed.get(key) ?? 0, found);
    if (own.length > conversions.length) found.doubled.push(`network ${key}: ${own.length} conversions, and ${conversions.length} are wanted`);
    if (own.length === 0 && conversions.length > 0) found.lost.push(`network ${key}`);
  }
  for (const [id, ones] of Map.groupBy(held, ({ key, number }) => `${key}-${number}`)) if (ones.length > 1) found.doubled.push(`network ${id}: ${ones.length} conversions`);
}

/** All that is there, reversed or not, by its order; what belongs to none is a difference. */
function heldOf(truths: Truths, network: LocalNetwork, found: Found): Held[] {
  const shops = new Set([...truths.values()].map(({ shop }) => shop.shop));
  const programs = new Map(network.network.state.accounts.flatMap((account) => account.programs.flatMap((program) => (shops.has(program.name) ? [[`${account.sid} ${program.id}`, program.name] as const] : []))));
  return conversionsOf(network.network).flatMap((one): Held[] => {
    const shop = programs.get(`${one.sid} ${one.programId}`);
    const parts = ORDER_ID.exec(one.orderId);
    const key = `${shop} ${parts?.[1]}`;
    if (truths.has(key)) return [{ ...one, key, number: Number(parts![2] ?? 1) }];
    found.network[`${one.sid} ${one.programId} ${one.orderId}`] = ["no such order", textOf(one.currency, one.items)];
    return [];
  });
}

/** What the network holds equals the ledger. */
function compareSums(truths: Truths, ledger: readonly LedgerRow[], standing: readonly Held[], found: Found): void {
  const wanted = new Map<string, bigint>();
  for (const row of ledger) {
    const one = truths.get(`${row.shop} ${row.order_id}`);
    const program = one?.shop.programs.find(({ id }) => id === row.program_id);
    if (one === undefined || program?.network !== "impact" || BigInt(row.balance) === 0n) continue;
    const line = one.truth.order.line_items.find(({ id }) => String(id) === row.line_id);
    const partner = one.shop.creators.find(({ id }) => id === row.creator_id)!.partnerId;
    add(wanted, `${row.shop} ${row.order_id} ${partner} ${line === undefined ? row.line_id : skuOf(line)}`, BigInt(row.balance));
  }
  const there = new Map<string, bigint>();
  for (const { key, partnerId, items } of standing) for (const { sku, amount } of items) if (amount !== "0") add(there, `${key} ${partnerId} ${sku}`, BigInt(amount));
  differences(wanted, there, found.network);
}

/** Code told, partner, currency, and each item's quantity and amount. One that stands though nothing is left of it is a difference too. */
function compareConversions(key: string, wanted: readonly ExpectedConversion[], standing: readonly Held[], found: Found): void {
  const ours = Map.groupBy(wanted, ({ told, partner }) => `${key} ${told} ${partner}`);
  const theirs = Map.groupBy(standing, ({ code, partnerId }) => `${key} ${code} ${partnerId}`);
  for (const one of new Set([...ours.keys(), ...theirs.keys()])) {
    const want = texts((ours.get(one) ?? []).map(({ currency, items }) => textOf(currency, Object.entries(items).map(([sku, item]) => ({ sku, ...item })))));
    const there = texts((theirs.get(one) ?? []).map(({ currency, items }) => textOf(currency, items)));
    if (want !== there) found.network[one] = [want, there];
  }
}

/** Numbers go by falling share; one that was reversed keeps its own, and so those behind it may come later. */
function compareNumbers(key: string, wanted: readonly ExpectedConversion[], standing: readonly Held[], reversed: number, found: Found): void {
  for (const { leastNumber, mostNumber, told, partner } of wanted) {
    const there = standing.find(({ code, partnerId }) => code === told && partnerId === partner);
    const least = reversed === 0 ? leastNumber : 1;
    const most = mostNumber + reversed;
    if (there !== undefined && (there.number < least || there.number > most)) found.network[`${key} ${told} number`] = [least === most ? `${least}` : `${least} to ${most}`, `${there.number}`];
  }
}

function textOf(currency: string, items: readonly { sku: string; quantity: number; amount: string | bigint }[]): string {
  return `${currency}: ${items.filter(({ amount }) => amount.toString() !== "0").map(({ sku, quantity, amount }) => `${quantity} x ${sku} ${amount}`).sort().join(", ") || "nothing"}`;
}

function texts(of: readonly string[]): string {
  return [...of].sort().join(" | ") || "none";
}

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
