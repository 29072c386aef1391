// One exchange with a network, for whoever opens it in the log.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { readExchange } from "../db/reads/network.ts";
import { askedId } from "../domain/typed-text.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const exchange = await readExchange(session.shop, askedId(params.id));
  if (!exchange) throw new Response(null, { status: 404 });
  return json(exchange);
}
