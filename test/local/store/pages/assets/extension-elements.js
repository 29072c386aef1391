// The elements of the admin, drawn plainly: their real look comes from the platform's servers. Only names, properties and events are theirs. An element
// or an attribute that there is not is said in the page, and thrown: on the platform it would simply show nothing.
(() => {
const wrong = [];

function complain(text) {
  if (wrong.includes(text)) return;
  wrong.push(text);
  const box = document.createElement("pre");
  box.className = "local-wrong";
  box.textContent = text;
  document.documentElement.append(box);
  setTimeout(() => { throw new Error(text); });
}

const COMMON = ["id", "slot"];
const kebab = (property) => property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An element with properties that are attributes as well, in lower case or with hyphens; `draw` gives what its shadow holds. */
function element(name, properties, draw) {
  const known = new Map(Object.keys(properties).flatMap((each) => [[each.toLowerCase(), each], [kebab(each), each]]));
  class Drawn extends HTMLElement {
    static observedAttributes = [...known.keys()];
    constructor() {
      super();
      this.attachShadow({ mode: "open", delegatesFocus: true });
      this.given = { ...properties };
    }
    connectedCallback() {
      for (const { name: attribute } of this.attributes) {
        if (!known.has(attribute) && !COMMON.includes(attribute)) complain(`<${name}> has no attribute ${attribute}.`);
      }
      this.redraw();
    }
    attributeChangedCallback(attribute, _, value) {
      const property = known.get(attribute);
      this[property] = typeof properties[property] === "boolean" ? value !== null && value !== "false" : value;
    }
    redraw() {
      if (this.isConnected) draw(this, this.shadowRoot, this.given);
    }
  }
  for (const property of Object.keys(properties)) {
    Object.defineProperty(Drawn.prototype, property, {
      get() {
        return this.given[property];
      },
      set(value) {
        this.given[property] = value ?? properties[property];
        this.redraw();
      },
    });
  }
  customElements.define(name, Drawn);
}

/** Draws once; afterwards `change` is called with what is there. */
function once(root, markup, change) {
  if (root.childElementCount === 0) root.innerHTML = `<link rel="stylesheet" href="/assets/extension.css">${markup}`;
  change((selector) => root.querySelector(selector));
}

const told = (host, name) => host.dispatchEvent(new Event(name, { bubbles: true }));

function box(name, properties, css) {
  element(name, { ...properties, accessibilityLabel: "", accessibilityRole: "" }, (host, root, given) => once(root, `<div part="box"><slot></slot></div>`, (at) => (at("div").style.cssText = css(given))));
}

const GAPS = { none: "0", "small-500": "2px", "small-400": "2px", "small-300": "4px", "small-200": "6px", "small-100": "8px", small: "10px", base: "14px", large: "18px", "large-100": "22px" };
box("s-stack", { direction: "block", gap: "none", rowGap: "", columnGap: "", alignItems: "", justifyContent: "", padding: "" }, ({ direction, gap, alignItems, justifyContent }) =>
  `display:flex;flex-wrap:wrap;flex-direction:${direction === "inline" ? "row" : "column"};gap:${GAPS[gap] ?? "14px"};align-items:${alignItems || (direction === "inline" ? "center" : "stretch")};justify-content:${justifyContent || "normal"}`);
box("s-box", { padding: "", background: "", border: "", borderRadius: "" }, () => "");
box("s-section", { heading: "", padding: "" }, () => "");
box("s-divider", { direction: "", color: "" }, () => "border-top:1px solid #d8dfe2");
box("s-unordered-list", {}, () => "padding-inline-start:1.2em");
box("s-list-item", {}, () => "display:list-item;list-style:disc");
box("s-paragraph", { color: "base", tone: "auto", lineClamp: "", dir: "", fontVariantNumeric: "" }, ({ color }) => (color === "subdued" ? "color:#5d6b73" : ""));

const TONES = { success: "good", warning: "warn", caution: "warn", critical: "bad", info: "calm" };
element("s-heading", { accessibilityRole: "", lineClamp: "" }, (_, root) => once(root, `<h3><slot></slot></h3>`, () => {}));
element("s-text", { type: "generic", tone: "auto", color: "base", dir: "", accessibilityVisibility: "visible", fontVariantNumeric: "" }, (_, root, { type, tone, color }) =>
  once(root, `<span><slot></slot></span>`, (at) => (at("span").className = [type === "strong" ? "strong" : "", color === "subdued" ? "soft" : "", `tone-${TONES[tone] ?? "none"}`].join(" "))));
element("s-badge", { tone: "auto", color: "base", icon: "", size: "base" }, (_, root, { tone }) => once(root, `<span><slot></slot></span>`, (at) => (at("span").className = `badge ${TONES[tone] ?? ""}`)));
element("s-spinner", { accessibilityLabel: "", size: "base" }, (_, root, { accessibilityLabel }) =>
  once(root, `<span class="spinner" role="status"><i aria-hidden="true"></i><span class="visually-hidden"></span></span>`, (at) => (at(".visually-hidden").textContent = accessibilityLabel)));
element("s-banner", { heading: "", tone: "auto", hidden: false, dismissible: false }, (host, root, { heading, tone }) =>
  once(root, `<div role="status"><b></b><slot></slot><p class="acts"><slot name="secondary-actions"></slot></p></div>`, (at) => {
    at("div").className = `banner ${TONES[tone] ?? ""}`;
    at("div").setAttribute("role", tone === "critical" || tone === "warning" ? "alert" : "status");
    at("b").textContent = heading;
    at(".acts").hidden = host.querySelector('[slot="secondary-actions"]') === null;
  }));

/** Where an address leads is the host's business: app:, shopify:admin, or relative to the app. */
function follow(event, href) {
  event.preventDefault();
  parent.postMessage({ extension: "go", href }, "*");
}

element("s-link", { href: "", target: "auto", tone: "auto", accessibilityLabel: "", download: "", lang: "", command: "", commandFor: "" }, (host, root, { href, accessibilityLabel }) =>
  once(root, `<a href="#"><slot></slot></a>`, (at) => {
    at("a").dataset.to = href;
    if (accessibilityLabel) at("a").setAttribute("aria-label", accessibilityLabel);
    at("a").onclick = (event) => (href ? follow(event, host.href) : event.preventDefault());
  }));
element("s-button", { variant: "auto", tone: "auto", disabled: false, loading: false, type: "button", href: "", target: "auto", icon: "", accessibilityLabel: "", lang: "", command: "", commandFor: "" }, (host, root, { variant, tone, disabled, loading, href, accessibilityLabel }) =>
  once(root, `<button type="button"><i aria-hidden="true" hidden></i><slot></slot></button>`, (at) => {
    const button = at("button");
    button.className = `${variant} ${tone === "critical" ? "danger" : ""}`;
    button.disabled = disabled || loading;
    at("i").hidden = !loading;
    button.setAttribute("aria-busy", String(loading));
    if (accessibilityLabel) button.setAttribute("aria-label", accessibilityLabel);
    button.onclick = (event) => href && follow(event, host.href);
  }));

const FIELD = { label: "", labelAccessibilityVisibility: "visible", details: "", error: "", placeholder: "", name: "", value: "", defaultValue: "", disabled: false, readOnly: false, required: false, autocomplete: "", minLength: "", maxLength: "" };
function field(name, type, more = {}) {
  element(name, { ...FIELD, ...more }, (host, root, given) =>
    once(root, `<label><span></span><input type="${type}" spellcheck="false"></label><p class="error" role="alert"></p><p class="soft"></p>`, (at) => {
      const input = at("input");
      at("label > span").textContent = given.label;
      at("label > span").className = given.labelAccessibilityVisibility === "exclusive" ? "visually-hidden" : "";
      if (input.value !== given.value) input.value = given.value;
      input.placeholder = given.placeholder;
      input.disabled = given.disabled;
      input.readOnly = given.readOnly;
      input.setAttribute("aria-invalid", String(given.error !== ""));
      at(".error").textContent = given.error;
      at("p:last-child").textContent = given.details;
      input.oninput = (event) => (event.stopPropagation(), (host.given.value = input.value), told(host, "input"));
      input.onchange = (event) => (event.stopPropagation(), told(host, "change"));
    }));
}
field("s-text-field", "text", { icon: "", prefix: "", suffix: "" });
field("s-search-field", "search");

element("s-choice-list", { label: "", labelAccessibilityVisibility: "visible", details: "", error: "", name: "", multiple: false, disabled: false, values: [] }, (host, root, { label, labelAccessibilityVisibility, error }) => {
  once(root, `<fieldset><legend></legend><slot></slot><p class="error" role="alert"></p></fieldset>`, (at) => {
    at("legend").textContent = label;
    at("legend").className = labelAccessibilityVisibility === "exclusive" ? "visually-hidden" : "";
    at(".error").textContent = error;
    at("slot").onslotchange = () => marked(host);
  });
  marked(host);
});

/** Which of its choices are taken. */
function marked(list) {
  for (const choice of list.querySelectorAll("s-choice")) choice.redraw();
}

element("s-choice", { value: "", selected: false, defaultSelected: false, disabled: false, accessibilityLabel: "" }, (host, root, { value, selected, disabled }) =>
  once(root, `<label class="choice"><input><span><slot></slot><small><slot name="details"></slot></small></span></label>`, (at) => {
    const list = host.closest("s-choice-list");
    const input = at("input");
    input.type = list?.multiple ? "checkbox" : "radio";
    input.checked = selected || (list?.values ?? []).includes(value);
    input.disabled = disabled || (list?.disabled ?? false);
    input.onchange = (event) => {
      event.stopPropagation();
      list.given.values = list.multiple ? [...list.values.filter((each) => each !== value), ...(input.checked ? [value] : [])] : [value];
      marked(list);
      told(list, "input");
      told(list, "change");
    };
  }));

element("s-admin-block", { heading: "", collapsedSummary: "" }, (_, root, { heading, collapsedSummary }) => {
  once(root, `<div><slot></slot></div>`, () => {});
  parent.postMessage({ extension: "block", heading, summary: [...collapsedSummary].length > 30 ? `${[...collapsedSummary].slice(0, 30).join("")}…` : collapsedSummary }, "*");
});
element("s-admin-action", { heading: "", loading: false }, (_, root, { heading, loading }) => {
  once(root, `<div class="inside"><slot></slot></div><footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer>`, (at) => {
    at(".inside").classList.toggle("loading", loading);
    at(".inside").inert = loading;
  });
  parent.postMessage({ extension: "action", heading }, "*");
});

// What the target does not know, and what this page does not draw.
const { elements, target } = window.localExtension;
function check(node) {
  if (!(node instanceof Element)) return;
  const name = node.localName;
  if (!elements.includes(name)) complain(`<${name}> is no element of ${target}.`);
  else if (!customElements.get(name)) complain(`<${name}> is an element of ${target}, but the local admin does not draw it yet.`);
  for (const child of node.children) check(child);
}
new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => node.localName !== "script" && check(node)))).observe(document.body, { childList: true, subtree: true });
})();
