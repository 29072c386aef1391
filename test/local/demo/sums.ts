// What the pages show of sales, against the ledger itself: every entry is added up here once more, in another way than the reads do it.
import { pool } from "#app/db.server.ts";
import { listCodes } from "#app/db/reads/code-list.ts";
import { listCreators, ordersOfCreator, salesByDay, soldByCreator } from "#app/db/reads/creators.ts";
import { listDeals } from "#app/db/reads/deals.ts";
import { salesOf } from "#app/db/reads/home.ts";
import { listOrders } from "#app/db/reads/orders.ts";

type Entry = { order: string; code: string; deal: string | null; creator: string; kind: string; amount: bigint; at: Date; orderAt: Date };
type Paged<Row> = { rows: Row[]; pages: number };
export type Shown = { what: string; shown: unknown; added: unknown };

const DAY_MS = 86_400_000;
const BEST = 5;

/** All numbers that the pages show of a shop's sales, each beside what the ledger's entries add up to. `now`: for which instant the pages are read. */
export async function shownSums(shop: string, now: Date, timezone: string): Promise<Shown[]> {
  const { rows: entries } = await pool().query<Entry>(
    `select l.order_id as "order", l.code_id as code, k.deal_id as deal, l.creator_id as creator, l.kind, l.amount, l.at, o.created_at as "orderAt"
     from ledger_entry l join order_state o on o.shop = l.shop and o.order_id = l.order_id join code k on k.shop = l.shop and k.id = l.code_id where l.shop = $1`,
    [shop],
  );
  const local = new Intl.DateTimeFormat("en-CA", { timeZone: timezone });
  const dayOf = (at: Date) => local.format(at);
  const today = Date.parse(dayOf(now));
  const lastDays = (count: number, until = 0) => Array.from({ length: count }, (_, at) => new Date(today - (count - 1 - at + until) * DAY_MS).toISOString().slice(0, 10));
  return [...(await home()), ...(await lists()), ...(await creatorPages())];

  async function home(): Promise<Shown[]> {
    const found: Shown[] = [];
    for (const days of [7, 30, 90]) {
      const sales = await salesOf(shop, { days, now, timezone });
      const [own, before] = [lastDays(days), lastDays(days, days)];
      const of = (span: string[]) => entries.filter((entry) => span.includes(dayOf(entry.orderAt)));
      const back = (span: string[]) => -total(entries.filter((entry) => entry.kind === "reversal" && span.includes(dayOf(entry.at))));
      found.push(
        { what: `home, ${days} days`, shown: sales.now, added: totals(of(own), back(own)) },
        { what: `home, the ${days} days before`, shown: sales.then, added: totals(of(before), back(before)) },
        { what: `home, ${days} days one by one`, shown: sales.days.map(({ day, orders, amount, before }) => [day, orders, amount, before]), added: own.map((day, at) => [...row(day, of([day])), total(of([before[at]!])).toString()]) },
      );
      for (const by of ["creator", "code"] as const) {
        const best = bestBy(by, of(own)).map(([id, its]) => ({ id, ...soldOf(its), days: own.map((day) => total(its.filter((entry) => dayOf(entry.orderAt) === day)).toString()) }));
        found.push({ what: `home, best of ${days} days by ${by}`, shown: sales[`${by}s`].map(({ id, orders, amount, days }) => ({ id, orders, amount, days })), added: best });
      }
    }
    return found;
  }

  async function lists(): Promise<Shown[]> {
    const any = { view: "all", q: "", now };
    const [deals, codes, creators, orders] = [
      await every((page) => listDeals(shop, { ...any, sort: "newest", page })),
      await every((page) => listCodes(shop, { ...any, view: "every", creatorId: "", dealId: "", sort: "newest", page })),
      await every((page) => listCreators(shop, { ...any, sort: "sales", page })),
      await every((page) => listOrders(shop, { view: "all", q: "", creatorId: "", sort: "newest", page })),
    ];
    const dealsCodes = (await Promise.all(deals.map(({ id }) => listCodes(shop, { ...any, view: "every", creatorId: "", dealId: id, sort: "wrong", page: 1 })))).flatMap(({ rows }) => rows);
    return [
      ...deals.map(({ id, sold }) => ({ what: `deal ${id}`, shown: sold, added: soldOf(entries.filter(({ deal }) => deal === id)) })),
      ...codes.map(({ id, sold }) => ({ what: `code ${id}`, shown: sold, added: soldOf(entries.filter(({ code }) => code === id)) })),
      ...dealsCodes.map(({ id, sold }) => ({ what: `code ${id} on its deal`, shown: sold, added: soldOf(entries.filter(({ code }) => code === id)) })),
      ...creators.map(({ id, sold }) => ({ what: `creator ${id} in the list`, shown: sold, added: soldOf(entries.filter(({ creator }) => creator === id)) })),
      ...orders.map(({ orderId, credited }) => ({ what: `order ${orderId}`, shown: credited, added: total(entries.filter(({ order }) => order === orderId)).toString() })),
      { what: "all orders", shown: orders.reduce((sum, { credited }) => sum + BigInt(credited), 0n), added: total(entries) },
      { what: "all creators", shown: creators.reduce((sum, { sold }) => sum + BigInt(sold.amount), 0n), added: total(entries) },
      { what: "all codes", shown: codes.reduce((sum, { sold }) => sum + BigInt(sold.amount), 0n), added: total(entries) },
    ];
  }

  async function creatorPages(): Promise<Shown[]> {
    const found: Shown[] = [];
    for (const [id, own] of Map.groupBy(entries, ({ creator }) => creator)) {
      const days = lastDays(90);
      const shown = await salesByDay(shop, id, { days: 90, now, timezone });
      const orders = await ordersOfCreator(shop, id);
      found.push(
        { what: `creator ${id}`, shown: await soldByCreator(shop, id), added: soldOf(own) },
        { what: `creator ${id} by day`, shown: shown.map(({ day, orders, amount }) => [day, orders, amount]), added: days.map((day) => row(day, own.filter((entry) => dayOf(entry.orderAt) === day))) },
        ...orders.map(({ orderId, amount, reversed }) => {
          const its = own.filter(({ order }) => order === orderId);
          return { what: `creator ${id}, order ${orderId}`, shown: [amount, reversed], added: [total(its).toString(), (-total(its.filter(({ kind }) => kind === "reversal"))).toString()] };
        }),
      );
    }
    return found;
  }
}

type Sold = { orders: number; amount: string };

function total(entries: readonly Entry[]): bigint {
  return entries.reduce((sum, { amount }) => sum + amount, 0n);
}

/** Orders with something left, and what is left of all. */
function soldOf(entries: readonly Entry[]): Sold {
  const orders = [...Map.groupBy(entries, ({ order }) => order).values()].filter((own) => total(own) > 0n);
  return { orders: orders.length, amount: total(entries).toString() };
}

function row(day: string, entries: readonly Entry[]): [string, number, string] {
  const { orders, amount } = soldOf(entries);
  return [day, orders, amount];
}

function totals(entries: readonly Entry[], back: bigint): { sales: string; orders: number; takenBack: string } {
  const { orders, amount } = soldOf(entries);
  return { sales: amount, orders, takenBack: back.toString() };
}

function bestBy(by: "creator" | "code", entries: readonly Entry[]): [string, Entry[]][] {
  const each = [...Map.groupBy(entries, (entry) => entry[by])].filter(([, own]) => total(own) > 0n);
  return each.sort(([a, own], [b, other]) => (total(own) === total(other) ? (a < b ? -1 : 1) : total(own) > total(other) ? -1 : 1)).slice(0, BEST);
}

async function every<Row>(read: (page: number) => Promise<Paged<Row>>): Promise<Row[]> {
  const first = await read(1);
  const rows = [...first.rows];
  for (let page = 2; page <= first.pages; page++) rows.push(...(await read(page)).rows);
  return rows;
}
