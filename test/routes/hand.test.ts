// Deciding by hand on the page of an order: the form in, the amounts out, and what became of it.
import { beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import type { HandAnswer, HandCode } from "#app/domain/hand-page.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop, makeProgram } from "#test/support/shop.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";

useDatabase();
const OTHER_SHOP = "elsewhere.myshopify.com";
const route = () => import("#app/routes/app.orders.$id.tsx");
const codes = async () => (await import("#app/routes/app.orders_.$id.codes.ts")).loader;

beforeAll(async () => {
  setClockOffsetMs(Date.parse("2026-06-20T10:00:00Z") - Date.now());
  await makeMariesShop();
  await makeMariesShop(OTHER_SHOP);
  await makeProgram("p2", {});
  await makeCreator("c2", { name: "Zoë", memberships: [{ program: "p1", partnerId: "1002", from: "2026-06-15T00:00:00Z" }] });
  await makeCode("k2", { code: "ZOE5", creator: "c2", program: "p1" });
  await makeCode("k3", { code: "MARIE_EXTRA", creator: "c1", program: "p2" });
  await makeCode("pattern", { code: "^MAR", match: "regex", creator: "c1", program: "p1" });
  await makeCode("everybody", { code: "ALL5", creator: null, program: "p1" });
  await note(orderBody());
  await note(orderBody({ id: "1002", codes: [] }));
  while ((await settleOnce()) > 0);
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

async function post(form: Record<string, string>, { id = "1001", shop = SHOP } = {}): Promise<{ status: number; answer: HandAnswer }> {
  const response = await (await route()).action(ask(shop, `/app/orders/${id}`, { form }, { id }));
  return { status: response.status, answer: (await response.json()) as HandAnswer };
}

async function open(id = "1001") {
  return (await route()).loader(ask(SHOP, `/app/orders/${id}`, undefined, { id }));
}

async function search(q: string, shop = SHOP): Promise<HandCode[]> {
  return (await (await (await codes())(ask(shop, `/app/orders/1001/codes?q=${encodeURIComponent(q)}`, undefined, { id: "1001" }))).json()) as HandCode[];
}

describe("By hand", () => {
  it.each([
    { what: "an empty form", form: {}, fields: ["reason", "act"] },
    { what: "a correction of nothing", form: { act: "correct" }, fields: ["reason", "codeId", "amount"] },
    { what: "an amount above what is left", form: { act: "correct", codeId: "k1", amount: "90,01", reason: "x" }, fields: ["amount"] },
    { what: "a code that nobody knows", form: { act: "credit", codeId: "k9", reason: "x" }, fields: ["codeId"] },
  ])("$what gets its errors at their fields, and nothing is kept", async ({ form, fields }) => {
    const { status, answer } = await post(form as Record<string, string>);
    expect([status, answer.errors.map((error) => error.field), answer.preview, answer.done]).toEqual([422, fields, null, null]);
    expect((await open()).hand?.lines).toEqual([]);
  });

  it("shows the amounts, keeps the decision once they are agreed to, and follows it until it is settled", async () => {
    const form = { act: "credit", codeId: "k2", reason: "she sent the link" };
    const shown = await post(form);
    expect(shown).toMatchObject({ status: 200, answer: { done: null, preview: { changes: [{ code: "MARIE10", before: "9000", after: "0" }, { code: "ZOE5", before: "0", after: "9000" }] } } });
    expect((await post({ ...form, seen: shown.answer.preview!.seen })).answer).toEqual({ preview: null, done: "credit", errors: [] });
    expect((await open()).hand).toMatchObject({ settling: true, holds: true });
    while ((await settleOnce()) > 0);
    const { hand, order, entries } = await open();
    expect(hand).toMatchObject({ settling: false, lines: [{ who: "Camille Martin", act: "credit", code: "ZOE5", creator: "Zoë", reason: "she sent the link" }] });
    expect(order.credited).toBe("9000");
    expect(entries.map((entry) => [entry.kind, entry.amount, hand!.entries[entry.id] ?? null])).toEqual([["credit", "9000", null], ["reversal", "-9000", "she sent the link"], ["credit", "9000", "she sent the link"]]);
  });

  it("a refund afterwards stands under the decision too", async () => {
    await note(orderBody({ updated_at: "2026-06-12T10:00:00+02:00", refunds: [{ id: 7, created_at: "2026-06-12T10:00:00+02:00", order_adjustments: [], refund_line_items: [{ line_item_id: 1, quantity: 1, subtotal_set: { shop_money: { amount: "40.00", currency_code: "EUR" } }, total_tax_set: { shop_money: { amount: "0.00", currency_code: "EUR" } } }] }] }));
    while ((await settleOnce()) > 0);
    const { hand, entries } = await open();
    expect(entries.at(-1)).toMatchObject({ kind: "reversal", amount: "-4000", code: "ZOE5" });
    expect(hand!.entries[entries.at(-1)!.id]).toBe("she sent the link");
  });

  it("offers the exact codes of creators, those on the order first, and says who was not in the program", async () => {
    expect((await search("")).map(({ code, creator, onOrder, joined }) => [code, creator, onOrder, joined])).toEqual([
      ["MARIE10", "Marie", true, true],
      ["ZOE5", "Zoë", false, false], // decided about, though not on the order
      ["MARIE_EXTRA", "Marie", false, false],
    ]);
    expect((await search("zoë")).map((code) => code.id)).toEqual(["k2"]);
    expect((await search("marie_")).map((code) => code.id)).toEqual(["k3"]);
    expect(await search("%")).toEqual([]);
    expect(await search("", OTHER_SHOP)).toEqual([]);
  });

  it("a stranger is sent away from the codes", async () => {
    expect((await thrown((await codes())(askAsStranger("/app/orders/1001/codes", { id: "1001" })))).status).toBe(302);
  });

  it("another shop cannot decide about the order, nor about one that nobody knows", async () => {
    expect((await thrown(post({ act: "exclude", reason: "x" }, { shop: OTHER_SHOP }))).status).toBe(404);
    expect((await thrown(post({ act: "exclude", reason: "x" }, { id: "77" }))).status).toBe(404);
  });
});
