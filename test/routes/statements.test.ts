import ExcelJS from "exceljs";
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const overview = () => import("#app/routes/app.statements.tsx");
const overviewFile = () => import("#app/routes/app.statements_.file.ts");
const one = () => import("#app/routes/app.creators_.$id.statements.$month.tsx");
const oneFile = () => import("#app/routes/app.creators_.$id.statements.$month_.file.ts");
const creator = () => import("#app/routes/app.creators.$id.tsx");

const OCTOBER = { id: "marie", month: "2026-10" };
const PATH = "/app/creators/marie/statements/2026-10";

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

async function netOf(creatorId: string): Promise<string> {
  const { rows } = await pool().query<{ net: string }>("select sum(amount)::text as net from ledger_entry where shop = $1 and creator_id = $2 and at >= '2026-09-30T22:00:00Z' and at < '2026-10-31T23:00:00Z'", [SHOP, creatorId]);
  return rows[0]!.net;
}

describe("a creator's statement", () => {
  it("shows the month of the address", async () => {
    const { loader } = await one();
    const { statement } = await loader(ask(SHOP, PATH, undefined, OCTOBER));
    expect(statement).toMatchObject({ month: "2026-10", creator: { id: "marie", name: "Marie Laurent" }, currencies: [{ currency: "EUR", net: await netOf("marie") }], timezone: "Europe/Berlin" });
    expect(statement.lines).toHaveLength(statement.total);
  });

  it("is one of the months of the creator's page", async () => {
    const { loader } = await creator();
    const { months } = await loader(ask(SHOP, "/app/creators/marie", undefined, { id: "marie" }));
    expect(months.find((row) => row.month === "2026-10")).toMatchObject({ currencies: [{ currency: "EUR", net: await netOf("marie") }] });
  });

  const missing: [string, string, Record<string, string>][] = [
    ["in another shop", OTHER_SHOP, OCTOBER],
    ["of nobody", SHOP, { id: "nobody", month: "2026-10" }],
    ["of no month", SHOP, { id: "marie", month: "october" }],
    ["of a month to come", SHOP, { id: "marie", month: "2027-01" }],
  ];
  it.each(missing)("%s is not found, nor is its file", async (_, shop, params) => {
    expect((await thrown((await one()).loader(ask(shop, PATH, undefined, params)))).status).toBe(404);
    expect((await thrown((await oneFile()).loader(ask(shop, `${PATH}/file?as=csv`, undefined, params)))).status).toBe(404);
  });
});

describe("the overview", () => {
  it("sums the creators' rows up", async () => {
    const { loader } = await overview();
    const page = (await loader(ask(SHOP, "/app/statements?month=2026-10"))).overview;
    expect(page.rows.map((row) => row.creator.id)).toEqual(["marie", "zoe"]);
    const nets = page.rows.map((row) => BigInt(row.currencies[0]!.net));
    expect(page.currencies).toMatchObject([{ net: String(nets[0]! + nets[1]!) }]);
  });

  it.each(["?month=2026-99", "?month=2027-01", "?month=x"])("of %s is not found", async (query) => {
    expect((await thrown((await overview()).loader(ask(SHOP, `/app/statements${query}`)))).status).toBe(404);
  });
});

describe("files", () => {
  it("come as what was asked for, under a name that says creator and month, in the language of the page", async () => {
    const { loader } = await oneFile();
    const csv = await loader(ask(SHOP, `${PATH}/file?as=csv&language=fr`, undefined, OCTOBER));
    expect([csv.headers.get("content-type"), csv.headers.get("content-disposition"), csv.headers.get("cache-control")]).toEqual(["text/csv; charset=utf-8", `attachment; filename*=UTF-8''${encodeURIComponent("Relevé Marie Laurent 2026-10.csv")}`, "no-store"]);
    expect((await csv.text()).split("\r\n")[0]).toContain("Date de commande,Commande,Code,Devise,Attribué");
    const xlsx = await loader(ask(SHOP, `${PATH}/file?as=xlsx&language=zh-CN`, undefined, OCTOBER));
    expect(decodeURIComponent(xlsx.headers.get("content-disposition")!)).toContain("对账单 Marie Laurent 2026-10.xlsx");
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await xlsx.arrayBuffer());
    expect(book.worksheets.map((sheet) => sheet.name)).toEqual(["订单", "汇总"]);
  });

  it("of all creators hold each of them", async () => {
    const { loader } = await overviewFile();
    const text = await (await loader(ask(SHOP, "/app/statements/file?month=2026-10&as=csv"))).text();
    const creators = text.split("\r\n").slice(1, -1).map((line) => line.split(",")[0]);
    expect([...new Set(creators)]).toEqual(["Marie Laurent", "Zoë Łukasz"]);
  });

  it("of no kind that there is are refused", async () => {
    expect((await thrown((await oneFile()).loader(ask(SHOP, `${PATH}/file?as=exe`, undefined, OCTOBER)))).status).toBe(400);
    expect((await thrown((await overviewFile()).loader(ask(SHOP, "/app/statements/file?month=2026-10")))).status).toBe(400);
  });

  it("are not for strangers", async () => {
    for (const work of [(await oneFile()).loader(askAsStranger(`${PATH}/file?as=csv`, OCTOBER)), (await overviewFile()).loader(askAsStranger("/app/statements/file?month=2026-10&as=csv"))]) {
      const answer = await thrown(work);
      expect([302, 401, 410]).toContain(answer.status);
    }
  });
});
