// The strict sandbox of a web pixel: a worker without a page. All that is the page's crosses the border by messages.
"use strict";
{
  const importScript = self.importScripts.bind(self);
  for (const name of ["importScripts", "XMLHttpRequest", "WebSocket", "EventSource", "indexedDB", "caches", "BroadcastChannel", "Worker"]) Object.defineProperty(self, name, { value: undefined });

  const calls = new Map();
  const events = [];
  const subscribers = [];
  const consentSubscribers = [];
  let nextCall = 1;

  const call = (method, ...args) =>
    new Promise((resolve, reject) => {
      calls.set(nextCall, { resolve, reject });
      postMessage({ call: nextCall++, method, args });
    });
  const storage = (name) => Object.fromEntries(["getItem", "setItem", "removeItem", "clear", "key", "length"].map((method) => [method, (...args) => call(`${name}.${method}`, ...args)]));
  const wants = (name, event) => name === event.name || name === "all_events" || (name === "all_standard_events" && event.type === "standard");
  const hand = (callback, event) => {
    try {
      callback(event);
    } catch (fault) {
      postMessage({ fault: String(fault?.stack ?? fault) });
    }
  };
  self.addEventListener("unhandledrejection", ({ reason }) => postMessage({ fault: String(reason?.stack ?? reason) }));

  self.addEventListener("message", ({ data }) => {
    if (data.start) {
      const { settings, init, script } = data.start;
      const api = {
        settings,
        init,
        analytics: {
          // What was published before is handed over, too.
          subscribe(name, callback) {
            subscribers.push({ name, callback });
            for (const event of events) if (wants(name, event)) setTimeout(() => hand(callback, event), 0);
            return () => true;
          },
        },
        customerPrivacy: {
          subscribe(name, callback) {
            if (name === "visitorConsentCollected") consentSubscribers.push(callback);
            return () => true;
          },
        },
        browser: { cookie: { get: (name) => call("cookie.get", name), set: (...args) => call("cookie.set", ...args) }, localStorage: storage("localStorage"), sessionStorage: storage("sessionStorage") },
      };
      self.shopify = { extend: (point, callback) => point === "WebPixel::Render" && hand(callback, api) };
      try {
        importScript(script);
      } catch (fault) {
        postMessage({ fault: String(fault?.stack ?? fault) });
      }
    } else if (data.event) {
      events.push(data.event);
      for (const { name, callback } of subscribers) if (wants(name, data.event)) hand(callback, data.event);
    } else if (data.consent) {
      for (const callback of consentSubscribers) hand(callback, { customerPrivacy: data.consent });
    } else if (data.answer) {
      const { resolve, reject } = calls.get(data.answer);
      calls.delete(data.answer);
      if (data.fault) reject(new Error(data.fault));
      else resolve(data.value);
    }
  });
}
