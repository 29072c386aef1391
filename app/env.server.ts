// The environment, parsed once. What is missing or malformed is listed in one message, with where to find each value.
import { z } from "zod";

const key32 = z.string().refine((text) => Buffer.from(text, "base64").length === 32, "must be 32 random bytes in base64 (openssl rand -base64 32)");

/** "id:key,id:key": the first one is used for what is new; the others still open what is old. */
const keyRing = z.string().transform((text, context) => {
  const ring = new Map<string, Buffer>();
  for (const part of text.split(",")) {
    const at = part.indexOf(":");
    const id = part.slice(0, at).trim();
    const key = part.slice(at + 1).trim();
    if (at < 1 || !/^[a-z0-9]{1,16}$/i.test(id) || !key32.safeParse(key).success) {
      context.addIssue({ code: "custom", message: 'must be "<id>:<32 random bytes in base64>", several joined by commas, the newest first' });
      return z.NEVER;
    }
    ring.set(id, Buffer.from(key, "base64"));
  }
  return ring as ReadonlyMap<string, Buffer>;
});

/** "key,key": each is let in, so that one can be replaced without a pause. */
const keys = z.string().transform((text, context) => {
  const found = text.split(",").map((key) => key.trim());
  if (found.every((key) => /^[\x21-\x7e]{32,}$/.test(key))) return found as readonly string[];
  context.addIssue({ code: "custom", message: "must be 32 characters or more (openssl rand -hex 32), several joined by commas" });
  return z.NEVER;
});

const loopback = z.url().refine((text) => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(text).hostname), "must be an address on this machine");

const shape = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("production"),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must begin with "postgresql://"'),
  SHOPIFY_API_KEY: z.string().min(1),
  SHOPIFY_API_SECRET: z.string().min(1),
  SHOPIFY_APP_URL: z.url(),
  SCOPES: z.string().default("read_orders,read_discounts,write_discounts,read_products,read_customers,read_markets,read_shopify_payments_disputes,write_pixels,read_customer_events"),
  ENCRYPTION_KEYS: keyRing,
  HASH_KEYS: keyRing,
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  PUBSUB_AUDIENCE: z.string().optional(),
  PUBSUB_SERVICE_ACCOUNT: z.email().optional(),
  EVENTBRIDGE_KEY: keys.optional(),
  ROLE: z.enum(["all", "web", "worker"]).default("all"),
  METRICS_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
  LOCAL_ADMIN_URL: loopback.optional(),
  SMTP_URL: z.string().regex(/^smtps?:\/\/[^\s/]+/, 'must begin with "smtp://" or "smtps://"').optional(),
  MAIL_FROM: z.string().regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, "must be an address, or a name and an address in angle brackets").optional(),
}).superRefine(({ PUBSUB_AUDIENCE, PUBSUB_SERVICE_ACCOUNT }, context) => {
  // Without the one, the other would let in any push of Google's, or none.
  if ((PUBSUB_AUDIENCE === undefined) !== (PUBSUB_SERVICE_ACCOUNT === undefined)) context.addIssue({ code: "custom", path: [PUBSUB_AUDIENCE === undefined ? "PUBSUB_AUDIENCE" : "PUBSUB_SERVICE_ACCOUNT"], message: "is missing" });
});

export type Env = z.infer<typeof shape>;

const whereToFind: Record<string, string> = {
  DATABASE_URL: "the address of your PostgreSQL, as its provider shows it",
  SHOPIFY_API_KEY: "Shopify's Dev Dashboard: your app, Settings, Client ID",
  SHOPIFY_API_SECRET: "Shopify's Dev Dashboard: your app, Settings, Secret",
  SHOPIFY_APP_URL: "the public https address of this app, the same as application_url in shopify.app.toml",
  SCOPES: "the same list as scopes in shopify.app.toml",
  ENCRYPTION_KEYS: 'seals the credentials of networks; make one with: echo "k1:$(openssl rand -base64 32)"',
  HASH_KEYS: 'turns buyers\' e-mail addresses into keyed hashes; make one with: echo "h1:$(openssl rand -base64 32)"',
  PORT: "the port that this app listens on (3000 where it is left out)",
  TRUSTED_PROXIES: "how many proxies stand in front of this app and add the visitor's address to X-Forwarded-For (0 where it is left out)",
  PUBSUB_AUDIENCE: "only where deliveries come by Google Pub/Sub: the audience that the push subscription's token names",
  PUBSUB_SERVICE_ACCOUNT: "only where deliveries come by Google Pub/Sub: the e-mail address of the service account that the push subscription signs as",
  EVENTBRIDGE_KEY: "only where deliveries come by Amazon EventBridge: the API key of the connection, in the header X-Api-Key; make one with: openssl rand -hex 32",
  SMTP_URL: "the mail server that notices go out by: smtp://user:password@host:587, or smtps:// (left out: they are shown on Home alone)",
  MAIL_FROM: "the sender of the notices: Creator Codes <notices@your-domain.example>",
  ROLE: "what this process does: all of it (left out), web (answers, and runs no loops) or worker (runs the loops, and answers only its probes)",
  METRICS_TOKEN: "what Prometheus shows as its bearer token at /metrics; make one with: openssl rand -hex 24 (left out: only this machine may ask)",
  LOCAL_ADMIN_URL: "only for the local demo: the local store's address; leave it out in production",
};

export class EnvironmentError extends Error {}

/** Reads the environment. Throws one EnvironmentError that lists all that is wrong. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  // HOST is what `shopify app dev` calls the app's public address. An empty value is none.
  const given: Record<string, string | undefined> = Object.fromEntries(Object.entries({ ...source, SHOPIFY_APP_URL: source.SHOPIFY_APP_URL || source.HOST }).filter(([, value]) => value !== ""));
  const read = shape.safeParse(given);
  if (read.success) return read.data;
  const lines = read.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const wrong = given[name] === undefined ? "is missing" : issue.message;
    return `  ${name}: ${wrong}\n      where to find it: ${whereToFind[name] ?? "see README.md, Configuration"}`;
  });
  throw new EnvironmentError(`The environment is not complete:\n${[...new Set(lines)].join("\n")}`);
}

let parsed: Env | null = null;

/** The environment of this process; parsed at the first call. */
export function env(): Env {
  return (parsed ??= parseEnv(process.env));
}
