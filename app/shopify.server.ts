// Shopify's library, set up once: token exchange for expiring offline tokens, sessions kept in our database.
import "@shopify/shopify-app-remix/adapters/node";
import { ApiVersion, AppDistribution, LogSeverity, shopifyApp } from "@shopify/shopify-app-remix/server";
import { prisma } from "./db.server.ts";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";
import { SealedSessionStorage } from "./sealed-sessions.server.ts";

const shopify = shopifyApp({
  apiKey: env().SHOPIFY_API_KEY,
  apiSecretKey: env().SHOPIFY_API_SECRET,
  apiVersion: ApiVersion.October26,
  scopes: env().SCOPES.split(","),
  appUrl: env().SHOPIFY_APP_URL,
  authPathPrefix: "/auth",
  sessionStorage: new SealedSessionStorage(prisma()),
  distribution: AppDistribution.AppStore,
  // It tells of every request that it lets through; what goes wrong is enough.
  logger: { level: LogSeverity.Warning, timestamps: false, log: async (severity, message) => log[severity === LogSeverity.Error ? "error" : "warn"](message) },
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
});

export const authenticate = shopify.authenticate;
export const unauthenticated = shopify.unauthenticated;
export const login = shopify.login;
export const addDocumentResponseHeaders = shopify.addDocumentResponseHeaders;
