// What a conversion carries beside codes and amounts: categories, whether the buyer bought before, and the hashed address of who agreed.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { fetchOnce } from "#app/flow/fetch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { actionByOrder } from "#test/local/network/find.ts";
import { BULB, LAMP, TEA } from "#test/local/store/testing.ts";
import { useDatabase } from "#test/support/database.ts";
import { pass, SHOP, SID, useScene, work, workFor } from "./reporting.ts";
import { useSelling } from "./selling.ts";

useDatabase();

const turn = useScene();
const selling = useSelling(turn);

beforeEach(async () => {
  await pool().query("delete from product_type");
  await pool().query("update program_rule set new_customers_only = false, email_hash = false");
});

/** The conversion's own request, as the network got it. */
function told(orderId: string): Record<string, string> {
  const submissions = turn.scene.local.network.account(SID).submissions.filter((each) => each.type === "Conversion" && each.payload.OrderId === orderId);
  expect(submissions).toHaveLength(1);
  return submissions[0]!.payload;
}

/** The documents that the store is asked from now on. */
function watchStore(): { documents: string[]; end: () => void } {
  const real = globalThis.fetch;
  const documents: string[] = [];
  globalThis.fetch = async (input, init) => {
    if (String(input).endsWith("/graphql.json")) documents.push((JSON.parse(String(init!.body)) as { query: string }).query);
    return real(input, init);
  };
  return { documents, end: () => void (globalThis.fetch = real) };
}

describe("the category of an item", () => {
  test("is the type of its product, also of one without a SKU, and is what the network holds", async () => {
    const orderId = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }, { variantId: TEA, quantity: 2 }] });
    await workFor(45);
    expect(told(orderId)).toMatchObject({ ItemSku1: "LAMP-01", ItemCategory1: "Lamp", ItemSku2: `variant-${TEA}`, ItemCategory2: "Tea" });
    expect(actionByOrder(turn.scene.local.network.account(SID), turn.scene.eventTypeId, orderId)!.items.map((item) => item.category)).toEqual(["Lamp", "Tea"]);
  });

  test("is asked for once for many orders, and kept", async () => {
    const asked = watchStore();
    for (let n = 0; n < 3; n++) await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }, { variantId: BULB, quantity: 1 }] });
    await work();
    expect(asked.documents.filter((document) => document.includes("VariantTypes"))).toHaveLength(1);
    await selling.buy({ items: [{ variantId: BULB, quantity: 3 }] });
    await work();
    expect(asked.documents.filter((document) => document.includes("VariantTypes"))).toHaveLength(1);
    expect((await pool().query("select type from product_type where shop = $1 order by type", [SHOP])).rows).toEqual([{ type: "Bulb" }, { type: "Lamp" }]);
    asked.end();
  });

  test("that the store does not tell holds up no sale", async () => {
    const { store } = selling.store;
    store.troubleApi("unavailable", 9, "VariantTypes");
    const orderId = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }] });
    await work();
    store.troubleApi("unavailable", 0, "VariantTypes");
    expect(told(orderId)).not.toHaveProperty("ItemCategory1");
    pass(2); // the store is asked again
    const next = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }] });
    await work();
    expect(told(next)).toMatchObject({ ItemCategory1: "Lamp" });
  });
});

describe("the buyer", () => {
  test("is told as new or existing where the app came to know it, and not otherwise", async () => {
    const unknown = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], email: "ines@mail.example" });
    await pool().query("update program_rule set new_customers_only = true");
    const first = await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], email: "karl@mail.example" });
    await fetchOnce();
    while ((await settleOnce()) > 0);
    await workFor(45);
    expect(told(unknown)).not.toHaveProperty("CustomerStatus");
    expect(told(first)).toMatchObject({ CustomerStatus: "NEW" });
  });

  test("who agreed to be written to is told by the hash of the address, where the program wants it; nothing of it is kept", async () => {
    const items = [{ variantId: LAMP, quantity: 1 }];
    const before = await selling.buy({ items, email: "ines@mail.example", acceptsMarketing: true });
    await pool().query("update program_rule set email_hash = true");
    const agreed = await selling.buy({ items, email: " Ines@Mail.example ", acceptsMarketing: true });
    const silent = await selling.buy({ items, email: "paul@mail.example" });
    const gone = await selling.buy({ items, email: "lea@mail.example", acceptsMarketing: true });
    selling.store.store.state.customers.find((each) => each.email === "lea@mail.example")!.marketing = "unsubscribed";
    const nobody = await selling.buy({ items });
    await workFor(60);
    const hash = createHash("sha256").update("ines@mail.example").digest("hex");
    expect(told(agreed)).toMatchObject({ CustomerEmail: hash });
    expect(told(before)).toMatchObject({ CustomerEmail: hash });
    for (const orderId of [silent, gone, nobody]) expect(told(orderId)).not.toHaveProperty("CustomerEmail");

    for (const table of ["conversion", "exchange", "order_state", "delivery", "report_end"]) {
      const { rows } = await pool().query(`select t::text as text from ${table} t`);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter(({ text }) => text.includes(hash) || /mail\.example/i.test(text))).toEqual([]);
    }
    const { rows } = await pool().query("select request from exchange where what = 'POST /Conversions' and about_id = $1", [`${agreed}/1`]);
    expect(rows).toEqual([{ request: expect.objectContaining({ CustomerEmail: "…", OrderId: agreed }) }]);
  });

  test("a program that does not want it, or no longer does, asks the store for no address", async () => {
    const asked = watchStore();
    await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], email: "ines@mail.example", acceptsMarketing: true });
    await work();
    await pool().query("update program_rule set email_hash = true");
    await selling.buy({ items: [{ variantId: LAMP, quantity: 1 }], email: "ines@mail.example", acceptsMarketing: true });
    await pool().query("insert into program_rule select (jsonb_populate_record(r, jsonb_build_object('valid_from', now(), 'email_hash', false))).* from program_rule r");
    await work();
    await pool().query("delete from program_rule where valid_from > '2000-01-01'");
    asked.end();
    expect(asked.documents.filter((document) => document.includes("AgreedBuyers"))).toEqual([]);
  });
});
