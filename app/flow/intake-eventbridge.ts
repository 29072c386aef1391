// Deliveries by Amazon EventBridge: an API destination calls us with the key of its connection, and sends the event with the store's body in it.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html, https://shopify.dev/docs/apps/build/webhooks/subscribe/get-started
import { isSameSecret } from "../crypto.server.ts";
import { env } from "../env.server.ts";
import { memberText } from "../domain/json.ts";
import { headerIn } from "./intake-pubsub.ts";
import type { Way } from "./intake.ts";

const SOURCE = "aws.partner/shopify.com/";

/** The body is a part of the event's text, and is taken as it is written there: what is noted is read from the same letters, long ids and all. */
export const eventBridge: Way = {
  name: "eventbridge",
  isSetUp: () => env().EVENTBRIDGE_KEY !== undefined,
  admits: (request) => (isKey(request.headers["x-api-key"]) ? 200 : 401),
  open(envelope) {
    const text = envelope.toString("utf8");
    const event = parse(text);
    if (typeof event?.source !== "string" || !event.source.startsWith(SOURCE)) return "it is no event of the store's";
    return {
      header: headerIn((event.detail as { metadata?: unknown } | null | undefined)?.metadata),
      body: Buffer.from(memberText(text, ["detail", "payload"]) ?? ""),
      fallbackId: typeof event.id === "string" ? event.id : "",
    };
  },
};

/** Each key is compared, and none by how far it agrees. */
function isKey(given: string | string[] | undefined): boolean {
  const own = typeof given === "string" ? given : "";
  return (env().EVENTBRIDGE_KEY ?? []).reduce((found, key) => isSameSecret(own, key) || found, false);
}

function parse(text: string): { source?: unknown; id?: unknown; detail?: unknown } | null {
  try {
    return JSON.parse(text) as { source?: unknown } | null;
  } catch {
    return null;
  }
}
