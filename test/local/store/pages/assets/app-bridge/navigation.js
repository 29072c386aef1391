// The app's address and the admin's go together: what moves in here is told, what the admin asks for is done.

/** What the admin adds to an address when it opens the app; none of it belongs into the admin's own address. */
const ADDED = ["shop", "host", "embedded", "id_token", "locale", "hmac", "timestamp", "session", "link_source", "shopify-reload"];

let routers = 0;
const listenAsPage = window.addEventListener.bind(window);

function watchNavigation() {
  for (const name of ["pushState", "replaceState"]) {
    const real = history[name].bind(history);
    history[name] = (...given) => {
      const done = real(...given);
      tellAddress();
      return done;
    };
  }
  listenAsPage("popstate", () => tellAddress());
  listenAsPage("hashchange", () => tellAddress());
  // A page that listens for shopify:navigate navigates by itself; one that does not gets a new document.
  window.addEventListener = (type, ...rest) => {
    if (type === "shopify:navigate") routers++;
    return listenAsPage(type, ...rest);
  };
  const forget = window.removeEventListener.bind(window);
  window.removeEventListener = (type, ...rest) => {
    if (type === "shopify:navigate") routers--;
    return forget(type, ...rest);
  };
  document.addEventListener("click", followAdminLink, true);
  hear("navigate", ({ href }) => navigateWithin(href));
  hear("hello", () => tellAddress());
  tellAddress(true);
}

function tellAddress(first = false) {
  if (nested) return;
  const url = new URL(location.href);
  for (const name of ADDED) url.searchParams.delete(name);
  tell("address", { path: url.pathname + url.search + url.hash, title: document.title, first });
}

/** Goes to a path of the app: through its router where there is one. */
function navigateWithin(href) {
  const found = [...document.querySelectorAll("ui-nav-menu [href], s-app-nav [href], ui-title-bar [href]")].find((link) => link.getAttribute("href") === href);
  const link = found ?? document.createElement("a");
  if (!found) {
    link.setAttribute("href", href);
    link.hidden = true;
    document.body.append(link);
  }
  if (routers > 0) link.dispatchEvent(new CustomEvent("shopify:navigate", { bubbles: true, cancelable: true }));
  else location.assign(withShop(href));
  if (!found) link.remove();
}

/** The path with what a document request needs; the token is fetched anew by the page that the app answers with. */
function withShop(href) {
  const url = new URL(href, location.href);
  for (const name of ["shop", "host", "locale"]) if (shopConfig[name]) url.searchParams.set(name, shopConfig[name]);
  url.searchParams.set("embedded", "1");
  return url.href;
}

function isAdminAddress(href) {
  return /^shopify:(\/\/)?admin\b/.test(href) || href.startsWith("https://admin.shopify.com/");
}

function followAdminLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (link === null || event.defaultPrevented || event.button !== 0) return;
  const href = link.getAttribute("href");
  if (!isAdminAddress(href)) return;
  event.preventDefault();
  openAddress(href, link.target || "_top");
}

const pageOpen = window.open.bind(window);

/** open(): the admin's addresses, and targets outside of this frame, are the admin's business. */
function openAddress(href, target = "_blank", features = undefined) {
  const address = String(href ?? "");
  if (embedded && isAdminAddress(address)) return void tell("open", { href: address, target });
  if (embedded && (target === "_top" || target === "_parent")) return void tell("open", { href: new URL(address, location.href).href, target });
  if (embedded && target === "_self" && new URL(address, location.href).origin === location.origin) return void navigateWithin(address);
  return pageOpen(address, target, features);
}
