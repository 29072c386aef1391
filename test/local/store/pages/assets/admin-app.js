// The admin's half of the App Bridge stand-in: it answers what the app in the frame asks, and draws what belongs to the admin.
// Messages count only if they come from the app's origin.
const { appOrigin, base, locale } = window.localAdmin;
const frame = document.getElementById("app");
const element = (id) => document.getElementById(id);

const words = {
  en: { save: "Save", discard: "Discard", unsaved: "Unsaved changes", leave: "Leave page with unsaved changes?", leaveText: "Leaving this page will delete all unsaved changes.", stay: "Stay", go: "Leave page", discardAll: "Discard all unsaved changes?", discardText: "If you discard changes, you’ll delete any edits since you last saved.", keep: "Continue editing", discardYes: "Discard changes", dismiss: "Dismiss" },
  "zh-CN": { save: "保存", discard: "放弃", unsaved: "未保存的更改", leave: "要离开此页面吗？", leaveText: "离开此页面会丢失所有未保存的更改。", stay: "留在此页", go: "离开页面", discardAll: "放弃所有未保存的更改？", discardText: "放弃后，上次保存以来的修改都会删除。", keep: "继续编辑", discardYes: "放弃更改", dismiss: "关闭" },
  fr: { save: "Enregistrer", discard: "Ignorer", unsaved: "Modifications non enregistrées", leave: "Quitter la page sans enregistrer ?", leaveText: "En quittant cette page, vous perdrez toutes les modifications non enregistrées.", stay: "Rester", go: "Quitter la page", discardAll: "Ignorer toutes les modifications ?", discardText: "Tout ce qui a changé depuis le dernier enregistrement sera perdu.", keep: "Continuer", discardYes: "Ignorer les modifications", dismiss: "Fermer" },
}[locale];

function make(name, { className = "", text = "", onClick = null } = {}) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  if (name === "button") made.type = "button";
  if (onClick) made.addEventListener("click", onClick);
  return made;
}

function send(event, detail = {}) {
  frame.contentWindow.postMessage({ appBridge: "event", event, detail }, appOrigin);
}

/** Asks a person; resolves with true or false. */
function confirmed(title, text, yes, no) {
  return new Promise((resolve) => {
    const dialog = make("dialog");
    const close = (answer) => (dialog.close(), dialog.remove(), resolve(answer));
    const footer = make("footer");
    footer.append(make("span"), make("button", { text: no, onClick: () => close(false) }), make("button", { text: yes, className: "primary", onClick: () => close(true) }));
    dialog.append(make("h2", { text: title }), make("p", { text }), footer);
    dialog.addEventListener("cancel", () => close(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// ---- session tokens: fresh ones from the store, one for some seconds of requests ----
let token = null;

async function sessionToken(fresh) {
  if (!fresh && token !== null && Date.now() < token.until) return (await token.asked).token;
  const asked = fetch("/admin/session-token", { headers: { accept: "application/json" } }).then((answer) => {
    if (!answer.ok) throw new Error(`the local admin gave no session token (${answer.status})`);
    return answer.json();
  });
  token = { asked, until: Date.now() + 30_000 };
  asked.catch(() => (token = null));
  return (await asked).token;
}

// ---- the app's navigation and address ----
let path = location.pathname.slice(base.length) || "/";
let items = [];

function drawNav() {
  const here = path.split(/[?#]/)[0];
  const shown = items.filter((item) => !item.home);
  const best = shown.map(({ href }) => href.split(/[?#]/)[0]).filter((href) => here === href || here.startsWith(`${href}/`)).sort((one, other) => other.length - one.length)[0];
  element("app-nav").replaceChildren(
    ...shown.map(({ href, label }) => {
      const link = make("a", { text: label, onClick: (event) => goTo(event, href) });
      link.href = base + href;
      if (href.split(/[?#]/)[0] === best) link.setAttribute("aria-current", "page");
      return link;
    }),
  );
}

async function goTo(event, href) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  element("nav").classList.remove("open");
  if (await mayLeave()) send("navigate", { href });
}

let bar = { shown: false };
let leaving = false;

async function mayLeave() {
  if (!bar.shown) return true;
  element("save-bar").classList.remove("nudge");
  requestAnimationFrame(() => element("save-bar").classList.add("nudge"));
  return confirmed(words.leave, words.leaveText, words.go, words.stay);
}

document.querySelector(`nav a[href="${base}"]`).addEventListener("click", (event) => {
  const home = items.find((item) => item.home)?.href;
  if (home) goTo(event, home);
});
for (const link of document.querySelectorAll("nav > a:not([target])")) {
  link.addEventListener("click", async (event) => {
    if (event.defaultPrevented || !bar.shown) return;
    event.preventDefault();
    if (await mayLeave()) leaveFor(link.href);
  });
}
addEventListener("beforeunload", (event) => bar.shown && !leaving && event.preventDefault());

function leaveFor(href) {
  leaving = true;
  location.assign(href);
}

// ---- what the app asks to be drawn ----
function drawSaveBar(next) {
  bar = next;
  const place = element("save-bar");
  place.hidden = !next.shown;
  if (!next.shown) return place.replaceChildren();
  const part = (kind, onClick) => {
    const given = next[kind];
    const drawn = make("button", { className: kind, text: (given?.label || words[kind]) + (given?.loading ? " …" : ""), onClick });
    drawn.disabled = Boolean(given?.disabled || given?.loading);
    return drawn;
  };
  const discard = async () => {
    if (!next.confirm || (await confirmed(words.discardAll, words.discardText, words.discardYes, words.keep))) send("saveBar.discard");
  };
  place.replaceChildren(make("span", { text: words.unsaved }), part("discard", discard), part("save", () => send("saveBar.save")));
}

function drawTitleBar({ title, buttons }) {
  const place = element("title-bar");
  place.hidden = buttons.length === 0;
  const order = buttons.map((button, at) => ({ ...button, at })).sort((one, other) => Number(one.primary) - Number(other.primary));
  const drawn = order.map(({ label, at, primary, disabled, loading }) => {
    const made = make("button", { text: label, className: primary ? "primary" : "", onClick: () => send("titleBar.press", { at }) });
    made.disabled = disabled || loading;
    return made;
  });
  place.replaceChildren(make("b", { text: title }), ...drawn);
}

const toasts = new Map();

function showToast({ id, message, duration, isError, action }) {
  const toast = make("div", { className: isError ? "toast error" : "toast" });
  toast.setAttribute("role", isError ? "alert" : "status");
  toast.append(make("span", { text: message }));
  if (action) toast.append(make("button", { className: "action", text: action, onClick: () => (send("toast.action", { id }), hideToast(id)) }));
  const dismiss = make("button", { text: "✕", onClick: () => hideToast(id) });
  dismiss.setAttribute("aria-label", words.dismiss);
  toast.append(dismiss);
  element("toasts").append(toast);
  toasts.set(id, { toast, timer: setTimeout(hideToast, duration, id) });
}

function hideToast(id) {
  const shown = toasts.get(id);
  if (!shown) return;
  clearTimeout(shown.timer);
  shown.toast.remove();
  toasts.delete(id);
  send("toast.dismiss", { id });
}

/** The admin's own pages for Shopify's addresses of them; everything else is left for. */
async function openAddress({ href }) {
  const inAdmin = /^(?:shopify:(?:\/\/)?admin|https:\/\/admin\.shopify\.com\/store\/[^/]+)(\/.*)?$/.exec(href);
  if (!(await mayLeave())) return;
  if (!inAdmin) return leaveFor(href);
  const [, part = "", id = "", ...rest] = (inAdmin[1] ?? "/").split("/");
  if (part === "apps") return leaveFor(`${base}/${rest.join("/")}`);
  if (part === "themes") return leaveFor(`/admin${inAdmin[1]}`);
  const known = ["orders", "products", "discounts"].includes(part);
  leaveFor(known ? `/admin/${part}${id && part !== "products" ? `/${id}` : ""}` : "/admin");
}

const calls = {
  idToken: ({ fresh }) => sessionToken(fresh === true),
  address({ path: next, title, first }) {
    seen();
    if (first) fresh();
    path = next;
    history.replaceState(null, "", base + next);
    if (title) document.title = `${title} · Local store admin`;
    drawNav();
  },
  nav({ items: next }) {
    items = next;
    drawNav();
  },
  titleBar: drawTitleBar,
  saveBar: drawSaveBar,
  leaveConfirmation: mayLeave,
  "toast.show": showToast,
  "toast.hide": ({ id }) => hideToast(id),
  loading: ({ isLoading }) => void (element("loading").hidden = !isLoading),
  modal: ({ shown }) => void document.body.classList.toggle("dimmed", shown),
  open: openAddress,
  user: () => ({ id: 90630848797, name: "Camille Roth", email: "camille@petit-atelier.example", accountAccess: "full" }),
  scopes: async () => (await fetch("/admin/scopes.json")).json(),
  resourcePicker: (options) => window.pickResources(options, { make, locale, appOrigin }),
};

/** What a frame within the app may ask for as well; the page's own bars and address are the app's alone. */
const forNested = ["idToken", "toast.show", "toast.hide", "resourcePicker", "user", "scopes", "open"];

addEventListener("message", async ({ source, origin, data }) => {
  if (origin !== appOrigin || data?.appBridge !== "call") return;
  const answer = (result) => data.id !== null && source.postMessage({ appBridge: "answer", id: data.id, ...result }, origin);
  if (!Object.hasOwn(calls, data.call) || (data.nested && !forNested.includes(data.call))) return answer({ error: `the local admin does not serve ${data.call}` });
  try {
    answer({ value: await calls[data.call](data.detail) });
  } catch (fault) {
    answer({ error: fault.message });
  }
});

/** A new document in the frame begins with nothing drawn around it. */
function fresh() {
  drawSaveBar({ shown: false });
  drawTitleBar({ title: "", buttons: [] });
  document.body.classList.remove("dimmed");
  element("loading").hidden = true;
}

// ---- an app that does not answer ----
let alive = false;
function seen() {
  alive = true;
  element("no-app").hidden = true;
}
frame.addEventListener("load", () => {
  alive = false;
  send("hello"); // a page with App Bridge answers with its address
  setTimeout(() => (element("no-app").hidden = alive), 6_000);
});
// Not before this script listens.
frame.src = frame.dataset.src;
