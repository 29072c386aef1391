import { afterEach, expect, test } from "vitest";
import { RETRY_WAITS_MS } from "./store/deliveries.ts";
import { LAMP, smallCatalogue, storeWithApp, type TestStore, until, webhookSink } from "./store/testing.ts";

const MAKE = `mutation ($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) { webhookSubscription { id topic uri name } userErrors { field message } }
}`;
const LIST = `{ webhookSubscriptions(first: 50) { nodes { id topic uri name createdAt } } }`;

let store: TestStore;
let sink: Awaited<ReturnType<typeof webhookSink>>;
let at = Date.parse("2026-06-12T00:00:00Z");

async function begin(): Promise<void> {
  sink = await webhookSink();
  store = await storeWithApp({ now: () => at, appUrl: sink.url, catalogue: smallCatalogue });
}

afterEach(async () => {
  await store.close();
  await sink.close();
});

async function make(topic: string, input: Record<string, unknown>) {
  const { data } = await store.ask(MAKE, { topic, input });
  return data.webhookSubscriptionCreate as { webhookSubscription: { id: string } | null; userErrors: { field: string[]; message: string }[] };
}

async function listed(): Promise<{ id: string; topic: string; uri: string }[]> {
  return (await store.ask(LIST)).data.webhookSubscriptions.nodes;
}

test("what the API made is listed and tells beside the app's own, under a webhook id of its own; the app's own are in no list", async () => {
  await begin();
  expect(await listed()).toEqual([]);
  const { webhookSubscription } = await make("ORDERS_CREATE", { uri: `${sink.url}/webhooks`, name: "spare" });
  expect(await listed()).toMatchObject([{ id: webhookSubscription!.id, topic: "ORDERS_CREATE", uri: `${sink.url}/webhooks`, name: "spare" }]);
  store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }] });
  await until(() => sink.received.filter(({ topic }) => topic === "orders/create").length === 2, "both came");
  const both = sink.received.filter(({ topic }) => topic === "orders/create");
  expect(new Set(both.map(({ headers }) => headers["x-shopify-event-id"])).size).toBe(1);
  expect(new Set(both.map(({ headers }) => headers["x-shopify-webhook-id"])).size).toBe(2);
  expect(both.map(({ headers }) => headers["x-shopify-name"]).sort()).toEqual(["spare", undefined]);
});

test("the eighth failure in a row ends it, and not the app's own", async () => {
  await begin();
  sink.status = 500;
  await make("ORDERS_CREATE", { uri: `${sink.url}/webhooks` });
  store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }] });
  for (const waitMs of RETRY_WAITS_MS) {
    await until(() => store.store.idle().due === 0, "all that was due was tried");
    at += waitMs;
  }
  await until(() => store.store.state.hooks.length === 0, "the subscription is deleted");
  expect(await listed()).toEqual([]);
  sink.status = 200;
  sink.received.length = 0;
  store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }] });
  await until(() => sink.received.some(({ topic }) => topic === "orders/create"), "the app's own tells");
});

test("a success between failures begins the count anew", async () => {
  await begin();
  await make("ORDERS_DELETE", { uri: `${sink.url}/webhooks` });
  const hook = store.store.state.hooks[0]!;
  const { order } = store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }] }) as { order: { id: number } };
  await until(() => store.store.idle().pending === 0, "all came");
  hook.failures = 7;
  store.store.deleteOrder(String(order.id));
  await until(() => hook.failures === 0, "it was delivered");
  expect(await listed()).toHaveLength(1);
});

test.each([
  [{ uri: "http://elsewhere.example/webhooks" }, "Address protocol http:// is not supported"],
  [{ uri: "not an address" }, "Address is invalid"],
  [{}, "Address can't be blank"],
  [{ uri: "https://app.example/webhooks", name: "not a name!" }, "Name is invalid"],
])("refused: %j", async (input, message) => {
  await begin();
  expect(await make("ORDERS_CREATE", input)).toMatchObject({ webhookSubscription: null, userErrors: [{ message }] });
});

test("https, Pub/Sub and EventBridge are taken, each address once for a topic; they are deleted by id, and with the app", async () => {
  await begin();
  for (const uri of ["https://app.example/webhooks", "pubsub://my-project:orders", "arn:aws:events:us-east-1::event-source/aws.partner/shopify.com/1234567/orders"]) {
    expect(await make("ORDERS_CREATE", { uri })).toMatchObject({ userErrors: [] });
  }
  expect(await make("ORDERS_CREATE", { uri: "pubsub://my-project:orders" })).toMatchObject({ userErrors: [{ message: "Address for this topic has already been taken" }] });
  expect(await make("ORDERS_PAID", { uri: "pubsub://my-project:orders" })).toMatchObject({ userErrors: [] });
  const [first] = await listed();
  const drop = `mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }`;
  expect((await store.ask(drop, { id: first!.id })).data.webhookSubscriptionDelete).toEqual({ deletedWebhookSubscriptionId: first!.id, userErrors: [] });
  expect((await store.ask(drop, { id: first!.id })).data.webhookSubscriptionDelete).toMatchObject({ deletedWebhookSubscriptionId: null, userErrors: [{ message: "Webhook subscription does not exist" }] });
  expect(await listed()).toHaveLength(3);
  store.store.uninstall();
  expect(store.store.state.hooks).toEqual([]);
});

test("the app's own can be made silent", async () => {
  await begin();
  store.store.faults({ tomlSilent: true });
  await make("ORDERS_PAID", { uri: `${sink.url}/webhooks` });
  store.store.checkout({ items: [{ variantId: LAMP, quantity: 1 }] });
  await until(() => sink.received.length > 0 && store.store.idle().pending === 0, "what was made for the shop tells");
  expect(sink.received.map(({ topic }) => topic)).toEqual(["orders/paid"]);
});
