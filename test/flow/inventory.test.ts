import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { noteDiscountWord } from "#app/flow/store-words.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { useDatabase } from "#test/support/database.ts";
import { rows, SHOP, useStage } from "./merchant-stage.ts";
import { dropDiscount, editDiscount, makeDiscount, putCodes, takeCodes } from "./store-side.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const LONG_AGO = new Date(0);
const DAY_MS = 24 * 3_600_000;

async function readAll(begun = LONG_AGO): Promise<void> {
  for (let turn = 0; turn < 50 && (await inventoryOnce(begun)) > 0; turn++);
}

const discounts = () => rows<Record<string, unknown>>(`select store_id, title, kind, status, codes_count, gone_at is not null as gone, look_at, codes_from from store_discount where shop = $1 order by store_id`);
const codes = async () => (await rows<{ code: string }>("select code from store_code where shop = $1 order by code")).map((row) => row.code);

async function say(topic: string, id: string, webhookId: string): Promise<void> {
  const envelope = { shop: SHOP, webhookId, topic, eventId: null, triggeredNs: 0n, receivedAt: now(), bodyHash: webhookId, orderId: null, facts: null, state: "new" as const, reason: null };
  await noteDiscountWord(envelope, Buffer.from(JSON.stringify({ admin_graphql_api_id: id, title: "whatever it says" })));
}

describe("the inventory", () => {
  test("reads every code discount with all its codes, and asks no more until something is due", async () => {
    const one = await makeDiscount("WELCOME5");
    const many = await makeDiscount("FIRST", { title: "Influencers 2025" });
    putCodes(stage, many, Array.from({ length: 600 }, (_, n) => `OLD${n}`));
    await readAll();
    expect(await discounts()).toMatchObject([
      { store_id: one, title: "WELCOME5", kind: "basic", status: "ACTIVE", codes_count: 1, gone: false, look_at: null, codes_from: null },
      { store_id: many, title: "Influencers 2025", codes_count: 601, look_at: null, codes_from: null },
    ]);
    expect(await codes()).toHaveLength(602);
    stage.sent.length = 0;
    expect(await inventoryOnce(LONG_AGO)).toBe(0);
    expect(stage.sent).toEqual([]);
  });

  test("a word names a discount, which is then read anew; what else the word says is not relied on", async () => {
    const id = await makeDiscount("WELCOME5");
    await readAll();
    await editDiscount(id, { title: "Welcome back" });
    await say("discounts/update", id, "w1");
    await say("discounts/update", id, "w1");
    expect(await inventoryOnce(LONG_AGO)).toBe(0); // words come in bursts
    stage.forward(3_000);
    stage.sent.length = 0;
    await readAll();
    expect(stage.sent).toEqual(["ReadDiscount", "ReadCodesOfBasic"]);
    expect(await discounts()).toMatchObject([{ title: "Welcome back", look_at: null }]);
    expect(await rows("select topic, state from delivery where shop = $1")).toEqual([{ topic: "discounts/update", state: "new" }]);
  });

  test("a word of an automatic discount, or of nothing, is noted and leads nowhere", async () => {
    await say("discounts/update", "gid://shopify/DiscountAutomaticNode/7", "w1");
    await noteDiscountWord({ shop: SHOP, webhookId: "w2", topic: "discounts/create", eventId: null, triggeredNs: 0n, receivedAt: now(), bodyHash: "", orderId: null, facts: null, state: "new", reason: null }, Buffer.from("no json"));
    expect(await discounts()).toEqual([]);
  });

  test("a word that comes while the codes are read makes them be read once more", async () => {
    const id = await makeDiscount("FIRST");
    putCodes(stage, id, Array.from({ length: 600 }, (_, n) => `OLD${n}`));
    await readAll();
    await say("discounts/redeemcode_removed", id, "w1");
    stage.forward(3_000);
    let pages = 0;
    stage.after = async (what) => {
      if (what !== "ReadCodesOfBasic" || ++pages !== 1) return;
      takeCodes(stage, id, ["OLD0", "OLD599"]);
      await say("discounts/redeemcode_removed", id, "w2");
    };
    await readAll();
    stage.forward(3_000);
    await readAll();
    expect(await codes()).toHaveLength(599);
    expect(await codes()).not.toContain("OLD0");
  });

  test("codes that are gone leave the inventory, one that moved is its new discount's; a discount that is gone keeps its last terms", async () => {
    const one = await makeDiscount("ONE", { title: "Spring" });
    const two = await makeDiscount("TWO");
    putCodes(stage, one, ["ANNA", "BEA"]);
    await readAll();
    takeCodes(stage, one, ["ANNA"]);
    putCodes(stage, two, ["ANNA"]);
    await say("discounts/redeemcode_removed", one, "w1");
    await say("discounts/redeemcode_added", two, "w2");
    stage.forward(3_000);
    await readAll();
    expect(await rows("select code, store_id from store_code where shop = $1 order by code")).toEqual([
      { code: "ANNA", store_id: two }, { code: "BEA", store_id: one }, { code: "ONE", store_id: one }, { code: "TWO", store_id: two },
    ]);
    dropDiscount(stage, one);
    await say("discounts/delete", one, "w3");
    stage.forward(3_000);
    await readAll();
    expect(await discounts()).toMatchObject([{ title: "Spring", gone: true }, { title: "TWO", gone: false }]);
    expect(await codes()).toEqual(["ANNA", "TWO"]);
  });

  test("what no word told is found by the list: after a start by the time of the change, once a day by all of it", async () => {
    const kept = await makeDiscount("KEPT");
    const dropped = await makeDiscount("DROPPED");
    await readAll();
    stage.forward(60_000);
    await editDiscount(kept, { title: "Otherwise" });
    stage.forward(60_000);
    stage.sent.length = 0;
    await readAll(now()); // as after a start
    expect(stage.sent[0]).toBe("ListDiscounts");
    expect(await discounts()).toMatchObject([{ title: "Otherwise" }, { title: "DROPPED", gone: false }]);
    dropDiscount(stage, dropped);
    stage.forward(DAY_MS + 60_000);
    await readAll();
    expect(await discounts()).toMatchObject([{ title: "Otherwise", gone: false }, { title: "DROPPED", gone: true }]);
  });

  test("a connection that breaks at any call costs that call: the rest goes on where it was, and each code is kept once", async () => {
    const id = await makeDiscount("FIRST");
    putCodes(stage, id, Array.from({ length: 1_100 }, (_, n) => `OLD${n}`));
    for (let n = 1; n <= 8; n++) {
      await pool().query("truncate store_discount, store_code, store_sweep");
      let call = 0;
      stage.sent.length = 0;
      stage.before = () => {
        if (++call === n) throw new Error("cut");
      };
      await readAll();
      stage.before = null;
      stage.forward(3_600_000);
      await readAll();
      expect(await codes(), `cut at call ${n}`).toHaveLength(1_101);
      expect(stage.sent.filter((what) => what === "ReadCodesOfBasic").length, `cut at call ${n}`).toBeLessThanOrEqual(6);
    }
  });

  test("an app that may not read is no loop of calls", async () => {
    await makeDiscount("ONE");
    stage.before = () => {
      throw new Error("closed");
    };
    expect(await inventoryOnce(LONG_AGO)).toBe(0);
    stage.before = null;
    stage.sent.length = 0;
    expect(await inventoryOnce(LONG_AGO)).toBe(0);
    expect(stage.sent).toEqual([]);
    stage.forward(60_000);
    await readAll();
    expect(await codes()).toEqual(["ONE"]);
  });

  test("a shop whose store takes its time keeps no other waiting", async () => {
    await pool().query("insert into shop (shop, name, currency, timezone, created_at) values ('other.myshopify.com', 'Other', 'EUR', 'UTC', $1)", [now()]);
    const waiting = new Set<string>();
    let both = () => {};
    const met = new Promise<void>((resolve) => (both = resolve));
    const admin = (shop: string) => async () => {
      waiting.add(shop);
      if (waiting.size === 2) both();
      await met;
      return { ok: false as const, fault: { kind: "unavailable" as const, status: 503 } };
    };
    await inventoryOnce(LONG_AGO, { admin });
    expect([...waiting].sort()).toEqual(["other.myshopify.com", SHOP]);
  });
});
