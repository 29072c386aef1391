// Webhooks of the local store: signed, complete, tried again, and made worse on demand.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { RETRY_WAITS_MS } from "#test/local/store/deliveries.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import { BULB, LAMP, smallCatalogue, tokenFor, until, webhookSink } from "#test/local/store/testing.ts";
import type { Order, StoreOptions } from "#test/local/store/types.ts";

let sink: Awaited<ReturnType<typeof webhookSink>>;
let dir: string;
const open: LocalStore[] = [];
beforeEach(async () => {
  sink = await webhookSink();
  dir = mkdtempSync(join(tmpdir(), "store-test-"));
});
afterEach(async () => {
  setClockOffsetMs(0);
  for (const each of open.splice(0)) await each.close();
  await sink.close();
  rmSync(dir, { recursive: true, force: true });
});

async function start(options: StoreOptions = {}): Promise<LocalStore> {
  const local = await startStore({ catalogue: smallCatalogue, appUrl: sink.url, apiSecret: "s3cret", ...options });
  open.push(local);
  return local;
}
function buy({ store }: LocalStore, items = [{ variantId: LAMP, quantity: 1 }]): Order {
  const result = store.checkout({ items, email: "ines@mail.example" });
  if (!result.ok) throw new Error(result.reason);
  return result.order;
}
const topics = () => sink.received.map(({ topic }) => topic).sort();
const settled = (count: number) => until(() => sink.received.length >= count, `${count} webhooks arrived`);
const header = (at: number, name: string) => String(sink.received[at]!.headers[`x-shopify-${name}`]);

describe("a delivery", () => {
  test("carries every header, and a signature over the raw body", async () => {
    const local = await start();
    const order = buy(local);
    await settled(3);
    expect(topics()).toEqual(["orders/create", "orders/paid", "orders/updated"]);
    for (const { headers, raw, body } of sink.received) {
      expect(headers["x-shopify-hmac-sha256"]).toBe(createHmac("sha256", "s3cret").update(raw).digest("base64"));
      expect(headers).toMatchObject({ "x-shopify-shop-domain": "petit-atelier.myshopify.com", "x-shopify-api-version": "2026-10", "content-type": "application/json" });
      expect(headers["x-shopify-triggered-at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(body.id).toBe(order.id);
    }
    expect(new Set(sink.received.map((_, at) => header(at, "event-id"))).size).toBe(1);
    expect(new Set(sink.received.map((_, at) => header(at, "webhook-id"))).size).toBe(3);
    expect(new Set(sink.received.map((_, at) => header(at, "triggered-at"))).size).toBe(3);
  });

  test("of each act are the topics that the real store sends", async () => {
    const local = await start();
    const order = buy(local, [{ variantId: BULB, quantity: 3 }]);
    await settled(3);
    const after = async (count: number, act: () => unknown) => {
      sink.received.length = 0;
      act();
      await settled(count);
      await new Promise((done) => setTimeout(done, 120));
      return topics();
    };
    const id = String(order.id);
    const lineId = String(order.line_items[0]!.id);
    expect(await after(2, () => local.store.refund(id, { lines: [{ lineId, quantity: 1 }] }))).toEqual(["orders/updated", "refunds/create"]);
    expect(sink.received.find(({ topic }) => topic === "refunds/create")!.body).toMatchObject({ order_id: order.id, restock: true });
    expect(await after(2, () => local.store.edit(id, { remove: [{ lineId, quantity: 1 }] }))).toEqual(["orders/edited", "orders/updated"]);
    expect(sink.received.find(({ topic }) => topic === "orders/edited")!.body).toMatchObject({
      order_edit: { order_id: order.id, line_items: { additions: [], removals: [{ id: order.line_items[0]!.id, delta: 1 }] } },
    });
    expect(await after(3, () => local.store.cancel(id))).toEqual(["orders/cancelled", "orders/updated", "refunds/create"]);
    expect(await after(1, () => local.store.deleteOrder(id))).toEqual(["orders/delete"]);
    expect(sink.received[0]!.body).toEqual({ id: order.id });
    const unpaid = local.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }], payment: "cash_on_delivery" });
    if (!unpaid.ok) throw new Error(unpaid.reason);
    await settled(3);
    expect(await after(2, () => local.store.pay(String(unpaid.order.id)))).toEqual(["orders/paid", "orders/updated"]);
  });

  test("goes only where shopify.app.toml sends its topic, with the name and fields asked for", async () => {
    const appToml = join(dir, "shopify.app.toml");
    writeFileSync(
      appToml,
      `[access_scopes]\nscopes = "read_orders"\n[webhooks]\napi_version = "2026-10"\n  [[webhooks.subscriptions]]\n  topics = ["orders/paid"]\n  uri = "/hooks"\n  name = "money"\n  include_fields = ["id", "line_items.sku"]\n`,
    );
    const local = await start({ appToml });
    const order = buy(local);
    await settled(1);
    await new Promise((done) => setTimeout(done, 120));
    expect(topics()).toEqual(["orders/paid"]);
    expect(header(0, "name")).toBe("money");
    expect(sink.received[0]!.body).toEqual({ id: order.id, line_items: [{ sku: "LAMP-01" }] });
  });

  test("is not sent before the app is installed, nor after it is uninstalled", async () => {
    const local = await start({ installed: false });
    buy(local);
    expect(local.store.idle().pending).toBe(0);
    await tokenFor(local);
    buy(local);
    await settled(3);
    sink.received.length = 0;
    local.store.uninstall();
    buy(local);
    await settled(1);
    await new Promise((done) => setTimeout(done, 120));
    expect(topics()).toEqual(["app/uninstalled"]);
  });
});

describe("the law's webhooks", () => {
  const appToml = () => {
    const path = join(dir, "shopify.app.toml");
    writeFileSync(path, `[webhooks]\napi_version = "2026-10"\n  [[webhooks.subscriptions]]\n  compliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]\n  uri = "/webhooks"\n`);
    return path;
  };

  test("a customer is asked for, or forgotten, with the orders that are meant", async () => {
    const local = await start({ appToml: appToml() });
    const order = buy(local);
    local.store.askAboutCustomer("redact", "INES@mail.example");
    await settled(1);
    expect(sink.received[0]).toMatchObject({
      topic: "customers/redact",
      body: { shop_domain: "petit-atelier.myshopify.com", customer: { email: "ines@mail.example" }, orders_to_redact: [order.id] },
    });
  });

  test("the shop is forgotten 48 hours after it went, unless it came back", async () => {
    const gone = await start({ appToml: appToml() });
    gone.store.uninstall();
    const back = await start({ appToml: appToml() });
    back.store.uninstall();
    await tokenFor(back);
    setClockOffsetMs(48 * 3_600_000 + 1_000);
    await settled(1);
    await until(() => back.store.idle().pending === 0 && gone.store.idle().pending === 0, "nothing waits any more");
    expect(topics()).toEqual(["shop/redact"]);
  });
});

describe("a delivery that fails", () => {
  test("is tried again by the clock, eight times within four hours, with the same id and body", async () => {
    sink.status = 500;
    const local = await start();
    buy(local);
    await settled(3);
    let offset = 0;
    for (const [at, wait] of RETRY_WAITS_MS.entries()) {
      await until(() => local.store.idle().due === 0, `attempt ${at + 1} is noted`);
      expect(local.store.state.deliveries.map(({ attempts, lastStatus }) => [attempts, lastStatus])).toEqual([0, 1, 2].map(() => [at + 1, 500]));
      setClockOffsetMs((offset += wait + 2_000));
      await settled((at + 2) * 3);
    }
    expect(RETRY_WAITS_MS.reduce((all, each) => all + each, 0)).toBe(4 * 3_600_000);
    await until(() => local.store.deliveries().every((each) => each.state === "failed"), "all have failed");
    expect(sink.received).toHaveLength(27);
    const ofOne = sink.received.filter(({ topic }) => topic === "orders/paid");
    expect(new Set(ofOne.map(({ headers }) => headers["x-shopify-webhook-id"])).size).toBe(1);
    expect(new Set(ofOne.map(({ raw }) => raw.toString("base64"))).size).toBe(1);
    setClockOffsetMs(offset + 86_400_000);
    await new Promise((done) => setTimeout(done, 150));
    expect(sink.received).toHaveLength(27);
  });

  test.each([301, 404])("an answer of %i counts as failed", async (status) => {
    sink.status = status;
    const local = await start();
    buy(local);
    await until(() => local.store.state.deliveries.every((each) => each.lastStatus === status), "the answers are noted");
    expect(local.store.idle()).toMatchObject({ pending: 3, due: 0 });
  });

  test("waits through a restart of the store", async () => {
    sink.status = 503;
    const first = await start({ dataDir: dir, installed: false });
    await tokenFor(first);
    const order = buy(first);
    await until(() => first.store.state.deliveries.every((each) => each.lastStatus === 503), "the answers are noted");
    open.pop();
    await first.close();
    const ids = sink.received.map((_, at) => header(at, "webhook-id")).sort();
    sink.received.length = 0;
    sink.status = 200;
    setClockOffsetMs(120_000);
    const second = await start({ dataDir: dir });
    await settled(3);
    expect(sink.received.map((_, at) => header(at, "webhook-id")).sort()).toEqual(ids);
    expect(second.store.order(String(order.id))).toEqual(order);
    expect(second.store.quote({ items: [{ variantId: LAMP, quantity: 1 }] }).total).toBe("123.90");
    await until(() => second.store.idle().pending === 0, "nothing waits any more");
  });
});

describe("the switches", () => {
  test("duplicate: twice, under one id; or under a new one", async () => {
    const local = await start();
    local.store.faults({ duplicate: 1 });
    buy(local);
    await settled(3);
    setClockOffsetMs(2_000);
    await settled(6);
    expect(new Set(sink.received.map((_, at) => header(at, "webhook-id"))).size).toBe(3);
    sink.received.length = 0;
    local.store.faults({ duplicateNewId: true });
    buy(local);
    await settled(3);
    setClockOffsetMs(4_000);
    await settled(6);
    expect(new Set(sink.received.map((_, at) => header(at, "webhook-id"))).size).toBe(6);
  });

  test("drop: never; delay: later by the clock; hold: not while it is set", async () => {
    const local = await start();
    local.store.faults({ drop: 1 });
    buy(local);
    expect(local.store.deliveries().map(({ state }) => state)).toEqual(["dropped", "dropped", "dropped"]);
    local.store.faults({ drop: 0, delayMs: 60_000 });
    buy(local);
    expect(local.store.idle()).toMatchObject({ pending: 3, due: 0 });
    local.store.faults({ delayMs: 0, hold: true });
    setClockOffsetMs(61_000);
    await new Promise((done) => setTimeout(done, 150));
    expect(sink.received).toHaveLength(0);
    local.store.faults({ hold: false });
    await settled(3);
  });

  test("reorder: the same seed shuffles in the same way", async () => {
    const order = async (seed: number) => {
      const local = await start({ seed });
      local.store.faults({ reorder: true });
      for (let count = 0; count < 4; count++) buy(local);
      return local.store.deliveries().map(({ dueAtMs, topic }) => [dueAtMs, topic] as const).sort(([a], [b]) => a - b).map(([, topic]) => topic);
    };
    const [one, two] = [await order(7), await order(8)];
    expect(one).not.toEqual(two);
    expect(one.slice(0, 3)).not.toEqual(["orders/create", "orders/paid", "orders/updated"]);
  });

  test("failBefore: the first attempts never reach the app", async () => {
    const local = await start();
    local.store.faults({ failBefore: 1 });
    buy(local);
    await until(() => local.store.state.deliveries.every((each) => each.attempts === 1 && each.lastError !== null), "the attempts are noted");
    expect(sink.received).toHaveLength(0);
    setClockOffsetMs(61_000);
    await settled(3);
  });
});
