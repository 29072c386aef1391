// The steps of workflows: taken from whoever knows the app's secret and for a shop that has the app, carried out once for each run, answered alike ever after.
import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { env } from "#app/env.server.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { leadFetch } from "#test/local/lead.ts";
import { requestOf } from "#test/local/store/flow.ts";
import { storeWithApp, type TestStore } from "#test/local/store/testing.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";
import { keepSession } from "./ask.ts";

useDatabase();

let local: TestStore;
let real: typeof fetch;

beforeAll(async () => {
  real = globalThis.fetch;
  local = await storeWithApp({ port: 0, apiKey: env().SHOPIFY_API_KEY, apiSecret: env().SHOPIFY_API_SECRET });
  leadFetch({ store: local.url, network: "http://127.0.0.1:9" });
  setTokenSource(async () => local.token);
  await makeAtelier();
  // A program without a network: only the store is asked.
  await pool().query("insert into deal (shop, id, name, program_id, terms, starts_at, store_id, store_state, created_at, next_at) select shop, 'friends', 'Friends 10', 'friends', terms, starts_at, 'gid://shopify/DiscountCodeNode/77', 'live', created_at, next_at from deal where shop = $1 and id = 'autumn'", [SHOP]);
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});
afterAll(async () => {
  setTokenSource(null);
  setClockOffsetMs(0);
  globalThis.fetch = real;
  await local.close();
});
beforeEach(async () => {
  await pool().query("truncate flow_run");
  await pool().query("delete from code where deal_id = 'friends'");
  await pool().query("update code set paused_at = null");
});

type Step = "make-code" | "pause-code";
type Sent = { runId?: string; properties?: Record<string, unknown>; body?: string; signature?: string | null; to?: Step; method?: string };

async function send(handle: Step, { runId = randomUUID(), properties = {}, body: altered, signature, to = handle, method = "POST" }: Sent = {}): Promise<{ status: number; body: any }> {
  const { body, headers } = requestOf(local.store, { runId, handle, properties: properties as Record<string, string> });
  if (signature !== undefined) headers["X-Shopify-Hmac-Sha256"] = signature ?? "";
  const request = new Request(`${env().SHOPIFY_APP_URL}/flow/${to}`, { method, headers, ...(method === "POST" && { body: altered ?? body }) });
  const { action } = await (to === "make-code" ? import("#app/routes/flow.make-code.ts") : import("#app/routes/flow.pause-code.ts"));
  const answer = await action({ request, params: {}, context: {} }).catch((thrown: unknown) => {
    if (thrown instanceof Response) return thrown;
    throw thrown;
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

const signed = (body: string, secret = env().SHOPIFY_API_SECRET) => createHmac("sha256", secret).update(body).digest("base64");
const codes = async () => (await pool().query("select code from code where shop = $1 and deal_id = 'friends' order by position", [SHOP])).rows.map((row) => row.code as string);
const pausedCodes = async () => (await pool().query("select shop, code from code where paused_at is not null")).rows;
const runs = async () => (await pool().query("select state from flow_run")).rows.map((row) => row.state as string);

describe("who may ask", () => {
  const body = (fields: Record<string, unknown> = {}) => JSON.stringify({ shop_id: 1, shopify_domain: SHOP, action_run_id: "run-1", handle: "pause-code", properties: { code: "MARIE10" }, ...fields });

  test.each<[string, Sent]>([
    ["no signature", { body: body(), signature: null }],
    ["a signature under another secret", { body: body(), signature: signed(body(), "another-secret") }],
    ["a body that was altered afterwards", { body: body({ properties: { code: "ZOE10" } }), signature: signed(body()) }],
    ["a signature of another length", { body: body(), signature: "AAAA" }],
    ["a shop that does not have the app", { body: body({ shopify_domain: "nowhere.myshopify.com" }), signature: signed(body({ shopify_domain: "nowhere.myshopify.com" })) }],
    ["a signed step of the other kind", { body: body({ handle: "make-code" }), signature: signed(body({ handle: "make-code" })) }],
    ["a signed webhook", { body: '{"id":1,"name":"#1001"}', signature: signed('{"id":1,"name":"#1001"}') }],
    ["a signed step without a run", { body: body({ action_run_id: undefined }), signature: signed(body({ action_run_id: undefined })) }],
    ["a signed step without properties", { body: body({ properties: "MARIE10" }), signature: signed(body({ properties: "MARIE10" })) }],
  ])("%s is turned away, and nothing is noted or done", async (_, sent) => {
    expect((await send("pause-code", sent)).status).toBe(400);
    expect([await pausedCodes(), await runs()]).toEqual([[], []]);
  });

  test("only a POST is taken", async () => {
    expect((await send("pause-code", { method: "PUT" })).status).toBe(405);
  });

  test("a step is about its own shop: another shop's code of that name is not touched, and its run of the same id is another one", async () => {
    const other = body({ shopify_domain: OTHER_SHOP });
    const told = await send("pause-code", { body: other, signature: signed(other) });
    expect([told.status, told.body.message]).toEqual([422, "There is no creator code “MARIE10”."]);
    expect(await pausedCodes()).toEqual([]);
    expect((await send("pause-code", { body: body(), signature: signed(body()) })).status).toBe(200);
    expect(await pausedCodes()).toEqual([{ shop: SHOP, code: "MARIE10" }]);
  });
});

describe("make a creator code", () => {
  test.each([
    ["handle", "marie.coud"],
    ["handle with its @, in other case", "@Marie.COUD"],
    ["e-mail address", " MARIE@example.com"],
    ["id", "marie"],
  ])("for a creator by %s; the code comes with the answer, and the shop's log says who made it", async (_, creator) => {
    const told = await send("make-code", { properties: { creator, deal: "friends 10", code: "" } });
    expect(told).toEqual({ status: 200, body: { return_value: { code: "MARIE10X2", creator: "Marie Laurent", deal: "Friends 10" } } });
    expect(await codes()).toEqual(["MARIE10X2"]);
    expect((await pool().query("select who, what, detail->>'codes' as codes from shop_log where shop = $1 order by id desc limit 1", [SHOP])).rows).toEqual([{ who: "Shopify Flow", what: "codes.given", codes: "MARIE10X2" }]);
  });

  test("under the name that is given, in a deal by its id", async () => {
    expect((await send("make-code", { properties: { creator: "marie", deal: "friends", code: "atelier5" } })).body).toEqual({ return_value: { code: "atelier5", creator: "Marie Laurent", deal: "Friends 10" } });
  });

  test("a run that is repeated, also at once and also after its process died, makes one code and is answered alike", async () => {
    const step = { runId: randomUUID(), properties: { creator: "marie", deal: "friends", code: "" } };
    const answers = await Promise.all([send("make-code", step), send("make-code", step), send("make-code", step)]);
    expect(answers.map(({ status }) => status).filter((status) => status !== 202)).toContain(200);
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);
    const again = await send("make-code", { ...step, properties: { creator: "zoe", deal: "nothing" } });
    expect(again).toEqual(answers.find(({ status }) => status === 200));
    // It died after the code was made, and before that was written down.
    await pool().query("update flow_run set state = 'new', outcome = null");
    expect(await send("make-code", step)).toEqual(again);
    expect(await codes()).toEqual(["MARIE10X2"]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["nobody", { creator: "", deal: "friends" }, "Say for whom the code is: a handle, an e-mail address or an id."],
    ["an unknown creator", { creator: "@nobody", deal: "friends" }, "There is no creator with the handle, e-mail address or id “@nobody”."],
    ["an unknown address, which is not kept", { creator: "buyer@mail.example", deal: "friends" }, "There is no creator with the handle, e-mail address or id “…@mail.example”."],
    ["a creator of another shop", { creator: "stranger", deal: "friends" }, "There is no creator with the handle, e-mail address or id “stranger”."],
    ["no deal", { creator: "marie", deal: " " }, "Say in which deal the code is made: its name or its id."],
    ["an unknown deal", { creator: "marie", deal: "Summer" }, "There is no deal with the name or id “Summer”."],
    ["what is no text", { creator: ["marie"], deal: "friends" }, "Say for whom the code is: a handle, an e-mail address or an id."],
  ])("%s ends the run with a sentence, for good", async (_, properties, message) => {
    const step = { runId: randomUUID(), properties };
    const told = await send("make-code", step);
    expect(told).toEqual({ status: 422, body: { message, errors: [{ message }] } });
    expect(await send("make-code", { ...step, properties: { creator: "marie", deal: "friends" } })).toEqual(told);
    expect([await codes(), await runs()]).toEqual([[], ["refused"]]);
    expect(JSON.stringify((await pool().query("select * from flow_run")).rows)).not.toContain("buyer");
  });

  test("what the app's own page refuses is refused with its sentence: a creator who is not in the program, a name that is taken", async () => {
    const zoe = await send("make-code", { properties: { creator: "zoe", deal: "friends" } });
    expect([zoe.status, zoe.body.message]).toEqual([422, expect.stringContaining("Zoë Łukasz")]);
    const taken = await send("make-code", { properties: { creator: "marie", deal: "friends", code: "ZOE10" } });
    expect([taken.status, taken.body.message]).toEqual([422, expect.stringContaining("ZOE10")]);
    expect(await codes()).toEqual([]);
  });

  test("while the store does not answer the run is asked for again, and made then", async () => {
    const step = { runId: randomUUID(), properties: { creator: "marie", deal: "friends", code: "" } };
    setTokenSource(async () => null);
    expect((await send("make-code", step)).status).toBe(503);
    expect([await codes(), await runs()]).toEqual([[], ["new"]]);
    setTokenSource(async () => local.token);
    expect((await send("make-code", step)).status).toBe(200);
  });
});

describe("pause a creator code", () => {
  test("in whatever case it is typed; a repetition, or another run of the same, is done as well", async () => {
    const step = { runId: randomUUID(), properties: { code: " marie10" } };
    for (const one of [step, step, { properties: { code: "MARIE10" } }]) expect(await send("pause-code", one)).toEqual({ status: 200, body: {} });
    expect(await pausedCodes()).toEqual([{ shop: SHOP, code: "MARIE10" }]);
    expect((await pool().query("select count(*)::int as n from shop_log where shop = $1 and what = 'codes.paused' and who = 'Shopify Flow'", [SHOP])).rows).toEqual([{ n: expect.any(Number) }]);
  });

  test("a run that was done pauses nothing again after somebody resumed the code", async () => {
    const step = { runId: randomUUID(), properties: { code: "MARIE10" } };
    await send("pause-code", step);
    await pool().query("update code set paused_at = null");
    expect((await send("pause-code", step)).status).toBe(200);
    expect(await pausedCodes()).toEqual([]);
  });

  test("a code that is no longer in use, or none, is refused", async () => {
    await pool().query("update code set retired_at = now() where shop = $1 and code = 'LILEI10'", [SHOP]);
    expect((await send("pause-code", { properties: { code: "LILEI10" } })).body.message).toBe("The code LILEI10 is no longer in use, so it cannot be paused.");
    expect((await send("pause-code", { properties: { code: "" } })).body.message).toBe("Say which code is to be paused.");
  });
});
