// A ring with a newer key in front: what was sealed with the older one still opens, and moves to the newer one when it is used.
import { expect, test } from "vitest";
import { env } from "#app/env.server.ts";
import { open, seal } from "#app/crypto.server.ts";
import { pool } from "#app/db.server.ts";
import { upsertConnection } from "#app/db/connection.ts";
import { connectedTo } from "#app/flow/connected.ts";
import { useDatabase } from "#test/support/database.ts";

process.env.ENCRYPTION_KEYS = `k2:${Buffer.alloc(32, 2).toString("base64")},k1:${Buffer.alloc(32, 1).toString("base64")}`;
useDatabase();

const SHOP = "rotation.myshopify.com";

async function connection(id: string, token: string, keyId: string) {
  const at = new Date();
  const row = { shop: SHOP, id, network: "impact", accountSid: `IR${id}`, name: id, token, keyId, state: "connected", problem: null, checkedAt: at, createdAt: at };
  await upsertConnection(row);
}

async function kept(id: string): Promise<{ token: string; key_id: string }> {
  return (await pool().query("select token, key_id from network_connection where shop = $1 and id = $2", [SHOP, id])).rows[0];
}

test("a token moves to the newest key when it is used", async () => {
  const sealed = seal("the token", new Map([["k1", env().ENCRYPTION_KEYS.get("k1")!]]));
  await connection("old", sealed, "k1");
  expect((await connectedTo(SHOP, "old")).ok).toBe(true);
  const after = await kept("old");
  expect(after.key_id).toBe("k2");
  expect(open(after.token, new Map([["k2", env().ENCRYPTION_KEYS.get("k2")!]]))).toBe("the token");
});

test("a token whose key is gone stays as it is", async () => {
  const sealed = seal("the token", new Map([["k0", Buffer.alloc(32, 9)]]));
  await connection("lost", sealed, "k0");
  expect((await connectedTo(SHOP, "lost")).ok).toBe(true);
  expect(await kept("lost")).toEqual({ token: sealed, key_id: "k0" });
});
