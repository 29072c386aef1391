// A shop that uninstalls the app: its history stays, its tokens go, and the next opening finds nothing that stands in its way.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { pool, prisma } from "#app/db.server.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "leaves.myshopify.com";
const OTHER = "stays.myshopify.com";

test("uninstalling ends the shop's sessions and marks it; other shops keep theirs", async () => {
  const at = new Date("2026-06-10T08:00:00Z");
  for (const shop of [SHOP, OTHER]) {
    await prisma().shop.create({ data: { shop, name: "Leaves", currency: "EUR", timezone: "Europe/Berlin", createdAt: at } });
    await prisma().session.create({ data: { id: `offline_${shop}`, shop, state: "", isOnline: false, accessToken: "shpat_old", expires: new Date("2099-01-01T00:00:00Z") } });
  }
  await noteDelivery({ shop: SHOP, webhookId: randomUUID(), topic: "app/uninstalled", eventId: null, triggeredNs: 0n, receivedAt: at, orderId: null, facts: null, bodyHash: "hash", state: "new", reason: null });
  while ((await settleOnce()) > 0);

  const { rows: sessions } = await pool().query<{ shop: string }>('select shop from "Session"');
  expect(sessions).toEqual([{ shop: OTHER }]);
  const { rows: shops } = await pool().query<{ shop: string; gone: boolean }>("select shop, uninstalled_at is not null as gone from shop order by shop");
  expect(shops).toEqual([{ shop: SHOP, gone: true }, { shop: OTHER, gone: false }]);
});
