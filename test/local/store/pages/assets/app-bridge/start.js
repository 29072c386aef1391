// The global, put together. What App Bridge documents and this stand-in does not serve says so; what nobody documents does too.

const shopConfig = {
  apiKey,
  shop: pageUrl.searchParams.get("shop") ?? undefined,
  host: pageUrl.searchParams.get("host") ?? undefined,
  locale: pageUrl.searchParams.get("locale") ?? undefined,
  appOrigins: [location.origin],
};

let lastToast = 0;
const toasts = new Map();

const toast = {
  /** Returns the toast's id; the admin draws it. */
  show(message, { duration = 5_000, isError = false, action, onAction, onDismiss } = {}) {
    if (typeof message !== "string") throw new TypeError("shopify.toast.show: the message must be a string");
    const id = `toast-${++lastToast}`;
    toasts.set(id, { onAction, onDismiss });
    tell("toast.show", { id, message, duration, isError, action: action ?? null });
    return id;
  },
  hide(id) {
    tell("toast.hide", { id });
  },
};
hear("toast.action", ({ id }) => toasts.get(id)?.onAction?.());
hear("toast.dismiss", ({ id }) => {
  toasts.get(id)?.onDismiss?.();
  toasts.delete(id);
});

/** Opens the admin's picker. Resolves with what was picked, as App Bridge shapes it, or with undefined where it was cancelled. */
async function resourcePicker(options) {
  if (!["product", "variant", "collection"].includes(options?.type)) throw new TypeError('shopify.resourcePicker: type must be "product", "variant" or "collection"');
  const picked = await ask("resourcePicker", JSON.parse(JSON.stringify(options)));
  if (picked === null) return undefined;
  return Object.assign(picked, { selection: picked });
}

const served = {
  config: shopConfig,
  origin: adminOrigin,
  ready: Promise.resolve(),
  environment: { mobile: false, embedded, pos: false, intent: false },
  idToken,
  toast,
  resourcePicker,
  saveBar: saveBarApi,
  modal: modalApi,
  loading: (isLoading = true) => tell("loading", { isLoading }),
  user: () => ask("user"),
  scopes: {
    query: () => ask("scopes"),
    request: async () => refuse("scopes.request"),
    revoke: async () => refuse("scopes.revoke"),
  },
  app: { extensions: async () => [] },
  webVitals: { onReport: async () => {} }, // taken, never called: there is nobody to measure for
  support: { registerHandler: async () => {} },
};
const documented = ["setSignals", "scanner", "pos", "intents", "reviews", "picker", "shopifyQL", "tools"];

function refuse(name) {
  throw new Error(`shopify.${name} is part of App Bridge, but the local stand-in does not serve it`);
}

const shopify = new Proxy(served, {
  get(target, name) {
    if (typeof name === "symbol" || name in target || ["then", "toJSON", "$$typeof", "nodeType"].includes(name)) return target[name];
    if (documented.includes(name)) refuse(name);
    throw new Error(`shopify.${name} is not part of App Bridge`);
  },
});

async function reloadWithToken(reload) {
  const url = new URL(reload, location.href);
  if (url.origin !== location.origin) throw new Error("App Bridge (local stand-in): shopify-reload leads to another origin");
  url.searchParams.set("id_token", await idToken());
  location.replace(url.href);
}

function start() {
  if (window.shopify) throw new Error("App Bridge (local stand-in): the script is on the page twice");
  if (apiKey === null) throw new Error("App Bridge (local stand-in): neither data-api-key on the script nor a meta tag shopify-api-key");
  Object.defineProperty(window, "shopify", { value: shopify, configurable: true });
  const reload = pageUrl.searchParams.get("shopify-reload");
  if (!embedded) {
    // Opened beside the admin: App Bridge leads such a page into it.
    if (pageUrl.searchParams.has("host")) location.replace(`${adminOrigin}/admin/apps/-${pageUrl.pathname}`);
    return;
  }
  window.open = openAddress;
  if (reload !== null) return void reloadWithToken(reload);
  window.fetch = fetchWithToken;
  customElements.define("ui-nav-menu", NavMenu);
  customElements.define("s-app-nav", class extends NavMenu {});
  customElements.define("ui-title-bar", TitleBar);
  customElements.define("ui-save-bar", SaveBar);
  customElements.define("ui-modal", UiModal);
  watchNavigation();
  watchForms();
}

start();
