// The privacy topics among what goes on meanwhile: orders that are not settled yet, browsers that several people use, sales that are yet to be told, shops that come back.
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { customerHash, keyedHash } from "#app/crypto.server.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { claimDueConversions, moveConversion } from "#app/db/conversion.ts";
import { insertExchange } from "#app/db/exchange.ts";
import { privacyFile } from "#app/db/privacy.ts";
import { NO_SHOPS, PRIVACY_PLAN } from "#app/db/privacy-plan.ts";
import { addTouch, noteTies } from "#app/db/touch.ts";
import { proofDocument } from "#app/flow/proof-document.ts";
import { OrderProofDocument } from "#app/flow/proof-schema.ts";
import { answerPrivacyOnce, notePrivacyWord, readPrivacyPage } from "#app/flow/privacy.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { LANGUAGES, loadLanguages, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { proofWords } from "#app/ui/orders/words.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { line, orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop, makeProgram } from "#test/support/shop.ts";

useDatabase();
await loadLanguages();

const EMMA = { id: "7700000001", email: "emma.berger@mail.example" };
const PAUL = { id: "7700000002", email: "paul.berger@mail.example" };
const BROWSER = "vFamilyTablet0000001";
const AT = new Date("2026-06-20T10:00:00Z");

async function rows<Row>(text: string, values: unknown[] = [SHOP]): Promise<Row[]> {
  return (await pool().query(text, values)).rows as Row[];
}

async function settleAll(): Promise<void> {
  while ((await settleOnce()) > 0);
}

async function answerAll(): Promise<void> {
  while ((await answerPrivacyOnce()) > 0);
}

function bought(id: string, who: typeof EMMA, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return orderBody({ id, email: who.email, customer: { id: Number(who.id), admin_graphql_api_id: `gid://shopify/Customer/${who.id}`, email: who.email }, checkout_token: `checkout${id}`, ...fields });
}

const inBrowser = { note_attributes: [{ name: "creator_visitor", value: BROWSER }] };

function word(topic: string, fields: Record<string, unknown>): Promise<void> {
  return notePrivacyWord({ shop: SHOP, webhookId: randomUUID(), topic, eventId: null, triggeredNs: 0n, receivedAt: now(), orderId: null, facts: null, beside: null, bodyHash: "hash", state: "new", reason: null }, Buffer.from(JSON.stringify({ shop_domain: SHOP, ...fields })));
}

const redact = (who: typeof EMMA, orders: string[] = []) => word("customers/redact", { customer: { id: Number(who.id), email: who.email }, orders_to_redact: orders.map(Number) });

async function pointers(...pointing: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of Object.keys(PRIVACY_PLAN)) found.push(...(await rows<{ text: string }>(`select t::text as text from "${table === "session" ? "Session" : table}" t where shop = $1`)).map(({ text }) => `${table}: ${text}`));
  return found.filter((row) => pointing.some((each) => row.includes(each)));
}

const balances = () => rows<{ order_id: string; code_id: string; creator_id: string; amount: string }>("select order_id, code_id, creator_id, sum(amount)::text as amount from ledger_entry where shop = $1 group by 1, 2, 3 having sum(amount) <> 0 order by 1, 2, 3");

beforeEach(async () => {
  await pool().query(`alter table ledger_entry disable trigger user; truncate ${[...Object.keys(PRIVACY_PLAN), ...NO_SHOPS].map((table) => (table === "session" ? '"Session"' : table)).join(", ")}; alter table ledger_entry enable trigger user`);
  await makeMariesShop();
  await makeCreator("c2", { name: "Zoë", email: "zoe@creators.example", memberships: [{ program: "p1", partnerId: "1002" }] });
  await makeCode("k2", { code: "ZOE10", creator: "c2", program: "p1", policy: "winner" });
  await makeCode("k3", { code: "FORALL", creator: null, program: "p1" });
  await addTouch(SHOP, { at: new Date("2026-06-09T10:00:00Z"), visitor: BROWSER, creatorId: "c2", clickId: "click-zoe", parameter: "irclickid" }, AT);
});

describe("what is under way when a buyer is to be forgotten", () => {
  test("an order that waits to be settled is judged by its clicks first, and then forgotten", async () => {
    await note(bought("601", EMMA, { codes: ["ZOE10"], ...inBrowser }));
    await redact(EMMA, ["601"]);
    await answerAll();
    await settleAll();
    await answerAll();
    expect(await balances()).toMatchObject([{ order_id: "601", creator_id: "c2", amount: "9000" }]);
    expect(await pointers(keyedHash(EMMA.email), customerHash(EMMA.id), BROWSER, "checkout601")).toEqual([]);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  });

  test("an order that nobody knew is kept without its buyer when it comes", async () => {
    await redact(EMMA, ["602"]);
    await answerAll();
    await note(bought("602", EMMA, { codes: ["MARIE10"], ...inBrowser }));
    await settleAll();
    expect(await balances()).toMatchObject([{ order_id: "602", creator_id: "c1", amount: "9000" }]);
    expect(await pointers(keyedHash(EMMA.email), customerHash(EMMA.id), "checkout602")).toEqual([]);
  });

  test("a sale that the network has yet to hear of keeps the click that it is told by, through later states of the order", async () => {
    await note(bought("603", EMMA, { codes: ["FORALL"], ...inBrowser }));
    await settleAll();
    await redact(EMMA, ["603"]);
    await answerAll();
    await note({ ...bought("603", EMMA, { codes: ["FORALL"], ...inBrowser, updated_at: "2026-06-11T10:00:00+02:00" }), note: "sent" }, { triggeredAt: "2026-06-11T08:00:01Z" });
    await settleAll();
    expect(await rows("select told_code, click_id, click_parameter, state from conversion where shop = $1")).toEqual([{ told_code: null, click_id: "click-zoe", click_parameter: "irclickid", state: "waiting" }]);
    const far = new Date("2099-01-01T00:00:00Z");
    const [due] = await claimDueConversions(SHOP, far, far, 1);
    expect(await moveConversion(due!, { state: "reported", sent: due!.target, nextAt: null }, now())).toBe(true);
    expect(await pointers("click-zoe")).toEqual([]);
    expect(await rows("select click_parameter, state from conversion where shop = $1")).toEqual([{ click_parameter: null, state: "reported" }]);
  });
});

test("what networks were asked of his clicks goes with them, and what was asked of others' stays", async () => {
  const asked = (clickId: string) => insertExchange({ shop: SHOP, at: AT, connectionId: null, about: "account", aboutId: "n1", what: `GET /Campaigns/12345/Clicks/${clickId}`, request: {}, status: 200, answer: { Id: clickId }, outcome: "ok" });
  for (const clickId of ["click-zoe", "click-of-another", "cart-click"]) await asked(clickId);
  await note(bought("604", EMMA, { codes: ["ZOE10"], note_attributes: [...inBrowser.note_attributes, { name: "irclickid", value: "cart-click" }] }));
  await settleAll();
  await redact(EMMA);
  await answerAll();
  expect(await rows("select what from exchange where shop = $1")).toEqual([{ what: "GET /Campaigns/12345/Clicks/click-of-another" }]);
  expect((await pointers("click-zoe", "cart-click")).map((row) => row.split(":", 1)[0])).toEqual([]);
});

test("what a request is said to have done counts the orders that were known", async () => {
  await note(bought("607", EMMA));
  await settleAll();
  await word("customers/data_request", { customer: { id: Number(EMMA.id), email: EMMA.email }, orders_requested: [607, 608] });
  await answerAll();
  await redact(EMMA, ["607", "608", "609"]);
  await answerAll();
  await word("shop/redact", {});
  await answerAll();
  expect((await readPrivacyPage(SHOP)).map(({ kind, state, orders, kept }) => ({ kind, state, orders, kept })).reverse()).toEqual([
    { kind: "data", state: "done", orders: 1, kept: false },
    { kind: "person", state: "done", orders: 1, kept: false },
    { kind: "shop", state: "done", orders: null, kept: true },
  ]);
});

describe("the proof of an order whose buyer is forgotten", () => {
  test.each(LANGUAGES)("says so, and still says who is credited and why (%s)", async (language) => {
    await note(bought("605", EMMA, { codes: ["ZOE10"], ...inBrowser }));
    await note(bought("606", EMMA, { codes: ["FORALL"], ...inBrowser }));
    await settleAll();
    await redact(EMMA);
    await answerAll();
    for (const id of ["605", "606"]) {
      const document = await proofDocument(SHOP, id, (proof, shop) => proofWords(proof, translateIn(language, "orders"), makeFormat({ language, ...shop, now: "2026-12-01T00:00:00.000Z" })));
      const { evidence, codes, result, clicks } = OrderProofDocument.parse(document);
      expect(evidence).toMatchObject({ source: null, by: null, sentence: expect.stringMatching(/^[^{]*20[0-9]{2}[^{]*$/) as string });
      expect(new Date(evidence.removedAt!).getTime()).toBeGreaterThan(AT.getTime());
      expect(codes).toMatchObject([{ outcome: "credited", creator: { id: "c2", name: "Zoë" }, credited: { minor: "9000" } }]);
      expect(result.sentences.join(" ")).toContain("Zoë");
      expect(clicks).toEqual([]);
      expect([...result.sentences, ...codes.flatMap(({ sentences }) => sentences)].join(" ")).not.toMatch(/\{\{|undefined|null|NaN/);
    }
  });
});

describe("a browser that several people use", () => {
  beforeEach(async () => {
    await note(bought("611", EMMA, { codes: ["ZOE10"], ...inBrowser }));
    await note(bought("612", PAUL, { codes: ["ZOE10"], ...inBrowser }));
    await note(bought("613", PAUL, { codes: ["FORALL"] }));
    await inTransaction((client) => noteTies(client, SHOP, [{ kind: "customer", value: customerHash(PAUL.id), visitor: BROWSER, orderId: null, codes: [], at: AT }], AT));
    await settleAll();
    expect((await balances()).map((row) => row.order_id)).toEqual(["611", "612", "613"]);
  });

  test("the file of one has nothing of another's orders", async () => {
    await word("customers/data_request", { customer: { id: Number(EMMA.id), email: EMMA.email }, orders_requested: [] });
    await answerAll();
    const [request] = await rows<{ id: string }>("select id from privacy_request where shop = $1");
    const text = (await privacyFile(SHOP, request!.id, AT))!.toString();
    expect((JSON.parse(text) as { orders: { order: { id: string } }[] }).orders.map(({ order }) => order.id)).toEqual(["611"]);
    for (const ofPaul of ["612", "613", keyedHash(PAUL.email), customerHash(PAUL.id)]) expect(text).not.toContain(ofPaul);
  });

  test("when one is forgotten, the orders of the others keep their credit, whatever comes of them later", async () => {
    const before = await balances();
    await redact(EMMA);
    await answerAll();
    for (const [id, code] of [["612", "ZOE10"], ["613", "FORALL"]] as const) {
      await note({ ...bought(id, PAUL, { codes: [code], ...(id === "612" ? inBrowser : {}), updated_at: "2026-06-11T10:00:00+02:00" }) }, { triggeredAt: "2026-06-11T08:00:01Z" });
    }
    await settleAll();
    expect(await balances()).toEqual(before);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
    expect(await pointers(BROWSER)).toEqual([]);
  });
});

describe("a shop that comes back after its data was removed", () => {
  test("its old orders come again: no balance is doubled, none is taken back", async () => {
    await note(bought("621", EMMA, { codes: ["MARIE10"] }));
    await note(bought("622", PAUL, { codes: ["ZOE10"], ...inBrowser }));
    await settleAll();
    const before = await balances();
    await pool().query("update shop set uninstalled_at = now() where shop = $1", [SHOP]);
    await word("shop/redact", {});
    await answerAll();
    await pool().query("update shop set uninstalled_at = null where shop = $1", [SHOP]);
    await makeProgram("p9");
    await pool().query("insert into shop_rule (shop, valid_from, stacking_rule, renewal_sources, never_earn_tags, never_earn_types, never_earn_skus) values ($1, $2, 'largest_discount', '{}', '{}', '{}', '{}')", [SHOP, new Date(0)]);
    await makeCreator("c9", { name: "Marie", memberships: [{ program: "p9" }] });
    await makeCode("k9", { code: "MARIE10", creator: "c9", program: "p9" });
    for (const id of ["621", "622"]) await note({ ...bought(id, EMMA, { codes: [id === "621" ? "MARIE10" : "ZOE10"], updated_at: "2026-06-21T10:00:00+02:00" }), line_items: [line({ id: "1", price: "100.00", off: [[0, "10.00"]] })] }, { triggeredAt: "2026-06-21T08:00:01Z" });
    await note(bought("623", EMMA, { codes: ["MARIE10"] }));
    await settleAll();
    expect(await balances()).toEqual([...before, { order_id: "623", code_id: "k9", creator_id: "c9", amount: "9000" }]);
    expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
  });
});
