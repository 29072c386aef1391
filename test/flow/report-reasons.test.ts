// Why a sale is taken back: from what happened in the store, or was decided here, to the reason that the network is told and keeps.
import { beforeEach, describe, expect, test } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { LAMP } from "#test/local/store/testing.ts";
import type { Order } from "#test/local/store/types.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeCode, makeCreator } from "#test/support/shop.ts";
import { CODE, pass, row, SHOP, SID, useScene, work, workFor } from "./reporting.ts";
import { storedConversion, useSelling } from "./selling.ts";

useDatabase();

const turn = useScene();
const selling = useSelling(turn);

beforeEach(async () => void (await pool().query("update code set void_from = null, void_reason = null")));

async function sold(codes = [CODE]): Promise<string> {
  const orderId = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], codes });
  await workFor(45);
  expect(await row(orderId)).toMatchObject({ state: "reported", next_at: null });
  return orderId;
}

function orderOf(orderId: string): Order {
  return selling.store.store.orders().find((order) => String(order.id) === orderId)!;
}

/** What the network was told when the sale was taken back. */
function told(orderId: string): string | undefined {
  const { actions, submissions } = turn.scene.local.network.account(SID);
  const action = actions.find((each) => each.orderId === orderId)!;
  return submissions.find((each) => each.type === "Reversal" && each.payload.ActionId === action.id)?.payload.DispositionCode;
}

describe("the network is told", () => {
  const happened: { what: string; disposition: string; reason: string; happen: (orderId: string) => Promise<void> | void }[] = [
    { what: "that the goods came back", reason: "returned", disposition: "ITEM_RETURNED", happen: (id) => void selling.store.store.refund(id, { lines: [{ lineId: String(orderOf(id).line_items[0]!.id), quantity: 1 }] }) },
    { what: "that the customer cancelled", reason: "customer", disposition: "CONS_ERROR", happen: (id) => void selling.store.store.cancel(id, { reason: "customer" }) },
    { what: "that it was fraud", reason: "fraud", disposition: "CONS_FRAUD", happen: (id) => void selling.store.store.cancel(id, { reason: "fraud" }) },
    { what: "that it was out of stock", reason: "out_of_stock", disposition: "ITEM_OUT_OF_STOCK", happen: (id) => void selling.store.store.cancel(id, { reason: "inventory" }) },
    { what: "that the payment was declined", reason: "declined", disposition: "CONS_INFO_INVALID", happen: (id) => void selling.store.store.cancel(id, { reason: "declined" }) },
    { what: "that it was cancelled", reason: "order_error", disposition: "ORDER_ERROR", happen: (id) => void selling.store.store.cancel(id, { reason: "other" }) },
    { what: "that a person excluded it", reason: "excluded", disposition: "ADV_ACT_DISPUTE", happen: (id) => decide(id) },
    {
      what: "that the code did not keep the terms",
      reason: "terms",
      disposition: "NOT_COMPLIANCE_TERMS",
      happen: async () => void (await pool().query("update code set void_from = '2000-01-01', void_reason = 'on a coupon site' where id = 'k1'")),
    },
    { what: "that another creator is credited", reason: "other_creator", disposition: "CREDITED_DIFFERENT_MP", happen: (id) => decide(id, "k2") },
  ];
  test.each(happened)("$what", async ({ happen, reason, disposition }) => {
    const orderId = await sold();
    await happen(orderId);
    orderOf(orderId).updated_at = new Date(nowMs()).toISOString();
    await selling.say(orderId);
    expect(await storedConversion(orderId)).toMatchObject({ reason });
    await workFor(60);
    expect(told(orderId)).toBe(disposition);
    expect(await row(orderId)).toMatchObject({ state: "reversed" });
  });

  /** A person's decision: excluded, or credited to another code. */
  async function decide(orderId: string, codeId: string | null = null): Promise<void> {
    if (codeId !== null && (await prisma().code.count({ where: { shop: SHOP, id: codeId } })) === 0) {
      await makeCreator("c2", { shop: SHOP, name: "Paul", memberships: [{ program: "p1", partnerId: turn.scene.partnerId }] });
      await makeCode(codeId, { shop: SHOP, code: "PAUL10", creator: "c2", program: "p1" });
    }
    const at = new Date(nowMs());
    await prisma().handAct.create({ data: { shop: SHOP, orderId, act: codeId === null ? "exclude" : "credit", codeId, amount: null, reason: "agreed", who: "Ada", at } });
  }
});

test("what becomes known while the reversal is on its way changes nothing of its reason", async () => {
  const orderId = await sold();
  selling.store.store.refund(orderId, { lines: [{ lineId: String(orderOf(orderId).line_items[0]!.id), quantity: 1 }] });
  await selling.say(orderId);
  selling.store.store.cancel(orderId, { reason: "fraud" });
  pass(1);
  await selling.say(orderId);
  while ((await settleOnce()) > 0);
  await work();
  expect(told(orderId)).toBe("ITEM_RETURNED");
});
