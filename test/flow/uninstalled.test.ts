// A shop that uninstalls the app: its history stays, its tokens go, and the next opening finds nothing that stands in its way.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { noteAccess } from "#app/flow/token-watch.ts";
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

const MINUTE = 60_000;

test.each([
  ["hours after the app was installed again leaves its new tokens, and has the shop swept", 180 * MINUTE, false],
  ["of just now counts, though the store let the app in until then", 0, true],
])("the word of an uninstall that comes %s", async (_what, agoMs, isGone) => {
  const shop = `back-${agoMs}.myshopify.com`;
  await prisma().shop.create({ data: { shop, name: "Back", currency: "EUR", timezone: "Europe/Berlin", createdAt: new Date("2026-06-10T08:00:00Z") } });
  await prisma().session.create({ data: { id: `offline_${shop}`, shop, state: "", isOnline: false, accessToken: "shpat_new" } });
  await noteAccess(shop, true);
  const triggered = now().getTime() - agoMs;
  await noteDelivery({ shop, webhookId: randomUUID(), topic: "app/uninstalled", eventId: null, triggeredNs: BigInt(triggered) * 1_000_000n, receivedAt: now(), orderId: null, facts: null, bodyHash: "hash", state: "new", reason: null });
  while ((await settleOnce()) > 0);

  const { rows } = await pool().query(
    `select s.uninstalled_at is not null as gone, (select count(*)::int from "Session" where shop = $1) as sessions, (select max(why) from order_sweep where shop = $1) as sweep from shop s where shop = $1`,
    [shop],
  );
  expect(rows).toEqual([isGone ? { gone: true, sessions: 0, sweep: null } : { gone: false, sessions: 1, sweep: "installed" }]);
});
