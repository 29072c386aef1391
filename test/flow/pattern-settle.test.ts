// A pattern on its way into the ledger: orders keep the pattern of their day, whatever it was changed to since.
import { beforeEach, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { endPattern, makePattern } from "#app/flow/pattern.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCreator, makeMariesShop } from "#test/support/shop.ts";

useDatabase();

beforeEach(async () => {
  await pool().query("truncate shop, shop_rule, program, program_rule, creator, membership, code, code_term, code_placement, order_state, decision, delivery, conversion, shop_log");
  await makeMariesShop();
  await makeCreator("c2", { name: "Zoe", memberships: [{ program: "p1", partnerId: "1002" }] });
});

function clockAt(instant: string): void {
  setClockOffsetMs(Date.parse(instant) - Date.now());
}

async function pattern(text: string, creatorId: string, replaces: string | null = null): Promise<string> {
  const made = await makePattern(SHOP, { pattern: text, creatorId, programId: "p1", policy: "always", startsAt: null, endsAt: null }, replaces);
  if (!made.ok) throw new Error(JSON.stringify(made));
  return made.codeId;
}

async function order(id: string, createdAt: string): Promise<void> {
  await note(orderBody({ id, codes: ["SPRING-7"], created_at: createdAt, updated_at: createdAt }));
  while ((await settleOnce()) > 0);
}

async function decided(): Promise<string[]> {
  const { rows } = await pool().query<{ said: string }>(
    `select o.order_id || ' ' || coalesce(d.creator_id || ' ' || k.code, '') || ' ' || coalesce(d.reason, d.outcome) as said
       from order_state o join decision d on d.shop = o.shop and d.order_id = o.order_id left join code k on k.shop = d.shop and k.id = d.code_id order by o.order_id`,
  );
  return rows.map((row) => row.said.replace(/ +/g, " "));
}

test("orders before, between and after a change and its end are each the creator's of their day, in any order of arrival", async () => {
  clockAt("2026-06-10T08:00:00Z");
  const first = await pattern("^SPR", "c1");
  clockAt("2026-06-12T08:00:00Z");
  const second = await pattern("^SPRING-", "c2", first);
  clockAt("2026-06-14T08:00:00Z");
  expect(await endPattern(SHOP, second)).toBe(true);
  const when = { "1": "2026-06-09T08:00:00Z", "2": "2026-06-11T08:00:00Z", "3": "2026-06-13T08:00:00Z", "4": "2026-06-15T08:00:00Z" };
  for (const [id, createdAt] of Object.entries(when).reverse()) await order(id, createdAt);
  expect(await decided()).toEqual(["1 c1 ^SPR before_code", "2 c1 ^SPR credited", "3 c2 ^SPRING- credited", "4 no_creator_code"]);
});

test("an order that was settled stays as it was when a newer state of it comes after the change", async () => {
  clockAt("2026-06-10T08:00:00Z");
  const first = await pattern("^SPR", "c1");
  await order("1", "2026-06-11T08:00:00Z");
  clockAt("2026-06-12T08:00:00Z");
  await pattern("^SPRING-", "c2", first);
  await note(orderBody({ id: "1", codes: ["SPRING-7"], created_at: "2026-06-11T08:00:00Z", updated_at: "2026-06-20T08:00:00Z" }));
  while ((await settleOnce()) > 0);
  expect(await decided()).toEqual(["1 c1 ^SPR credited"]);
});
