// A delivery whose sender is known is noted, whichever way it came: over HTTPS, through Google Pub/Sub or through Amazon EventBridge.
import { now } from "../clock.ts";
import { countUnknownTopic, noteDelivery } from "../db/delivery.ts";
import { isPassing } from "../db/fault.ts";
import { instantNs } from "../domain/instant.ts";
import { isPrivacyTopic } from "../domain/redact.ts";
import { contentOf, isKnown, naming, unreadable, type Body } from "./intake-content.ts";
import { notePrivacyWord } from "./privacy.ts";
import { noteDiscountWord } from "./store-words.ts";

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;
const MOST_ID = 255;

/** What the store says beside the body; an empty text where it says nothing. `triggeredAt` as it writes it. */
export type Headers = { shop: string; topic: string; webhookId: string; eventId: string | null; triggeredAt: string | null };

/** What the store's headers say. `one` gives the value of X-Shopify-<name>, or an empty text. */
export function headersOf(one: (name: string) => string): Headers {
  return {
    shop: one("shop-domain").trim().toLowerCase(),
    topic: one("topic").trim().toLowerCase(),
    webhookId: one("webhook-id").trim(),
    eventId: one("event-id").trim().slice(0, MOST_ID) || null,
    triggeredAt: one("triggered-at").trim() || null,
  };
}

export function isShop(shop: string): boolean {
  return SHOP_DOMAIN.test(shop);
}

/** Are the headers there without which nothing can be noted? */
export function areComplete({ shop, topic, webhookId }: Headers): boolean {
  return isShop(shop) && topic !== "" && webhookId !== "" && webhookId.length <= MOST_ID;
}

/** Notes a delivery with complete headers; resolves when it is committed. A topic that this version does not know is counted. Rejects with what may pass by itself. */
export async function noteDelivered({ shop, topic, webhookId, eventId, triggeredAt }: Headers, body: Body): Promise<void> {
  const receivedAt = now();
  if (!isKnown(topic)) {
    await countUnknownTopic(shop, topic.slice(0, MOST_ID), receivedAt);
    return;
  }
  const triggeredNs = instantNs(triggeredAt ?? "") ?? 0n;
  const envelope = { shop, webhookId, topic, eventId, triggeredNs, receivedAt, bodyHash: body.hash };
  try {
    if (topic.startsWith("discounts/")) await noteDiscountWord({ ...envelope, ...naming(null) }, body.whole);
    else if (isPrivacyTopic(topic)) await notePrivacyWord({ ...envelope, ...naming(null) }, body.whole);
    else await noteDelivery({ ...envelope, ...contentOf(topic, body, triggeredNs) });
  } catch (fault) {
    // What neither the readers nor the database foresee would be sent again until the store gives up: it is shown instead.
    if (isPassing(fault)) throw fault;
    await noteDelivery({ ...envelope, ...unreadable(null, `it cannot be kept: ${fault instanceof Error ? fault.message : "unknown"}`) });
  }
}

/** Notes what can never be read, with the reason: it is shown, and not sent again for ever. */
export async function noteUnreadable({ shop, topic, webhookId, eventId, triggeredAt }: Headers, bodyHash: string, reason: string): Promise<void> {
  await noteDelivery({ shop, webhookId, topic, eventId, triggeredNs: instantNs(triggeredAt ?? "") ?? 0n, receivedAt: now(), bodyHash, ...unreadable(null, reason) });
}
