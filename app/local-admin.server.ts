// The local demo shows the app inside an admin on this machine (LOCAL_ADMIN_URL); in production nothing here changes anything.
import { env } from "./env.server.ts";

/** The local stand-in of App Bridge; null in production, where it comes from Shopify. */
export function localAppBridgeUrl(): string | null {
  const local = env().LOCAL_ADMIN_URL;
  return local ? new URL("/app-bridge.js", local).href : null;
}

/** Lets the local admin frame a page beside those that Shopify's library allows, and spares it a script that it does not load. */
export function allowLocalAdmin(headers: Headers): void {
  const local = env().LOCAL_ADMIN_URL;
  if (!local) return;
  const policy = headers.get("content-security-policy");
  if (policy) headers.set("content-security-policy", policy.replace("frame-ancestors", `frame-ancestors ${new URL(local).origin}`));
  if (headers.get("link")?.includes("app-bridge.js")) headers.delete("link");
}
