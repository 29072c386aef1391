// Leads what is meant for Shopify, impact.com and Google to the local stand-ins, by wrapping fetch: the product speaks to the real addresses
// and knows of no stand-in. As a preload (node --import) it installs itself from LOCAL_STORE_URL, LOCAL_NETWORK_URL and LOCAL_GOOGLE_URL.
type Targets = {
  /** Where https://<shop>.myshopify.com goes; the host that was meant travels in x-forwarded-host. */
  store?: string;
  /** Where https://api.impact.com goes. */
  network?: string;
  /** Where https://www.googleapis.com goes: the certificates of Google Pub/Sub's tokens. */
  google?: string;
};

const SHOP_HOST = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;
const NETWORK_HOST = "api.impact.com";
/** Where the store keeps the results of bulk operations. */
const STORAGE_HOST = "storage.googleapis.com";
const GOOGLE_HOST = "www.googleapis.com";

/** Wraps globalThis.fetch; returns what undoes it. A host of theirs without a target is refused: nothing local reaches the real services. */
export function leadFetch({ store, network, google }: Targets): () => void {
  const real = globalThis.fetch;

  async function led(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const meant = new URL(input instanceof Request ? input.url : input);
    const target = SHOP_HOST.test(meant.hostname) || meant.hostname === STORAGE_HOST ? store : meant.hostname === NETWORK_HOST ? network : meant.hostname === GOOGLE_HOST ? google : null;
    if (target === null) return real(input, init);
    if (target === undefined) throw new TypeError(`fetch failed: there is no local stand-in for ${meant.hostname}`);

    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    headers.set("x-forwarded-host", meant.hostname);
    const body = request.body === null ? undefined : await request.arrayBuffer();
    return real(new URL(meant.pathname + meant.search, target), {
      method: request.method,
      headers,
      body,
      // The caller's own: a Request made here only follows it, and is forgotten with its signal at the next garbage collection.
      signal: init?.signal ?? (input instanceof Request ? input.signal : undefined),
      redirect: request.redirect,
    });
  }

  globalThis.fetch = led;
  return () => {
    if (globalThis.fetch === led) globalThis.fetch = real;
  };
}

if (process.env.LOCAL_STORE_URL || process.env.LOCAL_NETWORK_URL || process.env.LOCAL_GOOGLE_URL) {
  leadFetch({ store: process.env.LOCAL_STORE_URL, network: process.env.LOCAL_NETWORK_URL, google: process.env.LOCAL_GOOGLE_URL });
}
