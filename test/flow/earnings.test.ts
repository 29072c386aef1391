// What the real local network pays for sales, read back, held against the contract that it lists, and said where it is looked for.
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import type { Earning } from "#app/domain/earnings.ts";
import type { ReportItem } from "#app/domain/report.ts";
import { earningsOfOrder, readEarnings } from "#app/flow/earnings.ts";
import { keepInStep } from "#app/flow/keep-in-step.ts";
import { newReaderState, readBack } from "#app/flow/read-back.ts";
import { readStatement } from "#app/flow/statement.ts";
import { statementFile } from "#app/flow/statement-file.ts";
import { monthOf } from "#app/domain/statement.ts";
import { fileWords } from "#app/ui/statements/file-words.ts";
import { insert } from "#test/routes/atelier.ts";
import { editAction } from "#test/local/network/by-hand.ts";
import { useDatabase } from "#test/support/database.ts";
import { item, openScene, pass, retarget, SHOP, SID, wanted, workFor, type Scene } from "./reporting.ts";

useDatabase();
let scene: Scene;

function of(category: string, sku: string, amount: string): ReportItem {
  return { ...item(sku, 1, amount), category };
}

/** An order that is credited and told, as settling leaves both. */
async function sell(orderId: string, items: ReportItem[]): Promise<void> {
  const at = new Date(nowMs());
  await wanted(scene, orderId, items);
  await insert("order_state", { shop: SHOP, order_id: orderId, name: `#${orderId}`, created_at: at });
  for (const [line, { amount }] of items.entries()) await insert("ledger_entry", { shop: SHOP, order_id: orderId, code_id: "k1", creator_id: "c1", program_id: "p1", line_id: String(line), kind: "credit", amount: BigInt(amount), currency: "EUR", cause: "w1", rules: {}, at });
}

async function only(orderId: string): Promise<Earning> {
  const all = await earningsOfOrder(SHOP, orderId);
  expect(Object.keys(all)).toEqual(["1"]);
  return all[1]!;
}

beforeAll(async () => {
  scene = await openScene();
  scene.local.network.addPartnerToProgram(SID, scene.partnerId, scene.programId, { payoutBasisPoints: 1_000, payoutGroups: [{ category: "Candle", basisPoints: 2_000 }] });
  const at = new Date(nowMs() - 86_400_000);
  await insert("shop", { shop: SHOP, name: "Petit Atelier", currency: "EUR", timezone: "Europe/Berlin", created_at: at });
  await insert("creator", { shop: SHOP, id: "c1", name: "Marie", created_at: at });
  await insert("code", { shop: SHOP, id: "k1", code: "MARIE10", key: "MARIE10", match: "exact", created_at: at });
  await insert("membership", { shop: SHOP, program_id: "p1", creator_id: "c1", partner_id: scene.partnerId, joined_at: at, state: "joined" });
  await keepInStep({ shop: SHOP });
  await sell("1001", [of("Mug", "MUG", "10000")]);
  await sell("1002", [of("Mug", "MUG", "10000"), of("Candle", "CAN", "5000")]);
  await sell("1003", [of("Mug", "MUG", "2000")]);
  await sell("1004", [of("Mug", "MUG", "3000")]);
  expect(await only("1001")).toMatchObject({ state: "unknown", paid: null, byRate: "1000", reasons: [{ key: "untold" }] });
  await sell("1005", [of("Mug", "MUG", "3000"), of("Candle", "CAN", "5000")]);
  await workFor(60);
  await retarget("1003", []);
  await retarget("1005", [item("MUG", 1, "1000"), item("CAN", 1, "5000")]); // settling knows no categories
  await workFor(60);
  const action = scene.local.network.state.accounts.find((account) => account.sid === SID)!.actions.find(({ orderId }) => orderId === "1004")!;
  editAction(scene.local.network, SID, action.id, [{ sku: "MUG", quantity: 1, amount: "2500" }]);
  pass(70);
  await readBack({ shop: SHOP, state: newReaderState() });
}, 60_000);
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

const euro = (amount: string) => ({ amount, currency: "EUR" });

describe("what the network pays", () => {
  it("is said of each sale, with the reason where it is not the plain rate", async () => {
    expect(await only("1001")).toMatchObject({ state: "pending", paid: euro("1000"), base: euro("10000"), byRate: "1000", differs: false, reasons: [] });
    expect(await only("1002")).toMatchObject({ paid: euro("2000"), base: euro("15000"), byRate: "1500", differs: true, reasons: [{ key: "group", on: euro("5000"), rate: { kind: "percent", basisPoints: 2_000 }, rules: [{ about: "category", values: ["Candle"] }] }] });
    expect(await only("1003")).toMatchObject({ state: "reversed", reasons: [{ key: "reversed" }] });
    expect(await only("1004")).toMatchObject({ paid: euro("250"), base: euro("2500"), byRate: "250", differs: false, reasons: [{ key: "held", held: euro("2500"), sent: euro("3000") }] });
    expect(await only("1005")).toMatchObject({ paid: euro("1100"), base: euro("6000"), byRate: "600", differs: true, reasons: [{ key: "group", on: euro("5000") }] });
  });

  it("is summed up on the creator's page, with the contract's rate and the reasons counted", async () => {
    const found = await readEarnings(SHOP, "c1", new Date(nowMs() - 30 * 86_400_000));
    expect(found.programs).toMatchObject([{ programId: "p1", name: "Creators", credited: [{ currency: "EUR", amount: "38000", orders: 5 }], payouts: { conversions: 5, unknown: 0, sums: [{ currency: "EUR", pending: "4350", approved: "0", reversals: 1 }] }, term: { level: "item", default: { kind: "percent", basisPoints: 1_000 } } }]);
    expect(found.looked).toBe(5);
    expect(Object.fromEntries(found.others.map(({ key, count, orders }) => [key, [count, ...orders.map((order) => order.name).sort()]]))).toEqual({ group: [2, "#1002", "#1005"], reversed: [1, "#1003"] });
    expect(await readEarnings(SHOP, "c1", new Date(nowMs() + 1))).toEqual({ programs: [], others: [], looked: 0 });
    expect(await readEarnings("other.myshopify.com", "c1", new Date(0))).toEqual({ programs: [], others: [], looked: 0 });
  });

  it("stands on the statement with its reason, and in the file in a column of its own", async () => {
    const month = monthOf(new Date(nowMs()), "Europe/Berlin");
    const lines = [...(await readStatement(SHOP, "c1", month))!.lines];
    const whyOf = (order: string) => lines.find((line) => line.orderId === order)!.payouts.flatMap(({ why }) => why.map((earning) => earning.reasons.map((reason) => reason.key)));
    expect(["1001", "1002", "1003"].map(whyOf)).toEqual([[], [["group"]], []]);
    const file = await statementFile(SHOP, { creatorId: "c1", month, kind: "csv", words: await fileWords("en") });
    const rows = (await text(file!.body)).split("\r\n");
    expect(rows.find((row) => row.endsWith(",1002"))).toContain("The contract’s special rate of 20% counts for €50.00 of it: the category is Candle.");
    expect(rows.find((row) => row.endsWith(",1001"))).toMatch(/,,1001$/);
  });

  it("is by the contract that was in force when the sale was made", async () => {
    const at = (await pool().query<{ at: Date }>("select event_at as at from conversion where order_id = '1001'")).rows[0]!.at;
    await pool().query(
      `insert into contract (shop, program_id, contract_id, partner_id, state, starts_at, ends_at, name, payouts, read_at)
       select shop, program_id, 'S-new', partner_id, state, $1, null, name, jsonb_set(payouts, '{0,default,basisPoints}', '3000'), read_at from contract`,
      [new Date(at.getTime() + 60_000)],
    );
    expect(await only("1001")).toMatchObject({ byRate: "1000", differs: false });
    await pool().query("update contract set starts_at = $1 where contract_id = 'S-new'", [new Date(at.getTime() - 60_000)]);
    expect(await only("1001")).toMatchObject({ byRate: "3000", differs: true, reasons: [{ key: "unexplained", off: euro("-2000"), unread: 0 }] });
  });
});
