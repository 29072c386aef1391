// What a pattern would match, for the tester while the person types. Nothing is kept.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { tryPattern } from "../flow/pattern.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  return json(await tryPattern(session.shop, (params.get("pattern") ?? "").slice(0, 1_000), params.get("except")));
}
