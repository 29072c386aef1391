// A delivery whose sender is known is noted, whichever way it came: over HTTPS, through Google Pub/Sub or through Amazon EventBridge.
import { now } from "../clock.ts";
import { countUnknownTopic, noteDelivery, type NewDelivery } from "../db/delivery.ts";
import { isPassing } from "../db/fault.ts";
import { instantNs } from "../domain/instant.ts";
import { isPrivacyTopic } from "../domain/redact.ts";
import { log } from "../log.server.ts";
import { contentOf, isKnown, naming, unreadable, type Body } from "./intake-content.ts";
import { noteTogether } from "./note-together.ts";
import { notePrivacyWord } from "./privacy.ts";
import { noteDiscountWord } from "./store-words.ts";

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;
const MOST_ID = 255;

/** More wait to be noted than can be held; the store sends this one again. */
export class TooMany extends Error {}

/** What the store says beside the body; an empty text where it says nothing. `triggeredAt` as it writes it. */
export type Headers = { shop: string; topic: string; webhookId: string; eventId: string | null; triggeredAt: string | null };

/** What became of a delivery, all of it committed. "repeated": it was noted before, and nothing changed. */
export type Noted = "noted" | "repeated" | "unreadable" | "unknown_topic";

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
export async function noteDelivered(headers: Headers, body: Body): Promise<Noted> {
  const { shop, topic } = headers;
  const delivery = envelopeOf(headers, body.hash);
  if (!isKnown(topic)) {
    await countUnknownTopic(shop, topic.slice(0, MOST_ID), delivery.receivedAt);
    return "unknown_topic";
  }
  try {
    return tell(delivery, await write(delivery, body));
  } catch (fault) {
    if (fault instanceof TooMany || isPassing(fault)) throw fault;
    // What neither the readers nor the database foresee would be sent again until the store gives up: it is shown instead.
    const shown = { ...delivery, ...unreadable(null, `it cannot be kept: ${fault instanceof Error ? fault.message : "unknown"}`) };
    await noteDelivery(shown);
    return tell(shown, "noted");
  }
}

/** Notes what can never be read, with the reason: it is shown, and not sent again for ever. */
export async function noteUnreadable(headers: Headers, bodyHash: string, reason: string): Promise<Noted> {
  const shown = { ...envelopeOf(headers, bodyHash), ...unreadable(null, reason) };
  await noteDelivery(shown);
  return tell(shown, "noted");
}

function envelopeOf({ shop, topic, webhookId, eventId, triggeredAt }: Headers, bodyHash: string): NewDelivery {
  return { shop, webhookId, topic, eventId, triggeredNs: instantNs(triggeredAt ?? "") ?? 0n, receivedAt: now(), bodyHash, ...naming(null) };
}

/** Completes `delivery` with what the body says, and commits it. */
async function write(delivery: NewDelivery, body: Body): Promise<"noted" | "repeated"> {
  if (delivery.topic.startsWith("discounts/")) await noteDiscountWord(delivery, body.whole);
  else if (isPrivacyTopic(delivery.topic)) await notePrivacyWord(delivery, body.whole);
  else {
    const noting = noteTogether(Object.assign(delivery, contentOf(delivery.topic, body, delivery.triggeredNs ?? 0n)));
    if (noting === null) throw new TooMany("too many deliveries wait to be noted");
    return (await noting) === "done" ? "noted" : "repeated";
  }
  return "noted";
}

function tell({ shop, webhookId, topic, orderId, state }: NewDelivery, noted: "noted" | "repeated"): Noted {
  if (log.isLevelEnabled("info")) log.info({ stage: noted, shop, webhookId, topic, order: orderId, state }, "a delivery is noted");
  return noted === "noted" && state === "unreadable" ? "unreadable" : noted;
}
