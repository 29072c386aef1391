import type { LoaderFunctionArgs } from "@remix-run/node";
import { makeNonce, setPagePolicy, shopNamed } from "../page-policy.server.ts";
import { authenticate } from "../shopify.server.ts";

/** What leads out of the frame: the one script that the library writes into such a page. */
const LEADS_OUT = "<script>window.open(";

/** Shopify's library answers what lies below /auth: session token bounce, exit from the frame. */
export async function loader({ request }: LoaderFunctionArgs) {
  // The library writes it into a header as it is.
  if (new URL(request.url).searchParams.has("shop") && shopNamed(request.url) === null) throw new Response(null, { status: 400 });
  try {
    await authenticate.admin(request);
  } catch (answer) {
    // These pages stand in the admin's frame as well, but do not pass by entry.server.
    throw answer instanceof Response && answer.headers.get("content-type")?.startsWith("text/html") ? await guarded(answer, request.url) : answer;
  }
  return null;
}

async function guarded(answer: Response, url: string): Promise<Response> {
  const page = await answer.text();
  const nonce = page.includes(LEADS_OUT) ? makeNonce() : null;
  const headers = new Headers(answer.headers);
  setPagePolicy(headers, url, nonce);
  return new Response(nonce === null ? page : page.replace(LEADS_OUT, `<script nonce="${nonce}">window.open(`), { status: answer.status, headers });
}
