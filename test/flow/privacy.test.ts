// The privacy topics: what is noted of them, what goes, what stays, and that balances stand through all that comes later.
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { customerHash, keyedHash } from "#app/crypto.server.ts";
import { pool } from "#app/db.server.ts";
import { privacyFile } from "#app/db/privacy.ts";
import { NO_SHOPS, PRIVACY_PLAN } from "#app/db/privacy-plan.ts";
import { addTouch } from "#app/db/touch.ts";
import { answerPrivacyOnce, notePrivacyWord } from "#app/flow/privacy.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { line, orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop, makeProgram } from "#test/support/shop.ts";

useDatabase();

const EMAIL = "Emma.Berger@mail.example";
const CUSTOMER = "7700000000000000001";
const OTHER = "another-shop.myshopify.com";
const AT = new Date("2026-06-20T10:00:00Z");

async function rows<Row>(text: string, values: unknown[] = [SHOP]): Promise<Row[]> {
  return (await pool().query(text, values)).rows as Row[];
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

/** An order with what leads to its buyer: e-mail, customer, the browser in the cart. */
function bought(id: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return orderBody({
    id, email: EMAIL, customer: { id: Number(CUSTOMER.slice(-9)), admin_graphql_api_id: `gid://shopify/Customer/${CUSTOMER}`, email: EMAIL }, checkout_token: `checkout${id}`,
    note_attributes: [{ name: "creator_visitor", value: "vEmmasPhone000000001" }], ...fields,
  });
}

function word(topic: string, fields: Record<string, unknown>, shop = SHOP): Promise<void> {
  const body = Buffer.from(JSON.stringify({ shop_id: 1, shop_domain: shop, ...fields }));
  return notePrivacyWord({ shop, webhookId: randomUUID(), topic, eventId: null, triggeredNs: 0n, receivedAt: AT, orderId: null, facts: null, beside: null, bodyHash: "hash", state: "new", reason: null }, body);
}

async function answerAll(): Promise<number> {
  let answered = 0;
  for (let one = await answerPrivacyOnce(); one > 0; one = await answerPrivacyOnce()) answered += one;
  return answered;
}

const redactEmma = (orders: string[]) => word("customers/redact", { customer: { id: Number(CUSTOMER.slice(-9)), admin_graphql_api_id: `gid://shopify/Customer/${CUSTOMER}`, email: EMAIL, phone: "+49 30 1234567" }, orders_to_redact: orders.map(Number) });

/** Every value of every row of the shop, as text, by table. */
async function everything(shop: string): Promise<string> {
  const found: string[] = [];
  for (const table of Object.keys(PRIVACY_PLAN)) found.push(...(await rows<{ text: string }>(`select t::text as text from "${table === "session" ? "Session" : table}" t where shop = $1`, [shop])).map(({ text }) => `${table}: ${text}`));
  return found.join("\n");
}

const balances = (shop = SHOP) => rows("select order_id, creator_id, sum(amount)::text as amount from ledger_entry where shop = $1 group by 1, 2 order by 1, 2", [shop]);

beforeEach(async () => {
  await pool().query(`alter table ledger_entry disable trigger user; truncate ${[...Object.keys(PRIVACY_PLAN), ...NO_SHOPS].map((table) => (table === "session" ? '"Session"' : table)).join(", ")}; alter table ledger_entry enable trigger user`);
  await makeMariesShop();
  await makeCreator("c2", { name: "Zoë", email: "zoe@creators.example", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { code: "ZOE10", creator: "c2", program: "p1", policy: "winner" });
  await makeCode("k3", { code: "FORALL", creator: null, program: "p1" });
  await addTouch(SHOP, { at: new Date("2026-06-09T10:00:00Z"), visitor: "vEmmasPhone000000001", creatorId: "c2", clickId: "click-zoe" }, AT);
});

describe("the plan", () => {
  test("says of every table what becomes of it", async () => {
    const tables = await rows<{ name: string }>("select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like '\\_%'", []);
    const planned = [...Object.keys(PRIVACY_PLAN), ...NO_SHOPS];
    expect(tables.map(({ name }) => (name === "Session" ? "session" : name)).sort()).toEqual(planned.sort());
  });
});

describe("customers/redact", () => {
  test("leaves nothing that leads to the buyer, and every balance", async () => {
    await note(bought("601", { codes: ["ZOE10"] }));
    await note(bought("602", { codes: ["FORALL"] }));
    await note(orderBody({ id: "603", email: "someone.else@mail.example" }));
    await settleAll();
    const before = await balances();
    expect(before.map((row) => (row as { order_id: string }).order_id)).toEqual(["601", "602", "603"]);

    // What was told, was told; a click that is yet to be told stays so long.
    await pool().query("update conversion set sent = target, state = 'reported' where shop = $1", [SHOP]);
    await redactEmma(["601", "602"]);
    expect(await answerAll()).toBe(1);

    expect(await balances()).toEqual(before);
    const left = await everything(SHOP);
    for (const pointer of [EMAIL, EMAIL.toLowerCase(), keyedHash(EMAIL), customerHash(CUSTOMER), CUSTOMER, "vEmmasPhone", "checkout601", "click-zoe", "1234567"]) expect(left.split("\n").filter((row) => row.includes(pointer)), pointer).toEqual([]);
    expect(left).toContain(keyedHash("someone.else@mail.example"));
    expect(await rows("select order_id, redacted_at is not null as redacted from order_state where shop = $1 order by 1")).toEqual([{ order_id: "601", redacted: true }, { order_id: "602", redacted: true }, { order_id: "603", redacted: false }]);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  });

  test("finds orders by the customer's account and e-mail too, and those from the same browser", async () => {
    await note(bought("611"));
    await note(orderBody({ id: "612", email: EMAIL }));
    await note(orderBody({ id: "613", email: "office@mail.example", note_attributes: [{ name: "creator_visitor", value: "vEmmasPhone000000001" }] }));
    await note(orderBody({ id: "614", email: "office@mail.example" }));
    await settleAll();
    await redactEmma([]);
    await answerAll();
    expect(await rows("select order_id from order_state where shop = $1 and redacted_at is not null order by 1")).toEqual([{ order_id: "611" }, { order_id: "612" }, { order_id: "613" }]);
  });

  test("a refund that comes later takes back what it should, and what it brings of the buyer goes too", async () => {
    const codes = ["ZOE10", "FORALL"];
    for (const [at, code] of codes.entries()) await note(bought(`62${at}`, { codes: [code] }));
    await settleAll();
    await redactEmma(["620", "621"]);
    await answerAll();
    for (const [at, code] of codes.entries()) {
      const body = bought(`62${at}`, { codes: [code], updated_at: "2026-07-01T10:00:00+02:00", financial_status: "partially_refunded" });
      await note({ ...body, line_items: [line({ id: "1", price: "100.00", quantity: 1, currentQuantity: 0, off: [[0, "10.00"]] })] }, { triggeredAt: "2026-07-01T08:00:01Z" });
    }
    await settleAll();
    expect(await rows("select order_id, creator_id, sum(amount)::text as amount from ledger_entry where shop = $1 group by 1, 2 order by 1")).toEqual([{ order_id: "620", creator_id: "c2", amount: "0" }, { order_id: "621", creator_id: "c2", amount: "0" }]);
    const left = await everything(SHOP);
    for (const pointer of [keyedHash(EMAIL), customerHash(CUSTOMER), "vEmmasPhone", "checkout620"]) expect(left.split("\n").filter((row) => row.includes(pointer)), pointer).toEqual([]);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  });

  test("another shop's orders of the same person stay as they are", async () => {
    await makeMariesShop(OTHER);
    await note(bought("631"), { shop: OTHER });
    await settleAll();
    const before = await everything(OTHER);
    await redactEmma(["631"]);
    await answerAll();
    expect(await everything(OTHER)).toBe(before);
  });

  test("twice is once", async () => {
    await note(bought("641", { codes: ["ZOE10"] }));
    await settleAll();
    await redactEmma(["641"]);
    await answerAll();
    const [once] = await rows<{ frozen: unknown }>("select frozen, facts from order_state where shop = $1");
    await redactEmma(["641"]);
    await answerAll();
    expect(await rows("select frozen, facts from order_state where shop = $1")).toEqual([once]);
    expect((once as { frozen: unknown }).frozen).toEqual({ k2: { self: false, clicks: null, creatorId: "c2" } });
  });
});

describe("customers/data_request", () => {
  test("makes a file of all that is kept, for 30 days", async () => {
    await note(bought("651", { codes: ["ZOE10"] }));
    await note(orderBody({ id: "652", email: "someone.else@mail.example" }));
    await settleAll();
    await word("customers/data_request", { customer: { id: Number(CUSTOMER.slice(-9)), admin_graphql_api_id: `gid://shopify/Customer/${CUSTOMER}`, email: EMAIL }, orders_requested: [651], data_request: { id: 9 } });
    await answerAll();
    const [request] = await rows<{ id: string; due_at: Date; state: string; person: unknown }>("select id, due_at, state, person from privacy_request where shop = $1");
    expect(request).toMatchObject({ state: "done", due_at: new Date("2026-07-20T10:00:00Z"), person: null });
    const file = JSON.parse((await privacyFile(SHOP, request!.id, AT))!.toString()) as { about: string; orders: { order: { id: string }; credited: { amount: string }[] }[]; clicks: unknown[]; browsers: string[] };
    expect(file.orders.map(({ order }) => order.id)).toEqual(["651"]);
    expect(file.orders[0]!.credited.map(({ amount }) => amount)).toEqual(["9000"]);
    expect(file.about).toContain("2474 EUR is 24.74 euros");
    expect(file.browsers).toEqual(["vEmmasPhone000000001"]);
    expect(file.clicks).toMatchObject([{ clickId: "click-zoe" }]);
    expect(await privacyFile(OTHER, request!.id, AT)).toBeNull();
    expect(await privacyFile(SHOP, request!.id, new Date("2099-01-01T00:00:00Z"))).toBeNull();
  });

  test("one that names nobody is shown, and not answered", async () => {
    await word("customers/data_request", { customer: null });
    expect(await answerAll()).toBe(0);
    expect(await rows("select state, reason from delivery where shop = $1 and topic = 'customers/data_request'")).toMatchObject([{ state: "unreadable" }]);
  });
});

describe("shop/redact", () => {
  test("leaves ids and amounts of an uninstalled shop, and nothing else", async () => {
    await makeMariesShop(OTHER);
    await makeProgram("p2", { connectionId: "n1", externalId: "12345" });
    await pool().query("insert into network_connection (shop, id, network, account_sid, name, token, key_id, state, created_at) values ($1, 'n1', 'impact', 'IRsecret', 'Petit Atelier', 'sealed', 'k', 'connected', now())", [SHOP]);
    await note(bought("661", { codes: ["ZOE10"] }));
    await note(bought("661"), { shop: OTHER });
    await settleAll();
    const [before, others] = [await balances(), await everything(OTHER)];
    await pool().query("update shop set uninstalled_at = now(), domain = 'petit-atelier.example' where shop = $1", [SHOP]);
    await word("shop/redact", {});
    await answerAll();
    expect(await balances()).toEqual(before);
    expect(await everything(OTHER)).toBe(others);
    const left = await everything(SHOP);
    for (const pointer of ["Marie", "marie@", "Zoë", "zoe@", "ZOE10", "petit", "IRsecret", keyedHash(EMAIL), "vEmmasPhone"]) expect(left.split("\n").filter((row) => row.includes(pointer)), pointer).toEqual([]);
    const counted = await verifyLedger({ shop: SHOP });
    expect(counted).toMatchObject({ orders: 1, redacted: 1, differences: [] });
  });

  test("a shop that has installed the app again keeps what is its own", async () => {
    await note(bought("671"));
    await settleAll();
    const before = await balances();
    await word("shop/redact", {});
    await answerAll();
    expect(await balances()).toEqual(before);
    expect(await everything(SHOP)).toContain("Marie");
    expect(await rows("select state, result from privacy_request where shop = $1")).toEqual([{ state: "done", result: { installed: 1 } }]);
  });
});
