// What browsers are told about answers of this app: what a page may load, who may hold it in a frame, and that nothing else is to be guessed.
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { env } from "./env.server.ts";

const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;
const ADMIN = "https://admin.shopify.com";
/** App Bridge, and pictures of products. */
const CDN = "https://cdn.shopify.com";
/** App Bridge tells the platform there how pages fare. */
const TELEMETRY = "https://monorail-edge.shopifysvc.com";

/** For whatever is no page: it loads nothing, and stands in nobody's frame. */
const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const POLICY = "content-security-policy";

/** The shop that the address names, where it is the name of one. */
export function shopNamed(url: string): string | null {
  const shop = new URL(url).searchParams.get("shop")?.toLowerCase() ?? "";
  return SHOP_DOMAIN.test(shop) ? shop : null;
}

/** Once per page: only scripts that carry it run. */
export function makeNonce(): string {
  return randomBytes(16).toString("base64");
}

/**
 * The policy of a page at this address. Scripts are the build's own, App Bridge, and those inline that carry the nonce; a page may stand in the frame of the shop that its
 * address names, and of nobody without one. Polaris sets its measures as style attributes: styles may be inline.
 * `nonce` null: of the one page that App Bridge fetches a session token on. It then writes the fetched page into this one, whose policy stays: scripts that
 * the later page has inline could carry no nonce that is known here.
 */
export function pagePolicy(url: string, nonce: string | null): string {
  const { LOCAL_ADMIN_URL, NODE_ENV } = env();
  const shop = shopNamed(url);
  const local = LOCAL_ADMIN_URL ? [new URL(LOCAL_ADMIN_URL).origin] : [];
  const inline = nonce === null ? "'unsafe-inline'" : `'nonce-${nonce}'`;
  const rules: [string, string[]][] = [
    ["default-src", ["'self'"]],
    ["script-src", ["'self'", inline, CDN, ...local]],
    ["style-src", ["'self'", "'unsafe-inline'", CDN]],
    ["img-src", ["'self'", "data:", "blob:", CDN, ...local]],
    ["font-src", ["'self'", CDN]],
    // Vite tells of changed sources.
    ["connect-src", ["'self'", CDN, TELEMETRY, ...local, ...(NODE_ENV === "development" ? ["ws:", "wss:"] : [])]],
    ["frame-src", ["'self'"]],
    ["object-src", ["'none'"]],
    ["base-uri", ["'none'"]],
    // Signing in leads on to the store's admin.
    ["form-action", ["'self'", ADMIN, "https://*.myshopify.com"]],
    ["frame-ancestors", shop === null ? ["'none'"] : [...local, `https://${shop}`, ADMIN]],
  ];
  return rules.map(([name, values]) => `${name} ${values.join(" ")}`).join("; ");
}

/** Gives a page its policy in place of any other that it has. */
export function setPagePolicy(headers: Headers, url: string, nonce: string | null): void {
  headers.set(POLICY, pagePolicy(url, nonce));
}

/** Leaves an answer that Shopify's library made without its policy, which names whatever the address calls a shop. */
export function dropPolicy(headers: Headers): void {
  headers.delete(POLICY);
}

/** To be called before anything is answered: headers for every answer, and the policy of what is no page where no other is set. */
export function guardAnswer(response: ServerResponse): void {
  for (const [name, value] of always()) response.setHeader(name, value);
  const write = response.writeHead;
  response.writeHead = function writeHead(...given: unknown[]) {
    if (!response.hasHeader(POLICY)) response.setHeader(POLICY, NO_PAGE);
    return write.apply(response, given as Parameters<typeof write>);
  } as typeof write;
}

let sameForAll: readonly [string, string][] | null = null;

function always(): readonly [string, string][] {
  return (sameForAll ??= [
    ["x-content-type-options", "nosniff"],
    // Addresses of pages carry the shop's session token for a minute.
    ["referrer-policy", "same-origin"],
    ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
    ...(env().SHOPIFY_APP_URL.startsWith("https:") ? ([["strict-transport-security", "max-age=31536000"]] as [string, string][]) : []),
  ]);
}
