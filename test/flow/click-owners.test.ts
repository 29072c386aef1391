// Whose click an id is: the networks are asked within their hour, and orders are settled again once it is known. What nobody knows credits nobody.
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { now, nowMs, setClockOffsetMs } from "#app/clock.ts";
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { inTransaction, pool, prisma } from "#app/db.server.ts";
import { wantOwners } from "#app/db/click-owner.ts";
import { lockClicks, noteTouches } from "#app/db/touch.ts";
import { touchKey } from "#app/domain/touch.ts";
import { changeClickParameters } from "#app/flow/click-parameters.ts";
import { askOwners, newAskerState, type AskerState } from "#app/flow/click-owners.ts";
import { connectNetwork, disconnectNetwork } from "#app/flow/connect.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { addNetworks, networksIn } from "#app/networks/registry.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode, makeCreator } from "#test/support/shop.ts";
import { held, openScene, pass, type Scene, SHOP, SID, TOKEN, workFor } from "./reporting.ts";

useDatabase();
const SISTER = "sister.myshopify.com";
const RULE = `insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral) values ($1, $2, 'epoch', 'full', 'paid', 'order', 30, true)`;
let scene: Scene;
let other: { programId: string; partnerId: string };
let state: AskerState;
let id = 1_000;
let update = 0;

/** Marie's LEA8 asks for a click of hers, ALLE is for everybody. A second program of the account stands beside hers, with Jonas in it, who is no creator here. */
beforeAll(async () => {
  addNetworks(await networksIn(join(import.meta.dirname, "..", "networks")));
  scene = await openScene();
  const { network } = scene.local;
  const longAgo = nowMs() - 90 * 86_400_000;
  const performance = network.addProgram(SID, { name: "Performance", type: "Performance" });
  other = { programId: performance.id, partnerId: network.addPartner(SID, { name: "Jonas" }).id };
  network.addPartnerToProgram(SID, other.partnerId, performance.id, { joinedMs: longAgo });
  network.assignCode(SID, { programId: scene.programId, partnerId: scene.partnerId, code: "LEA8", policy: "INVOLVED", createdMs: longAgo });
  await prisma().program.create({ data: { shop: SHOP, id: "p2", connectionId: "net", network: "impact", externalId: performance.id, name: "Performance", kind: "performance", createdAt: new Date(longAgo + 1) } });
  await pool().query(RULE, [SHOP, "p1"]);
  await pool().query(RULE, [SHOP, "p2"]);
  await makeCreator("c1", { shop: SHOP, name: "Marie", memberships: [{ program: "p1", partnerId: scene.partnerId }] });
  await makeCode("k1", { shop: SHOP, code: "LEA8", creator: "c1", program: "p1", policy: "involved" });
  await makeCode("k2", { shop: SHOP, code: "ALLE", creator: null, program: "p1" });
  await makeCode("k3", { shop: SHOP, code: "IMMER", creator: "c1", program: "p1" });
});
beforeEach(async () => {
  id += 1;
  state = newAskerState();
  scene.local.network.state.exchanges = [];
  await pool().query("truncate rate_budget");
  await pool().query("delete from click_owner where state = 'new'");
  pass(70); // an hour of its own
});
afterEach(async () => {
  scene.local.network.clearFaults();
  expect((await verifyLedger({ shop: SHOP })).differences).toEqual([]);
});
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

type Sale = { shop?: string; code?: string; attributes?: Record<string, string> };

/** An order of 100.00 with 20.00 off by the code. */
async function sell({ shop = SHOP, code = "LEA8", attributes = {} }: Sale = {}): Promise<void> {
  const made = new Date(nowMs() - 1_000).toISOString();
  await note(
    orderBody({
      id: String(id), codes: [code], created_at: made, updated_at: new Date(nowMs() + ++update).toISOString(), note_attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
      lines: [{ id: `${id}1`, price: "100.00", off: [[0, "20.00"]] }],
    }),
    { shop },
  );
  await settle();
}

async function settle(): Promise<void> {
  while ((await settleOnce()) > 0);
}

/** Time goes by, and the networks are asked what is due. */
async function ask(minutes: number, options: { shop?: string; state?: AskerState } = {}): Promise<void> {
  for (let gone = 0; gone < minutes; gone += 1) {
    pass(1);
    while ((await askOwners({ state, ...options })) > 0);
    await settle();
  }
}

function clicked(name: string, { programId, partnerId }: { programId: string; partnerId: string } = scene, minutesAgo = 30): string {
  return scene.local.network.addClick(SID, { programId, partnerId, id: `${name}${id}`, atMs: nowMs() - minutesAgo * 60_000 }).id;
}

async function touched(visitor: string, click: string, { parameter = "irclickid", shop = SHOP, minutesAgo = 30 } = {}): Promise<void> {
  const atMs = nowMs() - minutesAgo * 60_000;
  const entry = { atMs, kind: "click_id" as const, parameter, value: click };
  await inTransaction(async (client) => {
    await lockClicks(client, shop, [visitor]);
    await noteTouches(client, shop, [{ at: new Date(atMs), visitor, kind: "click_id", parameter, word: null, clickId: click, creatorId: null, source: "pixel", key: touchKey(visitor, entry) }], now());
    await wantOwners(client, shop, [{ parameter, clickId: click }], now());
  });
}

const order = async (shop = SHOP) => (await pool().query("select outcome, reason, credited::text, evidence from order_state where shop = $1 and order_id = $2", [shop, String(id)])).rows[0];
const owner = async (clickId: string, shop = SHOP) =>
  (await pool().query(`select state, creator_id as creator, program_id as program, partner_id as partner, tries, asks_at is null as resting from click_owner where shop = $1 and click_id = $2`, [shop, clickId])).rows[0];
const conversion = async () => (await pool().query("select state, problem, click_id as click, click_parameter as parameter from conversion where shop = $1 and order_id = $2", [SHOP, String(id)])).rows[0];
const asked = (clickId = "") => scene.local.network.state.exchanges.filter(({ path, method }) => method === "GET" && path.includes(`/Clicks/${clickId}`)).length;

describe("an order that names a click itself", () => {
  test("is credited once the network has said whose it was, and told with it", async () => {
    const click = clicked("marie");
    await sell({ attributes: { irclickid: click } });
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "no_click" });
    expect(asked()).toBe(0);
    await ask(2);
    expect(await owner(click)).toMatchObject({ state: "found", creator: "c1", program: "p1", partner: scene.partnerId, resting: true });
    expect(await order()).toMatchObject({ outcome: "credited", credited: "8000", evidence: "attributes" });
    expect(asked(click)).toBe(1);
    await workFor(60);
    expect(held(scene, String(id))).toMatchObject([{ state: "PENDING", partnerId: scene.partnerId }]);
    expect(await conversion()).toMatchObject({ state: "reported", click, parameter: "irclickid" });
  });

  test("the click is looked for in each program of the account; of somebody who is no creator it credits nobody", async () => {
    const click = clicked("jonas", other);
    await sell({ attributes: { irclickid: click } });
    await ask(3);
    expect(await owner(click)).toMatchObject({ state: "found", creator: null, program: "p2", partner: other.partnerId, resting: true });
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "no_click" });
    expect(asked(click)).toBe(2);
  });

  test("a partner who becomes a creator later has his clicks then, and the network is not asked again", async () => {
    const nina = scene.local.network.addPartner(SID, { name: "Nina" }).id;
    scene.local.network.addPartnerToProgram(SID, nina, other.programId, { joinedMs: 0 });
    const click = clicked("late", { programId: other.programId, partnerId: nina });
    await sell({ code: "ALLE", attributes: { irclickid: click } });
    await ask(3);
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "no_click" });
    await makeCreator("nina", { shop: SHOP, name: "Nina", memberships: [{ program: "p2", partnerId: nina }, { program: "p1", partnerId: nina }] });
    const before = asked();
    await ask(3);
    expect(await order()).toMatchObject({ outcome: "credited", credited: "8000" });
    expect(await owner(click)).toMatchObject({ state: "found", creator: "nina" });
    expect(asked()).toBe(before);
  });

  test("an id that no network knows stays unknown: it is asked about for two days, and then left alone", async () => {
    await sell({ attributes: { irclickid: `made-up-${id}` } });
    for (let hour = 0; hour < 60; hour += 1) {
      pass(59);
      await ask(1);
    }
    expect(await owner(`made-up-${id}`)).toMatchObject({ state: "nobody", creator: null, resting: true });
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "no_click" });
    // Two programs, six times.
    expect(asked()).toBe(12);
    await ask(60);
    expect(asked()).toBe(12);
  }, 60_000);

  test.each(["..", "a/../../Actions", "x".repeat(128)])("an id such as %j leads nowhere else", async (value) => {
    await sell({ attributes: { irclickid: value } });
    await ask(3);
    expect(scene.local.network.state.exchanges.filter(({ path }) => !/^\/Campaigns\/\d+\/Clicks\/[^/]+$/.test(path))).toEqual([]);
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "no_click" });
  });

  test("a click that the network shows some minutes later is found then", async () => {
    const click = clicked("fresh", scene, 0);
    await sell({ attributes: { irclickid: click } });
    await ask(1);
    await ask(20);
    expect(await owner(click)).toMatchObject({ state: "found", creator: "c1" });
    expect(await order()).toMatchObject({ outcome: "credited" });
  });
});

describe("a click that a browser noted", () => {
  test("credits the order of that browser once its owner is known, whichever came first", async () => {
    const click = clicked("seen");
    await touched(`visitor-${id}`, click);
    await sell({ attributes: { creator_visitor: `visitor-${id}` } });
    await ask(3);
    expect(await order()).toMatchObject({ outcome: "credited", credited: "8000" });
    id += 1;
    await sell({ attributes: { creator_visitor: `visitor-${id}` } });
    const second = clicked("seen");
    await touched(`visitor-${id}`, second);
    await settle();
    await ask(20);
    expect(await order()).toMatchObject({ outcome: "credited", credited: "8000" });
  });

  test("a code that is always credited waits for no click: its ids do not go before others", async () => {
    const click = clicked("always");
    await touched(`visitor-${id}`, click);
    await sell({ code: "IMMER", attributes: { creator_visitor: `visitor-${id}` } });
    expect(await order()).toMatchObject({ outcome: "credited" });
    const { rows } = await pool().query("select matters from click_owner where click_id = $1", [click]);
    expect(rows).toEqual([{ matters: false }]);
  });
});

/** Ids that no order waits for, noted by browsers: there is nothing to be found about them. */
async function noise(count: number, shop = SHOP): Promise<void> {
  await inTransaction((client) => wantOwners(client, shop, Array.from({ length: count }, (_, n) => ({ parameter: "irclickid", clickId: `noise-${id}-${n}` })), now()));
}

describe("the account's hour", () => {
  test("thousands of clicks take a small part of it, and what an order waits for comes first", async () => {
    await noise(3_000);
    await ask(25); // the others' part of the hour is used up by then
    expect(asked()).toBe(50);
    const click = clicked("matters");
    await sell({ attributes: { irclickid: click } });
    await ask(3);
    expect(await order()).toMatchObject({ outcome: "credited" });
    expect(asked()).toBe(51);
    await ask(25);
    expect(asked()).toBe(51);
    await ask(20);
    expect(asked()).toBeLessThanOrEqual(51 + 50);
    expect(asked()).toBeGreaterThan(51);
  }, 120_000);

  test("even of ids that orders wait for no more than a tenth is asked, so that reports and reading have theirs", async () => {
    await inTransaction((client) => wantOwners(client, SHOP, Array.from({ length: 400 }, (_, n) => ({ parameter: "irclickid", clickId: `many-${id}-${n}` })), now(), true));
    await ask(50);
    expect(asked()).toBe(100);
    const { rows } = await pool().query(`select reads, reports, used from rate_budget`);
    expect(rows).toEqual([{ reads: 100, reports: 0, used: 100 }]);
  }, 120_000);

  test("is one for all shops on the account", async () => {
    await sister();
    await noise(200);
    await noise(200, SISTER);
    await ask(40);
    expect(asked()).toBe(50);
  }, 60_000);
});

/** A second shop on the account, whose Marie is another creator. */
async function sister(): Promise<void> {
  if ((await pool().query("select from program where shop = $1", [SISTER])).rowCount! > 0) return;
  const at = new Date(nowMs() - 86_400_000 * 90);
  await prisma().networkConnection.create({ data: { shop: SISTER, id: "net", network: "impact", accountSid: SID, token: seal(TOKEN), keyId: sealingKeyId(), state: "connected", createdAt: at } });
  await prisma().program.create({ data: { shop: SISTER, id: "q1", connectionId: "net", network: "impact", externalId: scene.programId, eventTypeId: scene.eventTypeId, name: "Creators", kind: "creator", createdAt: at } });
  await pool().query(RULE, [SISTER, "q1"]);
  await makeCreator("s1", { shop: SISTER, name: "Marie", memberships: [{ program: "q1", partnerId: scene.partnerId }] });
  await makeCode("k9", { shop: SISTER, code: "LEA8", creator: "s1", program: "q1", policy: "involved" });
}

test("two shops on one account: each has its own creator for the partner, and knows nothing of the other's clicks", async () => {
  await sister();
  const mine = clicked("mine");
  const theirs = clicked("theirs");
  await sell({ attributes: { irclickid: mine } });
  await sell({ shop: SISTER, attributes: { irclickid: theirs } });
  await ask(4);
  expect([await order(), await order(SISTER)]).toMatchObject([{ outcome: "credited" }, { outcome: "credited" }]);
  expect([await owner(mine), await owner(theirs, SISTER)]).toMatchObject([{ creator: "c1" }, { creator: "s1" }]);
  expect([await owner(mine, SISTER), await owner(theirs)]).toEqual([undefined, undefined]);
});

describe("what the network does not say", () => {
  test("of an account that was disconnected nothing is asked; connected again it is asked at once", async () => {
    const click = clicked("away");
    await disconnectNetwork(SHOP, "net");
    await sell({ attributes: { irclickid: click } });
    await ask(60);
    expect(asked()).toBe(0);
    expect(await connectNetwork(SHOP, { accountSid: SID, token: TOKEN })).toMatchObject({ ok: true, connectionId: "net" });
    await ask(2);
    expect(await order()).toMatchObject({ outcome: "credited" });
  });

  test("a token that may not read clicks costs one question an hour, and none of the tries", async () => {
    scene.local.network.account(SID).tokens[0]!.denied = ["GET /Campaigns/*/Clicks/*"];
    const click = clicked("denied");
    await sell({ attributes: { irclickid: click } });
    await ask(50);
    expect(asked()).toBe(1);
    expect(await owner(click)).toMatchObject({ state: "new", tries: 0 });
    const { rows } = await pool().query("select p->>'state' as state from network_connection, jsonb_array_elements(permissions) p where shop = $1 and p->>'id' = 'clicks_read'", [SHOP]);
    expect(rows).toEqual([{ state: "lacking" }]);
    scene.local.network.account(SID).tokens[0]!.denied = [];
    await ask(20);
    expect(await order()).toMatchObject({ outcome: "credited" });
  });

  test.each(["503", "timeout"] as const)("an answer that does not come (%s) is asked for again", async (kind) => {
    const undo = kind === "timeout" ? hang() : () => {};
    if (kind !== "timeout") scene.local.network.addFault({ kind, endpoint: "GET /Campaigns/*/Clicks/*", count: 1 });
    const click = clicked("lost");
    await sell({ attributes: { irclickid: click } });
    await ask(3);
    expect(await owner(click)).toMatchObject({ state: "new", tries: 0 });
    undo();
    await ask(12);
    expect(await order()).toMatchObject({ outcome: "credited" });
  });

  test("of an account whose budget is used up it waits for the next hour", async () => {
    const click = clicked("limited");
    scene.local.network.addFault({ kind: "429", endpoint: "GET /Campaigns/*/Clicks/*", count: 1 });
    await sell({ attributes: { irclickid: click } });
    await ask(5);
    expect(asked()).toBe(1);
    await ask(65);
    expect(await order()).toMatchObject({ outcome: "credited" });
  });
});

/** The next answer about a click never comes. */
function hang(): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (!String(input instanceof Request ? input.url : input).includes("/Clicks/")) return real(input, init);
    throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
  };
  return () => void (globalThis.fetch = real);
}

test("whoever dies between the answer and the writing is followed by another: the order is settled once, and the dead one writes nothing", async () => {
  const click = clicked("killed");
  await sell({ attributes: { irclickid: click } });
  pass(2);
  const real = globalThis.fetch;
  const gate = Promise.withResolvers<never>();
  const answered = Promise.withResolvers<void>();
  globalThis.fetch = async (input, init) => {
    if (!String(input instanceof Request ? input.url : input).includes("/Clicks/")) return real(input, init);
    await (await real(input, init)).text();
    answered.resolve();
    return gate.promise;
  };
  const dead = askOwners({ state });
  await answered.promise;
  globalThis.fetch = real;
  state = newAskerState();
  await ask(5);
  expect(asked(click)).toBe(1); // the dead one has it for some minutes
  await ask(8);
  expect(await order()).toMatchObject({ outcome: "credited" });
  gate.reject(new TypeError("the connection is gone"));
  await dead;
  await settle();
  expect(await owner(click)).toMatchObject({ state: "found", creator: "c1" });
  const { rows } = await pool().query("select count(*)::int as n from delivery where shop = $1 and order_id = $2 and topic = 'touch'", [SHOP, String(id)]);
  expect(rows).toEqual([{ n: 1 }]);
});

describe("another network's click", () => {
  async function foreign(name: string): Promise<string> {
    const clickId = `${name}-${id}`;
    await pool().query("insert into click_owner (shop, parameter, click_id, creator_id, state, at) values ($1, 'tinyclickid', $2, 'c1', 'found', $3)", [SHOP, clickId, now()]);
    return clickId;
  }

  test("credits, and is told to nobody else: a code is told without it", async () => {
    await sell({ attributes: { tinyclickid: await foreign("tiny") } });
    expect(await order()).toMatchObject({ outcome: "credited" });
    expect(await conversion()).toMatchObject({ state: "waiting", click: null });
  });

  test("a code for everybody is not told then, and says why; with a click of the network's own it is", async () => {
    const visitor = `visitor-${id}`;
    await sell({ code: "ALLE", attributes: { creator_visitor: visitor, tinyclickid: await foreign("tiny") } });
    expect(await order()).toMatchObject({ outcome: "credited" });
    await workFor(30);
    expect(await conversion()).toEqual({ state: "stuck", problem: "foreign_click", click: null, parameter: "tinyclickid" });
    expect(held(scene, String(id))).toEqual([]);
    const click = clicked("own");
    await touched(visitor, click, { minutesAgo: 120 });
    await settle();
    await ask(20);
    await workFor(60);
    expect(await conversion()).toEqual({ state: "reported", problem: null, click, parameter: "irclickid" });
    expect(held(scene, String(id))).toMatchObject([{ partnerId: scene.partnerId }]);
  });

  test("a parameter that a merchant adds for a network that is not connected brings clicks of unknown owners, and nobody is asked", async () => {
    expect(await changeClickParameters(SHOP, "merchant", [{ name: "awc", network: null }])).toEqual([]);
    await touched(`visitor-${id}`, `awin-${id}`, { parameter: "awc" });
    await sell({ attributes: { creator_visitor: `visitor-${id}` } });
    await ask(5);
    expect(asked()).toBe(0);
    expect(await owner(`awin-${id}`)).toMatchObject({ state: "new", creator: null, resting: true });
    expect(await order()).toMatchObject({ outcome: "not_credited", reason: "no_click" });
    // It turns out to be another parameter of the connected network: it is asked now.
    const late = clicked("late");
    await touched(`visitor-${id}`, late, { parameter: "awc" });
    expect(await changeClickParameters(SHOP, "merchant", [{ name: "awc", network: "impact" }])).toEqual([]);
    await ask(20);
    expect(await order()).toMatchObject({ outcome: "credited" });
  });
});
