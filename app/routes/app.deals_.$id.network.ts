// A person took a step in the network, or wants to know: the network is asked what it has of the deal.
import { type ActionFunctionArgs, json } from "@remix-run/node";
import { askedId } from "../domain/typed-text.ts";
import { lookAtDealNow } from "../flow/place-deals-network.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return json({ asked: await lookAtDealNow(session.shop, askedId(params.id)) });
}
