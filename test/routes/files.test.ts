import ExcelJS from "exceljs";
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { guessColumns } from "#app/domain/sheet-columns.ts";
import { readPolicy } from "#app/domain/sheet-codes.ts";
import { useDatabase } from "#test/support/database.ts";
import { textsOf } from "#test/sheets/kit.ts";
import { parseCsv } from "#test/support/sheets.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const list = () => import("#app/routes/app.files._index.tsx");
const one = () => import("#app/routes/app.files.$id.tsx");
const file = () => import("#app/routes/app.files_.$id.file.ts");
const out = () => import("#app/routes/app.files_.out.ts");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

/** A form with a file, as the browser sends it. */
function upload(shop: string, name: string, text: string) {
  const asked = ask(shop, "/app/files?index", { form: {} });
  const headers = new Headers(asked.request.headers);
  headers.delete("content-type");
  const body = new FormData();
  body.set("file", new Blob([text]), name);
  return { ...asked, request: new Request(asked.request.url, { method: "POST", headers, body }) };
}

async function brought(text = "E-mail,Name\nnew@example.com,Somebody New\nmarie@example.com,Marie\nnobody\n"): Promise<string> {
  const answer = await (await list()).action(upload(SHOP, "people.csv", text));
  expect(answer.status).toBe(302);
  return answer.headers.get("location")!.split("/").at(-1)!;
}

function act(id: string, body: unknown, shop = SHOP) {
  return one().then(({ action }) => action(ask(shop, `/app/files/${id}`, { json: body }, { id })));
}

describe("a file", () => {
  it("comes in, says what it holds, is changed, taken over, and deleted", async () => {
    const id = await brought();
    const { loader } = await one();
    const before = await loader(ask(SHOP, `/app/files/${id}`, undefined, { id }));
    expect(before.file).toMatchObject({ name: "people.csv", purpose: "creators", rows: 3, plan: { added: 1, known: 1, left: 1 } });
    expect(before.programs.map((program) => program.id)).toContain("friends");
    expect((await act(id, { intent: "choose", choices: { ...before.file.choices, programId: "friends" } })).status).toBe(200);
    expect(await (await act(id, { intent: "start" })).json()).toMatchObject({ ok: true, done: { added: 1, joined: 1, left: 1 } });
    expect((await (await list()).loader(ask(SHOP, "/app/files"))).files.rows[0]).toMatchObject({ id, state: "applied", done: { added: 1 } });
    expect((await act(id, { intent: "choose", choices: {} })).status).toBe(422);
    expect((await act(id, { intent: "delete" })).status).toBe(302);
    expect((await thrown(loader(ask(SHOP, `/app/files/${id}`, undefined, { id })))).status).toBe(404);
  });

  it("that cannot be read is answered with its name and why", async () => {
    const answer = await (await list()).action(upload(SHOP, "people.xls", "<html></html>"));
    expect([answer.status, await answer.json()]).toEqual([422, { ok: false, name: "people.xls", problem: { key: "web_page", values: {} } }]);
  });

  it("is nobody else's", async () => {
    const id = await brought();
    expect((await thrown((await one()).loader(ask(OTHER_SHOP, `/app/files/${id}`, undefined, { id })))).status).toBe(404);
    expect((await act(id, { intent: "start" }, OTHER_SHOP)).status).toBe(422);
    for (const what of ["original", "filled", "notes"]) expect((await thrown((await file()).loader(ask(OTHER_SHOP, `/app/files/${id}/file?what=${what}`, undefined, { id })))).status).toBe(404);
    expect([302, 401, 410]).toContain((await thrown((await out()).loader(askAsStranger("/app/files/out?what=codes&as=csv")))).status);
  });

  it("is not made of other requests", async () => {
    expect((await thrown((await list()).action(ask(SHOP, "/app/files?index", { form: { file: "text" } })))).status).toBe(400);
    expect((await thrown(act(await brought(), { intent: "dance" }))).status).toBe(400);
  });

  it("goes out as it came, filled, or as the list of what is to be said of its rows", async () => {
    const id = await brought("Email,Promo Code\nmarie@example.com,\nnobody@example.com,\n");
    const get = async (query: string) => (await file()).loader(ask(SHOP, `/app/files/${id}/file?${query}`, undefined, { id }));
    expect(await (await get("what=original")).text()).toBe("Email,Promo Code\nmarie@example.com,\nnobody@example.com,\n");
    const { file: detail } = await (await one()).loader(ask(SHOP, `/app/files/${id}`, undefined, { id }));
    await act(id, { intent: "choose", choices: { ...detail.choices, dealId: "autumn" } });
    const filled = await get("what=filled");
    expect(filled.headers.get("content-disposition")).toContain("people.csv");
    expect(await filled.text()).toMatch(/^Email,Promo Code\nmarie@example\.com,\S+\nnobody@example\.com,\n$/);
    const notes = parseCsv((await (await get("what=notes&language=fr")).text()));
    expect(notes[1]).toEqual(["3", "nobody@example.com ne fait pas partie de vos créateurs.", "Oui"]);
  });
});

describe("the whole list", () => {
  const get = async (query: string) => (await out()).loader(ask(SHOP, `/app/files/out?${query}`));

  it.each(["en", "fr", "zh-CN"])("of codes is understood when it comes in again (%s)", async (language) => {
    const texts = parseCsv((await (await get(`what=codes&as=csv&language=${language}`)).text()));
    expect(guessColumns(texts[0]!)).toMatchObject({ name: 0, email: 1, handle: 2, code: 4, deal: 5, policy: 6, start: 7, end: 8 });
    const { rows } = await pool().query<{ count: number }>("select count(*)::int as count from code where shop = $1 and match = 'exact'", [SHOP]);
    expect(texts).toHaveLength(rows[0]!.count + 1);
    const policies = texts.slice(1).map((row) => row[6]!).filter(Boolean);
    expect(policies.length).toBeGreaterThan(0);
    expect(policies.map(readPolicy)).not.toContain(null);
  });

  it("holds text as text, whatever it begins with, as .csv and .xlsx", async () => {
    await pool().query(`update creator set name = '=HYPERLINK("http://x.example")', handle = '@zoe' where shop = $1 and id = 'zoe'`, [SHOP]);
    const texts = parseCsv((await (await get("what=creators&as=csv")).text()));
    expect(texts.find((row) => row[1] === "zoe@example.com")!.slice(0, 3)).toEqual([`'=HYPERLINK("http://x.example")`, "zoe@example.com", "'@zoe"]);
    const bytes = Buffer.from(await (await get("what=creators&as=xlsx")).arrayBuffer());
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes as never);
    const row = textsOf(bytes).findIndex((cells) => cells[1] === "zoe@example.com") + 1;
    expect([book.worksheets[0]!.getCell(row, 1).value, book.worksheets[0]!.getCell(row, 1).formula]).toEqual([`=HYPERLINK("http://x.example")`, undefined]);
    expect(textsOf(bytes)).toHaveLength(texts.length);
  });

  it("is of creators or codes, as .xlsx or .csv, and of nothing else", async () => {
    for (const query of ["what=deals&as=csv", "what=codes&as=pdf", "as=csv"]) expect((await thrown(get(query))).status).toBe(400);
    expect(decodeURIComponent((await get("what=codes&as=xlsx&language=zh-CN")).headers.get("content-disposition")!)).toContain("优惠码 2026-11-21.xlsx");
  });
});
