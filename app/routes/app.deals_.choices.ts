// The segments or markets that a deal's form offers: ?kind=segments&q=words.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { choicesOf } from "../flow/choices.ts";
import { authenticate } from "../shopify.server.ts";

const LONGEST = 100;

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return choicesOf(session.shop, searchParams.get("kind") === "markets" ? "markets" : "segments", (searchParams.get("q") ?? "").slice(0, LONGEST));
}
