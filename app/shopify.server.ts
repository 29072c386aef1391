// Shopify's library, set up once: token exchange for expiring offline tokens, sessions kept in our database.
import "@shopify/shopify-app-remix/adapters/node";
import { InvalidShopError, Session } from "@shopify/shopify-api";
import { ApiVersion, AppDistribution, LogSeverity, shopifyApp } from "@shopify/shopify-app-remix/server";
import { isSameSecret } from "./crypto.server.ts";
import { prismaForSessions } from "./db/session.ts";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";
import { dropPolicy } from "./page-policy.server.ts";
import { askStaffMember } from "./shopify/staff.ts";
import { SealedSessionStorage } from "./sealed-sessions.server.ts";

const sessions = new SealedSessionStorage(prismaForSessions());

const shopify = shopifyApp({
  apiKey: env().SHOPIFY_API_KEY,
  apiSecretKey: env().SHOPIFY_API_SECRET,
  apiVersion: ApiVersion.October26,
  scopes: env().SCOPES.split(","),
  appUrl: env().SHOPIFY_APP_URL,
  authPathPrefix: "/auth",
  sessionStorage: sessions,
  distribution: AppDistribution.AppStore,
  // It tells of every request that it lets through; what goes wrong is enough.
  logger: { level: LogSeverity.Warning, timestamps: false, log: async (severity, message) => log[severity === LogSeverity.Error ? "error" : "warn"](message) },
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
});

export const authenticate = { ...shopify.authenticate, admin: authenticateAdmin, flow: authenticateFlow };
export const unauthenticated = shopify.unauthenticated;
export const login = shopify.login;
export const addDocumentResponseHeaders = shopify.addDocumentResponseHeaders;

const NAMED_MS = 7 * 86_400_000;

/**
 * As the library does it, with the shop's own session; where something may be changed, the session also says who of the staff asks. Then the session token has to come in
 * its header, which no form of another site can send: the one in a page's address only opens the page.
 */
async function authenticateAdmin(request: Request) {
  const reads = request.method === "GET" || request.method === "HEAD";
  if (!reads && request.method !== "OPTIONS" && !request.headers.get("authorization")) throw new Response(null, { status: 401 });
  const context = await shopify.authenticate.admin(request).catch((fault: unknown) => {
    if (fault instanceof Response) dropPolicy(fault.headers);
    throw fault;
  });
  // The library looks at the one alone.
  const { iss, dest } = context.sessionToken;
  if (iss && (!URL.canParse(iss) || new URL(iss).hostname !== new URL(dest).hostname)) throw new Response(null, { status: 401 });
  if (reads) return context;
  const staff = await staffSession(context.session.shop, context.sessionToken.sub, request);
  if (staff?.onlineAccessInfo) context.session.onlineAccessInfo = staff.onlineAccessInfo;
  return context;
}

/** As the library does it; what is signed and names no shop (a webhook that was sent here) is turned away as what is not signed. */
async function authenticateFlow(request: Request) {
  return shopify.authenticate.flow(request).catch((fault: unknown) => {
    throw fault instanceof InvalidShopError || fault instanceof SyntaxError ? new Response(null, { status: 400 }) : fault;
  });
}

/** Not the beginning of time itself: the storage takes that for no time at all. */
const LONG_PAST = new Date(86_400_000);

/** A token that the store refuses counts as expired: its next use refreshes it, and where that is refused too, the next opening of the app exchanges a new one. */
export async function expireToken(shop: string, token: string): Promise<void> {
  const session = await sessions.loadSession(`offline_${shop}`);
  if (session?.accessToken !== undefined && isSameSecret(session.accessToken, token)) await sessions.storeSession(new Session({ ...session.toObject(), expires: LONG_PAST }));
}

/** The name of a member of staff (the e-mail only where there is none) is kept as a session without a token; it goes with the shop's sessions. */
async function staffSession(shop: string, userId: string, request: Request): Promise<Session | undefined> {
  const id = `${shop}_${userId}`;
  const kept = await sessions.loadSession(id);
  if (kept?.expires && kept.expires.getTime() > Date.now()) return kept;
  const sessionToken = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const user = sessionToken ? await askStaffMember(shop, sessionToken) : null;
  if (user === null) return kept;
  const email = user.first_name || user.last_name ? "" : user.email;
  const named = new Session({ id, shop, state: "", isOnline: true, expires: new Date(Date.now() + NAMED_MS), onlineAccessInfo: { expires_in: 0, associated_user_scope: "", associated_user: { ...user, email } } });
  // Two requests of one person may keep it at once.
  await sessions.storeSession(named).catch((fault: Error) => log.warn({ shop, fault: fault.message }, "the name of a member of staff was not kept"));
  return named;
}
