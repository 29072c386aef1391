// The codes that a person can credit on an order, for whoever searches them on its page.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { codesToCredit } from "../db/reads/hand.ts";
import { askedId, cleanText } from "../domain/typed-text.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const q = cleanText(new URL(request.url).searchParams.get("q") ?? "");
  return json(await codesToCredit(session.shop, askedId(params.id), q));
}
