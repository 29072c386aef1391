// How far the run under way is: asked by the bar on every page.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import { runUnderWay } from "../db/reads/batch.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return json({ run: await runUnderWay(session.shop, now()) }, { headers: { "cache-control": "no-store" } });
}
