// Conversions that move on at the same time are written in one statement, each on the conditions it would have by itself.
import { beforeEach, describe, expect, it } from "vitest";
import { claimDueConversions, type Conversion, type Progress } from "#app/db/conversion.ts";
import { moveConversions } from "#app/db/move-conversions.ts";
import { pool, prisma } from "#app/db.server.ts";
import { moveTogether, type Moving } from "#app/flow/report-together.ts";
import { useDatabase } from "#test/support/database.ts";
import { item } from "./reporting.ts";

useDatabase();

const SHOP = "together.myshopify.com";
const AT = new Date("2026-05-01T10:00:00Z");
const LATER = new Date("2026-05-01T10:05:00Z");
const ACCEPTED = { outcome: "accepted" as const, errors: [] };

let rows: Conversion[];

beforeEach(async () => {
  await pool().query("delete from conversion where shop = $1", [SHOP]);
  await pool().query("delete from report_end where shop = $1", [SHOP]);
  for (const n of [1, 2, 3, 4]) {
    await prisma().conversion.create({
      data: { shop: SHOP, orderId: `o${n}`, n: 1, networkOrderId: `o${n}`, programId: "p1", codeId: "k1", creatorId: "c1", partnerId: "77", toldCode: "MARIE10", currency: "EUR", eventAt: AT, target: [item("A", 1, "1000")], state: "waiting", nextAt: AT, createdAt: AT, changedAt: AT },
    });
  }
  rows = await claimDueConversions(SHOP, AT, LATER, 10);
});

const begun: Partial<Progress> = { state: "sending", op: "create", opItems: [item("A", 1, "1000")], opAt: AT, nextAt: LATER };
const begin = (seen: Conversion): Moving => ({ seen, change: begun, now: AT, how: { ifTarget: true } });

async function states(): Promise<string[]> {
  const { rows: kept } = await pool().query<{ state: string }>("select state from conversion where shop = $1 order by order_id", [SHOP]);
  return kept.map(({ state }) => state);
}

describe("conversions that move on together", () => {
  it("are moved as each would be alone, but those whose target, state or attribution changed since they were seen", async () => {
    await pool().query("update conversion set target = '[]' where shop = $1 and order_id = 'o2'", [SHOP]);
    await pool().query("update conversion set partner_id = '78' where shop = $1 and order_id = 'o3'", [SHOP]);
    expect(await Promise.all(rows.map((row) => moveTogether(begin(row))))).toEqual([true, false, false, true]);
    expect(await states()).toEqual(["sending", "waiting", "waiting", "sending"]);
    // A second one that saw the same comes too late.
    expect(await Promise.all([rows[0]!, rows[3]!].map((row) => moveTogether(begin(row))))).toEqual([false, false]);
  });

  it("leave the same row as one that moves alone", async () => {
    const change: Partial<Progress> = { state: "reported", op: null, opItems: null, opAt: null, sent: [item("A", 1, "1000")], actionId: "7", lockAt: LATER, nextAt: null };
    const found = { eventThere: AT, payout: "9007199254740993", payoutCurrency: "EUR", payoutState: "pending" as const };
    await Promise.all(rows.map((row) => moveTogether(begin(row))));
    const sending = rows.map((row): Conversion => ({ ...row, ...begun }));
    const ended = (seen: Conversion): Moving => ({ seen, change, now: LATER, how: { end: { outcome: "accepted", errors: ["A \"b\""] }, found } });
    expect(await moveTogether(ended(sending[0]!))).toBe(true);
    expect(await Promise.all(sending.slice(1).map((row) => moveTogether(ended(row))))).toEqual([true, true, true]);
    const { rows: kept } = await pool().query("select to_jsonb(c) - 'order_id' - 'network_order_id' as row from conversion c where shop = $1 order by order_id", [SHOP]);
    const { rows: ends } = await pool().query("select to_jsonb(e) - 'order_id' - 'id' as row from report_end e where shop = $1 order by order_id", [SHOP]);
    expect(ends).toHaveLength(4);
    expect(kept[0].row).toMatchObject({ state: "reported", action_id: "7" });
    for (const at of [1, 2, 3]) expect([kept[at], ends[at]]).toEqual([kept[0], ends[0]]);
  });

  it("stay due where settling changed what one is to hold, and end a request once", async () => {
    await Promise.all(rows.map((row) => moveTogether(begin(row))));
    const sending = rows.map((row): Conversion => ({ ...row, ...begun }));
    await pool().query("update conversion set target = '[]' where shop = $1 and order_id = 'o2'", [SHOP]);
    const over: Partial<Progress> = { state: "reported", op: null, opItems: null, opAt: null, sent: [], nextAt: null };
    const finish = (seen: Conversion): Moving => ({ seen, change: over, now: LATER, how: { end: ACCEPTED } });
    expect(await Promise.all([...sending, ...sending].map((seen) => moveTogether(finish(seen))))).toEqual([true, true, true, true, false, false, false, false]);
    const { rows: due } = await pool().query("select order_id from conversion where shop = $1 and next_at is not null", [SHOP]);
    expect(due).toEqual([{ order_id: "o2" }]);
    const { rows: ends } = await pool().query("select order_id from report_end where shop = $1", [SHOP]);
    expect(ends).toHaveLength(4);
  });

  it("wait for nobody who holds one of them: that one alone waits, the others are moved", async () => {
    const holder = await pool().connect();
    try {
      await holder.query("begin");
      await holder.query("select from conversion where shop = $1 and order_id = 'o1' for update", [SHOP]);
      expect(await moveConversions(rows.map(begin))).toEqual([false, true, true, true]);
      const held = moveTogether(begin(rows[0]!));
      await holder.query("commit");
      expect(await held).toBe(true);
    } finally {
      holder.release();
    }
    expect(await states()).toEqual(["sending", "sending", "sending", "sending"]);
  });
});
