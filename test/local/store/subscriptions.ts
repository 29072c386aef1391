// The app's webhook subscriptions, as its shopify.app.toml declares them: the store learns of no others.
import { readFileSync, statSync } from "node:fs";
import { parse } from "smol-toml";

export type Subscription = {
  topic: string;
  uri: string; // as written: "/webhooks" is resolved on the app's address
  name: string | null;
  includeFields: string[] | null;
};
type Declared = { scopes: string | null; subscriptions: Subscription[] };

export const ORDER_TOPICS = ["orders/create", "orders/paid", "orders/updated", "orders/edited", "orders/cancelled", "orders/delete", "refunds/create"];
const DISPUTE_TOPICS = ["disputes/create", "disputes/update"];
const WITHOUT_TOML: Declared = {
  scopes: null,
  subscriptions: [...ORDER_TOPICS, ...DISPUTE_TOPICS, "app/uninstalled"].map((topic) => ({ topic, uri: "/webhooks", name: null, includeFields: null })),
};

let cached: { path: string; modifiedMs: number; declared: Declared } | null = null;

/** What the file says; where there is none, every topic of orders and disputes goes to /webhooks. A file that cannot be read as TOML is a fault. */
export function readSubscriptions(path: string | null): Declared {
  const modifiedMs = path === null ? null : (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null);
  if (path === null || modifiedMs === null) return WITHOUT_TOML;
  if (cached?.path === path && cached.modifiedMs === modifiedMs) return cached.declared;
  const declared = declare(parse(readFileSync(path, "utf8")) as Toml);
  cached = { path, modifiedMs, declared };
  return declared;
}

type Toml = {
  access_scopes?: { scopes?: string };
  webhooks?: { subscriptions?: { topics?: string[]; compliance_topics?: string[]; uri: string; name?: string; include_fields?: string[]; filter?: string }[] };
};

function declare(toml: Toml): Declared {
  const subscriptions = (toml.webhooks?.subscriptions ?? []).flatMap((each) => {
    if (each.filter !== undefined) throw new Error("shopify.app.toml: the local store does not serve filters of webhook subscriptions");
    return [...(each.topics ?? []), ...(each.compliance_topics ?? [])].map((topic) => ({ topic, uri: each.uri, name: each.name ?? null, includeFields: each.include_fields ?? null }));
  });
  return { scopes: toml.access_scopes?.scopes ?? null, subscriptions };
}

/** The body that a subscription with include_fields gets: those fields only, dotted names reaching into objects and lists. */
export function onlyFields(body: unknown, fields: string[]): unknown {
  if (Array.isArray(body)) return body.map((each) => onlyFields(each, fields));
  if (typeof body !== "object" || body === null) return body;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (fields.includes(key)) kept[key] = value;
    else {
      const inner = fields.filter((field) => field.startsWith(`${key}.`)).map((field) => field.slice(key.length + 1));
      if (inner.length > 0) kept[key] = onlyFields(value, inner);
    }
  }
  return kept;
}
