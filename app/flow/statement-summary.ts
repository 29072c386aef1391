// The second sheet of a statement's workbook: whose it is, of when, and what it comes to.
import type ExcelJS from "exceljs";
import type { CurrencyRow, FileWords, OverviewRow, PayoutSummary } from "../domain/statement-page.ts";
import { put } from "./statement-cells.ts";
import type { StatementFrame } from "./statement.ts";

type Of = { creator: { name: string }; currencies: CurrencyRow[]; payouts: PayoutSummary; awaiting: number } | { rows: readonly OverviewRow[] };

export function addSummary(book: ExcelJS.stream.xlsx.WorkbookWriter, { head }: StatementFrame, words: FileWords, of: Of): void {
  const sheet = book.addWorksheet(words.sheet.summary);
  sheet.columns = [{ width: 30 }, { width: 14 }, ...Array.from({ length: 10 }, () => ({ width: 15 }))];
  const text = (...values: (string | number)[]) => void sheet.addRow(values);
  text(words.summary.shop, head.shopName);
  if ("creator" in of) text(words.summary.creator, of.creator.name);
  text(words.summary.period, `${head.firstDay} – ${head.lastDay}`);
  text(words.summary.timezone, head.timezone);
  sheet.addRow([]);
  if ("creator" in of) one(sheet, words, of);
  else all(sheet, words, of.rows);
  sheet.addRow([]);
  text(words.summary.amounts);
  sheet.commit();
}

function heading(sheet: ExcelJS.Worksheet, titles: string[]): void {
  const row = sheet.addRow(titles);
  row.font = { bold: true };
}

/** A row that begins with text and goes on with amounts of one currency. */
function amountRow(sheet: ExcelJS.Worksheet, before: (string | number)[], currency: string, amounts: string[], after: (string | number)[] = []): void {
  const row = sheet.addRow(before);
  amounts.forEach((amount, index) => put(row.getCell(before.length + 1 + index), { amount, currency }, "UTC"));
  after.forEach((value, index) => (row.getCell(before.length + amounts.length + 1 + index).value = value));
}

function one(sheet: ExcelJS.Worksheet, { column, summary }: FileWords, { currencies, payouts, awaiting }: { currencies: CurrencyRow[]; payouts: PayoutSummary; awaiting: number }): void {
  heading(sheet, ["", column.currency, summary.opening, column.credited, column.reversed, column.adjusted, column.net, summary.closing]);
  for (const { currency, opening, credited, reversed, adjusted, net, closing } of currencies) amountRow(sheet, ["", currency], currency, [opening, credited, reversed, adjusted, net, closing]);
  sheet.addRow([]);
  heading(sheet, [column.payout, column.payout_currency, summary.pending, summary.approved, summary.reversed, summary.reversals]);
  for (const { currency, pending, approved, reversed, reversals } of payouts.sums) amountRow(sheet, ["", currency], currency, [pending, approved, reversed], [reversals]);
  sheet.addRow([summary.unknown, payouts.unknown]);
  if (awaiting > 0) sheet.addRow([summary.awaiting, awaiting]);
}

/** A creator's rows: one per currency, and the payouts beside them; of what comes once, the amounts stand once. */
function all(sheet: ExcelJS.Worksheet, { column, summary }: FileWords, rows: readonly OverviewRow[]): void {
  heading(sheet, [column.creator, summary.orders, column.currency, column.credited, column.reversed, column.adjusted, column.net, column.payout_currency, summary.pending, summary.approved, summary.reversed, summary.unknown]);
  for (const { creator, orders, currencies, payouts } of rows) {
    for (let index = 0; index < Math.max(1, currencies.length, payouts.sums.length); index++) {
      const [sums, paid] = [currencies[index], payouts.sums[index]];
      const row = sheet.addRow([creator.name, index === 0 ? orders : null, sums?.currency ?? null]);
      if (sums) [sums.credited, sums.reversed, sums.adjusted, sums.net].forEach((amount, at) => put(row.getCell(4 + at), { amount, currency: sums.currency }, "UTC"));
      if (paid) {
        row.getCell(8).value = paid.currency;
        [paid.pending, paid.approved, paid.reversed].forEach((amount, at) => put(row.getCell(9 + at), { amount, currency: paid.currency }, "UTC"));
      }
      if (index === 0) row.getCell(12).value = payouts.unknown;
    }
  }
}
