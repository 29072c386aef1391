// The local demo shows the app inside an admin on this machine (LOCAL_ADMIN_URL); in production nothing here changes anything.
import { env } from "./env.server.ts";

/** The local stand-in of App Bridge; null in production, where it comes from Shopify. */
export function localAppBridgeUrl(): string | null {
  const local = env().LOCAL_ADMIN_URL;
  return local ? new URL("/app-bridge.js", local).href : null;
}

/** Spares the local admin a script that it does not load. */
export function allowLocalAdmin(headers: Headers): void {
  if (env().LOCAL_ADMIN_URL && headers.get("link")?.includes("app-bridge.js")) headers.delete("link");
}
