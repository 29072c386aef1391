// A code made void: what it earned since a date is taken back, with the reason on record, and stands again when that is undone.
import { beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { makeVoid, undoVoid, voidWouldTake } from "#app/flow/code-life.ts";
import { openOrder } from "#app/flow/prove.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

beforeEach(async () => {
  await pool().query("truncate shop, shop_rule, program, program_rule, creator, membership, code, code_term, code_placement, order_state, decision, delivery, conversion, shop_log");
  await makeMariesShop();
  await makeCreator("c2", { name: "Zoe", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { code: "ZOE10", creator: "c2", program: "p1" });
  setClockOffsetMs(Date.parse("2026-06-20T12:00:00Z") - Date.now());
});

async function settle(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function order(id: string, createdAt: string, codes: string[] = ["MARIE10"]): Promise<void> {
  await note(orderBody({ id, codes, created_at: createdAt, updated_at: createdAt }));
  await settle();
}

async function decided(): Promise<string[]> {
  const { rows } = await pool().query<{ said: string }>(
    `select d.order_id || ' ' || d.code_id || ' ' || coalesce(d.reason, d.outcome) || ' ' || coalesce((select sum(amount) from ledger_entry l where l.shop = d.shop and l.order_id = d.order_id and l.code_id = d.code_id), 0) as said
     from decision d where d.shop = $1 order by d.order_id, d.code_id`,
    [SHOP],
  );
  return rows.map((row) => row.said);
}

/** Entries of this test's orders: the ledger is never emptied. */
async function entries(orderId: string): Promise<string[]> {
  const { rows } = await pool().query<{ said: string }>("select kind || ' ' || amount || ' ' || split_part(cause, ':', 1) as said from ledger_entry where shop = $1 and order_id = $2 order by id", [SHOP, orderId]);
  return rows.map((row) => row.said);
}

describe("a void code", () => {
  test("takes back what was earned since the day in the shop's zone, and nothing before; undone, it stands again", async () => {
    await order("101", "2026-06-09T21:59:59Z"); // 9 June in Berlin, to the second
    await order("102", "2026-06-09T22:00:00Z");
    await order("103", "2026-06-15T08:00:00Z");
    expect(await decided()).toEqual(["101 k1 credited 9000", "102 k1 credited 9000", "103 k1 credited 9000"]);

    expect(await voidWouldTake(SHOP, "k1", "2026-06-10")).toEqual({ orders: 2, amount: "18000" });
    expect(await makeVoid(SHOP, "k1", { from: "2026-06-10", reason: " Leaked to\ncoupon sites " }, "anna@shop.example")).toEqual({ ok: true, orders: 2 });
    await settle();
    expect(await decided()).toEqual(["101 k1 credited 9000", "102 k1 code_void 0", "103 k1 code_void 0"]);
    expect((await entries("102"))[1]).toBe("reversal -9000 void");
    expect(await voidWouldTake(SHOP, "k1", "2026-06-10")).toEqual({ orders: 0, amount: "0" });
    expect(await voidWouldTake(SHOP, "k1", "2026-06-09")).toEqual({ orders: 1, amount: "9000" });

    await order("104", "2026-06-16T08:00:00Z");
    expect((await decided())[3]).toBe("104 k1 code_void 0");
    const { proof } = (await openOrder(SHOP, "104"))!;
    expect(proof!.codes[0]).toMatchObject({ reason: "code_void", voided: { from: "2026-06-09T22:00:00.000Z", reason: "Leaked to coupon sites" } });

    expect(await makeVoid(SHOP, "k1", { from: "2026-06-12", reason: "Leaked to coupon sites" }, "anna@shop.example")).toEqual({ ok: true, orders: 3 });
    await settle();
    expect((await decided())[1]).toBe("102 k1 credited 9000");
    expect(await undoVoid(SHOP, "k1", "anna@shop.example")).toEqual({ ok: true, orders: 2 });
    await settle();
    expect(await decided()).toEqual(["101 k1 credited 9000", "102 k1 credited 9000", "103 k1 credited 9000", "104 k1 credited 9000"]);
    expect(await undoVoid(SHOP, "k1", "anna@shop.example")).toMatchObject({ ok: false });
    const { rows } = await pool().query("select what, who, detail ->> 'reason' as reason, detail ->> 'count' as count from shop_log where shop = $1 order by id", [SHOP]);
    expect(rows).toEqual([
      { what: "codes.voided", who: "anna@shop.example", reason: "Leaked to coupon sites", count: "2" },
      { what: "codes.voided", who: "anna@shop.example", reason: "Leaked to coupon sites", count: "3" },
      { what: "codes.unvoided", who: "anna@shop.example", reason: null, count: "2" },
    ]);
  });

  test("leaves an order to the other creator code that stands on it, and a person's choice goes before it", async () => {
    await order("201", "2026-06-15T08:00:00Z", ["MARIE10", "ZOE10"]);
    expect((await decided())[0]).toBe("201 k1 credited 9000");
    await makeVoid(SHOP, "k1", { from: "2026-06-01", reason: "Leaked" }, "anna@shop.example");
    await settle();
    expect(await decided()).toEqual(["201 k1 code_void 0", "201 k2 credited 9000"]);
  });

  test("concerns no other shop and no other code, and asks for a day and a reason", async () => {
    await order("301", "2026-06-15T08:00:00Z", ["ZOE10"]);
    expect(await makeVoid(SHOP, "k1", { from: "2026-06-01", reason: "Leaked" }, "anna@shop.example")).toEqual({ ok: true, orders: 0 });
    expect(await makeVoid("other.myshopify.com", "k1", { from: "2026-06-01", reason: "Leaked" }, "x")).toMatchObject({ ok: false });
    expect(await makeVoid(SHOP, "k1", { from: "", reason: " " }, "x")).toMatchObject({ ok: false, errors: [{ field: "from" }, { field: "reason" }] });
    expect(await makeVoid(SHOP, "k1", { from: "2026-02-30", reason: "x".repeat(301) }, "x")).toMatchObject({ ok: false, errors: [{ field: "from" }, { field: "reason" }] });
  });
});
