// What an extension finds around it in the admin: the global `shopify` of its target, and a fetch that knows the app. Its page has an origin of its own
// (the frame is sandboxed), as it has on the platform: the app's answers must allow that.
(() => {
const { target, handle, locale, appUrl, selected, texts } = window.localExtension;
const waiting = new Map();
let asked = 0;

/** Asks the admin around the frame. */
function ask(question) {
  asked += 1;
  const n = asked;
  parent.postMessage({ extension: "ask", n, question }, "*");
  return new Promise((resolve, reject) => waiting.set(n, { resolve, reject }));
}

addEventListener("message", ({ source, data }) => {
  if (source !== parent || data?.answerTo === undefined) return;
  const { resolve, reject } = waiting.get(data.answerTo) ?? {};
  waiting.delete(data.answerTo);
  if (data.error !== undefined) reject?.(new Error(data.error));
  else resolve?.(data.answer);
});

// ---- fetch: relative addresses are the app's, and it gets a session token with each ----
const plainFetch = window.fetch.bind(window);
window.fetch = async (input, init = {}) => {
  const request = input instanceof Request ? input : null;
  const url = new URL(request?.url ?? String(input).replace(/^app:\/*/, "/"), appUrl);
  if (url.protocol === "shopify:") throw new Error("The local admin does not serve the Admin API to extensions.");
  if (url.origin !== new URL(appUrl).origin) return plainFetch(input, init);
  const headers = new Headers(init.headers ?? request?.headers);
  if (!headers.has("authorization")) headers.set("authorization", `Bearer ${await ask("token")}`);
  return plainFetch(new Request(url, { ...init, headers }));
};

// ---- texts ----
function textAt(key, { count } = {}) {
  const found = key.split(".").reduce((at, part) => at?.[part], texts);
  const text = typeof found === "object" && count !== undefined ? (found[new Intl.PluralRules(locale).select(count)] ?? found.other) : found;
  if (typeof text !== "string") throw new Error(`The extension ${handle} has no text “${key}” in ${locale}.`);
  return text;
}

const i18n = {
  translate: (key, values = {}) => textAt(key, values).replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => (name in values ? String(values[name]) : whole)),
  formatNumber: (number, { inExtensionLocale, ...options } = {}) => new Intl.NumberFormat(locale, options).format(number),
  formatCurrency: (number, { inExtensionLocale, ...options } = {}) => new Intl.NumberFormat(locale, { style: "currency", ...options }).format(number),
  formatDate: (date, { inExtensionLocale, ...options } = {}) => new Intl.DateTimeFormat(locale, options).format(date),
};

const notServed = (what) => () => Promise.reject(new Error(`The local admin has no ${what} for extensions.`));
window.shopify = {
  extension: { target, handle },
  data: { selected },
  i18n,
  auth: { idToken: () => ask("token") },
  query: notServed("direct access to the Admin API"),
  picker: notServed("picker"),
  resourcePicker: notServed("resource picker"),
  ...(target.includes(".action.") ? { close: () => parent.postMessage({ extension: "close" }, "*") } : { navigation: { navigate: (href) => parent.postMessage({ extension: "go", href: String(href) }, "*") } }),
  extend(given, run) {
    if (given !== target) throw new Error(`The extension draws ${given}, and ${target} was asked for.`);
    void run();
  },
};

new ResizeObserver(() => parent.postMessage({ extension: "size", height: document.body.scrollHeight }, "*")).observe(document.body);
})();
