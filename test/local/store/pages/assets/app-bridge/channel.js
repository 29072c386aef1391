// The stand-in of App Bridge: what a page of the app and the local admin around it say to each other.
// These files are joined into one function and served as /app-bridge.js (pages/app-bridge.ts); none of it is Shopify's.

const ownScript = document.currentScript;
const adminOrigin = new URL(ownScript.src).origin;
const pageUrl = new URL(location.href);
const apiKey = ownScript.dataset.apiKey ?? document.querySelector('meta[name="shopify-api-key"]')?.content ?? null;
const embedded = window.top !== window.self;
/** True in a document that the app itself frames: a modal's src. It has tokens and toasts, but does not speak for the app's address. */
const nested = embedded && window.parent !== window.top;

const waiting = new Map();
const listeners = new Map();
let lastCall = 0;

/** Asks the admin, and resolves with its answer. */
function ask(call, detail = {}) {
  if (!embedded) return Promise.reject(new Error(`App Bridge (local stand-in): ${call} needs the admin around the app`));
  const id = ++lastCall;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    window.top.postMessage({ appBridge: "call", id, call, detail, nested }, adminOrigin);
  });
}

/** Tells the admin something that wants no answer. */
function tell(call, detail = {}) {
  if (embedded) window.top.postMessage({ appBridge: "call", id: null, call, detail, nested }, adminOrigin);
}

/** Hears what the admin says of its own accord. */
function hear(event, listener) {
  listeners.set(event, listener);
}

window.addEventListener("message", ({ source, origin, data }) => {
  if (source !== window.top || origin !== adminOrigin || typeof data !== "object" || data === null) return;
  if (data.appBridge === "event") listeners.get(data.event)?.(data.detail);
  if (data.appBridge !== "answer") return;
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error === undefined) asked?.resolve(data.value);
  else asked?.reject(new Error(data.error));
});

/** Styles without a node in the document: the framework that hydrates the page must find it as the server wrote it. */
function adoptStyles(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
