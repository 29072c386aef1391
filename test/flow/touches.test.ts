// The storefront's public endpoint, over HTTP and down to the rows.
import { connect } from "node:net";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { customerHash } from "#app/crypto.server.ts";
import { inTransaction, pool } from "#app/db.server.ts";
import { holdClicks } from "#app/db/touch.ts";
import { touchKey, type Entry } from "#app/domain/touch.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { forgetShops } from "#app/flow/storefront-door.ts";
import { storefrontToken } from "#app/flow/storefront-token.ts";
import { touches } from "#app/flow/touches.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody, SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeMariesShop } from "#test/support/shop.ts";

process.env.TRUSTED_PROXIES = "1";
useDatabase();

const VISITOR = "vAbCdEfGhIjKlMnOpQrS1";
const OTHER = "other-shop.myshopify.com";
let server: Server;
let address: string;
let lastAddress = 0;

beforeAll(async () => {
  server = createServer((request, response) => void touches(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/touches`;
});
afterAll(() => void server.close());

beforeEach(async () => {
  await pool().query("alter table ledger_entry disable trigger user");
  await pool().query("truncate shop, shop_rule, program, program_rule, creator, creator_email, membership, code, code_term, touch, click_owner, order_click, visitor_tie, storefront, delivery, order_state, decision, ledger_entry");
  forgetShops();
  await makeMariesShop();
  await pool().query(`insert into creator (shop, id, name, handle, created_at) values ($1, 'c2', 'Léo', '@Leo.Bakes', '2026-01-01')`, [SHOP]);
});
afterEach(() => setClockOffsetMs(0));

type Row = { visitor: string; kind: string; parameter: string | null; word: string | null; click_id: string | null; creator_id: string | null; source: string; key: string; at: Date };

async function kept(): Promise<Row[]> {
  return (await pool().query<Row>("select visitor, kind, parameter, word, click_id, creator_id, source, key, at from touch order by id")).rows;
}

function entry(change: Partial<Entry> = {}): Entry {
  return { atMs: Date.now() - 1_000, kind: "link", parameter: "creator", value: "MARIE10", ...change };
}

function told(one: Entry, visitor = VISITOR): Record<string, unknown> {
  return { key: touchKey(visitor, one), at: new Date(one.atMs).toISOString(), kind: one.kind, parameter: one.parameter, value: one.value };
}

function body(change: Record<string, unknown> = {}, entries: Entry[] = [entry()]): Record<string, unknown> {
  const visitor = typeof change.visitor === "string" ? change.visitor : VISITOR;
  return { token: storefrontToken(SHOP, 1), visitor, source: "pixel", touches: entries.map((one) => told(one, visitor)), ...change };
}

/** Each call comes from an address of its own, where none is given. */
function post(sent: unknown, from = `203.0.${(lastAddress += 1) >> 8}.${lastAddress & 255}`): Promise<Response> {
  return fetch(address, { method: "POST", headers: { "content-type": "text/plain", "x-forwarded-for": from }, body: typeof sent === "string" ? sent : JSON.stringify(sent) });
}

const checkout = { token: "chk_1", orderId: "gid://shopify/Order/1001", customerId: "77", codes: ["MARIE10"], at: "2026-06-10T08:00:00Z" };

describe("what is noted", () => {
  test("a link's word with its creator, a code's, a handle's, and a click id whose owner nobody knows yet", async () => {
    const entries = [entry(), entry({ kind: "code", parameter: null, value: "marie10 " .trim() }), entry({ value: "leo.bakes" }), entry({ kind: "click_id", parameter: "irclickid", value: "2ZI.a~b" })];
    const answer = await post(body({}, entries));
    expect(answer.status).toBe(202);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await kept()).toMatchObject([
      { visitor: VISITOR, kind: "link", parameter: "creator", word: "MARIE10", click_id: null, creator_id: "c1", source: "pixel", key: touchKey(VISITOR, entries[0]!), at: new Date(entries[0]!.atMs) },
      { kind: "code", parameter: null, word: "marie10", creator_id: "c1" },
      { kind: "link", word: "leo.bakes", creator_id: "c2" },
      { kind: "click_id", parameter: "irclickid", word: null, click_id: "2ZI.a~b", creator_id: null },
    ]);
    expect((await pool().query("select parameter, click_id, state, asks_at is not null as asked from click_owner")).rows).toEqual([{ parameter: "irclickid", click_id: "2ZI.a~b", state: "new", asked: true }]);
  });

  test("once, however often it is told, by pixel and embed at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => post(body({ source: n % 2 === 0 ? "pixel" : "embed" }, [entry({ atMs: 1_781_000_000_000 }), entry({ atMs: 1_781_000_000_000 })]))));
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(await kept()).toHaveLength(1);
  });

  test("the owner of a code at the time of the touch is its creator", async () => {
    await pool().query(`insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) values ($1, 'k1', now() - interval '1 hour', 'c2', 'p1', 'always')`, [SHOP]);
    await post(body({}, [entry({ atMs: Date.now() - 7_200_000 }), entry()]));
    expect((await kept()).map((row) => row.creator_id)).toEqual(["c1", "c2"]);
  });

  test.each<[string, Partial<Entry>]>([
    ["a word that names nobody", { value: "NOBODY" }],
    ["a code that was not there yet", { atMs: Date.parse("2025-12-31T00:00:00Z"), value: "MARIE10" }],
    ["a click id in a parameter of no network", { kind: "click_id", parameter: "utm_term", value: "abc" }],
    ["a touch of the year before last", { atMs: Date.now() - 500 * 86_400_000 }],
  ])("%s is taken in and not kept", async (_what, change) => {
    expect((await post(body({}, [entry(change)]))).status).toBe(202);
    expect(await kept()).toEqual([]);
  });

  test("a browser whose clock is ahead touches now", async () => {
    const before = Date.now();
    await post(body({}, [entry({ atMs: before + 9_000_000 })]));
    const [row] = await kept();
    expect(row!.at.getTime()).toBeLessThanOrEqual(Date.now());
    expect(row!.at.getTime()).toBeGreaterThanOrEqual(before);
  });

  test("what the database refuses of one does not spoil the others that are written with it", async () => {
    await makeCode("k9", { code: "BAD10", creator: "c1", program: "p1" });
    await pool().query("alter table touch add constraint nothing_bad check (word <> 'BAD10')");
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => post(body({ visitor: `vSeveral${n}xx` }, [entry({ value: n % 4 === 0 ? "BAD10" : "MARIE10" })]))));
    await pool().query("alter table touch drop constraint nothing_bad");
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, (_, n) => (n % 4 === 0 ? 503 : 202)));
    expect(await kept()).toHaveLength(9);
  });

  test("that pixel and embed were heard from, once a minute", async () => {
    setClockOffsetMs(10 * 86_400_000);
    await post(body());
    await expect.poll(async () => (await pool().query("select pixel_seen_at, embed_seen_at from storefront where shop = $1", [SHOP])).rows).toMatchObject([{ pixel_seen_at: expect.any(Date), embed_seen_at: null }]);
    await pool().query("delete from storefront");
    await post(body());
    setClockOffsetMs(10 * 86_400_000 + 61_000);
    await post(body({ source: "embed" }));
    await expect.poll(async () => (await pool().query("select pixel_seen_at, embed_seen_at from storefront where shop = $1", [SHOP])).rows).toMatchObject([{ pixel_seen_at: null, embed_seen_at: expect.any(Date) }]);
  });
});

describe("who is refused", () => {
  const cases: [string, () => Record<string, unknown> | string | Promise<unknown>, number][] = [
    ["no token", () => body({ token: undefined }), 401],
    ["a forged token", () => body({ token: `${SHOP}.1.${"A".repeat(43)}` }), 401],
    ["a token of another version", () => body({ token: storefrontToken(SHOP, 2) }), 401],
    ["a token whose shop was exchanged", () => body({ token: storefrontToken(OTHER, 1).replace(OTHER, SHOP) }), 401],
    ["a shop that has not installed the app", () => body({ token: storefrontToken(OTHER, 1) }), 401],
    ["no JSON", () => "{", 400],
    ["nothing", () => "", 400],
    ["a list", () => "[]", 401],
    ["null", () => "null", 401],
    ["nested lists", () => `${"[".repeat(4_000)}${"]".repeat(4_000)}`, 401],
    ["a wrong value", () => body({ visitor: "x" }), 400],
    ["a body of 9 KB", () => body({ note: "x".repeat(9_000) }), 413],
  ];
  test.each(cases)("%s", async (_what, sent, status) => {
    const answer = await post(await sent());
    expect(answer.status).toBe(status);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await kept()).toEqual([]);
  });

  test("with what is wrong, for whoever writes a client", async () => {
    expect(await (await post(body({ source: "x" }))).text()).toBe('source must be "pixel" or "embed"\n');
  });

  test("tokens that were made worthless, and those of a shop that uninstalled the app", async () => {
    expect((await post(body())).status).toBe(202);
    await pool().query("insert into storefront (shop, token_version) values ($1, 2) on conflict (shop) do update set token_version = 2", [SHOP]);
    forgetShops();
    expect((await post(body())).status).toBe(401);
    expect((await post(body({ token: storefrontToken(SHOP, 2) }))).status).toBe(202);
    await pool().query("update shop set uninstalled_at = now() where shop = $1", [SHOP]);
    setClockOffsetMs(6_000);
    expect((await post(body({ token: storefrontToken(SHOP, 2) }))).status).toBe(401);
  });

  test.each(["GET", "PUT", "DELETE"])("%s", async (method) => {
    expect((await fetch(address, { method })).status).toBe(405);
  });

  test("a preflight is answered for a sandbox without an origin", async () => {
    const answer = await fetch(address, { method: "OPTIONS", headers: { origin: "null", "access-control-request-method": "POST", "access-control-request-headers": "content-type" } });
    expect([answer.status, answer.headers.get("access-control-allow-origin"), answer.headers.get("access-control-allow-headers")]).toEqual([204, "*", "content-type"]);
  });

  test("a body whose length is not told beforehand", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(address, { method: "POST" }, (answer) => resolve(answer.resume().statusCode));
      sent.on("error", reject);
      sent.write("{");
    });
    expect(status).toBe(411);
  });

  test("a body that does not come, while others are served", async () => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    socket.write("POST /touches HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{");
    expect((await post(body())).status).toBe(202);
    await expect.poll(() => heard, { timeout: 15_000 }).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  }, 30_000);

  test("a flood from one address, while others pass", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 350; n++) statuses.push((await post("{", "198.51.100.7")).status);
    expect(new Set(statuses)).toEqual(new Set([400, 429]));
    expect(statuses.at(-1)).toBe(429);
    const refused = await post(body(), "198.51.100.7");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await post(body(), "198.51.100.8")).status).toBe(202);
  }, 60_000);
});

describe("orders are settled again", () => {
  const before = new Date("2026-06-09T10:00:00Z").getTime();

  async function settleAll(): Promise<void> {
    while ((await settleOnce()) > 0);
  }

  async function outcome(orderId = "1001"): Promise<string> {
    const { rows } = await pool().query<{ outcome: string; reason: string | null }>("select outcome, reason from order_state where shop = $1 and order_id = $2", [SHOP, orderId]);
    return rows[0]!.reason ?? rows[0]!.outcome;
  }

  const waiting = async () => (await pool().query<{ order_id: string; topic: string }>("select order_id, topic from delivery where state = 'new' order by order_id")).rows;

  beforeEach(async () => {
    setClockOffsetMs(Date.parse("2026-06-11T00:00:00Z") - Date.now());
    await makeCode("k2", { code: "ASK10", creator: "c1", program: "p1", policy: "involved" });
  });

  test("by a touch that is told late, and was in time", async () => {
    await note(orderBody({ codes: ["ASK10"], note_attributes: [{ name: "creator_visitor", value: VISITOR }] }));
    await settleAll();
    expect(await outcome()).toBe("no_click");
    await post(body({}, [entry({ atMs: before })]));
    await settleAll();
    expect(await outcome()).toBe("credited");
  });

  test("not by one that came after it", async () => {
    await note(orderBody({ codes: ["ASK10"], note_attributes: [{ name: "creator_visitor", value: VISITOR }] }));
    await settleAll();
    await post(body({}, [entry({ atMs: Date.parse("2026-06-10T09:00:00Z") })]));
    expect(await kept()).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  test("by a checkout that is tied to the visitor, once", async () => {
    await pool().query("insert into order_state (shop, order_id, checkout_token, customer_hash) values ($1, '1001', 'chk_1', null), ($1, '1002', 'chk_2', $2), ($1, '1003', 'chk_3', 'h1:other')", [SHOP, customerHash("77")]);
    expect((await post(body({ checkout }, []))).status).toBe(202);
    expect(await waiting()).toEqual([{ order_id: "1001", topic: "touch" }, { order_id: "1002", topic: "touch" }]);
    await pool().query("update delivery set state = 'done'");
    expect((await post(body({ checkout }, []))).status).toBe(202);
    expect(await waiting()).toEqual([]);
    const { rows } = await pool().query("select kind, value, visitor, order_id, codes from visitor_tie order by kind");
    expect(rows).toEqual([
      { kind: "checkout", value: "chk_1", visitor: VISITOR, order_id: "1001", codes: ["MARIE10"] },
      { kind: "customer", value: customerHash("77"), visitor: VISITOR, order_id: "1001", codes: [] },
    ]);
  });

  test("by a touch on another device of the same customer", async () => {
    await post(body({ checkout }, []));
    await post(body({ visitor: "vLaptop00000", checkout: { ...checkout, token: "chk_2", orderId: "1002" } }, []));
    await pool().query("insert into order_state (shop, order_id, visitor, created_at) values ($1, '1001', $2, '2026-06-10T08:00:00Z')", [SHOP, VISITOR]);
    await post(body({ visitor: "vLaptop00000" }, [entry({ atMs: before })]));
    expect(await waiting()).toEqual([{ order_id: "1001", topic: "touch" }]);
  });

  test("by a touch with the click id that an order names itself", async () => {
    await pool().query("insert into order_click (shop, parameter, click_id, order_id) values ($1, 'irclickid', 'abc', '1001'), ($1, 'irclickid', 'xyz', '1002')", [SHOP]);
    await post(body({}, [entry({ kind: "click_id", parameter: "irclickid", value: "abc" })]));
    expect(await waiting()).toEqual([{ order_id: "1001", topic: "touch" }]);
  });

  test("only so many browsers are tied to one checkout", async () => {
    for (let n = 0; n < 25; n++) await post(body({ visitor: `vMany${n}xxxx`, checkout: { ...checkout, customerId: null } }, []));
    const { rows } = await pool().query("select count(*)::int as count from visitor_tie");
    expect(rows).toEqual([{ count: 20 }]);
  });

  test("while a visitor's order is being settled, his touch waits, and those of others do not", async () => {
    let end = () => {};
    const held = new Promise<void>((resolve) => (end = resolve));
    const settling = inTransaction(async (client) => {
      await holdClicks(client, SHOP, [VISITOR]);
      await held;
    });
    await expect.poll(async () => (await pool().query("select 1 from pg_locks where locktype = 'advisory' and mode = 'ShareLock'")).rowCount).toBe(1);
    let answered = false;
    const his = post(body()).then((answer) => ((answered = true), answer));
    await sleep(50);
    expect((await post(body({ visitor: "vSomeoneElse" }))).status).toBe(202);
    expect(answered).toBe(false);
    expect(await kept()).toMatchObject([{ visitor: "vSomeoneElse" }]);
    end();
    await settling;
    expect((await his).status).toBe(202);
    expect((await kept()).map(({ visitor }) => visitor)).toEqual(["vSomeoneElse", VISITOR]);
  });
});
