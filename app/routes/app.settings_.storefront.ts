// The storefront's card on Settings: the store is asked again, or all tokens that were given out become worthless.
import { type ActionFunctionArgs, json } from "@remix-run/node";
import { whoOf } from "../domain/who.ts";
import { renewStorefront, tryStorefrontAgain } from "../flow/storefront-acts.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const intent = (await request.formData()).get("intent");
  if (intent === "renew") await renewStorefront(session.shop, whoOf(session));
  else if (intent === "again") await tryStorefrontAgain(session.shop);
  else throw new Response(null, { status: 400 });
  return json({ done: intent });
}
