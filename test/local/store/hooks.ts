// Webhook subscriptions that an app made for one shop by the Admin API. They are listed; those of shopify.app.toml are not. One ends with the eighth failure in a row,
// and all of them with the app.
import { type Args, connection, NotServed, type View } from "./connection.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";

export type Hook = { id: string; topic: string; uri: string; name: string | null; filter: string | null; includeFields: string[]; createdAt: string; updatedAt: string; failures: number };
type HookInput = { uri?: string | null; callbackUrl?: string | null; format?: string | null; name?: string | null; filter?: string | null; includeFields?: string[] | null; metafieldNamespaces?: string[] | null; metafields?: unknown[] | null };

/** After so many failures in a row a subscription is deleted. */
export const MOST_FAILURES = 8;
const NAME = /^[A-Za-z0-9_-]{1,50}$/;

/** The enum's word of a topic: "orders/create" is ORDERS_CREATE. */
export function topicWord(topic: string): string {
  return topic.replaceAll("/", "_").toUpperCase();
}

export function createHook(store: Store, args: Args, scopes: ReadonlySet<string>): View {
  const topic = String(args.topic);
  const input = args.webhookSubscription as HookInput;
  const refuse = (message: string, field = "uri"): View => ({ webhookSubscription: null, userErrors: [{ field: ["webhookSubscription", field], message }] });
  const uri = input.uri ?? input.callbackUrl ?? "";
  if (input.format === "XML" || (input.metafieldNamespaces?.length ?? 0) > 0 || (input.metafields?.length ?? 0) > 0 || input.filter) throw new NotServed("XML, metafields and filters of webhookSubscriptionCreate");
  if (/^(ORDERS|REFUNDS)_/.test(topic) && !scopes.has("read_orders")) return { webhookSubscription: null, userErrors: [{ field: ["topic"], message: "You cannot create a webhook subscription with the specified topic" }] };
  if (uri === "") return refuse("Address can't be blank");
  if (!isAddress(store, uri)) return refuse(/^http:/.test(uri) ? "Address protocol http:// is not supported" : "Address is invalid");
  if (input.name != null && !NAME.test(input.name)) return refuse("Name is invalid", "name");
  if (store.state.hooks.some((each) => each.topic === topic && each.uri === uri)) return refuse("Address for this topic has already been taken");
  const at = store.utcNow();
  const hook: Hook = { id: String(store.nextId("WebhookSubscription")), topic, uri, name: input.name ?? null, filter: null, includeFields: input.includeFields ?? [], createdAt: at, updatedAt: at, failures: 0 };
  store.state.hooks.push(hook);
  store.changed();
  return { webhookSubscription: hookView(hook), userErrors: [] };
}

/** https, Google Pub/Sub or Amazon EventBridge; the app's own address may be on this machine. */
function isAddress(store: Store, uri: string): boolean {
  if (/^pubsub:\/\/[a-z][a-z0-9-]{4,28}[a-z0-9]:[A-Za-z][\w.~+%-]{2,254}$/.test(uri) || /^arn:aws:events:[a-z0-9-]+::event-source\/aws\.partner\/shopify\.com\/\d+\/.+$/.test(uri)) return true;
  return URL.canParse(uri) && (uri.startsWith("https://") || uri.startsWith(new URL("/", store.appUrl).href));
}

export function deleteHook(store: Store, { id }: Args): View {
  const hook = store.state.hooks.find((each) => each.id === digitsOf(String(id)));
  if (hook === undefined) return { deletedWebhookSubscriptionId: null, userErrors: [{ field: ["id"], message: "Webhook subscription does not exist" }] };
  dropHook(store, hook);
  return { deletedWebhookSubscriptionId: gid(hook), userErrors: [] };
}

export function hookById(store: Store, { id }: Args): View | null {
  const hook = store.state.hooks.find((each) => each.id === digitsOf(String(id)));
  return hook === undefined ? null : hookView(hook);
}

export function hooksConnection(store: Store, args: Args): View {
  const { topics, uri } = args as { topics?: string[] | null; uri?: string | null };
  const items = store.state.hooks.filter((each) => (topics == null || topics.includes(each.topic)) && (uri == null || each.uri === uri));
  if (args.sortKey != null && args.sortKey !== "CREATED_AT" && args.sortKey !== "ID") throw new NotServed(`the sort key ${String(args.sortKey)} of webhookSubscriptions`);
  return connection({ field: "QueryRoot.webhookSubscriptions", items, id: (each) => each.id, view: hookView }, args, ["topics", "uri", "sortKey"]);
}

/** An attempt to deliver came to an end. The subscription is deleted with the eighth failure in a row. */
export function noteAttempt(store: Store, id: string | null, isDelivered: boolean): void {
  const hook = store.state.hooks.find((each) => each.id === id);
  if (hook === undefined) return;
  hook.failures = isDelivered ? 0 : hook.failures + 1;
  if (hook.failures >= MOST_FAILURES) dropHook(store, hook);
}

function dropHook(store: Store, hook: Hook): void {
  store.state.hooks = store.state.hooks.filter((each) => each !== hook);
  store.changed();
}

function gid({ id }: Hook): string {
  return `gid://shopify/WebhookSubscription/${id}`;
}

function hookView(hook: Hook): View {
  const { topic, uri, name, filter, includeFields, createdAt, updatedAt, id } = hook;
  return {
    __typename: "WebhookSubscription", id: gid(hook), legacyResourceId: id, topic, uri, callbackUrl: uri, name, filter, includeFields, createdAt, updatedAt, format: "JSON", metafieldNamespaces: [], metafields: [],
    apiVersion: { handle: "2026-10", displayName: "2026-10", supported: true },
  };
}
