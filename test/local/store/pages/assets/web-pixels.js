// The manager of web pixels in the local storefront, as the platform's works: each pixel that the app activated (webPixelCreate) runs in a worker of its
// own, and only once the visitor has granted every purpose that its TOML declares; what the page published before is handed over then.
//
// With the cookie `blocker=1` no pixel is loaded, as with an extension of the browser that blocks such scripts (?blocker=1 sets it, ?blocker=0 takes it off).
(() => {
  "use strict";
  const { pixels, published, shop, cart } = JSON.parse(document.getElementById("web-pixels").textContent);
  const asked = new URLSearchParams(location.search).get("blocker");
  if (asked !== null) document.cookie = `blocker=${asked === "1" ? "1; Max-Age=86400" : "; Max-Age=0"}; Path=/; SameSite=Lax`;
  if (document.cookie.split("; ").includes("blocker=1")) return;

  const clientId = crypto.randomUUID();
  const events = [];
  const running = new Map();

  const place = () => {
    const { hash, host, hostname, href, origin, pathname, port, protocol, search } = location;
    return { hash, host, hostname, href, origin, pathname, port, protocol, search };
  };
  const context = () => ({
    document: { characterSet: document.characterSet, location: place(), referrer: document.referrer, title: document.title },
    navigator: { cookieEnabled: navigator.cookieEnabled, language: navigator.language, languages: navigator.languages, userAgent: navigator.userAgent },
    window: {
      innerHeight, innerWidth, outerHeight, outerWidth, pageXOffset: scrollX, pageYOffset: scrollY, scrollX, scrollY, screenX, screenY,
      location: place(), origin: location.origin, screen: { height: screen.height, width: screen.width },
    },
  });

  const methods = {
    "cookie.get": (name) => (name === undefined ? document.cookie : (document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? "")),
    "cookie.set": (cookie, value) => (document.cookie = value === undefined ? cookie : `${cookie}=${value}`),
    ...storage("localStorage", localStorage),
    ...storage("sessionStorage", sessionStorage),
  };

  function storage(name, kept) {
    const method = (each) => [`${name}.${each}`, (...args) => kept[each](...args)];
    return { ...Object.fromEntries(["getItem", "setItem", "removeItem", "clear", "key"].map(method)), [`${name}.length`]: () => kept.length };
  }

  function publish(name, data) {
    const event = { id: crypto.randomUUID(), clientId, name, seq: events.length, timestamp: new Date().toISOString(), type: "standard", context: context(), data };
    events.push(event);
    for (const worker of running.values()) worker.postMessage({ event });
  }

  const granted = () => {
    const api = window.Shopify.customerPrivacy;
    return { analyticsProcessingAllowed: api.analyticsProcessingAllowed(), marketingAllowed: api.marketingAllowed(), preferencesProcessingAllowed: api.preferencesProcessingAllowed(), saleOfDataAllowed: api.saleOfDataAllowed() };
  };
  const NAMES = { analytics: "analyticsProcessingAllowed", marketing: "marketingAllowed", preferences: "preferencesProcessingAllowed", sale_of_data: "saleOfDataAllowed" };

  function load() {
    const consent = granted();
    for (const { id, script, settings, privacy } of pixels) {
      if (running.has(id) || !privacy.every((purpose) => consent[NAMES[purpose]])) continue;
      const worker = new Worker("/assets/web-pixel-worker.js");
      worker.addEventListener("message", ({ data }) => {
        if (data.fault) return console.error(`web pixel ${script}: ${data.fault}`);
        try {
          worker.postMessage({ answer: data.call, value: methods[data.method](...data.args) });
        } catch (fault) {
          worker.postMessage({ answer: data.call, fault: String(fault) });
        }
      });
      running.set(id, worker);
      const init = { context: context(), customerPrivacy: consent, data: { cart, customer: null, purchasingCompany: null, shop } };
      worker.postMessage({ start: { script: new URL(script, location.origin).href, settings, init } });
      for (const event of events) worker.postMessage({ event });
    }
  }

  publish("page_viewed", {});
  for (const { name, data, once } of published) {
    if (once !== undefined && sessionStorage.getItem(`published ${once}`) !== null) continue;
    if (once !== undefined) sessionStorage.setItem(`published ${once}`, "1");
    publish(name, data);
  }
  window.Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], () => {
    load();
    document.addEventListener("visitorConsentCollected", () => {
      const consent = granted();
      for (const worker of running.values()) worker.postMessage({ consent });
      load();
    });
  });
})();
