// Facts that an older reader made are read anew, once per reader, page by page, whoever is killed and whatever else goes on. Two readers are needed for that: the
// present one is asked for as the first, and the next one by its number.
import { expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { READER_VERSION } from "#app/domain/order.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { readAnewOnce } from "#app/flow/read-anew.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { useDatabase } from "#test/support/database.ts";
import { useSweptShop } from "./swept-shop.ts";

useDatabase();
const stage = useSweptShop();
const NEXT = READER_VERSION + 1;
const DAY_MS = 24 * 3_600_000;
const FEW = { shops: 20, orders: 2, fetches: 1_000 };

async function drain(): Promise<void> {
  while ((await settleOnce()) + (await fetchOnce()) > 0);
}

async function sell(...ids: string[]): Promise<void> {
  for (const id of ids) {
    stage.store.store.setOrder(orderBody({ id }) as never);
    await note(orderBody({ id }));
  }
  await drain();
}

async function asked(): Promise<string[]> {
  return (await pool().query<{ order_id: string }>("select order_id from order_state where fetch_at is not null order by order_id")).rows.map((row) => row.order_id);
}

async function walkAll(most = FEW): Promise<number> {
  let pages = 0;
  for (let moved = 1; moved > 0; pages += moved) ({ moved } = await readAnewOnce(NEXT, most));
  return pages;
}

test("each order is asked for once, in pages that go on where a killed process had come to, and a later start looks at none", async () => {
  await sell("3001", "3002", "3003", "3004", "3005");
  await pool().query("insert into order_state (shop, order_id, name) values ($1, '3006', ''), ('other.myshopify.com', '3001', '')", [SHOP]);
  expect(await readAnewOnce(NEXT, FEW)).toEqual({ due: 1, moved: 1 });
  expect(await asked()).toEqual(["3001", "3002"]);

  await pool().query("create function dies() returns trigger language plpgsql as $$ begin raise exception 'the process is gone' using errcode = '57P01'; end $$");
  await pool().query("create trigger dies before update on reader_walk for each row when (new.cursor > old.cursor) execute function dies()");
  await expect(readAnewOnce(NEXT, FEW)).rejects.toThrow("the process is gone");
  await pool().query("drop trigger dies on reader_walk");
  expect(await asked()).toEqual(["3001", "3002"]);

  expect(await walkAll()).toBe(3);
  expect(await asked()).toEqual(["3001", "3002", "3003", "3004", "3005"]);
  await drain();
  expect([await asked(), await readAnewOnce(NEXT, FEW)]).toEqual([[], { due: 0, moved: 0 }]);
  expect(await readAnewOnce(READER_VERSION, FEW)).toEqual({ due: 0, moved: 0 });
});

test("what a process of the version before reads meanwhile is found a day later, and then it is done, until there is a newer reader", async () => {
  await sell("3001", "3002", "3003");
  await walkAll();
  await drain();
  await sell("3000");
  expect(await walkAll()).toBe(0);
  stage.forward(DAY_MS + 1);
  await walkAll();
  expect(await asked()).toEqual(["3000"]);
  await drain();
  stage.forward(DAY_MS + 1);
  expect(await readAnewOnce(NEXT, FEW)).toEqual({ due: 0, moved: 0 });
  expect(await readAnewOnce(NEXT + 1, { ...FEW, orders: 10 })).toEqual({ due: 1, moved: 1 });
  expect(await asked()).toEqual(["3000", "3001", "3002", "3003"]);
});

test("an order that is being settled is not waited for, nor passed over", async () => {
  await sell("3001", "3002", "3003");
  await inTransaction(async (client) => {
    await client.query("select from order_state where order_id = '3002' for update");
    expect(await readAnewOnce(NEXT, FEW)).toEqual({ due: 1, moved: 0 });
  });
  expect(await asked()).toEqual(["3001"]);
  await walkAll();
  expect(await asked()).toEqual(["3001", "3002", "3003"]);
});

test("while many are being fetched it goes no further, and what is deleted, not to be had or removed is left alone, and so is a shop without the app", async () => {
  await sell("3001", "3002", "3003", "3004", "3005", "3006");
  await pool().query("update order_state set deleted_at = $1 where order_id = '3001'", [now()]);
  await pool().query("update order_state set fetch_why = 'not_found' where order_id = '3002'");
  await pool().query("update order_state set facts = null, redacted_at = $1 where order_id = '3003'", [now()]);
  await pool().query("update shop set uninstalled_at = $1", [now()]);
  expect(await readAnewOnce(NEXT, FEW)).toEqual({ due: 0, moved: 0 });
  await pool().query("update shop set uninstalled_at = null");
  const most = { ...FEW, fetches: 1 };
  await walkAll(most);
  expect(await asked()).toEqual(["3004"]);
  expect(await readAnewOnce(NEXT, most)).toEqual({ due: 1, moved: 0 });
  await drain();
  await walkAll(most);
  expect(await asked()).toEqual(["3005", "3006"]);
});
