// Who of the shop's staff is asking. The shop's own session names nobody: a person's session token is exchanged for who they are. The access token that
// comes with it speaks for that person and is let go at once: what the app does, it does as the app.
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";

/** As Shopify names them (associated_user of an online access token). */
export type StaffMember = { id: number; first_name: string; last_name: string; email: string; email_verified: boolean; account_owner: boolean; locale: string; collaborator: boolean };

const TIMEOUT_MS = 3_000;
const REST_MS = 60_000;
/** A shop that did not answer is not asked again for a while: nobody waits for a name twice. */
const resting = new Map<string, number>();

/** Exchanges the token that the admin signed for this request. null: it could not be found out. */
export async function askStaffMember(shop: string, sessionToken: string): Promise<StaffMember | null> {
  if ((resting.get(shop) ?? 0) > performance.now()) return null;
  const body = {
    client_id: env().SHOPIFY_API_KEY,
    client_secret: env().SHOPIFY_API_SECRET,
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: sessionToken,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:online-access-token",
  };
  try {
    const answer = await fetch(`https://${shop}/admin/oauth/access_token`, {
      method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(body), redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const user = answer.ok ? ((await answer.json()) as { associated_user?: StaffMember }).associated_user : undefined;
    if (user) return user;
    log.warn({ shop, status: answer.status }, "who of the staff is asking is not told");
  } catch (fault) {
    log.warn({ shop, fault: fault instanceof Error ? fault.message : String(fault) }, "who of the staff is asking cannot be asked");
  }
  resting.set(shop, performance.now() + REST_MS);
  return null;
}
