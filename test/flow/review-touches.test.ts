// What somebody who has read a shop's token can do with a browser of his own: no more than a bounded amount of work comes of it.
import { beforeEach, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { lockClicks, noteTouches, type NewTouch } from "#app/db/touch.ts";
import { MOST_WANTED } from "#app/domain/click-owner.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const VISITOR = "vWhoWantsTooMuch0001";

beforeEach(async () => {
  await makeMariesShop();
  await makeCode("k2", { code: "WINNER10", creator: "c1", program: "p1", policy: "winner" });
});

function clicks(from: number, count: number, visitor = VISITOR): NewTouch[] {
  return Array.from({ length: count }, (_, at): NewTouch => {
    const n = from + at;
    return { at: new Date(Date.parse("2026-06-01T00:00:00Z") + n * 1_000), visitor, kind: "click_id", parameter: "irclickid", word: null, clickId: `made-up-${n}`, creatorId: null, source: "pixel", key: `${visitor}:${n}` };
  });
}

async function tell(touches: NewTouch[]): Promise<number> {
  return inTransaction(async (client) => {
    await lockClicks(client, SHOP, [touches[0]!.visitor]);
    return noteTouches(client, SHOP, touches, new Date("2026-06-12T00:00:00Z"));
  });
}

test("of one browser only so many clicks are kept, of another one still all; of an order's only the newest are asked about before others", async () => {
  for (let from = 0; from < 800; from += 100) await tell(clicks(from, 100));
  expect(await tell(clicks(900, 10))).toBe(0);
  expect(await tell(clicks(0, 10, "vAnotherVisitor00001"))).toBe(10);
  const kept = await pool().query<{ count: number }>("select count(*)::int as count from touch where visitor = $1", [VISITOR]);
  expect(kept.rows).toEqual([{ count: 500 }]);

  await note(orderBody({ id: "701", codes: ["WINNER10"], note_attributes: [{ name: "creator_visitor", value: VISITOR }] }));
  while ((await settleOnce()) > 0);
  const wanted = await pool().query<{ click_id: string }>("select click_id from click_owner where matters order by click_id");
  expect(wanted.rows.map((row) => row.click_id)).toEqual(Array.from({ length: MOST_WANTED }, (_, at) => `made-up-${500 - MOST_WANTED + at}`));
});
