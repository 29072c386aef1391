// Webhook subscriptions that are made for one shop by the API. Those of shopify.app.toml are the app's: they are in no list, and no failure ends them. These are
// listed, and the platform drops one after eight deliveries in a row that failed.
import type { Admin, AdminAnswer } from "./admin.ts";
import { DROP_HOOK, LIST_HOOKS, MAKE_HOOK } from "./hooks.graphql.ts";

export type StoreHook = { id: string; topic: string; uri: string; name: string | null; createdAt: string };

/** By this name the app knows its own. */
export const HOOK_NAME = "creator-codes-spare";
/** What tells of orders; the words of the API's enum. */
export const ORDER_HOOKS = ["ORDERS_CREATE", "ORDERS_PAID", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_EDITED", "ORDERS_DELETE", "REFUNDS_CREATE"] as const;

const MOST_PAGES = 20;

/** Every subscription that was made for this shop by this app, whichever version of it. */
export async function listHooks(admin: Admin): Promise<AdminAnswer<StoreHook[]>> {
  type Page = { webhookSubscriptions: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: StoreHook[] } };
  const hooks: StoreHook[] = [];
  let after: string | null = null;
  for (let page = 0; ; page++) {
    const answer: AdminAnswer<Page> = await admin<Page>(LIST_HOOKS, { after });
    if (!answer.ok) return answer;
    const { nodes, pageInfo }: Page["webhookSubscriptions"] = answer.data.webhookSubscriptions;
    hooks.push(...nodes);
    if (!pageInfo.hasNextPage || page >= MOST_PAGES) return { ...answer, data: hooks };
    after = pageInfo.endCursor;
  }
}

/** Subscribes this shop to a topic; `refused`: in the store's words. */
export async function makeHook(admin: Admin, topic: string, uri: string): Promise<AdminAnswer<{ hook: StoreHook | null; refused: string | null }>> {
  type Made = { webhookSubscriptionCreate: { webhookSubscription: StoreHook | null; userErrors: { message: string }[] } | null };
  const answer = await admin<Made>(MAKE_HOOK, { topic, webhookSubscription: { uri, format: "JSON", name: HOOK_NAME } });
  if (!answer.ok) return answer;
  const made = answer.data.webhookSubscriptionCreate;
  return { ...answer, data: { hook: made?.webhookSubscription ?? null, refused: made?.webhookSubscription ? null : (made?.userErrors.map(({ message }) => message).join("; ") ?? "") } };
}

/** One that is gone already is dropped as well. */
export async function dropHook(admin: Admin, id: string): Promise<AdminAnswer<null>> {
  const answer = await admin<{ webhookSubscriptionDelete: { userErrors: { message: string }[] } | null }>(DROP_HOOK, { id });
  return answer.ok ? { ...answer, data: null } : answer;
}
