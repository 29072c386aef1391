// A shop that sells in the local store and reports to the local network, for tests of what a conversion carries from the order to the network.
import { afterAll, beforeAll } from "vitest";
import { nowMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { leadFetch } from "#test/local/lead.ts";
import { makeDiscount, smallCatalogue, storeWithApp, type TestStore } from "#test/local/store/testing.ts";
import type { CheckoutInput, Order } from "#test/local/store/types.ts";
import { note } from "#test/support/deliver.ts";
import { makeCode, makeCreator, makeShop } from "#test/support/shop.ts";
import { CODE, pass, SHOP, type Turn } from "./reporting.ts";

export type Selling = { store: TestStore; buy: (input: CheckoutInput, change?: (order: Order) => void) => Promise<string>; say: (orderId: string) => Promise<void> };

/** Joins the scene of a test file (reporting.ts useScene) to a local store with one discount, of which CODE is Marie's code. */
export function useSelling(turn: Turn): Selling {
  const selling: Selling = {
    store: undefined as never,
    /** Places an order, and tells the app of it as a webhook does; `change`: what the store makes of it before. Returns its id. */
    async buy(input, change) {
      const result = selling.store.store.checkout({ codes: [CODE], ...input });
      if (!result.ok) throw new Error(result.reason);
      change?.(result.order);
      const orderId = String(result.order.id);
      await selling.say(orderId);
      return orderId;
    },
    async say(orderId) {
      const order = selling.store.store.orders().find((each) => String(each.id) === orderId)!;
      await note(JSON.parse(JSON.stringify(order, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))) as Record<string, unknown>, { shop: SHOP, triggeredAt: new Date(nowMs()).toISOString() });
      while ((await settleOnce()) > 0);
      pass(1);
    },
  };
  let undo: () => void;
  beforeAll(async () => {
    selling.store = await storeWithApp({ catalogue: smallCatalogue, shop: { domain: SHOP } });
    undo = leadFetch({ store: selling.store.url, network: turn.scene.local.url });
    setTokenSource(async () => selling.store.token);
    await makeDiscount(selling.store, CODE);
    await makeShop({ shop: SHOP });
    await prisma().programRule.create({ data: { shop: SHOP, programId: "p1", validFrom: new Date(0), mode: "full", creditOn: "paid", scope: "order", clickWindowDays: 30, blockSelfReferral: true } });
    await makeCreator("c1", { shop: SHOP, name: "Marie", memberships: [{ program: "p1", partnerId: turn.scene.partnerId }] });
    await makeCode("k1", { shop: SHOP, code: CODE, creator: "c1", program: "p1" });
  });
  afterAll(async () => {
    setTokenSource(null);
    undo();
    await selling.store.close();
  });
  return selling;
}

/** The fields of the requests that the network was sent, by method and path. */
export async function storedConversion(orderId: string): Promise<{ buyer: unknown; reason: string | null; sent: { sku: string; category: string | null }[] | null }> {
  const { rows } = await pool().query("select buyer, reason, sent from conversion where shop = $1 and order_id = $2 order by n", [SHOP, orderId]);
  return rows[0];
}
