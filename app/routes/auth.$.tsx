import type { LoaderFunctionArgs } from "@remix-run/node";
import { allowLocalAdmin } from "../local-admin.server.ts";
import { authenticate } from "../shopify.server.ts";

/** Shopify's library answers what lies below /auth: session token bounce, exit from the frame. */
export async function loader({ request }: LoaderFunctionArgs) {
  try {
    await authenticate.admin(request);
  } catch (answer) {
    // These pages stand in the admin's frame as well, but do not pass by entry.server.
    if (answer instanceof Response) allowLocalAdmin(answer.headers);
    throw answer;
  }
  return null;
}
