// An address that no page has: said in the admin's frame, where the way back is.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<never> {
  await authenticate.admin(request);
  throw new Response(null, { status: 404 });
}

/** Never shown: without a page, Remix would answer with the loader's response alone. */
export default function Missing() {
  return null;
}
