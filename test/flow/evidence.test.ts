// Clicks, ties and owners against PostgreSQL: whatever arrives first, an order ends with the same decision, and the ledger is what its facts say.
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { customerHash } from "#app/crypto.server.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { updateCreator } from "#app/db/creator.ts";
import { lockClicks, noteTies, noteTouches, nameOfTie, type NewTie, type NewTouch } from "#app/db/touch.ts";
import { touchKey, writeClicks, type Entry } from "#app/domain/touch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";

useDatabase();

let shops = 0;
let shop = "";
const NOW = new Date("2026-06-12T08:00:00Z");
const ORDERED_MS = Date.parse("2026-06-10T08:00:00Z");
const HOUR_MS = 3_600_000;
const LAPTOP = "vLAPTOPLAPTOP";
const PHONE = "vPHONEPHONE99";

/** Marie's and Jonas's codes ask for the last click to be theirs. */
beforeEach(async () => {
  shop = `clicks-${(shops += 1)}.myshopify.com`;
  await makeShop({ shop });
  await makeProgram("p1", { shop });
  for (const [id, name, code, partnerId] of [["c1", "Marie", "MARIE10", "1001"], ["c2", "Jonas", "JONAS15", "1002"]] as const) {
    await makeCreator(id, { shop, name, memberships: [{ program: "p1", partnerId }] });
    await makeCode(`k-${id}`, { shop, code, creator: id, program: "p1", policy: "winner" });
  }
});

const entry = (hoursBefore: number, kind: Entry["kind"], value: string): Entry => ({ atMs: ORDERED_MS - hoursBefore * HOUR_MS, kind, parameter: kind === "click_id" ? "irclickid" : kind === "link" ? "creator" : null, value });

async function click(visitor: string, one: Entry, creatorId: string | null = null): Promise<void> {
  const touch: NewTouch = {
    at: new Date(one.atMs), visitor, kind: one.kind, parameter: one.parameter, word: one.kind === "click_id" ? null : one.value, clickId: one.kind === "click_id" ? one.value : null,
    creatorId, source: "pixel", key: touchKey(visitor, one),
  };
  await inTransaction(async (client) => {
    await lockClicks(client, shop, [visitor]);
    await noteTouches(client, shop, [touch], NOW);
  });
}

async function tie(kind: NewTie["kind"], value: string, visitor: string): Promise<void> {
  const one: NewTie = { kind, value, visitor, orderId: null, codes: [], at: NOW };
  await inTransaction(async (client) => {
    await lockClicks(client, shop, [visitor, nameOfTie(one)]);
    await noteTies(client, shop, [one], NOW);
  });
}

/** As the network says it, some time after it was asked; the orders that name the click are settled again. */
async function owner(clickId: string, creatorId: string): Promise<void> {
  await pool().query(
    `insert into click_owner (shop, parameter, click_id, creator_id, state, at) values ($1, 'irclickid', $2, $3, 'found', $4)
     on conflict (shop, parameter, click_id) do update set creator_id = excluded.creator_id, state = 'found', asks_at = null`,
    [shop, clickId, creatorId, NOW],
  );
  await pool().query(
    `insert into delivery (shop, webhook_id, topic, received_at, order_id, body_hash, state)
     select shop, 'owner:' || click_id || ':' || order_id, 'touch', $3, order_id, '', 'new' from order_click where shop = $1 and click_id = $2`,
    [shop, clickId, NOW],
  );
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function order(fields: Record<string, unknown> = {}): Promise<void> {
  await note(orderBody({ codes: ["MARIE10"], ...fields }), { shop });
}

const attributes = (...pairs: [string, string][]) => ({ note_attributes: pairs.map(([name, value]) => ({ name, value })) });

async function ends(id = "1001"): Promise<{ evidence: string | null; outcome: string; reason: string | null; clicked: string | null }> {
  const found = await pool().query(`select o.evidence, o.outcome, o.reason, d.clicked from order_state o join decision d using (shop, order_id) where o.shop = $1 and o.order_id = $2`, [shop, id]);
  return found.rows[0] as Awaited<ReturnType<typeof ends>>;
}

async function agrees(): Promise<void> {
  expect((await verifyLedger({ shop })).differences).toEqual([]);
}

const CREDITED = { outcome: "credited", reason: null };
const OTHERS = { outcome: "not_credited", reason: "not_winning_click" };

describe("what arrives late", () => {
  test("a click of the browser that the cart names", async () => {
    await order(attributes(["creator_visitor", LAPTOP]));
    await settleAll();
    expect(await ends()).toEqual({ evidence: "attributes", ...OTHERS, clicked: "none" });
    await click(LAPTOP, entry(2, "code", "MARIE10"), "c1");
    await settleAll();
    expect(await ends()).toEqual({ evidence: "attributes", ...CREDITED, clicked: "own" });
    await agrees();
  });

  test("a tie of the checkout", async () => {
    await click(LAPTOP, entry(2, "code", "MARIE10"), "c1");
    await order({ checkout_token: "t-1" });
    await settleAll();
    expect(await ends()).toEqual({ evidence: null, ...OTHERS, clicked: null });
    await tie("checkout", "t-1", LAPTOP);
    await settleAll();
    expect(await ends()).toEqual({ evidence: "pixel", ...CREDITED, clicked: "own" });
    await agrees();
  });

  test("a click of a browser that is tied", async () => {
    await tie("checkout", "t-1", LAPTOP);
    await order({ checkout_token: "t-1" });
    await settleAll();
    expect(await ends()).toMatchObject({ evidence: "pixel", clicked: "none" });
    await click(LAPTOP, entry(2, "code", "MARIE10"), "c1");
    await settleAll();
    expect(await ends()).toMatchObject({ evidence: "pixel", ...CREDITED });
    await agrees();
  });

  test("the owner of a click id in the cart: until then it is nobody's, and asked for", async () => {
    await order(attributes(["irclickid", "x1"], ["creator_clicks", writeClicks([entry(3, "code", "MARIE10"), entry(1, "click_id", "x1")])]));
    await settleAll();
    expect(await ends()).toEqual({ evidence: "attributes", ...OTHERS, clicked: "own" });
    const asked = await pool().query("select parameter, click_id, state, asks_at is not null as due from click_owner where shop = $1", [shop]);
    expect(asked.rows).toEqual([{ parameter: "irclickid", click_id: "x1", state: "new", due: true }]);
    await owner("x1", "c1");
    await settleAll();
    expect(await ends()).toMatchObject(CREDITED);
    await agrees();
  });

  test("the owner of a click id that a browser noted", async () => {
    await click(LAPTOP, entry(1, "click_id", "x1"));
    await order(attributes(["creator_visitor", LAPTOP]));
    await settleAll();
    expect(await ends()).toEqual({ evidence: "attributes", ...OTHERS, clicked: "unknown" });
    await owner("x1", "c1");
    await settleAll();
    expect(await ends()).toMatchObject(CREDITED);
    await agrees();
  });

  test("the landing page: an order that was fetched before its webhook came", async () => {
    await order({ updated_at: "2026-06-10T10:00:05+02:00" });
    await settleAll();
    expect(await ends()).toMatchObject(OTHERS);
    await order({ updated_at: "2026-06-10T10:00:01+02:00", landing_site: "/discount/MARIE10?redirect=/" });
    await settleAll();
    expect(await ends()).toEqual({ evidence: "landing", ...CREDITED, clicked: "own" });
    await agrees();
  });
});

describe("two devices", () => {
  test("in one checkout", async () => {
    await click(PHONE, entry(5, "link", "MARIE10"), "c1");
    await tie("checkout", "t-1", PHONE);
    await tie("checkout", "t-1", LAPTOP);
    await order({ checkout_token: "t-1", ...attributes(["creator_visitor", LAPTOP]) });
    await settleAll();
    expect(await ends()).toMatchObject({ evidence: "pixel", ...CREDITED });
    await agrees();
  });

  test("of one customer's account, where a later order on the phone tied it", async () => {
    await click(PHONE, entry(5, "link", "MARIE10"), "c1");
    await order({ customer: { id: 77 }, ...attributes(["creator_visitor", LAPTOP]) });
    await settleAll();
    expect(await ends()).toMatchObject({ evidence: "attributes", ...OTHERS });
    await tie("customer", customerHash("77"), PHONE);
    await settleAll();
    expect(await ends()).toMatchObject({ evidence: "pixel", ...CREDITED });
    await agrees();
  });

  test("of two customers stay two people's", async () => {
    await click(PHONE, entry(5, "link", "MARIE10"), "c1");
    await tie("customer", customerHash("78"), PHONE);
    await order({ customer: { id: 77 }, ...attributes(["creator_visitor", LAPTOP]) });
    await settleAll();
    expect(await ends()).toMatchObject(OTHERS);
  });
});

describe("several links", () => {
  test("of two creators in turn: the last one counts", async () => {
    await click(LAPTOP, entry(5, "link", "MARIE10"), "c1");
    await click(LAPTOP, entry(2, "link", "JONAS15"), "c2");
    await order(attributes(["creator_visitor", LAPTOP]));
    await settleAll();
    expect(await ends()).toEqual({ evidence: "attributes", ...OTHERS, clicked: "own" });
    await order({ id: "1002", codes: ["JONAS15"], ...attributes(["creator_visitor", LAPTOP]) });
    await settleAll();
    expect(await ends("1002")).toMatchObject(CREDITED);
    await agrees();
  });

  test("of several networks: another network's id is not told to this one", async () => {
    await pool().query(`insert into storefront (shop, parameters) values ($1, '[{"name":"awc","network":null}]')`, [shop]);
    await pool().query(`insert into click_owner (shop, parameter, click_id, creator_id, state, at) values ($1, 'irclickid', 'x1', 'c1', 'found', $2), ($1, 'awc', 'a1', 'c1', 'found', $2)`, [shop, NOW]);
    await order(attributes(["creator_clicks", writeClicks([entry(3, "click_id", "x1"), { ...entry(1, "click_id", "a1"), parameter: "awc" }])]));
    await settleAll();
    expect(await ends()).toMatchObject(CREDITED);
    const told = await pool().query("select click_id from conversion where shop = $1", [shop]);
    expect(told.rows).toEqual([{ click_id: "x1" }]);
    await agrees();
  });
});

test("states, clicks, ties and owners in any order end in the same decision", async () => {
  const steps: (() => Promise<void>)[] = [
    () => order({ checkout_token: "t-1", financial_status: "pending", updated_at: "2026-06-10T10:00:01+02:00", landing_site: "/discount/JONAS15" }),
    () => order({ checkout_token: "t-1", customer: { id: 77 }, updated_at: "2026-06-10T10:00:04+02:00" }),
    () => click(LAPTOP, entry(9, "code", "JONAS15"), "c2"),
    () => click(PHONE, entry(3, "click_id", "x1")),
    () => tie("checkout", "t-1", PHONE),
    () => tie("customer", customerHash("77"), LAPTOP),
    async () => {
      await owner("x1", "c1");
    },
  ];
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(steps, { minLength: steps.length }), fc.array(fc.boolean(), { minLength: steps.length, maxLength: steps.length }), async (mixed, settles) => {
      shop = `any-${(shops += 1)}.myshopify.com`;
      await makeShop({ shop });
      await makeProgram("p1", { shop });
      for (const [id, code] of [["c1", "MARIE10"], ["c2", "JONAS15"]] as const) {
        await makeCreator(id, { shop, memberships: [{ program: "p1", partnerId: `p-${id}` }] });
        await makeCode(`k-${id}`, { shop, code, creator: id, program: "p1", policy: "winner" });
      }
      for (const [at, step] of mixed.entries()) {
        await step();
        if (settles[at]) await settleAll();
      }
      await settleAll();
      seen.add(JSON.stringify(await ends()));
      await agrees();
    }),
    { numRuns: 25 },
  );
  expect([...seen]).toEqual([JSON.stringify({ evidence: "pixel", ...CREDITED, clicked: "own" })]);
}, 120_000);

test("a link is read by whose handle its word was at the time, whatever the creators are called since", async () => {
  const rename = (id: string, name: string, handle: string | null, at: string) => updateCreator(shop, id, { name, email: null, handle }, new Date(at));
  const linked = (id: string, hoursBefore: number) => order({ id, ...attributes(["creator_clicks", writeClicks([entry(hoursBefore, "link", "@Marie.Paris")])]) });
  await rename("c1", "Marie", "marie.paris", "2026-06-01T00:00:00Z");
  await linked("1001", 2);
  await linked("1002", 240);
  await settleAll();
  expect(await ends("1001")).toMatchObject(CREDITED);
  expect(await ends("1002")).toMatchObject(OTHERS); // she had it a day later
  await rename("c1", "Marie", "marie.lyon", "2026-06-11T00:00:00Z");
  await rename("c2", "Jonas", "marie.paris", "2026-06-11T00:00:00Z");
  await agrees();
  await linked("1003", 3);
  await settleAll();
  expect(await ends("1003")).toMatchObject(CREDITED);
  await agrees();
});
