// The page of reconciliations: planned, stopped, looked at, mended and taken out as a file, each by its own shop only.
import ExcelJS from "exceljs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { insert, makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = () => import("#app/routes/app.reconcile.tsx");
const file = () => import("#app/routes/app.reconcile_.file.ts");
const OCTOBER = { fromDate: "2026-10-01", toDate: "2026-10-31" };

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});
beforeEach(async () => {
  for (const table of ["reconciliation", "reconciliation_difference"]) await pool().query(`delete from ${table}`);
});

async function act(form: Record<string, string>, shop = SHOP) {
  const answer = await (await page()).action(ask(shop, "/app/reconcile", { form }));
  return { status: answer.status, ...((await answer.json()) as { ok: boolean; id?: string; orders?: number; errors?: { field: string; key: string }[] }) };
}

async function shown(search = "", shop = SHOP) {
  return (await page()).loader(ask(shop, `/app/reconcile${search}`));
}

const FORMULA = "=cmd|' /C calc'!A1";

/** A run that is done, with one order that never came and one sale of another amount. */
async function found(): Promise<string> {
  const { id } = await act({ intent: "plan", ...OCTOBER });
  const sums = { store: { orders: 2, withCodes: 1 }, app: { orders: 1, withCodes: 1 }, programs: [], causes: { never_seen: 1, amount: 1 }, known: {}, reads: [{ programId: "creators", readAt: null, problem: null, account: "connected" }] };
  await pool().query("update reconciliation set state = 'done', done_at = now(), summary = $2 where id = $1", [id, JSON.stringify(sums)]);
  await insert("reconciliation_difference", { shop: SHOP, reconciliation_id: id, cause: "never_seen", order_id: "990099", order_name: FORMULA, order_at: new Date("2026-10-12T10:00:00Z") });
  await insert("reconciliation_difference", { shop: SHOP, reconciliation_id: id, cause: "amount", order_id: "1", order_name: "#1", n: 1, program_id: "creators", action_id: "a1", creator_id: "marie", currency: "EUR", here: "9000", there: "6000" });
  return id!;
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe("the page", () => {
  it("begins with the month under way, and nothing compared", async () => {
    expect(await shown()).toMatchObject({ run: null, runs: { total: 0 }, first: { fromDate: "2026-11-01", toDate: "2026-11-21" }, timezone: "Europe/Berlin" });
  });

  it("plans a period in the shop's own days, stops it, and lets it go on", async () => {
    const { status, id } = await act({ intent: "plan", ...OCTOBER, read: "yes" });
    expect(status).toBe(200);
    const { rows } = await pool().query("select from_at, to_at, read_networks, stage, who from reconciliation");
    expect(rows).toEqual([{ from_at: new Date("2026-09-30T22:00:00Z"), to_at: new Date("2026-10-31T23:00:00Z"), read_networks: true, stage: "networks", who: "Camille Martin" }]);
    expect((await shown(`?run=${id}`)).run).toMatchObject({ state: "waiting", from: "2026-10-01", to: "2026-10-31", sums: null });
    expect([await act({ intent: "stop", run: id! }), (await shown()).run?.state]).toMatchObject([{ ok: true }, "stopped"]);
    expect([await act({ intent: "continue", run: id! }), (await shown()).run?.state]).toMatchObject([{ ok: true }, "waiting"]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["of a day to come", { fromDate: "2026-11-01", toDate: "2026-12-31" }, "toDate"],
    ["that ends before it begins", { fromDate: "2026-10-02", toDate: "2026-10-01" }, "toDate"],
    ["of no day", { fromDate: "", toDate: "2026-10-01" }, "fromDate"],
  ])("refuses a period %s at its field", async (_, fields, field) => {
    expect(await act({ intent: "plan", ...fields })).toMatchObject({ status: 422, ok: false, errors: [{ field }] });
  });

  it("shows the differences by cause, those of one cause by page, and what is asked for now", async () => {
    const id = await found();
    const { run } = await shown(`?run=${id}`);
    expect(run).toMatchObject({ counts: { all: 2, you: 2 }, sums: { store: { orders: 2 }, reads: [{ program: "Petit Atelier Creators", isOld: true }] } });
    expect(run!.groups.map(({ cause, total, rows }) => [cause, total, rows[0]!.creator?.name, rows[0]!.live])).toEqual([["never_seen", 1, undefined, null], ["amount", 1, "Marie Laurent", "mended"]]);
    expect((await shown(`?run=${id}&cause=amount`)).run!.groups.map((group) => group.cause)).toEqual(["amount"]);
    expect((await shown(`?run=${id}&cause=constructor`)).run!.groups).toEqual([]);
    expect(await act({ intent: "fetch", run: id, cause: "never_seen", difference: "" })).toMatchObject({ ok: true, orders: 1 });
    expect(await act({ intent: "fetch", run: id, cause: "never_seen", difference: "" })).toMatchObject({ ok: true, orders: 0 });
    expect((await shown(`?run=${id}`)).run!.groups[0]!.rows[0]).toMatchObject({ live: "asked", order: { id: "990099" } });
    const { rows } = await pool().query("select fetch_why from order_state where shop = $1 and order_id = '990099' and fetch_at is not null", [SHOP]);
    expect(rows).toEqual([{ fetch_why: "reconcile" }]);
    await pool().query("delete from order_state where order_id = '990099'");
  });

  it("mends nothing that is not mended so, and takes no order for deleted that the store was not found to miss", async () => {
    const id = await found();
    for (const form of [{ intent: "fetch", run: id, cause: "amount" }, { intent: "fetch", run: "nobody's", cause: "never_seen" }, { intent: "deleted", run: id, difference: "1 or 1=1" }, { intent: "stop", run: id }]) expect(await act(form as never)).toMatchObject({ status: 422, ok: false });
    expect((await thrown(act({ intent: "drop", run: id }))).status).toBe(400);
  });
});

describe("another shop", () => {
  it("sees nothing of it, and can do nothing with it", async () => {
    const id = await found();
    expect((await shown("", OTHER_SHOP)).run).toBeNull();
    expect((await thrown(shown(`?run=${id}`, OTHER_SHOP))).status).toBe(404);
    for (const intent of ["stop", "continue", "fetch", "deleted"]) expect(await act({ intent, run: id, cause: "never_seen", difference: "1" }, OTHER_SHOP)).toMatchObject({ status: 422, errors: [{ key: "reconcile.not_found" }] });
    expect((await thrown((await file()).loader(ask(OTHER_SHOP, `/app/reconcile/file?run=${id}&as=csv`)))).status).toBe(404);
    expect((await thrown((await page()).loader(askAsStranger("/app/reconcile")))).status).not.toBe(200);
  });
});

describe("the file", () => {
  it("has every difference, in the page's language, and no formula of anybody", async () => {
    const id = await found();
    const answer = await (await file()).loader(ask(SHOP, `/app/reconcile/file?run=${id}&as=csv&language=fr`));
    const text = (await bytesOf(answer)).toString();
    expect(decodeURIComponent(answer.headers.get("content-disposition")!)).toContain("Différences du 2026-10-01 au 2026-10-31.csv");
    const lines = text.split("\r\n");
    expect(lines[0]).toContain("Cause");
    expect(lines[1]).toContain(`,'${FORMULA},`);
    expect(lines[2]).toContain(",Marie Laurent,EUR,90.00,60.00,a1,");
    expect(lines).toHaveLength(4);
  });

  it("is a workbook as well, with numbers as numbers and texts as texts", async () => {
    const id = await found();
    const answer = await (await file()).loader(ask(SHOP, `/app/reconcile/file?run=${id}&as=xlsx`));
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await bytesOf(answer)) as never);
    const sheet = book.worksheets[0]!;
    expect([sheet.rowCount, sheet.getRow(2).getCell(4).value, sheet.getRow(3).getCell(10).value]).toEqual([3, FORMULA, 90]);
  });

  it("of a run that is not done, of none, or of no kind is not there", async () => {
    const { id } = await act({ intent: "plan", ...OCTOBER });
    expect((await thrown((await file()).loader(ask(SHOP, `/app/reconcile/file?run=${id}&as=csv`)))).status).toBe(404);
    expect((await thrown((await file()).loader(ask(SHOP, "/app/reconcile/file?as=csv")))).status).toBe(404);
    expect((await thrown((await file()).loader(ask(SHOP, `/app/reconcile/file?run=${id}&as=pdf`)))).status).toBe(400);
  });
});
