// Deliveries by Google Pub/Sub: a push subscription calls us with its signed token, and sends what the store published in an envelope of its own.
// https://cloud.google.com/pubsub/docs/push, https://shopify.dev/docs/apps/build/webhooks/subscribe/get-started
import type { IncomingMessage } from "node:http";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { CertsUnreachable, isGoogles } from "./google-token.ts";
import type { Way } from "./intake.ts";

/** The body byte for byte as over HTTPS, in base64; the store's headers as attributes. Where a message has no webhook id, Google's own id of it stands in. */
export const pubsub: Way = {
  name: "pubsub",
  isSetUp: () => env().PUBSUB_AUDIENCE !== undefined,
  admits,
  open(envelope) {
    const { message } = (parse(envelope) ?? {}) as { message?: { data?: unknown; attributes?: unknown; messageId?: unknown } };
    if (typeof message !== "object" || message === null) return "it is no message of Pub/Sub";
    return {
      header: headerIn(message.attributes),
      body: Buffer.from(typeof message.data === "string" ? message.data : "", "base64"),
      fallbackId: typeof message.messageId === "string" ? message.messageId : "",
    };
  },
};

async function admits(request: IncomingMessage): Promise<200 | 401 | 503> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) return 401;
  const { PUBSUB_AUDIENCE, PUBSUB_SERVICE_ACCOUNT } = env();
  try {
    return (await isGoogles(token, PUBSUB_AUDIENCE!, PUBSUB_SERVICE_ACCOUNT!)) ? 200 : 401;
  } catch (fault) {
    if (!(fault instanceof CertsUnreachable)) throw fault;
    log.warn({ fault: fault.message }, "whether a push is genuine cannot be told yet");
    return 503;
  }
}

function parse(envelope: Buffer): unknown {
  try {
    return JSON.parse(envelope.toString("utf8"));
  } catch {
    return null;
  }
}

/** The store's headers as another system keeps them: names in any letters, values as text. */
export function headerIn(held: unknown): (name: string) => string {
  const known = new Map(Object.entries(typeof held === "object" && held !== null ? held : {}).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  return (name) => {
    const value = known.get(`x-shopify-${name}`);
    return typeof value === "string" ? value : "";
  };
}
