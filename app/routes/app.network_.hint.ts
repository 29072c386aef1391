// The address that a network calls when a sale changes: shown, made, or replaced by another one.
import { type ActionFunctionArgs, json } from "@remix-run/node";
import { makePostback, postbackAddress } from "../flow/postback.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const connectionId = String(form.get("connectionId") ?? "");
  const intent = String(form.get("intent"));
  if (intent === "show") return json({ intent, ...(await postbackAddress(session.shop, connectionId)) });
  if (intent === "make" || intent === "renew") return json({ intent, ...(await makePostback(session.shop, connectionId, intent === "renew")) });
  throw new Response(null, { status: 400 });
}
