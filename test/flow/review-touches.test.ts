// What somebody who has read a shop's token can do with a browser of his own: no more than a bounded amount of work comes of it.
import { beforeEach, expect, test } from "vitest";
import { inTransaction, pool } from "#app/db.server.ts";
import { lockClicks, noteTouches, type NewTouch } from "#app/db/touch.ts";
import { MOST_WANTED } from "#app/domain/click-owner.ts";
import { touchKey, type Entry } from "#app/domain/touch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { writeNotes, type HeardNote } from "#app/flow/touches-write.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const VISITOR = "vWhoWantsTooMuch0001";

beforeEach(async () => {
  await pool().query("alter table ledger_entry disable trigger user; truncate shop, shop_rule, program, program_rule, creator, membership, code, code_term, touch, click_owner, order_click, visitor_tie, delivery, order_state, decision, conversion, ledger_entry; alter table ledger_entry enable trigger user");
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

test("a full batch of the largest notes holds no more locks at a time than the database has room for", async () => {
  const notes = Array.from({ length: 500 }, (_, n): HeardNote => {
    const visitor = `vFloodFloodFlood${n}`;
    const entries = Array.from({ length: 10 }, (_each, at): Entry => ({ atMs: Date.parse("2026-06-01T00:00:00Z") + at, kind: "click_id", parameter: "irclickid", value: `flood-${n}-${at}` }));
    const checkout = { token: `chk_${n}`, orderId: null, customerId: String(n), codes: [], atMs: Date.parse("2026-06-02T00:00:00Z") };
    return { token: "", visitor, source: "pixel", touches: entries.map((entry) => ({ ...entry, key: touchKey(visitor, entry) })), checkout, heardMs: Date.parse("2026-06-02T00:00:00Z") };
  });
  let most = 0;
  let done = false;
  const watching = (async () => {
    while (!done) most = Math.max(most, (await pool().query<{ count: number }>("select count(*)::int as count from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")).rows[0]!.count);
  })();
  const outcomes = await writeNotes(SHOP, notes, false).finally(() => { done = true; });
  await watching;
  expect(new Set(outcomes)).toEqual(new Set(["done"]));
  expect((await pool().query("select count(*)::int as count from touch")).rows).toEqual([{ count: 5_000 }]);
  expect(most).toBeLessThan(2_000);
}, 60_000);
