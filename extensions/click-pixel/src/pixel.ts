// The web pixel: on a landing that a creator brought it notes a touch, and on a completed checkout it ties the visitor's browser to the order. It runs in
// the platform's strict sandbox: no page, no DOM, storage only through `browser`. Nothing that fails in here reaches the page.
//
// Only with consent to analytics and marketing. What the page saw before stays in the memory of this page alone, and counts once consent is given on it;
// where consent is refused or withdrawn, what was kept is removed.
import type { ExtensionApi } from "@shopify/web-pixels-extension";
import { touchKey, VISITOR_NAME, withLanding, writeClicks } from "../../../app/domain/touch.ts";
import { type Browser, clicksOf, cookie, forgetVisitor, keepClicks, visitorOf } from "./browser.ts";
import { touchesOf } from "./landing.ts";
import { type Endpoint, enqueue, forgetWaiting, type Note, post, settle, takeDue } from "./outbox.ts";

/** What the platform hands to a pixel, as far as it is used here. */
export type PixelApi = Pick<ExtensionApi, "settings" | "analytics" | "customerPrivacy"> & { init: { customerPrivacy: Privacy }; browser: Browser };

type Privacy = { analyticsProcessingAllowed: boolean; marketingAllowed: boolean };
type Completed = { token: string | null; attributes?: { key: string; value: string }[]; order: { id: string | null; customer: { id: string | null } | null } | null; discountApplications: { type: string; title: string }[] };
type Checkout = Extract<Note, { checkout: unknown }>["checkout"];
type Settings = Endpoint & { parameters: string[] };
type Seen = { landing: { search: string; atMs: number } } | { checkout: Checkout; carried: string };

const MOST_SEEN = 20;
const MOST_CODES = 20;
const LONGEST_CODE = 255;

export function startPixel({ settings: given, init, analytics, customerPrivacy, browser }: PixelApi): void {
  const settings = readSettings(given);
  if (settings === null) return;
  /** What this page saw, each with whether it has been noted under the consent that holds now. */
  const seen: { what: Seen; noted: boolean }[] = [];
  const events = new Set<string>();
  let privacy = init.customerPrivacy;
  let sending = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: two that write the same cookie or item would take it from each other. null: it failed. */
  function inTurn<T>(work: () => Promise<T>): Promise<T | null> {
    const done = turn.then(work).catch(() => null);
    turn = done;
    return done;
  }

  async function note(): Promise<void> {
    for (const each of seen) {
      if (each.noted || !isAllowed(privacy)) continue;
      each.noted = true;
      await ("landing" in each.what ? noteLanding(browser, settings!, each.what.landing) : noteCheckout(browser, each.what.checkout, each.what.carried));
    }
  }

  /** The endpoint is waited for outside of the turns: consent that is withdrawn meanwhile does not wait for it. */
  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    for (let restMs: number | null = null; restMs === null; ) {
      const next = await inTurn(async () => (isAllowed(privacy) ? takeDue(browser) : null));
      if (next === null) break;
      restMs = await post(settings!, next);
      await inTurn(async () => (isAllowed(privacy) ? settle(browser, next, restMs) : undefined));
    }
    sending = false;
  }

  function see(event: { id?: string }, read: () => Seen | null): void {
    try {
      if (event.id !== undefined && events.has(event.id)) return;
      if (event.id !== undefined) events.add(event.id);
      const what = read();
      if (what === null || seen.length >= MOST_SEEN) return;
      seen.push({ what, noted: false });
      void inTurn(note).then(send);
    } catch {
      // An event of another shape tells nothing.
    }
  }

  customerPrivacy.subscribe("visitorConsentCollected", (event) => {
    privacy = event.customerPrivacy;
    if (isAllowed(privacy)) return void inTurn(note).then(send);
    void inTurn(async () => {
      if (isAllowed(privacy)) return;
      for (const each of seen) each.noted = false;
      await forgetWaiting(browser);
      // The cookies are the app embed's, too, which needs consent to marketing alone.
      if (privacy?.marketingAllowed !== true) await forgetVisitor(browser);
    });
  });
  analytics.subscribe("page_viewed", (event) => see(event, () => ({ landing: { search: event.context.document.location.search, atMs: instantOf(event.timestamp) } })));
  analytics.subscribe("checkout_completed", (event) => see(event, () => readCheckout(event.data.checkout, event.timestamp)));
}

function isAllowed(privacy: Privacy | undefined): boolean {
  return privacy?.analyticsProcessingAllowed === true && privacy.marketingAllowed === true;
}

async function noteLanding(browser: Browser, { parameters }: Settings, { search, atMs }: { search: string; atMs: number }): Promise<void> {
  const landing = { search, discountCookie: await cookie(browser, "discount_code"), appliedCookie: await cookie(browser, "creator_code"), atMs };
  if (touchesOf(landing, parameters, await clicksOf(browser)).length === 0) return;
  const visitor = await visitorOf(browser);
  if (visitor === null) return;
  // Read last, and written at once: the app embed writes there, too.
  const before = await clicksOf(browser);
  const { entries, landed } = withLanding(before, touchesOf(landing, parameters, before));
  if (writeClicks(entries) !== writeClicks(before)) await keepClicks(browser, entries);
  for (const entry of landed) {
    const touch = { key: touchKey(visitor, entry), at: new Date(entry.atMs).toISOString(), kind: entry.kind, parameter: entry.parameter, value: entry.value };
    await enqueue(browser, touch.key, visitor, { touches: [touch] });
  }
}

async function noteCheckout(browser: Browser, checkout: Checkout, carried: string): Promise<void> {
  const visitor = await visitorOf(browser, carried);
  if (visitor !== null) await enqueue(browser, `${visitor}:checkout:${checkout.token}`, visitor, { checkout });
}

function readCheckout(checkout: Completed, timestamp: string | undefined): Seen | null {
  if (!checkout.token) return null;
  const codes = checkout.discountApplications.filter(({ type }) => type === "DISCOUNT_CODE").map(({ title }) => title.slice(0, LONGEST_CODE));
  return {
    carried: checkout.attributes?.find(({ key }) => key === VISITOR_NAME)?.value ?? "",
    checkout: {
      token: checkout.token, orderId: digitsOf(checkout.order?.id), customerId: digitsOf(checkout.order?.customer?.id),
      codes: [...new Set(codes)].slice(0, MOST_CODES), at: new Date(instantOf(timestamp)).toISOString(),
    },
  };
}

function readSettings(given: Record<string, unknown> | undefined): Settings | null {
  const { endpoint, token, parameters } = given ?? {};
  if (typeof endpoint !== "string" || typeof token !== "string") return null;
  return { endpoint: endpoint.replace(/\/+$/, ""), token, parameters: String(parameters ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "") };
}

/** An id's digits, whether it comes bare or as gid://shopify/Order/123. */
function digitsOf(id: string | number | null | undefined): string | null {
  return /(\d+)$/.exec(String(id ?? ""))?.[1] ?? null;
}

function instantOf(timestamp: string | undefined): number {
  const at = Date.parse(timestamp ?? "");
  return Number.isNaN(at) ? Date.now() : at;
}
