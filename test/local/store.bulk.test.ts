import { afterEach, expect, test } from "vitest";
import { leadFetch } from "./lead.ts";
import { orderBody } from "#test/support/orders.ts";
import { storeWithApp, type TestStore } from "./store/testing.ts";
import type { StoreOptions } from "./store/types.ts";

const RUN = `mutation ($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id status createdAt } userErrors { code field message } } }`;
const READ = `query ($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }`;
const ORDERS = `{ orders(query: "updated_at:>='2026-06-01T00:00:00Z'") { edges { node { id updatedAt } } } }`;
const DAY = 86_400_000;

let store: TestStore;
let undo = () => {};
let at = Date.parse("2026-06-12T00:00:00Z");

async function begin(orders: number, options: StoreOptions = {}): Promise<void> {
  at = Date.parse("2026-06-12T00:00:00Z");
  store = await storeWithApp({ now: () => at, scopes: "read_orders,read_all_orders", bulkOperationMs: 60_000, ...options });
  undo = leadFetch({ store: store.url });
  for (let n = 1; n <= orders; n++) store.store.setOrder(orderBody({ id: String(3_000 + n) }) as never);
}

afterEach(async () => {
  undo();
  await store.close();
});

async function run(query = ORDERS) {
  const { data, errors } = await store.ask(RUN, { query });
  expect(errors).toBeUndefined();
  return data.bulkOperationRunQuery as { bulkOperation: { id: string; status: string } | null; userErrors: { code: string; message: string }[] };
}

async function read(id: string) {
  return (await store.ask(READ, { id })).data.bulkOperation as Record<string, string | null>;
}

test("it is created, runs, and keeps its result on another host: one line for each object, from any byte on", async () => {
  await begin(300);
  const { bulkOperation } = await run();
  expect(bulkOperation!.status).toBe("CREATED");
  at += 1_000;
  expect(await read(bulkOperation!.id)).toMatchObject({ status: "RUNNING", url: null, completedAt: null });
  at += 60_000;
  const done = await read(bulkOperation!.id);
  expect(done).toMatchObject({ status: "COMPLETED", errorCode: null, objectCount: "300", rootObjectCount: "300", partialDataUrl: null });
  expect(new URL(done.url!).hostname).toBe("storage.googleapis.com");
  const text = await (await fetch(done.url!)).text();
  expect(Buffer.byteLength(text)).toBe(Number(done.fileSize));
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line) as unknown);
  expect(lines).toHaveLength(300);
  expect(lines[0]).toEqual({ id: "gid://shopify/Order/3001", updatedAt: "2026-06-10T08:00:04Z" });
  const rest = await fetch(done.url!, { headers: { range: "bytes=20-" } });
  expect([rest.status, await rest.text()]).toEqual([206, text.slice(20)]);
});

test("what is within another object has a line of its own that names it", async () => {
  await begin(1);
  const { bulkOperation } = await run(`{ orders { edges { node { id lineItems { edges { node { id sku } } } } } } }`);
  at += 60_000;
  const { url, objectCount, rootObjectCount } = await read(bulkOperation!.id);
  expect([objectCount, rootObjectCount]).toEqual(["2", "1"]);
  expect((await (await fetch(url!)).text()).trimEnd().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
    { id: "gid://shopify/Order/3001" },
    { id: "gid://shopify/LineItem/1", sku: "SKU-1", __parentId: "gid://shopify/Order/3001" },
  ]);
});

test("without any object there is no address", async () => {
  await begin(0);
  const { bulkOperation } = await run();
  at += 60_000;
  expect(await read(bulkOperation!.id)).toMatchObject({ status: "COMPLETED", objectCount: "0", url: null });
});

test.each([
  ["a connection within a list", `{ orders { edges { node { id refunds { id refundLineItems { edges { node { quantity } } } } } } } }`, /connection field within a list field/],
  ["a field that is none", `{ orders { edges { node { idd } } } }`, /Cannot query field/],
  ["no connection", `{ shop { name } }`, /at least one connection/],
  ["nodes", `{ orders { nodes { id } } }`, /edges and node/],
  ["a parent without its id", `{ orders { edges { node { name lineItems { edges { node { id } } } } } } }`, /must select the 'id' field/],
  ["two roots", `{ orders { edges { node { id } } } products { edges { node { id } } } }`, /multiple top-level/],
])("refused: %s", async (_what, query, words) => {
  await begin(0);
  const { bulkOperation, userErrors } = await run(query);
  expect(bulkOperation).toBeNull();
  expect(userErrors).toMatchObject([{ code: "INVALID", message: expect.stringMatching(words) }]);
});

test("five at a time, and no more", async () => {
  await begin(0);
  for (let n = 0; n < 5; n++) expect((await run()).userErrors).toEqual([]);
  expect((await run()).userErrors).toMatchObject([{ code: "OPERATION_IN_PROGRESS" }]);
  at += 60_000;
  expect((await run()).userErrors).toEqual([]);
});

test("one that fails gives what it had; one is cancelled; after seven days the address is good no more", async () => {
  await begin(4);
  store.store.troubleBulk({ status: "FAILED", errorCode: "INTERNAL_SERVER_ERROR", lines: 3 });
  store.store.troubleBulk({ status: "CANCELED", errorCode: null, lines: 0 });
  const [failing, canceled, whole] = [await run(), await run(), await run()].map(({ bulkOperation }) => bulkOperation!.id);
  at += 60_000;
  const failed = await read(failing!);
  expect(failed).toMatchObject({ status: "FAILED", errorCode: "INTERNAL_SERVER_ERROR", url: null });
  expect((await (await fetch(failed.partialDataUrl!)).text()).trimEnd().split("\n")).toHaveLength(3);
  expect(await read(canceled!)).toMatchObject({ status: "CANCELED", url: null, partialDataUrl: null });
  const { url } = await read(whole!);
  at += 7 * DAY;
  expect((await fetch(url!)).status).toBe(400);
  expect(await read(whole!)).toMatchObject({ status: "EXPIRED", url: null });
  expect((await fetch(url!)).status).toBe(404);
});

test("without the scope it fails with ACCESS_DENIED, and old orders are in it only with read_all_orders", async () => {
  await begin(1, { scopes: "read_products" });
  const denied = await run();
  at += 60_000;
  expect(await read(denied.bulkOperation!.id)).toMatchObject({ status: "FAILED", errorCode: "ACCESS_DENIED" });
});

test("operations are listed, the newest first where that is asked for", async () => {
  await begin(0);
  const first = await run();
  at += 60_000;
  const second = await run(`{ products { edges { node { id } } } }`);
  const { data } = await store.ask(`{ bulkOperations(first: 5, reverse: true, query: "operation_type:query") { nodes { id query status } } }`);
  expect(data.bulkOperations.nodes).toMatchObject([{ id: second.bulkOperation!.id, status: "CREATED" }, { id: first.bulkOperation!.id, query: ORDERS, status: "COMPLETED" }]);
});
