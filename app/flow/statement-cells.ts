// What stands in the files of statements: the columns, their cells, and how a workbook shows them.
import type ExcelJS from "exceljs";
import { exponentOf, formatAmount } from "../domain/money.ts";
import type { FileColumn as Column, FileWords, LineRow } from "../domain/statement-page.ts";
import { wallTime } from "../domain/zone.ts";

export type Whose = { id: string; name: string };

/** A number in a workbook is a binary float: beyond so many digits the amount stands there as text. */
const EXACT_DIGITS = 15;

export type Amount = { amount: string; currency: string };
/** What stands in a cell: text, an amount, an instant, or nothing. */
export type Cell = { text: string } | Amount | { at: string } | null;

/** A line's records: more than one where the network says several things of it. Only the first carries the line's own amounts, so that every column sums right. */
export function records(creator: Whose, line: LineRow, words: FileWords, timezone: string): Record<Column, Cell>[] {
  const payouts = line.payouts.length > 0 ? line.payouts : [null];
  return payouts.map((payout, index) => ({
    creator: { text: creator.name },
    date: line.orderAt === null ? null : { at: line.orderAt },
    order: { text: line.orderName },
    code: { text: line.code ?? words.pattern },
    currency: { text: line.currency },
    ...amounts(line, index === 0),
    note: { text: line.marks.map((mark) => words.mark[mark]).join(", ") },
    payout: payout?.amount && payout.currency ? { amount: payout.amount, currency: payout.currency } : null,
    payout_currency: payout?.currency ? { text: payout.currency } : null,
    payout_state: line.payoutMonth !== null ? { text: words.payoutWith(line.payoutMonth) } : payout ? { text: words.state[payout.state] } : null,
    payout_read: payout?.readAt ? { at: payout.readAt } : null,
    payout_note: payout && payout.why.length > 0 ? { text: payout.why.map((earning) => words.why(earning, timezone)).join(" ") } : null,
    order_id: { text: line.orderId },
  }));
}

function amounts({ currency, credited, reversed, adjusted, net }: LineRow, own: boolean): Record<"credited" | "reversed" | "adjusted" | "net", Amount> {
  const cell = (amount: string) => ({ amount: own ? amount : "0", currency });
  return { credited: cell(credited), reversed: cell(reversed), adjusted: cell(adjusted), net: cell(net) };
}

/** Puts a value with its format: a real number, a real date as the shop's clock showed it, or text. */
export function put(cell: ExcelJS.Cell, value: NonNullable<Cell>, timezone: string): void {
  if ("text" in value) cell.value = value.text;
  else if ("at" in value) {
    const { date, time } = wallTime(new Date(value.at), timezone);
    cell.value = new Date(`${date}T${time}:00Z`);
    cell.numFmt = "yyyy-mm-dd hh:mm";
  } else {
    const text = formatAmount(BigInt(value.amount), value.currency);
    const places = exponentOf(value.currency);
    cell.value = text.replace(/\D/g, "").length > EXACT_DIGITS ? text : Number(text);
    cell.numFmt = places === 0 ? "#,##0" : `#,##0.${"0".repeat(places)}`;
    cell.alignment = { horizontal: "right" };
  }
}
