// For the block on the store's own page of an order (extensions/order-credit): ?order=gid://shopify/Order/1&locale=fr.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import { findShop } from "../db/shop.ts";
import type { CreditBlock } from "../domain/credit-block.ts";
import { openOrder } from "../flow/prove.ts";
import { authenticate } from "../shopify.server.ts";
import { creditBlock } from "../ui/orders/credit-block.ts";
import { textsFor } from "../ui/texts-for.ts";

/** 404: nothing is known of such an order here. Extensions run on an origin of the platform's, so every answer allows that. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session, cors } = await authenticate.admin(request);
  const asked = new URL(request.url).searchParams;
  const page = await openOrder(session.shop, /^gid:\/\/shopify\/Order\/(\d{1,20})$/.exec(asked.get("order") ?? "")?.[1] ?? "");
  const headers = { "cache-control": "no-store" };
  if (page === null) return cors(json(null, { status: 404, headers }));
  return cors(json<CreditBlock>(creditBlock(page, await textsFor(asked.get("locale"), await findShop(session.shop), now())), { headers }));
}
