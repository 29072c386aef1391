// Statements as the pages show them and the files hold them: read from the ledger and the outbox, put together by domain/statement.ts.
import { now } from "../clock.ts";
import { findCreators } from "../db/creator.ts";
import { awaitingOfCreator } from "../db/reads/awaiting.ts";
import * as read from "../db/reads/statement.ts";
import { pagesOf } from "../db/reads/sold.ts";
import { findShop } from "../db/shop.ts";
import { mainReason } from "../domain/earnings.ts";
import {
  monthAfter, monthOf, payoutsOf, payoutState, payoutSummary, spanOfMonth, statementLines, sumsByCurrency,
  type Span, type StatementLine, type Sums,
} from "../domain/statement.ts";
import type { CurrencyRow, LineRow, MonthRow, OverviewPage, OverviewRow, PayoutSummary, PayoutText, StatementHead, StatementPage, SumsText } from "../domain/statement-page.ts";
import { earningsOfOrders, type SaleEarning } from "./earnings.ts";

/** A page that is longer is nobody's reading; the files are whole. */
const MOST_LINES_SHOWN = 500;
const CREATORS_SHOWN = 50;
const MOST_MONTHS = 36;
/** Orders that are read at once for a file. */
const ORDERS_AT_ONCE = 5_000;

/** One creator's statement of a month ("2026-10"); null: there is no such creator or month. */
export async function readStatement(shop: string, creatorId: string, month: string): Promise<StatementPage | null> {
  const frame = await statementFrame(shop, month);
  const [creator] = await findCreators(shop, [creatorId]);
  if (!frame || !creator) return null;
  const { head, span } = frame;
  const [totals, total, orders, payouts, awaiting] = await Promise.all([
    read.statementTotals(shop, creatorId, span),
    read.countStatementLines(shop, creatorId, span),
    read.statementOrders(shop, creatorId, span, null, MOST_LINES_SHOWN),
    read.payoutsOfSpan(shop, creatorId, span),
    awaitingOfCreator(shop, creatorId, span.to),
  ]);
  const lines = (await linesOf(shop, creatorId, frame, orders)).slice(0, MOST_LINES_SHOWN);
  const next = head.underWay ? null : monthAfter(month, 1);
  const hasBefore = totals.some((sum) => sum.before);
  return { ...head, creator: { id: creator.id, name: creator.name }, currencies: currencyRows(totals), lines, total, payouts: payoutSummary(payoutsOf(payouts)), awaiting, previous: hasBefore ? monthAfter(month, -1) : null, next };
}

/** The months in which something was written about a creator, the newest first. */
export async function readStatementMonths(shop: string, creatorId: string): Promise<MonthRow[]> {
  const timezone = (await findShop(shop))?.timezone || "UTC";
  const [sums, told] = await Promise.all([read.sumsByMonth(shop, creatorId, timezone), read.payoutsByMonth(shop, creatorId, timezone)]);
  const byMonth = Map.groupBy(told, (payout) => payout.month);
  return [...Map.groupBy(sums, (sum) => sum.month)]
    .slice(0, MOST_MONTHS)
    .map(([month, of]) => ({ month, currencies: sumRows(of), payouts: payoutSummary(payoutsOf(byMonth.get(month) ?? [])) }));
}

/** Every creator's month in a row, a page of them; null: there is no such month. */
export async function readOverview(shop: string, asked: string | null, page: number): Promise<OverviewPage | null> {
  const overview = await readOverviewRows(shop, asked);
  if (!overview) return null;
  const { head, rows, currencies, payouts } = overview;
  const pages = pagesOf(rows.length, CREATORS_SHOWN);
  const at = Math.min(Math.max(1, page), pages);
  return { ...head, rows: rows.slice((at - 1) * CREATORS_SHOWN, at * CREATORS_SHOWN), total: rows.length, page: at, pages, currencies, payouts, months: await monthsOf(shop, head) };
}

type Overview = { head: StatementHead; rows: OverviewRow[]; currencies: (SumsText & { currency: string })[]; payouts: PayoutSummary };

/** Every creator's month, all of them. `asked` null: the month under way. */
export async function readOverviewRows(shop: string, asked: string | null): Promise<Overview | null> {
  const frame = await statementFrame(shop, asked);
  if (!frame) return null;
  const { head, span } = frame;
  const [creators, sums, told] = await Promise.all([read.creatorsOfSpan(shop, span), read.sumsByCreator(shop, span), read.payoutsOfSpan(shop, null, span)]);
  const [sumsOf, toldOf] = [Map.groupBy(sums, (sum) => sum.creatorId), Map.groupBy(told, (payout) => payout.creatorId)];
  const rows = creators.map(({ id, name, orders }) => ({ creator: { id, name }, orders, currencies: sumRows(sumsOf.get(id) ?? []), payouts: payoutSummary(payoutsOf(toldOf.get(id) ?? [])) }));
  return { head, rows, currencies: sumRows(sums), payouts: payoutSummary(payoutsOf(told)) };
}

async function monthsOf(shop: string, { timezone, month }: StatementHead): Promise<string[]> {
  const current = monthOf(now(), timezone);
  const first = monthOf((await read.firstEntryAt(shop)) ?? now(), timezone);
  const months: string[] = [];
  for (let each = current; each >= first && months.length < MOST_MONTHS * 4; each = monthAfter(each, -1)) months.push(each);
  return months.includes(month) ? months : [...months, month].sort().reverse();
}

export type StatementFrame = { head: StatementHead; span: Span };

/** What every statement of a month says of it; null: it is no month, or one that is still to come. */
export async function statementFrame(shop: string, asked: string | null): Promise<StatementFrame | null> {
  const found = await findShop(shop);
  const timezone = found?.timezone || "UTC";
  const current = monthOf(now(), timezone);
  const month = asked ?? current;
  const span = spanOfMonth(month, timezone);
  if (span === null || month > current) return null;
  const lastDay = new Date(Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return { head: { month, firstDay: `${month}-01`, lastDay, underWay: month === current, shopName: found?.name || shop, timezone }, span };
}

/** All lines of a statement, some orders at a time, so that no list is ever whole in memory. */
export async function* allLines(shop: string, creatorId: string, frame: StatementFrame): AsyncGenerator<LineRow[]> {
  let after: read.Place | null = null;
  for (;;) {
    const orders: read.StatementOrder[] = await read.statementOrders(shop, creatorId, frame.span, after, ORDERS_AT_ONCE);
    const last = orders.at(-1);
    if (!last) return;
    yield await linesOf(shop, creatorId, frame, orders);
    after = { at: last.place, orderId: last.orderId };
  }
}

export async function readTotals(shop: string, creatorId: string, { span }: StatementFrame): Promise<Pick<StatementPage, "currencies" | "payouts" | "awaiting">> {
  const [totals, told, awaiting] = await Promise.all([read.statementTotals(shop, creatorId, span), read.payoutsOfSpan(shop, creatorId, span), awaitingOfCreator(shop, creatorId, span.to)]);
  return { currencies: currencyRows(totals), payouts: payoutSummary(payoutsOf(told)), awaiting };
}

/** The lines of some orders, in the order of these. */
async function linesOf(shop: string, creatorId: string, { head, span }: StatementFrame, orders: readonly read.StatementOrder[]): Promise<LineRow[]> {
  if (orders.length === 0) return [];
  const ids = orders.map((order) => order.orderId);
  const [sums, before, told, earnings] = await Promise.all([
    read.sumsOfOrders(shop, creatorId, span, ids), read.creditedBefore(shop, creatorId, span.from, ids), read.payoutsOfOrders(shop, creatorId, ids), earningsOfOrders(shop, creatorId, ids),
  ]);
  // That it is reversed is said by its state.
  const others = Map.groupBy(earnings.filter(({ earning }) => mainReason(earning) !== null && earning.state !== "reversed"), (one) => one.orderId);
  const since = new Map(before.map(({ orderId, at }) => [orderId, at]));
  const codeOf = new Map(sums.map((sum) => [JSON.stringify([sum.orderId, sum.codeId]), sum.code]));
  const [linesOfOrder, toldOfOrder] = [Map.groupBy(statementLines(sums), (line) => line.orderId), Map.groupBy(told, (payout) => payout.orderId)];
  return orders.flatMap(({ orderId, name, orderAt }) => {
    const lines = linesOfOrder.get(orderId) ?? [];
    const first = since.get(orderId);
    const payouts = first ? [] : (toldOfOrder.get(orderId) ?? []);
    // What was told under a code that came to the order in a later month stands with the order's first line.
    const lineOf = (payout: read.OrderPayout) => lines.find((line) => line.codeId === payout.codeId) ?? lines[0];
    return lines.map((line) => ({
      ...lineText(line),
      orderName: name,
      orderAt: orderAt?.toISOString() ?? null,
      code: codeOf.get(JSON.stringify([orderId, line.codeId])) ?? null,
      payouts: payouts.filter((payout) => lineOf(payout) === line).map((payout) => payoutText(payout, others.get(orderId) ?? [])),
      payoutMonth: first ? monthOf(first, head.timezone) : null,
    }));
  });
}

function payoutText(payout: read.OrderPayout, others: readonly SaleEarning[]): PayoutText {
  const state = payoutState(payout);
  const why = others.flatMap(({ codeId, earning }) => (codeId === payout.codeId && earning.state === state && earning.paid?.currency === payout.currency ? [earning] : []));
  const known = state !== "unknown";
  return { state, amount: known ? payout.payout!.toString() : null, currency: known ? payout.currency : null, readAt: payout.readAt?.toISOString() ?? null, why };
}

function lineText({ orderId, currency, marks, ...sums }: StatementLine): Pick<LineRow, "orderId" | "currency" | "marks"> & SumsText {
  return { orderId, currency, marks, ...sumsText(sums) };
}

function sumsText({ credited, reversed, adjusted, net }: Sums): SumsText {
  return { credited: credited.toString(), reversed: reversed.toString(), adjusted: adjusted.toString(), net: net.toString() };
}

function sumRows(sums: Parameters<typeof sumsByCurrency>[0]): (SumsText & { currency: string })[] {
  return [...sumsByCurrency(sums)].map(([currency, of]) => ({ currency, ...sumsText(of) }));
}

function currencyRows(totals: readonly read.TotalSum[]): CurrencyRow[] {
  const before = sumsByCurrency(totals.filter((sum) => sum.before));
  const within = sumsByCurrency(totals.filter((sum) => !sum.before));
  return [...new Set([...before.keys(), ...within.keys()])].sort().map((currency) => {
    const opening = before.get(currency)?.net ?? 0n;
    const sums = within.get(currency) ?? { credited: 0n, reversed: 0n, adjusted: 0n, net: 0n };
    return { currency, opening: opening.toString(), ...sumsText(sums), closing: (opening + sums.net).toString() };
  });
}
