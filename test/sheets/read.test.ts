// Files of every kind that people bring: what is in them is read, and what cannot be read says why.
import { deflateRawSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { MOST_COLUMNS, MOST_FILE_BYTES, MOST_PART_BYTES, MOST_ROWS } from "#app/sheets/problem.ts";
import { bookOf, cell, partsOf, rawWorkbook, read, textsOf, workbookOf, zipped } from "./kit.ts";

const HEAD = `<row r="1">${cell("A1", "E-mail")}${cell("B1", "Name")}</row>`;
const ROW = `<row r="2">${cell("A2", "zoe@x.example")}${cell("B2", "Zoë")}</row>`;
const PLAIN = [["E-mail", "Name"], ["zoe@x.example", "Zoë"]];

function data(rows: string): string {
  return `<sheetData>${rows}</sheetData>`;
}

function csv(text: string, encoding: "utf8" | "utf16le" | "latin1" = "utf8"): Buffer {
  return Buffer.from(text, encoding);
}

describe("a workbook", () => {
  it("gives its texts, numbers, dates and truths as a person sees them", async () => {
    const bytes = await workbookOf((book) => {
      const sheet = book.addWorksheet("Creators");
      sheet.addRow(["E-mail", "Name", "Number", "Share", "Price", "Day", "Instant", "True", "Rich", "Link"]);
      const row = sheet.addRow(["zoe@x.example", "Zoë & 李雷 <1>", 0.1 + 0.2, 0.1, 5, new Date("2026-11-21T00:00:00Z"), new Date("2026-11-21T10:30:00Z"), true]);
      row.getCell(4).numFmt = "0 %";
      row.getCell(5).numFmt = "#,##0.00 [$€-407]";
      row.getCell(6).numFmt = "dd/mm/yyyy";
      row.getCell(7).numFmt = "yyyy-mm-dd hh:mm";
      row.getCell(9).value = { richText: [{ text: "MARIE", font: { bold: true } }, { text: "10" }] };
      row.getCell(10).value = { text: "her page", hyperlink: "https://x.example/zoe" };
    });
    expect(textsOf(bytes)[1]).toEqual(["zoe@x.example", "Zoë & 李雷 <1>", "0.3", "10%", "5 €", "2026-11-21", "2026-11-21T10:30:00", "TRUE", "MARIE10", "her page"]);
  });

  it("gives what formulas computed last, and says how many there are", async () => {
    const bytes = await workbookOf((book) => {
      const sheet = book.addWorksheet("Creators");
      sheet.addRow(["E-mail", "Name", "Sum"]);
      sheet.addRow([{ formula: `LOWER("ZOE@X.EXAMPLE")`, result: "zoe@x.example" }, "Zoë", { formula: "1+1", result: 2 }]);
      sheet.addRow([{ formula: "A2" }, "Zoë"]);
    });
    const book = bookOf(bytes);
    expect(book.rows.map((row) => row.cells)).toEqual([["zoe@x.example", "Zoë", "2"], ["", "Zoë"]]);
    expect(book.formulas).toBe(3);
  });

  const odd: [string, Buffer][] = [
    ["whose cells do not say where they are", rawWorkbook(data(`<row>${["E-mail", "Name"].map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join("")}</row><row><c t="str"><v>zoe@x.example</v></c><c t="inlineStr"><is><t>Zoë</t></is></c></row>`))],
    ["whose elements have a prefix", rawWorkbook("", { "xl/worksheets/sheet1.xml": `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>E-mail</x:t></x:is></x:c><x:c r="B1" t="inlineStr"><x:is><x:t>Name</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2" t="str"><x:v>zoe@x.example</x:v></x:c><x:c r="B2" t="inlineStr"><x:is><x:r><x:t>Z</x:t></x:r><x:r><x:t>oë</x:t></x:r></x:is></x:c></x:row></x:sheetData></x:worksheet>` })],
    ["whose texts have a pronunciation", rawWorkbook(data(`<row r="1">${cell("A1", "E-mail")}<c r="B1" t="inlineStr"><is><t>Name</t><rPh sb="0" eb="1"><t>ネーム</t></rPh></is></c></row>${ROW}`))],
    ["with a mark at the front of its parts", rawWorkbook("", { "xl/worksheets/sheet1.xml": `\uFEFF<worksheet><sheetData>${HEAD}${ROW}</sheetData></worksheet>` })],
    ["with parts in UTF-16", rawWorkbook("", { "xl/worksheets/sheet1.xml": Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData>${HEAD}${ROW}</sheetData></worksheet>`, "utf16le") })],
    ["that is not compressed", zipped(partsOf([data(HEAD + ROW)]), 0)],
    ["with slashes the other way", zipped(Object.fromEntries(Object.entries(partsOf([data(HEAD + ROW)])).map(([name, part]) => [name.replaceAll("/", "\\"), part])))],
    ["whose first sheet has charts only", zipped(partsOf(["", data(HEAD + ROW)], { "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/chartsheet" Target="chartsheets/a.xml"/><Relationship Id="rId2" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/></Relationships>` }))],
    ["with the targets of its parts from the root", rawWorkbook(data(HEAD + ROW), { "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>` })],
    ["with cells far out that hold nothing", rawWorkbook(data(`${HEAD}<row r="2">${cell("A2", "zoe@x.example")}${cell("B2", "Zoë")}<c r="XFD2" s="1"/></row><row r="1048576"><c r="A1048576"/></row>`))],
  ];
  it.each(odd)("%s is read", (_, bytes) => {
    expect(textsOf(bytes)).toEqual(PLAIN);
  });

  it("is read with macros, which are told of and left alone", () => {
    expect(bookOf(rawWorkbook(data(HEAD + ROW), { "xl/vbaProject.bin": new Uint8Array([1, 2, 3]) })).macros).toBe(true);
  });

  it("is read in the first sheet with a header, not in a hidden one, unless a person chooses another", async () => {
    const bytes = await workbookOf((book) => {
      book.addWorksheet("Hidden", { state: "hidden" }).addRows([["E-mail"], ["hidden@x.example"]]);
      book.addWorksheet("Empty");
      book.addWorksheet("Notes").addRows([["These are our creators"], ["Call them in May"]]);
      book.addWorksheet("People").addRows([["E-mail"], ["zoe@x.example"]]);
    });
    const found = bookOf(bytes);
    expect([found.sheet, found.sheets.map((sheet) => sheet.hidden)]).toEqual([3, [true, false, false, false]]);
    expect(found.rows.map((row) => row.cells)).toEqual([["zoe@x.example"]]);
    expect(bookOf(bytes, 2).header.names).toEqual(["These are our creators"]);
    expect(textsOf(bytes, 0)).toEqual([["E-mail"], ["hidden@x.example"]]);
  });

  it("finds its header under a title, merged over rows and columns, and counts rows as a person does", async () => {
    const bytes = await workbookOf((book) => {
      const sheet = book.addWorksheet("Creators");
      sheet.getCell("A2").value = "Our creators in May";
      sheet.mergeCells("A2:D2");
      sheet.getCell("A4").value = "E-mail";
      sheet.mergeCells("A4:A5");
      sheet.getCell("B4").value = "Person";
      sheet.mergeCells("B4:C4");
      sheet.getCell("B5").value = "First name";
      sheet.getCell("C5").value = "Last name";
      sheet.getCell("A8").value = "zoe@x.example";
      sheet.getCell("C8").value = "Łukasz";
    });
    const book = bookOf(bytes);
    expect(book.header).toEqual({ n: 5, names: ["E-mail", "First name", "Last name"] });
    expect(book.rows).toEqual([{ n: 8, cells: ["zoe@x.example", "", "Łukasz"] }]);
  });

  it("holds 50,000 rows, and not one more", () => {
    const rows = (count: number) => rawWorkbook(data(`${HEAD}${Array.from({ length: count }, (_, at) => `<row r="${at + 2}"><c r="A${at + 2}" t="str"><v>c${at}@x.example</v></c></row>`).join("")}`));
    expect(bookOf(rows(MOST_ROWS)).rows).toHaveLength(MOST_ROWS);
    expect(read(rows(MOST_ROWS + 1))).toEqual({ ok: false, problem: { key: "too_many_rows", values: { limit: MOST_ROWS } } });
  });

  it("is read in steps, so that others have their turn", async () => {
    const { readBook } = await import("#app/sheets/read.ts");
    const steps = readBook(rawWorkbook(data(`${HEAD}${ROW}${Array.from({ length: 20_000 }, (_, at) => `<row r="${at + 3}">${cell(`A${at + 3}`, "someone@x.example")}</row>`).join("")}`)), { sheet: null });
    let pauses = 0;
    while (!steps.next().done) pauses += 1;
    expect(pauses).toBeGreaterThan(3);
  });
});

describe("a text file", () => {
  const files: [string, Buffer, string][] = [
    ["in UTF-8", csv("E-mail,Name\r\nzoe@x.example,Zoë\r\n"), "utf-8"],
    ["in UTF-8 with a mark", csv("\uFEFFE-mail;Name\nzoe@x.example;Zoë"), "utf-8"],
    ["in UTF-16", csv("\uFEFFE-mail\tName\r\nzoe@x.example\tZoë\r\n", "utf16le"), "utf-16le"],
    ["in UTF-16, the other end first", csv("\uFEFFE-mail|Name\r\nzoe@x.example|Zoë\r\n", "utf16le").swap16(), "utf-16be"],
    ["in Windows-1252", csv("E-mail;Name\r\nzoe@x.example;Zoë\r\n", "latin1"), "windows-1252"],
    ["with a line that names the separator", csv("sep=;\r\nE-mail;Name\r\nzoe@x.example;Zoë\r\n"), "utf-8"],
    ["with old line ends", csv("E-mail,Name\rzoe@x.example,Zoë\r"), "utf-8"],
    ["with quotation marks", csv(`"E-mail","Name"\r\n"zoe@x.example","Zoë"`), "utf-8"],
    ["with empty records", csv("\r\n\r\nE-mail,Name\r\n,\r\nzoe@x.example,Zoë\r\n\r\n"), "utf-8"],
  ];
  it.each(files)("%s is read", (_, bytes, encoding) => {
    expect(textsOf(bytes)).toEqual(PLAIN);
    expect(bookOf(bytes).csv?.encoding).toBe(encoding);
  });

  it("in the encoding of Chinese Windows is read", () => {
    const bytes = Buffer.concat([Buffer.from([0xd0, 0xd5, 0xc3, 0xfb]), Buffer.from(",E-mail\r\n"), Buffer.from([0xc0, 0xee, 0xc0, 0xd7]), Buffer.from(",li@x.example\r\n")]);
    expect(textsOf(bytes)).toEqual([["姓名", "E-mail"], ["李雷", "li@x.example"]]);
  });

  it("holds line ends, separators and quotation marks inside quotation marks", () => {
    expect(textsOf(csv(`E-mail,Note\r\nzoe@x.example,"two\r\nlines, and ""marks"""\r\n`))[1]).toEqual(["zoe@x.example", 'two\r\nlines, and "marks"']);
  });

  it("of one column needs no separator", () => {
    expect(textsOf(csv("E-mail\nzoe@x.example\nli@x.example"))).toEqual([["E-mail"], ["zoe@x.example"], ["li@x.example"]]);
  });

  it("keeps the numbers of its rows", () => {
    expect(bookOf(csv("E-mail\n\n\"zoe@x.example\"\n\nli@x.example")).rows.map((row) => row.n)).toEqual([3, 5]);
  });

  it("says how many of its fields a spreadsheet would compute, and takes a text in the guise of one", () => {
    const book = bookOf(csv(`E-mail,Phone,Number\nzoe@x.example,+33 6 12 34,"=""0012"""\n=cmd|' /C calc'!A0,@zoe,-5`));
    expect(book.rows.map((row) => row.cells)).toEqual([["zoe@x.example", "+33 6 12 34", "0012"], ["=cmd|' /C calc'!A0", "@zoe", "-5"]]);
    expect(book.formulas).toBe(2);
  });
});

describe("what cannot be read says why", () => {
  const ole = (text: string) => Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600), Buffer.from(text, "utf16le")]);
  const good = rawWorkbook(data(HEAD + ROW));
  const flipped = Buffer.from(good);
  flipped[flipped.indexOf("worksheets/sheet1.xml") + 40]! ^= 0xff;
  const encrypted = Buffer.from(good);
  for (let at = encrypted.indexOf("PK\x01\x02"); at >= 0; at = encrypted.indexOf("PK\x01\x02", at + 1)) encrypted[at + 8]! |= 1;
  const twice = Buffer.from(rawWorkbook(data(HEAD + ROW), { "xl/worksheets/sheet2.xml": "<worksheet/>" }).toString("latin1").replaceAll("sheet2.xml", "sheet1.xml"), "latin1");
  const bad: [string, Buffer, string][] = [
    ["nothing", Buffer.alloc(0), "empty"],
    ["only white space", csv(" \r\n\r\n"), "empty"],
    ["only separators", csv(",,,\r\n,,,\r\n"), "empty"],
    ["a header alone", csv("E-mail,Name\r\n"), "no_rows"],
    ["no header", csv("zoe@x.example,Zoë\r\nli@x.example,李雷\r\n"), "no_header"],
    ["a workbook without a header", rawWorkbook(data(`<row r="1">${cell("A1", "zoe@x.example")}</row>`)), "no_header"],
    ["an empty workbook", rawWorkbook(data("")), "empty"],
    ["more bytes than are taken", Buffer.alloc(MOST_FILE_BYTES + 1, "a"), "too_large"],
    ["an old .xls", ole("Workbook"), "old_xls"],
    ["a workbook with a password", ole("EncryptedPackage"), "password"],
    ["a container with encrypted parts", encrypted, "password"],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), "not_a_sheet"],
    ["a PDF", csv("%PDF-1.7\n"), "not_a_sheet"],
    ["bytes of some program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]), "not_a_sheet"],
    ["JSON", csv(`[{"email":"zoe@x.example"}]`), "not_a_sheet"],
    ["a web page that is called .xls", csv("<html><table><tr><td>E-mail</td></tr></table></html>"), "web_page"],
    ["XML of 2003", csv(`<?xml version="1.0"?><Workbook/>`), "xml_sheet"],
    ["a document", zipped({ "[Content_Types].xml": "<Types/>", "_rels/.rels": `<Relationships><Relationship Id="1" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>`, "word/document.xml": "<w/>" }), "not_a_sheet"],
    ["a zip of pictures", Buffer.from(zipSync({ "a.png": strToU8("x") })), "not_a_sheet"],
    ["an OpenDocument sheet", zipped({ mimetype: "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>" }), "ods"],
    ["a binary workbook", zipped({ "_rels/.rels": `<Relationships><Relationship Id="1" Type="http://x/officeDocument" Target="xl/workbook.bin"/></Relationships>`, "xl/workbook.bin": "x" }), "xlsb"],
    ["a file of Numbers", zipped({ "Index/Document.iwa": "x" }), "numbers"],
    ["half a workbook", good.subarray(0, good.length / 2), "damaged"],
    ["a workbook with a bit that fell over", flipped, "damaged"],
    ["a workbook whose XML does not close", rawWorkbook("<sheetData><row>"), "damaged"],
    ["a workbook with entities of its own", rawWorkbook("", { "xl/worksheets/sheet1.xml": `<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>` }), "damaged"],
    ["a workbook that names a text that it does not have", rawWorkbook(data(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`)), "damaged"],
    ["a workbook with two parts of one name", twice, "damaged"],
    ["a workbook without the part of its sheet", zipped({ ...partsOf([data(HEAD)]), "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/other.xml"/></Relationships>` }), "damaged"],
    ["a part that unpacks to far more", bomb(), "too_large_inside"],
    ["too many columns", csv(`${Array.from({ length: MOST_COLUMNS + 1 }, (_, at) => `c${at}`).join(",")}\n1`), "too_many_columns"],
    ["too many columns of a sheet", rawWorkbook(data(`<row r="1">${cell("XFD1", "E-mail")}</row>`)), "too_many_columns"],
    ["too many records", csv(`E-mail\n${"a@x.example\n".repeat(MOST_ROWS + 1)}`), "too_many_rows"],
    ["a quotation mark that never closes", csv(`E-mail,Name\nzoe@x.example,"Zoë\nli@x.example,李雷\n`), "open_quote"],
    ["half a character", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("E-mail\nx", "utf16le"), Buffer.from([0x41])]), "damaged_text"],
  ];
  it.each(bad)("%s", (_, bytes, key) => {
    const answer = read(bytes);
    expect(answer.ok ? null : answer.problem.key).toBe(key);
  });

  it("names the row of the open quotation mark", () => {
    expect(read(csv(`E-mail,Name\nzoe@x.example,"Zoë\nli@x.example,李雷\n`))).toMatchObject({ problem: { values: { row: 2 } } });
  });

  /** A part of white space that says it is small: what it says is not believed. */
  function bomb(): Buffer {
    const head = Buffer.from(`<worksheet><sheetData>${HEAD}</sheetData>`);
    const size = MOST_PART_BYTES + 1;
    const bytes = rawWorkbook(data(HEAD));
    const name = Buffer.from("xl/worksheets/sheet1.xml");
    const local = bytes.indexOf(name) - 30;
    const packed = deflateRawSync(Buffer.concat([head, Buffer.alloc(size, " ")]));
    const next = bytes.indexOf("PK\x01\x02");
    const header = Buffer.from(bytes.subarray(local, local + 30 + name.length));
    header.writeUInt32LE(packed.length, 18);
    const directory = Buffer.from(bytes.subarray(next));
    const central = directory.lastIndexOf(name) - 46;
    directory.writeUInt32LE(packed.length, central + 20);
    const end = directory.lastIndexOf("PK\x05\x06");
    directory.writeUInt32LE(local + header.length + packed.length, end + 16);
    return Buffer.concat([bytes.subarray(0, local), header, packed, directory]);
  }
});
