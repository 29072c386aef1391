// Requests as the store's admin sends them: with a session token, for a shop whose session is kept.
import { createHmac, randomUUID } from "node:crypto";
import { seal } from "#app/crypto.server.ts";
import { env } from "#app/env.server.ts";
import { insert } from "./atelier.ts";

/** A session as token exchange leaves it behind, and who asks. */
export async function keepSession(shop: string): Promise<void> {
  await insert(`"Session"`, { id: `offline_${shop}`, shop, state: "", isOnline: false, scope: env().SCOPES, accessToken: seal("shpat_test"), expires: new Date(Date.now() + 3_600_000) });
  await insert(`"Session"`, { id: `${shop}_${STAFF.id}`, shop, state: "", isOnline: true, accessToken: "", userId: STAFF.id, firstName: STAFF.firstName, lastName: STAFF.lastName, expires: new Date(Date.now() + 3_600_000) });
}

const STAFF = { id: 1, firstName: "Camille", lastName: "Martin" };

export function sessionToken(shop: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const second = Math.floor(Date.now() / 1_000);
  const claims = { iss: `https://${shop}/admin`, dest: `https://${shop}`, aud: env().SHOPIFY_API_KEY, sub: String(STAFF.id), exp: second + 60, nbf: second - 5, iat: second - 5, jti: randomUUID(), sid: "s" };
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", env().SHOPIFY_API_SECRET).update(text).digest("base64url")}`;
}

type Body = { form: Record<string, string> } | { json: unknown };

/** What a route's loader or action is called with. */
export function ask(shop: string, path: string, body?: Body, params: Record<string, string> = {}) {
  const headers = new Headers({ authorization: `Bearer ${sessionToken(shop)}`, "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0" });
  if (body && "json" in body) headers.set("content-type", "application/json");
  const init = body ? { method: "POST", headers, body: "form" in body ? new URLSearchParams(body.form) : JSON.stringify(body.json) } : { headers };
  return { request: new Request(`${env().SHOPIFY_APP_URL}${path}`, init), params, context: {} };
}

/** A request without a session token, as anybody could send it. */
export function askAsStranger(path: string, params: Record<string, string> = {}) {
  return { request: new Request(`${env().SHOPIFY_APP_URL}${path}`, { headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0" } }), params, context: {} };
}

/** The response that a loader or action throws: a refusal, or the way to sign in. */
export async function thrown(work: Promise<unknown>): Promise<Response> {
  const fault: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(fault instanceof Response)) throw new Error(`no response was thrown, but ${String(fault)}`);
  return fault;
}
