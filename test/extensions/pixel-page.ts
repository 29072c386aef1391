// A browser with pages for the pixel, as the platform gives them to it: storage behind promises, events, consent; and an endpoint that answers as told.
import { vi } from "vitest";
import type { PixelApi } from "../../extensions/click-pixel/src/pixel.ts";

export type Consent = { analytics: boolean; marketing: boolean };
export const YES: Consent = { analytics: true, marketing: true };
export const NO: Consent = { analytics: false, marketing: false };

type Posted = { url: string; init: RequestInit; body: Record<string, unknown> };
/** A status, with Retry-After in seconds; "lost": no connection; a function is called and waited for. */
export type Answer = number | [status: number, retryAfter: string] | "lost" | (() => Promise<number>);

export const SETTINGS = { endpoint: "https://app.example", token: "shop.1.sig", parameters: "irclickid,awc" };

let pixel: ((api: PixelApi) => void) | null = null;

/** Loads the extension's own entry, as the platform's sandbox does. */
export async function loadPixel(): Promise<void> {
  vi.stubGlobal("shopify", { extend: (point: string, callback: (api: PixelApi) => void) => (pixel = point === "WebPixel::Render" ? callback : null) });
  await import("../../extensions/click-pixel/src/index.ts");
  if (pixel === null) throw new Error("the pixel did not register");
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Each cookie as it was written last. */
  readonly written = new Map<string, string>();
  readonly local = new Map<string, string>();
  readonly posted: Posted[] = [];
  /** What the endpoint answers next; 202 where nothing is left. */
  answers: Answer[] = [];
  /** A browser that keeps no cookies. */
  takesCookies = true;
  #events = 0;

  constructor() {
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      this.posted.push({ url, init, body: JSON.parse(String(init.body)) as Record<string, unknown> });
      const answer = this.answers.shift() ?? 202;
      if (answer === "lost") throw new TypeError("Failed to fetch");
      const [status, retryAfter] = typeof answer === "function" ? [await answer(), null] : typeof answer === "number" ? [answer, null] : answer;
      return new Response(null, { status, headers: retryAfter === null ? {} : { "retry-after": retryAfter } });
    });
  }

  /** Opens a page: the platform starts the pixel in it, with the consent that holds then, and tells that the page was viewed. */
  async open(search: string, consent: Consent = YES, settings: Record<string, unknown> = SETTINGS): Promise<Page> {
    const page = new Page(this, search, consent, settings);
    page.view();
    await page.quiet();
    return page;
  }

  /** What was told of touches and checkouts, in order. */
  touches(): { key: string; at: string; kind: string; parameter: string | null; value: string }[] {
    return this.posted.flatMap(({ body }) => (body.touches as []) ?? []);
  }
  checkouts(): Record<string, unknown>[] {
    return this.posted.flatMap(({ body }) => (body.checkout === undefined ? [] : [body.checkout as Record<string, unknown>]));
  }
  nextEvent(): string {
    return `event-${++this.#events}`;
  }
}

type OnConsent = (event: { customerPrivacy: ReturnType<typeof privacyOf> }) => void;

export class Page {
  readonly #visitor: Visitor;
  readonly #search: string;
  readonly #subscribers = new Map<string, ((event: never) => void)[]>();
  readonly #consent: OnConsent[] = [];

  constructor(visitor: Visitor, search: string, consent: Consent, settings: Record<string, unknown>) {
    this.#visitor = visitor;
    this.#search = search;
    const { cookies, written, local } = visitor;
    const api = {
      settings,
      init: { customerPrivacy: privacyOf(consent) },
      analytics: { subscribe: (name: string, callback: (event: never) => void) => void this.#subscribers.set(name, [...(this.#subscribers.get(name) ?? []), callback]) },
      customerPrivacy: { subscribe: (_name: string, callback: OnConsent) => void this.#consent.push(callback) },
      browser: {
        cookie: {
          get: async (name: string) => cookies.get(name) ?? "",
          set: async (text: string) => {
            const [pair = "", ...attributes] = text.split("; ");
            const [name = "", value = ""] = pair.split("=");
            if (!visitor.takesCookies) return;
            written.set(name, text);
            if (attributes.includes("Max-Age=0")) cookies.delete(name);
            else cookies.set(name, value);
          },
        },
        localStorage: {
          getItem: async (key: string) => local.get(key) ?? null,
          setItem: async (key: string, value: string) => void local.set(key, value),
          removeItem: async (key: string) => void local.delete(key),
        },
      },
    };
    pixel!(api as unknown as PixelApi);
  }

  view(id = this.#visitor.nextEvent()): void {
    this.publish("page_viewed", { id, timestamp: new Date().toISOString(), context: { document: { location: { search: this.#search } } } });
  }
  publish(name: string, event: unknown): void {
    for (const callback of this.#subscribers.get(name) ?? []) callback(event as never);
  }
  checkout(checkout: Record<string, unknown>, id = this.#visitor.nextEvent()): void {
    this.publish("checkout_completed", { id, timestamp: new Date().toISOString(), data: { checkout: { token: "checkout-1", order: { id: "5001", customer: { id: "7001" } }, discountApplications: [], ...checkout } } });
  }
  async consent(consent: Consent): Promise<void> {
    this.choose(consent);
    await this.quiet();
  }
  choose(consent: Consent): void {
    for (const callback of this.#consent) callback({ customerPrivacy: privacyOf(consent) });
  }
  /** Until nothing of the pixel is under way but what waits for an answer. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

function privacyOf({ analytics, marketing }: Consent): { analyticsProcessingAllowed: boolean; marketingAllowed: boolean; preferencesProcessingAllowed: boolean; saleOfDataAllowed: boolean } {
  return { analyticsProcessingAllowed: analytics, marketingAllowed: marketing, preferencesProcessingAllowed: false, saleOfDataAllowed: false };
}
