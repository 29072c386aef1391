// What networks pay for sales and why it is not the plain rate: facts and contracts read, and put together by domain/earnings.ts.
import { now } from "../clock.ts";
import * as read from "../db/reads/earnings.ts";
import { contractAt, earningOf, mainReason, termOf, type Earning, type Reason } from "../domain/earnings.ts";
import type { EarningsPage, ProgramEarnings } from "../domain/earnings-page.ts";
import { payoutsOf, payoutSummary } from "../domain/statement.ts";

/** More than a creator sells in a period; beyond it reasons are counted for the newest. */
const MOST_LOOKED_AT = 2_000;
const ORDERS_NAMED = 3;

export type SaleEarning = { orderId: string; n: number; codeId: string; earning: Earning };

/** Of each conversion of an order, by its number. */
export async function earningsOfOrder(shop: string, orderId: string): Promise<Record<number, Earning>> {
  const found = await explained(shop, await read.salesOfOrder(shop, orderId));
  return Object.fromEntries(found.map(({ n, earning }) => [n, earning]));
}

/** Of a creator's conversions of some orders. */
export async function earningsOfOrders(shop: string, creatorId: string, orderIds: readonly string[]): Promise<SaleEarning[]> {
  return explained(shop, await read.salesOfOrders(shop, creatorId, orderIds));
}

async function explained(shop: string, sales: readonly read.PaidSale[]): Promise<SaleEarning[]> {
  const contracts = await contractsOf(shop, sales);
  return sales.map((sale) => ({ orderId: sale.orderId, n: sale.n, codeId: sale.codeId, earning: earningOf(sale, contracts(sale)) }));
}

type Whose = { programId: string; partnerId: string | null };

/** Finds the contracts of a partner in a program. */
async function contractsOf(shop: string, of: readonly Whose[]): Promise<(whose: Whose) => read.PartnerTerms[]> {
  const keyOf = ({ programId, partnerId }: Whose) => `${programId} ${partnerId}`;
  const pairs = new Map(of.flatMap(({ programId, partnerId }) => (partnerId === null ? [] : [[keyOf({ programId, partnerId }), { programId, partnerId }] as const])));
  const terms = Map.groupBy(await read.termsOf(shop, [...pairs.values()]), keyOf);
  return (whose) => terms.get(keyOf(whose)) ?? [];
}

/** A creator's earnings of the orders placed since an instant. */
export async function readEarnings(shop: string, creatorId: string, from: Date): Promise<EarningsPage> {
  const [sold, paid, sales] = await Promise.all([read.soldByProgram(shop, creatorId, from), read.paidByProgram(shop, creatorId, from), read.salesSince(shop, creatorId, from, MOST_LOOKED_AT)]);
  const [contracts, found] = await Promise.all([contractsOf(shop, sold), explained(shop, sales)]);
  const at = now().toISOString();
  const paidOf = Map.groupBy(paid, (one) => one.programId);
  const programs = [...Map.groupBy(sold, (one) => one.programId).values()].map((of): ProgramEarnings => {
    const { programId, name, network, eventTypeId } = of[0]!;
    return {
      programId,
      name,
      network,
      credited: of.map(({ currency, credited, orders }) => ({ currency, amount: credited.toString(), orders })),
      payouts: payoutSummary(payoutsOf(paidOf.get(programId) ?? [])),
      term: termOf(contractAt(contracts(of[0]!), at), eventTypeId, at),
    };
  });
  return { programs, others: await othersOf(shop, found), looked: found.length };
}

/** What needs a look comes before what is merely so. */
const FIRST: readonly Reason["key"][] = ["unexplained", "nothing_paid", "unused", "no_contract", "no_term", "elsewhere", "held"];

function rankOf(key: Reason["key"]): number {
  return FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length;
}

async function othersOf(shop: string, found: readonly SaleEarning[]): Promise<EarningsPage["others"]> {
  const by = new Map<Reason["key"], string[]>();
  for (const { orderId, earning } of found) {
    const key = mainReason(earning);
    if (key !== null) by.set(key, [...(by.get(key) ?? []), orderId]);
  }
  const named = [...by].map(([key, ids]) => ({ key, count: ids.length, ids: [...new Set(ids)].slice(0, ORDERS_NAMED) })).sort((a, b) => rankOf(a.key) - rankOf(b.key) || b.count - a.count);
  const names = await read.orderNames(shop, named.flatMap(({ ids }) => ids));
  return named.map(({ key, count, ids }) => ({ key, count, orders: ids.map((id) => ({ id, name: names.get(id) ?? id })) }));
}
