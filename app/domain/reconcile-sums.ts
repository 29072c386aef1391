// The numbers of a reconciliation, added up page by page: so the whole is never in memory. Pure; amounts are minor units as text, since it is kept as JSON.
import { total } from "./plan-report.ts";
import { CAUSES, CAUSE_NAMES, type AppOrder, type Cause, type Known, type OrderFound, type StoreOrder } from "./reconcile.ts";
import type { Credited } from "./reconcile-network.ts";

export type Sum = { count: number; amount: string };

/** Of one program and currency. credited: orders with a balance; told: what its network is to hold; held: what stands there; approved: of that, what was approved, here (as it is to be) and there. */
export type ProgramSums = { programId: string; currency: string; credited: Sum; told: Sum; held: Sum; approvedHere: Sum; approved: Sum };

export type Sums = {
  /** Orders of the period, and those with a discount code. */
  store: { orders: number; withCodes: number };
  app: { orders: number; withCodes: number };
  programs: ProgramSums[];
  causes: Partial<Record<Cause, number>>;
  known: Partial<Record<Known, number>>;
  /** Once it is done: when the networks had last been read back (null: never), and why not later (domain/problem.ts). */
  reads?: NetworkRead[];
};

export type NetworkRead = { programId: string; readAt: string | null; problem: string | null; account: string | null };

export function noSums(): Sums {
  return { store: { orders: 0, withCodes: 0 }, app: { orders: 0, withCodes: 0 }, programs: [], causes: {}, known: {} };
}

/** How many differences, and how many of them wait for a person. */
export function countsOf({ causes }: Pick<Sums, "causes">): { all: number; you: number; unexplained: number } {
  const counts = { all: 0, you: 0, unexplained: causes.unexplained ?? 0 };
  for (const cause of CAUSE_NAMES) {
    counts.all += causes[cause] ?? 0;
    if (CAUSES[cause].needs === "you") counts.you += causes[cause] ?? 0;
  }
  return counts;
}

/** Adds an order to the sums. */
export function addOrder(sums: Sums, store: StoreOrder | null, app: AppOrder | null, credited: Credited): void {
  if (store !== null) sums.store = plus(sums.store, store.codes.length > 0);
  if (app?.facts) sums.app = plus(sums.app, app.facts.codes.length > 0);
  addCredited(sums, credited);
}

function plus({ orders, withCodes }: Sums["store"], hasCode: boolean): Sums["store"] {
  return { orders: orders + 1, withCodes: withCodes + (hasCode ? 1 : 0) };
}

/** What is credited, told and held; also of sales that no order here stands behind. */
export function addCredited(sums: Sums, { balances, awaiting, sales, actions }: Credited): void {
  for (const own of Map.groupBy(balances, ({ programId, currency }) => `${programId} ${currency}`).values()) {
    const { programId, currency } = own[0]!;
    const amount = own.reduce((all, one) => all + BigInt(one.amount), 0n);
    if (amount !== 0n) add(of(sums, programId, currency).credited, amount);
  }
  for (const sale of sales) {
    const amount = total(sale.target);
    if (amount !== 0n && !awaiting.includes(sale.codeId)) add(of(sums, sale.programId, sale.currency).told, amount);
  }
  for (const { held, place, programId, own } of actions) {
    const stands = (held.state === "pending" || held.state === "approved") && held.amount !== null && held.amount !== "0";
    if (!stands || !place.mine || (place.elsewhere !== null && place.elsewhere !== undefined && own?.actionId !== held.actionId)) continue;
    const there = of(sums, programId, held.currency);
    add(there.held, BigInt(held.amount!));
    if (held.state !== "approved") continue;
    add(there.approved, BigInt(held.amount!));
    if (own !== null && own.actionId === held.actionId) add(of(sums, programId, own.currency).approvedHere, total(own.target));
  }
}

export function addFound(sums: Sums, { differences, known }: OrderFound): void {
  for (const { cause } of differences) sums.causes[cause] = (sums.causes[cause] ?? 0) + 1;
  for (const one of new Set(known)) sums.known[one] = (sums.known[one] ?? 0) + 1;
}

function add(sum: Sum, amount: bigint): void {
  sum.count += 1;
  sum.amount = (BigInt(sum.amount) + amount).toString();
}

function of(sums: Sums, programId: string, currency: string): ProgramSums {
  let found = sums.programs.find((one) => one.programId === programId && one.currency === currency);
  if (found === undefined) {
    const none = (): Sum => ({ count: 0, amount: "0" });
    found = { programId, currency, credited: none(), told: none(), held: none(), approvedHere: none(), approved: none() };
    sums.programs.push(found);
  }
  return found;
}

/** The programs' sums added up by currency, that with most credited first. */
export function byCurrency(programs: readonly ProgramSums[]): ProgramSums[] {
  const all = noSums();
  for (const one of programs) {
    const into = of(all, "", one.currency);
    for (const part of ["credited", "told", "held", "approvedHere", "approved"] as const) {
      into[part].count += one[part].count;
      into[part].amount = (BigInt(into[part].amount) + BigInt(one[part].amount)).toString();
    }
  }
  return all.programs.sort((a, b) => b.credited.count - a.credited.count || (a.currency < b.currency ? -1 : 1));
}
