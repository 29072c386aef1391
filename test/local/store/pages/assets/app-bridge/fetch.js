// Session tokens, and the fetch that carries them.

const pageFetch = window.fetch.bind(window);

/** A session token that has some seconds left (they live for 60). */
function idToken() {
  return ask("idToken");
}

function wantsToken(request) {
  return new URL(request.url).origin === location.origin && !request.headers.has("authorization");
}

/** Requests to the app's own origin get a bearer and the shop's locale; the two headers by which the library asks for more are obeyed. */
async function fetchWithToken(input, init) {
  if (/^shopify:/.test(typeof input === "string" ? input : input?.url ?? String(input))) {
    throw new TypeError("App Bridge (local stand-in): direct API access (shopify:admin/…) is not served");
  }
  const request = new Request(input, init);
  if (!wantsToken(request)) return pageFetch(request);

  const again = request.clone();
  const answer = await pageFetch(await signed(request));
  const elsewhere = answer.headers.get("x-shopify-api-request-failure-reauthorize-url");
  if (elsewhere !== null) window.open(new URL(elsewhere, location.href).href, "_top");
  if (answer.headers.get("x-shopify-retry-invalid-session-request") === null) return answer;
  return pageFetch(await signed(again, true));
}

async function signed(request, fresh = false) {
  const token = await ask("idToken", { fresh });
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${token}`);
  if (shopConfig.locale) headers.set("accept-language", shopConfig.locale);
  return new Request(request, { headers });
}
