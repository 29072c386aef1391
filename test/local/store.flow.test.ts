// The local store's workflows: what a trigger takes, and how an action is run and repeated, as the platform documents it.
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { beginRun, flowOf, postRun } from "./store/flow.ts";
import { storeWithApp, type TestStore } from "./store/testing.ts";

const MINUTE = 60_000;
const TELL = "mutation T($handle: String, $payload: JSON) { flowTriggerReceive(handle: $handle, payload: $payload) { userErrors { field message } } }";
const conflict = { code: "MARIE10", creator: "Marie", place: "Store", conflict: "Gone." };
const reversed = { order_id: 1001, code: "MARIE10", creator: "Marie", "creator id": "c1", program: "p1", amount: 30, left: 0, currency: "EUR" };

let app: Server;
let local: TestStore;
let at: number;
let answers: number[];
let received: { path: string; body: string; headers: Record<string, unknown> }[];

beforeEach(async () => {
  at = Date.parse("2026-11-21T10:00:00Z");
  [answers, received] = [[], []];
  app = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part)).on("end", () => {
      received.push({ path: request.url!, body, headers: request.headers });
      response.writeHead(answers.shift() ?? 200).end("{}");
    });
  });
  await new Promise<void>((ready) => app.listen(0, "127.0.0.1", ready));
  local = await storeWithApp({ port: 0, appUrl: `http://127.0.0.1:${(app.address() as AddressInfo).port}`, appToml: `${import.meta.dirname}/../../shopify.app.toml`, now: () => at });
});
afterEach(async () => {
  await local.close();
  await new Promise((closed) => app.close(closed));
});

describe("a trigger", () => {
  const told = async (handle: string | null, payload: unknown) => (await local.ask(TELL, { handle, payload })).data.flowTriggerReceive.userErrors.map((error: { message: string }) => error.message.trim());

  test.each<[string, string | null, unknown, string[]]>([
    ["the declared fields", "code-in-conflict", conflict, []],
    ["a reference and numbers", "credit-reversed", reversed, []],
    ["a reference by its digits", "credit-reversed", { ...reversed, order_id: "90071992547409921" }, []],
    ["no handle", null, conflict, ["`handle` and `payload` arguments are required"]],
    ["an unknown handle", "code-conflict", conflict, ["Errors validating schema:\n  Invalid handle 'code-conflict'."]],
    ["an action's handle", "make-code", conflict, ["Errors validating schema:\n  Invalid handle 'make-code'."]],
    ["a missing field", "code-in-conflict", { ...conflict, code: undefined }, ["Errors validating schema:\n  Required field missing: 'code'."]],
    ["a field that is not declared", "code-in-conflict", { ...conflict, more: "x" }, ["Errors validating schema:\n  Unknown field 'more'."]],
    ["a number as a text", "credit-reversed", { ...reversed, amount: "30" }, ["Errors validating schema:\n  Invalid value for field 'amount' of type number_decimal."]],
    ["a gid for a reference", "credit-reversed", { ...reversed, order_id: "gid://shopify/Order/1" }, ["Errors validating schema:\n  Invalid value for field 'order_id' of type order_reference."]],
    ["an empty text", "code-in-conflict", { ...conflict, code: "" }, ["Errors validating schema:\n  Invalid value for field 'code' of type single_line_text_field."]],
    ["more than the limit", "code-in-conflict", { ...conflict, conflict: "x".repeat(50_000) }, ["Errors validating schema:\n  Properties size exceeds the limit of 50000 bytes."]],
  ])("with %s", async (_, handle, payload, errors) => {
    expect(await told(handle, payload)).toEqual(errors);
    expect(flowOf(local.store).words).toHaveLength(errors.length === 0 ? 1 : 0);
  });
});

describe("an action", () => {
  // The store's own loop posts for installed apps only: here the test does.
  beforeEach(() => {
    local.store.state.installed = false;
  });

  test("is posted to its address with the documented body, signed over it", async () => {
    const run = beginRun(local.store, "pause-code", { code: " MARIE10 ", more: "x" });
    await postRun(local.store, run);
    const [sent] = received;
    expect(sent!.path).toBe("/flow/pause-code");
    expect(JSON.parse(sent!.body)).toMatchObject({ shop_id: Number(local.store.shop.id), shopify_domain: local.store.shop.domain, action_run_id: run.runId, handle: "pause-code", properties: { code: "MARIE10" } });
    expect(JSON.parse(sent!.body).properties).toEqual({ code: "MARIE10" });
    expect(sent!.headers["x-shopify-hmac-sha256"]).toBe(createHmac("sha256", local.store.apiSecret).update(sent!.body).digest("base64"));
  });

  test.each([
    [200, "done"],
    [202, "pending"],
    [422, "failed"],
    [429, "pending"],
    [503, "pending"],
  ])("that is answered %i is %s", async (status, state) => {
    answers = [status];
    const run = beginRun(local.store, "pause-code", { code: "MARIE10" });
    await postRun(local.store, run);
    expect([run.state, run.lastStatus, run.attempts]).toEqual([state, status, 1]);
  });

  test("is repeated under its id, later each time, and given up after 36 hours", async () => {
    answers = Array<number>(40).fill(503);
    const run = beginRun(local.store, "pause-code", { code: "MARIE10" });
    while (run.state === "pending") {
      await postRun(local.store, run);
      at = Math.max(at + MINUTE, run.dueAtMs);
    }
    expect(run.state).toBe("failed");
    expect(new Set(received.map(({ body }) => JSON.parse(body).action_run_id))).toEqual(new Set([run.runId]));
    expect(run.attempts).toBeGreaterThan(8);
  });

  test("with nothing in a field that has to be filled in is not run", () => {
    expect(() => beginRun(local.store, "pause-code", { code: " " })).toThrow("Code has to be filled in");
    expect(() => beginRun(local.store, "order-credited", {})).toThrow("the app has no action order-credited");
  });
});
