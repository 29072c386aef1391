// A file that is filled in is the file that came, but for the cells that were asked for and the formulas.
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { fillCells, type Fill } from "#app/sheets/patch.ts";
import { atOnce } from "#app/sheets/problem.ts";
import { encodeLetters, type Encoding } from "#app/sheets/text.ts";
import { bookOf, cell, loaded, partsOf, rawWorkbook, textsOf, workbookOf, zipped } from "./kit.ts";

function fill(bytes: Buffer, fills: Fill[], sheet: number | null = null) {
  const answer = atOnce(fillCells(bytes, bookOf(bytes, sheet), fills));
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  return answer.value;
}

function sheetOf(bytes: Buffer, part = "xl/worksheets/sheet1.xml"): string {
  return Buffer.from(unzipSync(bytes)[part]!).toString();
}

/** The parts of two files that differ. */
function differing(before: Buffer, after: Buffer): string[] {
  const [was, is] = [unzipSync(before), unzipSync(after)];
  expect(Object.keys(is)).toEqual(Object.keys(was).filter((name) => name in is));
  return Object.keys(was).filter((name) => !is[name] || Buffer.compare(was[name]!, is[name]!) !== 0);
}

const HEAD = `<row r="1">${cell("A1", "E-mail")}${cell("B1", "Promo Code")}</row>`;
const body = (row: string, before = "") => `${before}<sheetData>${HEAD}${row}</sheetData>`;
const CODE: Fill = { row: 2, column: 1, text: "MARIE10" };
const wanted = (style = "") => `<c r="B2"${style} t="inlineStr"><is><t>MARIE10</t></is></c>`;

describe("a sheet's XML", () => {
  const rows: [string, string, string][] = [
    ["without the cell", `<row r="2">${cell("A2", "m@x.example")}</row>`, `<row r="2">${cell("A2", "m@x.example")}${wanted()}</row>`],
    ["with an empty cell, whose format it keeps", `<row r="2">${cell("A2", "m@x.example")}<c r="B2" s="7"/></row>`, `<row r="2">${cell("A2", "m@x.example")}${wanted(' s="7"')}</row>`],
    ["with a cell that is in use", `<row r="2">${cell("A2", "m@x.example")}<c r="B2" s="7" t="str"><v>OLD</v></c><c r="C2"><v>1</v></c></row>`, `<row r="2">${cell("A2", "m@x.example")}${wanted(' s="7"')}<c r="C2"><v>1</v></c></row>`],
    ["with cells on both sides", `<row r="2" ht="30" >${cell("A2", "m@x.example")} <c r="D2"><v>1</v></c></row>`, `<row r="2" ht="30" >${cell("A2", "m@x.example")} ${wanted()}<c r="D2"><v>1</v></c></row>`],
    ["that says how far it goes", `<row r="2" spans='1:1'>${cell("A2", "m@x.example")}</row>`, `<row r="2" spans='1:2'>${cell("A2", "m@x.example")}${wanted()}</row>`],
    ["with a format of its own", `<row r="2" s="4" customFormat="1">${cell("A2", "m@x.example")}</row>`, `<row r="2" s="4" customFormat="1">${cell("A2", "m@x.example")}${wanted(' s="4"')}</row>`],
    ["of nothing at all", `<row r="2"/><row r="3">${cell("A3", "m@x.example")}</row>`, `<row r="2">${wanted()}</row><row r="3">${cell("A3", "m@x.example")}</row>`],
    ["with a formula in the cell", `<row r="2">${cell("A2", "m@x.example")}<c r="B2" t="str"><f>UPPER("x")</f><v>X</v></c></row>`, `<row r="2">${cell("A2", "m@x.example")}${wanted()}</row>`],
    ["with formulas beside it", `<row r="2"><c r="A2" s="1" t="str" cm="1"><f t="array" ref="A2:A9">LOWER("M@X.EXAMPLE")</f><v>m@x.example</v></c><c r="C2"><f>1+1</f><v>2</v></c><c r="D2"><f/></c></row>`, `<row r="2"><c r="A2" s="1" t="str"><v>m@x.example</v></c>${wanted()}<c r="C2"><v>2</v></c><c r="D2"></c></row>`],
  ];
  it.each(rows)("takes the text in a row %s", (_, before, after) => {
    const filled = fill(rawWorkbook(body(before)), [CODE]);
    expect(sheetOf(filled.bytes)).toBe(sheetOf(rawWorkbook(body(after))));
    expect(filled.left).toEqual([]);
  });

  it("takes it in the format of the column", () => {
    const columns = `<cols><col min="2" max="3" width="20" style="5"/></cols>`;
    expect(sheetOf(fill(rawWorkbook(body(`<row r="2">${cell("A2", "m@x.example")}</row>`, columns)), [CODE]).bytes)).toContain(wanted(' s="5"'));
  });

  it("takes any text, and none becomes anything else than text", async () => {
    for (const text of [`<a b="&'>`, "=1+1", " spaced ", "_x0041_", "李雷\u0001", "two\nlines"]) {
      const { bytes } = fill(rawWorkbook(body(`<row r="2">${cell("A2", "m@x.example")}</row>`)), [{ ...CODE, text }]);
      expect(textsOf(bytes)[1]![1]).toBe(text.replace("\u0001", ""));
      expect((await loaded(bytes)).worksheets[0]!.getCell("B2").formula).toBeUndefined();
    }
  });

  it("writes no row that is not there, and says so", () => {
    expect(fill(rawWorkbook(body(`<row r="2">${cell("A2", "m@x.example")}</row>`)), [{ ...CODE, row: 9 }]).left).toEqual([{ ...CODE, row: 9 }]);
  });

  it("uses the prefix of the sheet's own elements", () => {
    const bytes = rawWorkbook("", { "xl/worksheets/sheet1.xml": `<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>E-mail</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="str"><x:v>m@x.example</x:v></x:c></x:row></x:sheetData></x:worksheet>` });
    expect(sheetOf(fill(bytes, [CODE]).bytes)).toContain(`<x:c r="B2" t="inlineStr"><x:is><x:t>MARIE10</x:t></x:is></x:c></x:row>`);
  });
});

describe("a workbook", () => {
  it("keeps every other part byte by byte, and its cells, widths, formats and sheets", async () => {
    const bytes = await workbookOf((book) => {
      const sheet = book.addWorksheet("Orders");
      sheet.columns = [{ width: 31 }, { width: 7, style: { numFmt: "0.00" } }, { width: 22 }, { width: 12 }];
      sheet.addRow(["Order ID", "Price", "Email", "Promo Code"]).font = { bold: true };
      sheet.addRow([4_711, 12.5, "marie@x.example", null]);
      sheet.addRow(["4712", 7, "zoe@x.example", "OLD"]);
      sheet.addConditionalFormatting({ ref: "B2:B9", rules: [{ type: "cellIs", operator: "greaterThan", formulae: [10], priority: 1, style: { font: { bold: true } } }] });
      sheet.getCell("A3").note = "a note";
      book.addWorksheet("Help").addRow(["How to fill this in"]);
    });
    const { bytes: after } = fill(bytes, [{ row: 2, column: 3, text: "MARIE10" }]);
    expect(differing(bytes, after)).toEqual(["xl/worksheets/sheet1.xml"]);
    expect(sheetOf(after).replace(/<c r="D2"[^>]*>.*?<\/c>/, "")).toBe(sheetOf(bytes).replace(/<c r="D2"[^>]*\/>/, ""));
    const sheet = (await loaded(after)).getWorksheet("Orders")!;
    expect([sheet.getCell("D2").value, sheet.getCell("D3").value, sheet.getCell("A2").value, sheet.getColumn(1).width, sheet.getCell("B2").numFmt]).toEqual(["MARIE10", "OLD", 4_711, 31, "0.00"]);
  });

  it("loses its formulas in all sheets, and with them the order of calculation", async () => {
    const relationships = `<Relationships xmlns="p"><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://x/calcChain" Target="calcChain.xml"/></Relationships>`;
    const types = `<Types><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/calcChain.xml" ContentType="calc"></Override></Types>`;
    const bytes = zipped(partsOf([body(`<row r="2">${cell("A2", "m@x.example")}</row>`), `<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row></sheetData>`], { "xl/_rels/workbook.xml.rels": relationships, "[Content_Types].xml": types, "xl/calcChain.xml": "<calcChain/>" }));
    const { bytes: after, formulas } = fill(bytes, [CODE]);
    expect(formulas).toBe(1);
    expect(Object.keys(unzipSync(after))).not.toContain("xl/calcChain.xml");
    expect(sheetOf(after, "xl/worksheets/sheet2.xml")).toContain(`<c r="A1"><v>2</v></c>`);
    expect(sheetOf(after, "xl/_rels/workbook.xml.rels")).toBe(relationships.replace(/<Relationship Id="rId3".*?\/>/, ""));
    expect(sheetOf(after, "[Content_Types].xml")).toBe(types.replace(/<Override.*<\/Override>/, ""));
  });

  it("that needs nothing is the same to the last byte", () => {
    const bytes = rawWorkbook(body(`<row r="2">${cell("A2", "m@x.example")}</row>`));
    expect(fill(bytes, []).bytes.equals(bytes)).toBe(true);
  });

  const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((drawn) => drawn.replace(/[\u0000-\u001f]/g, "").toWellFormed());
  const grid = fc.array(fc.array(fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 3, maxLength: 5 }), { minLength: 1, maxLength: 8 });

  it("of any cells holds the same ones afterwards, but for those that were filled", async () => {
    await fc.assert(
      fc.asyncProperty(grid, fc.array(fc.record({ row: fc.nat(7), column: fc.nat(6), text }), { maxLength: 5 }), async (rows, drawn) => {
        const bytes = await workbookOf((book) => {
          const sheet = book.addWorksheet("Orders");
          sheet.addRow(["Email", "Promo Code"]);
          // Each row has something in it.
          for (const row of rows) sheet.addRow(["someone", ...row]);
        });
        const fills = [...new Map(drawn.filter(({ row }) => row < rows.length).map((one) => [`${one.row} ${one.column}`, { ...one, row: one.row + 2 }])).values()];
        const { bytes: after } = fill(bytes, fills);
        expect(differing(bytes, after).filter((part) => part !== "xl/worksheets/sheet1.xml")).toEqual([]);
        const [was, is] = [(await loaded(bytes)).worksheets[0]!, (await loaded(after)).worksheets[0]!];
        for (let row = 1; row <= rows.length + 1; row++) {
          for (let column = 1; column <= 8; column++) {
            const filled = fills.find((one) => one.row === row && one.column === column - 1);
            const value = is.getRow(row).getCell(column).value;
            expect(value ?? "").toEqual(filled ? filled.text : (was.getRow(row).getCell(column).value ?? ""));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a text file", () => {
  it("keeps its encoding, mark, separator, line ends, and the quotation marks of other fields", () => {
    const was = `\uFEFF"Email";Promo Code;Note\r\n"marie@x.example";;"a ""note"" "\r\nzoe@x.example;"";\r\nli@x.example\r\n`;
    const fills = [2, 3, 4].map((row) => ({ row, column: 1, text: `CODE;${row}` }));
    const { bytes } = fill(Buffer.from(was), [...fills]);
    expect(bytes.toString()).toBe(`\uFEFF"Email";Promo Code;Note\r\n"marie@x.example";"CODE;2";"a ""note"" "\r\nzoe@x.example;"CODE;3";\r\nli@x.example;"CODE;4"\r\n`);
  });

  const encodings: [Encoding, string][] = [
    ["utf-8", "Zoë"],
    ["utf-16le", "Zoë"],
    ["utf-16be", "Zoë"],
    ["windows-1252", "Zoë"],
    ["gb18030", "李雷和韩梅梅"],
  ];
  it.each(encodings)("in %s stays in it", (encoding, name) => {
    const mark = encoding === "utf-16le" ? [0xff, 0xfe] : encoding === "utf-16be" ? [0xfe, 0xff] : [];
    const coded = (text: string) => Buffer.concat([Buffer.from(mark), encodeLetters(text, encoding)!]);
    const { bytes } = fill(coded(`Name,Email,Promo Code\n${name},m@x.example,\n${name},z@x.example,OLD\n`), [{ row: 2, column: 2, text: "MARIE10" }]);
    expect(bytes.equals(coded(`Name,Email,Promo Code\n${name},m@x.example,MARIE10\n${name},z@x.example,OLD\n`))).toBe(true);
  });

  it("says which cells its encoding cannot write, and leaves them", () => {
    const was = Buffer.from("Name;Email;Promo Code\nZoë;z@x.example;\n", "latin1");
    const fills = [{ row: 2, column: 2, text: "李雷10" }];
    expect(fill(was, fills)).toEqual({ bytes: was, formulas: 0, left: fills });
  });

  it("holds no formula afterwards; phone numbers, handles and negative numbers are none", () => {
    const { bytes, formulas } = fill(Buffer.from(`Email,Handle,Phone,Promo Code\n"=HYPERLINK(""http://x"",""y"")",@marie,+33 (0)6 12,\n=1+1,"=""007""",-5,\n`), [{ row: 2, column: 3, text: "=X" }]);
    expect(bytes.toString()).toBe(`Email,Handle,Phone,Promo Code\n"'=HYPERLINK(""http://x"",""y"")",@marie,+33 (0)6 12,'=X\n'=1+1,"007",-5,\n`);
    expect(formulas).toBe(3);
  });

  it("reads as another reader reads it, and differs only where it was filled", () => {
    const field = fc.oneof(fc.string({ unit: fc.constantFrom("a", "é", "李", " ", '"', ",", ";", "\n", "\r\n", "=", "'", "|", "0") , maxLength: 8 }), fc.constant(""));
    const records = fc.array(fc.array(field, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(records, fc.constantFrom(",", ";", "\t", "|"), fc.constantFrom("\n", "\r\n"), fc.nat(5), (rows, separator, end, at) => {
        const quoted = (text: string) => (/[",;\t|\r\n]/.test(text) || text.startsWith("=") ? `"${text.replaceAll('"', '""')}"` : text);
        const file = [["Email", "Promo Code", "Name", "Handle"], ...rows.map((row) => ["someone@x.example", ...row])].map((row) => row.map(quoted).join(separator)).join(end);
        const bytes = Buffer.from(file);
        const book = bookOf(bytes);
        const oracle = (of: Buffer) => parse(of, { delimiter: separator, relax_column_count: true, record_delimiter: ["\r\n", "\n"] }) as string[][];
        const strip = (row: string[]) => row.join("\u0000").replace(/\u0000+$/, "");
        const records = oracle(bytes);
        for (const row of book.rows) if (!records[row.n - 1]!.some((text) => text.startsWith('="'))) expect(strip(row.cells)).toBe(strip(records[row.n - 1]!));
        const target = { row: 2 + (at % rows.length), column: 1, text: "MARIE10" };
        const filled = oracle(fill(bytes, [target]).bytes);
        for (const [index, row] of oracle(bytes).entries()) {
          for (const [column, value] of row.entries()) {
            if (index + 1 === target.row && column === 1) expect(filled[index]![column]).toBe("MARIE10");
            else if (!/^[=+\-@]/.test(value)) expect(filled[index]![column]).toBe(value);
            else expect(filled[index]![column]).not.toMatch(/^=/);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
