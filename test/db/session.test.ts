// What is asked over the driver itself is what Prisma would have said, on a machine in any time zone.
import { afterEach, expect, test } from "vitest";
import { Session } from "@shopify/shopify-api";
import { prisma } from "#app/db.server.ts";
import { prismaForSessions } from "#app/db/session.ts";
import { findShop } from "#app/db/shop.ts";
import { SealedSessionStorage } from "#app/sealed-sessions.server.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "maries-shop.myshopify.com";
const zone = process.env.TZ;
afterEach(() => void (process.env.TZ = zone ?? "UTC"));

const offline = new Session({ id: `offline_${SHOP}`, shop: SHOP, state: "s", isOnline: false, scope: "read_orders", accessToken: "shpat_1", expires: new Date("2026-06-10T08:00:00.123Z"), refreshToken: "shprt_1", refreshTokenExpires: new Date("2026-09-08T08:00:00Z") });
const person = { id: 7_000_000_000_001, first_name: "Marie", last_name: "Petit", email: "", email_verified: true, account_owner: false, locale: "fr", collaborator: true };
const online = new Session({ id: `${SHOP}_7`, shop: SHOP, state: "", isOnline: true, expires: new Date("2026-06-17T08:00:00Z"), onlineAccessInfo: { expires_in: 0, associated_user_scope: "", associated_user: person } });

for (const TZ of ["UTC", "America/New_York", "Asia/Shanghai"]) {
  test(`a session that Prisma wrote is read the same way (${TZ})`, async () => {
    process.env.TZ = TZ;
    const [quick, slow] = [new SealedSessionStorage(prismaForSessions()), new SealedSessionStorage(prisma())];
    for (const kept of [offline, online]) {
      await slow.storeSession(kept);
      const read = await quick.loadSession(kept.id);
      expect(read?.expires).toEqual(kept.expires);
      expect(read).toEqual(await slow.loadSession(kept.id));
    }
    expect(await quick.loadSession("nobody")).toBeUndefined();
  });

  test(`a shop is read the same way (${TZ})`, async () => {
    process.env.TZ = TZ;
    const at = new Date("2026-06-10T08:00:00.123Z");
    const data = { name: "Marie's", createdAt: at, sweptAt: at, tokenProblem: "revoked", tokenProblemAt: at, letInAt: at, hooksProblem: "silent", hooksProblemAt: at, notifyEmail: "marie@example.com" };
    await prisma().shop.upsert({ where: { shop: SHOP }, create: { shop: SHOP, ...data }, update: data });
    expect(await findShop(SHOP)).toEqual(await prisma().shop.findUnique({ where: { shop: SHOP } }));
    expect(await findShop("nobody.myshopify.com")).toBeNull();
  });
}
