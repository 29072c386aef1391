// The data of one customer, as it was collected for a request.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { readPrivacyFile } from "../flow/privacy.ts";
import { authenticate } from "../shopify.server.ts";
import { fileHeaders } from "../ui/statements/file-answer.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const file = await readPrivacyFile(session.shop, params.id ?? "");
  if (file === null) throw new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.bytes), { headers: fileHeaders(file.name, "application/json") });
}
