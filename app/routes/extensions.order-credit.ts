// For the block on the store's own page of an order (extensions/order-credit): ?order=gid://shopify/Order/1&locale=fr.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import type { CreditBlock } from "../domain/credit-block.ts";
import { openOrderForBlock } from "../flow/order-block.ts";
import { loadLanguage, nearestLanguage, translateIn } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { makeFormat } from "../ui/format.tsx";
import { creditBlock } from "../ui/orders/credit-block.ts";

/** 404: nothing is known of such an order here. Extensions run on an origin of the platform's, so every answer allows that. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session, cors } = await authenticate.admin(request);
  const asked = new URL(request.url).searchParams;
  const order = await openOrderForBlock(session.shop, /^gid:\/\/shopify\/Order\/(\d{1,20})$/.exec(asked.get("order") ?? "")?.[1] ?? "");
  const headers = { "cache-control": "no-store" };
  if (order === null) return cors(json(null, { status: 404, headers }));
  const language = nearestLanguage(asked.get("locale")) ?? "en";
  await loadLanguage(language);
  const { page, currency, timezone } = order;
  const texts = { t: translateIn(language, "orders"), network: translateIn(language, "network"), format: makeFormat({ language, currency, timezone, now: now().toISOString() }) };
  return cors(json<CreditBlock>(creditBlock(page, texts), { headers }));
}
