// Installs the app in the local store, as opening it for the first time does.
import { env } from "#app/env.server.ts";

/** An offline token, had as the app has it: by exchanging a session token. */
export async function installed(shop: string, sessionToken: string): Promise<string> {
  const answer = await fetch(`https://${shop}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      client_id: env().SHOPIFY_API_KEY,
      client_secret: env().SHOPIFY_API_SECRET,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: sessionToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    }),
  });
  const body = (await answer.json()) as { access_token?: string };
  if (!body.access_token) throw new Error(`the local store gave no token: ${answer.status}`);
  return body.access_token;
}
