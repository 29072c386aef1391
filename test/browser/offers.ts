// What a walk through deals and codes begins with, and the files that it brings in.
import type ExcelJS from "exceljs";
import { workbookOf } from "#test/sheets/kit.ts";

export const PROGRAM = "Petit Atelier Creators";
/** A program of the shop's own, and its deal: no network knows them. */
export const FRIENDS = "Friends of the atelier";
export const FRIENDS_DEAL = "A table for friends";
/** A discount that the merchant made in the store before there was the app. */
export const OWN_DISCOUNT = { title: "Welcome to our newsletter", code: "BONJOUR10" };
/** Joins the network's program as a partner of this id. */
export const LILEI = { id: "2552815", name: "李雷", email: "lilei@chashi.example", handle: "lileicha" };

/** Codes of so many people whom the app does not know yet: with a byte order mark, as Excel writes it. */
export function friendsFile(count: number): { csv: Buffer; codes: string[] } {
  const numbers = Array.from({ length: count }, (_, at) => String(at + 1).padStart(3, "0"));
  const codes = numbers.map((number) => `TABLE${number}`);
  const lines = numbers.map((number, at) => `Zoë ${number},friend${number}@atelier-friends.example,${codes[at]}`);
  return { csv: Buffer.from(`\uFEFF${["Name,E-mail,Promo code", ...lines].join("\r\n")}\r\n`), codes };
}

/** The influencer platform's export of orders: two creators' rows to be filled, somebody else's, and cells of many kinds that are to stay. */
export function ordersFile(emails: readonly [string, string]): Promise<Buffer> {
  return workbookOf((book) => {
    const sheet = book.addWorksheet("Orders");
    sheet.columns = [12, 34, 18, 26, 60, 14, 11].map((width) => ({ width }));
    sheet.addRow(["Order ID", "Email", "Promo Code", "Affiliate Link", "Note", "Budget", "Shipped"]).font = { bold: true };
    sheet.addRow([4711, emails[0], null, null, "Ring twice, “s’il vous plaît”", 150.5, new Date(Date.UTC(2026, 10, 3))]);
    sheet.addRow([4712, "nobody@elsewhere.example", null, null, "=1+1", 75, null]);
    sheet.addRow([4713, emails[1].toUpperCase(), null, null, "茶", 80, new Date(Date.UTC(2026, 10, 9))]);
    sheet.getColumn(6).numFmt = '#,##0.00 "€"';
    sheet.getColumn(7).numFmt = "yyyy-mm-dd";
  });
}

/** Every cell of the first sheet by its address, with its format, but those of these columns; and the widths. */
export function cellsBeside(book: ExcelJS.Workbook, columns: readonly string[]): unknown {
  const sheet = book.worksheets[0]!;
  const cells: Record<string, unknown> = {};
  sheet.eachRow((row) =>
    row.eachCell({ includeEmpty: true }, (cell) => {
      if (!columns.includes(cell.address.replace(/\d+/, "")) || Number(cell.row) === 1) cells[cell.address] = { value: cell.value, format: cell.numFmt, font: cell.font };
    }),
  );
  return { name: sheet.name, cells, widths: sheet.columns.map((column) => column.width) };
}
