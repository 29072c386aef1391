// The files of statements, read back: the workbook with exceljs, the values as RFC 4180 has them. Their numbers are the ledger's.
import { buffer } from "node:stream/consumers";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { formatAmount } from "#app/domain/money.ts";
import type { FileWords } from "#app/domain/statement-page.ts";
import { statementFile } from "#app/flow/statement-file.ts";
import { fileWords } from "#app/ui/statements/file-words.ts";
import { useDatabase } from "#test/support/database.ts";
import { parseCsv, rowsOf } from "#test/support/sheets.ts";
import { makeOrder, makeShop, post, SHOP, tell } from "./statement-shop.ts";

useDatabase();
const MANY = "many.myshopify.com";
const FROM = "2026-09-30T22:00:00Z";
const TO = "2026-10-31T23:00:00Z";
let words: FileWords;

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-11-21T10:00:00Z") - Date.now());
  words = await fileWords("en");
  for (const shop of [SHOP, MANY]) await makeShop(shop, "Europe/Berlin");
  await makeOrder(SHOP, "1", "2026-09-30T20:00:00Z");
  await makeOrder(SHOP, "2", "2026-10-01T21:30:00Z", "=cmd|' /C calc'!A0");
  await makeOrder(SHOP, "9007199254740993", "2026-10-02T08:00:00Z");
  await post(SHOP, [
    { order: "1", at: "2026-09-30T21:00:00Z", amount: 10_000n },
    { order: "1", at: "2026-10-12T10:00:00Z", amount: -4_001n },
    { order: "2", at: "2026-10-01T22:00:00Z", amount: 2_000n, code: "k2" },
    { order: "2", at: "2026-10-03T22:00:00Z", amount: 5n, kind: "adjustment", cause: "hand:3", code: "k2" },
    { order: "9007199254740993", at: "2026-10-02T10:00:00Z", amount: 99_999_999_999_999_999n, currency: "KWD" },
    { order: "9007199254740993", at: "2026-10-02T10:00:00Z", amount: 1_580n, currency: "JPY" },
    { order: "7", at: "2026-10-05T10:00:00Z", amount: 55n, creator: "eve" },
  ]);
  await tell(SHOP, { order: "1", payout: 600n, currency: "EUR", state: "approved", readAt: "2026-11-20T10:00:00Z" });
  await tell(SHOP, { order: "2", code: "k2", payout: 0n, currency: "EUR", state: "reversed", readAt: "2026-11-20T10:00:00Z" });
  await tell(SHOP, { order: "2", code: "k2", n: 2, payout: 201n, currency: "USD", state: "pending", readAt: "2026-11-20T10:30:00Z" });
  await pool().query(
    `insert into ledger_entry (shop, order_id, code_id, creator_id, program_id, line_id, kind, amount, currency, cause, rules, at)
     select $1, n::text, 'k1', 'marie', 'p1', '1', case when n % 7 = 0 then 'reversal' else 'credit' end, case when n % 7 = 0 then -n else n end, 'EUR', 'w', '{}', $2::timestamptz + n * interval '1 minute' from generate_series(1, 3500) n`,
    [MANY, FROM],
  );
  await pool().query(`insert into order_state (shop, order_id, name, created_at) select $1, n::text, '#' || n, $2::timestamptz + (n % 50) * interval '1 minute' from generate_series(1, 3500) n`, [MANY, FROM]);
});
afterAll(() => setClockOffsetMs(0));

async function download(shop: string, creatorId: string | null, kind: "xlsx" | "csv", month = "2026-10"): Promise<{ name: string; type: string; bytes: Buffer }> {
  const file = (await statementFile(shop, { creatorId, month, kind, words }))!;
  return { name: file.name, type: file.type, bytes: await buffer(file.body) };
}

async function book(shop: string, creatorId: string | null): Promise<ExcelJS.Workbook> {
  const read = new ExcelJS.Workbook();
  await read.xlsx.load((await download(shop, creatorId, "xlsx")).bytes as unknown as ArrayBuffer);
  return read;
}

async function ledgerSums(shop: string, creator: string): Promise<Record<string, string>> {
  const { rows } = await pool().query<{ currency: string; kind: string; amount: bigint }>(
    "select currency, kind, sum(amount)::bigint as amount from ledger_entry where shop = $1 and creator_id = $2 and at >= $3 and at < $4 group by 1, 2",
    [shop, creator, FROM, TO],
  );
  return Object.fromEntries(rows.map(({ currency, kind, amount }) => [`${currency} ${kind}`, formatAmount(amount, currency)]));
}

describe("a workbook", () => {
  it("has real numbers and dates, a frozen head and sensible widths", async () => {
    const read = await book(SHOP, "marie");
    expect(read.worksheets.map((sheet) => sheet.name)).toEqual(["Orders", "Summary"]);
    const sheet = read.worksheets[0]!;
    expect(sheet.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
    for (let column = 1; column <= sheet.columnCount; column++) expect(sheet.getColumn(column).width).toBeGreaterThan(9);
    const rows = rowsOf(sheet);
    expect(rows[0]).toMatchObject({ "Order date": new Date("2026-09-30T22:00:00Z"), Order: "#1", Code: "MARIE10", Currency: "EUR", Credited: 0, "Taken back": -40.01, Net: -40.01, "Payout state": "see September 2026", "Order ID": "1" });
    expect(sheet.getRow(2).getCell(5).numFmt).toBe("#,##0.00");
    expect(rows.filter((row) => row["Order ID"] === "2")).toMatchObject([
      { Order: "=cmd|' /C calc'!A0", "Order date": new Date("2026-10-01T23:30:00Z"), Credited: 20, Adjusted: 0.05, Net: 20.05, Note: "By hand", "Network pays": 2.01, "Payout currency": "USD", "Payout state": "Pending", "Payout read": new Date("2026-11-20T11:30:00Z") },
      { Order: "=cmd|' /C calc'!A0", Credited: 0, Adjusted: 0, Net: 0, "Network pays": 0, "Payout currency": "EUR", "Payout state": "Reversed" },
    ]);
    // A number would be another one: the amount stands there as text, to the last digit; so does an id beyond 2^53.
    expect(rows.filter((row) => row["Order ID"] === "9007199254740993").map((row) => [row.Currency, row.Credited])).toEqual([["KWD", "99999999999999.999"], ["JPY", 1580]]);
  });

  it("of many orders sums to the ledger, and its summary says the same", async () => {
    const read = await book(MANY, "marie");
    const rows = rowsOf(read.worksheets[0]!);
    const sums = await ledgerSums(MANY, "marie");
    expect(rows).toHaveLength(3_500);
    expect(new Set(rows.map((row) => row["Order ID"])).size).toBe(3_500);
    const cents = (column: string) => rows.reduce((sum, row) => sum + Math.round(Number(row[column]) * 100), 0);
    expect([cents("Credited"), cents("Taken back")]).toEqual([Math.round(Number(sums["EUR credit"]) * 100), Math.round(Number(sums["EUR reversal"]) * 100)]);
    const dates = rows.map((row) => (row["Order date"] as Date).getTime());
    expect(dates).toEqual([...dates].sort((a, b) => a - b));
    const summary = read.worksheets[1]!;
    const total = Array.from({ length: summary.rowCount }, (_, index) => summary.getRow(index + 1)).find((row) => row.getCell(2).value === "EUR")!;
    expect([3, 4, 5, 6, 7, 8].map((column) => total.getCell(column).value)).toEqual([0, Number(sums["EUR credit"]), Number(sums["EUR reversal"]), 0, expect.closeTo(Number(sums["EUR credit"]) + Number(sums["EUR reversal"]), 6), expect.anything()]);
  });

  it("of all creators names each of them, and sums them up by creator", async () => {
    const read = await book(SHOP, null);
    expect(rowsOf(read.worksheets[0]!).map((row) => `${row.Creator} ${row["Order ID"]}`)).toContain("=Eve 7");
    const summary = read.worksheets[1]!;
    const rows = Array.from({ length: summary.rowCount }, (_, index) => (summary.getRow(index + 1).values as ExcelJS.CellValue[]).slice(1));
    expect(rows).toContainEqual(["=Eve", 1, "EUR", 0.55, 0, 0, 0.55, undefined, undefined, undefined, undefined, 0]);
    expect(rows.filter((row) => row[0] === "Marie Lefèvre").map((row) => [row[1] ?? null, row[2], row[6]])).toEqual([[3, "EUR", -19.96], [null, "JPY", 1580], [null, "KWD", "99999999999999.999"]]);
  });
});

describe("comma-separated values", () => {
  it("have one head, plain decimals, and sum to the ledger", async () => {
    const { bytes } = await download(MANY, "marie", "csv");
    const [head, ...rows] = parseCsv(bytes.toString("utf8").slice(1));
    const at = (name: string) => head!.indexOf(name);
    const sum = (name: string) => rows.reduce((total, row) => total + BigInt(row[at(name)]!.replace(".", "")), 0n);
    const sums = await ledgerSums(MANY, "marie");
    expect([rows.length, rows.every((row) => row.length === head!.length)]).toEqual([3_500, true]);
    expect([formatAmount(sum("Credited"), "EUR"), formatAmount(sum("Taken back"), "EUR")]).toEqual([sums["EUR credit"], sums["EUR reversal"]]);
  });

  it("are marked as UTF-8, and no text in them is run as a formula", async () => {
    const { bytes } = await download(SHOP, null, "csv");
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const rows = parseCsv(bytes.toString("utf8").slice(1));
    expect(rows[0]).toEqual(["Creator", "Order date", "Order", "Code", "Currency", "Credited", "Taken back", "Adjusted", "Net", "Note", "Network pays", "Payout currency", "Payout state", "Payout read", "Payout note", "Order ID"]);
    const byOrder = (id: string) => rows.filter((row) => row.at(-1) === id);
    expect(byOrder("7")).toEqual([["'=Eve", "", "", "MARIE10", "EUR", "0.55", "0.00", "0.00", "0.55", "", "", "", "", "", "", "7"]]);
    expect(byOrder("2")[0]).toEqual(["Marie Lefèvre", "2026-10-01 23:30+02:00", "'=cmd|' /C calc'!A0", `'@MARIE,"VIP"`, "EUR", "20.00", "0.00", "0.05", "20.05", "By hand", "2.01", "USD", "Pending", "2026-11-20 11:30+01:00", "", "2"]);
    expect(byOrder("9007199254740993").map((row) => [row[4], row[5]])).toEqual([["KWD", "99999999999999.999"], ["JPY", "1580"]]);
  });
});

describe("a file", () => {
  it.each([
    ["marie", "xlsx", "Statement Marie Lefèvre 2026-10.xlsx"],
    ["lilei", "csv", "Statement 李雷 2026-10.csv"],
    [null, "csv", "Statements 2026-10.csv"],
  ] as const)("of %s as %s is called %s", async (creator, kind, name) => {
    expect((await download(SHOP, creator, kind)).name).toBe(name);
  });

  it.each([
    ["nobody", "stranger", "2026-10"],
    ["a creator of another shop", "zoe", "2026-10"],
    ["a month to come", "marie", "2027-01"],
    ["no month", "marie", "../../etc"],
  ])("of %s there is none", async (_, creatorId, month) => {
    expect(await statementFile(SHOP, { creatorId, month, kind: "csv", words })).toBeNull();
  });

  it("that nobody reads to its end is given up, and the next one is whole", async () => {
    const file = (await statementFile(MANY, { creatorId: "marie", month: "2026-10", kind: "xlsx", words }))!;
    file.body.destroy();
    expect((await download(MANY, "marie", "xlsx")).bytes.length).toBeGreaterThan(50_000);
  });
});
