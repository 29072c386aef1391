// ui-modal. Its content lives in the app's own document, so it is drawn in the app's frame; the admin dims what is around it.

adoptStyles(`
  .local-modal { position: fixed; inset: 0; z-index: 399; display: flex; align-items: flex-start; justify-content: center; padding: 5vh 16px; background: rgb(0 0 0 / .5); overflow: auto; }
  .local-modal > section { background: #fff; border-radius: 12px; width: 100%; max-width: 620px; box-shadow: 0 20px 50px rgb(0 0 0 / .35); display: flex; flex-direction: column; max-height: 90vh; }
  .local-modal[data-variant=small] > section { max-width: 380px; }
  .local-modal[data-variant=large] > section { max-width: 980px; }
  .local-modal[data-variant=max] > section { max-width: none; height: 90vh; }
  .local-modal header { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 12px 16px; background: #f3f3f3; border-radius: 12px 12px 0 0; font: 650 14px/20px Inter, system-ui, sans-serif; }
  .local-modal footer { display: flex; justify-content: flex-end; gap: 8px; padding: 12px 16px; border-top: 1px solid #e3e3e3; }
  .local-modal footer:empty { display: none; }
  .local-modal .content { overflow: auto; flex: 1; min-height: 0; }
  .local-modal iframe { border: 0; width: 100%; height: 60vh; display: block; }
  .local-modal[data-variant=max] iframe { height: 100%; }
  .local-modal header button { border: 0; background: none; font-size: 18px; line-height: 1; cursor: pointer; padding: 6px; border-radius: 6px; }
  .local-modal footer button { font: 550 13px/20px Inter, system-ui, sans-serif; padding: 5px 12px; border-radius: 8px; border: 1px solid #b5b5b5; background: #fff; cursor: pointer; }
  .local-modal footer button.primary { background: #303030; color: #fff; border-color: #303030; }
  .local-modal footer button.critical { background: #c70a24; color: #fff; border-color: #c70a24; }
  .local-modal footer button:disabled { opacity: .5; cursor: default; }
`);

let shownModals = 0;

class UiModal extends HTMLElement {
  #overlay = null;
  #content = null;
  #frame = null;
  #before = null;
  #unfollow = null;

  /** Where a framework puts the content; there from the beginning, shown with show(). */
  get content() {
    if (this.#content === null) {
      this.#content = document.createElement("div");
      this.#content.className = "content";
    }
    return this.#content;
  }
  set content(element) {
    this.content.replaceChildren(element);
  }
  get variant() {
    return this.getAttribute("variant") ?? "base";
  }
  set variant(value) {
    this.setAttribute("variant", value);
    if (this.#overlay) this.#overlay.dataset.variant = value;
  }
  get src() {
    return this.getAttribute("src") ?? undefined;
  }
  set src(value) {
    this.setAttribute("src", value);
    if (this.#frame) this.#frame.src = withShop(value);
  }
  get contentWindow() {
    return this.#frame?.contentWindow ?? null;
  }

  async show() {
    if (this.#overlay) return;
    this.#before = document.activeElement;
    this.#overlay = document.createElement("div");
    this.#overlay.className = "local-modal";
    this.#overlay.dataset.variant = this.variant;
    this.#overlay.innerHTML = '<section role="dialog" aria-modal="true" tabindex="-1"><header><span></span><button type="button">✕</button></header><footer></footer></section>';
    const [panel] = this.#overlay.children;
    panel.insertBefore(this.#filled(), panel.lastElementChild);
    panel.querySelector("header button").addEventListener("click", () => this.hide());
    this.#overlay.addEventListener("click", (event) => event.target === this.#overlay && this.hide());
    this.#overlay.addEventListener("keydown", (event) => this.#key(event));
    document.body.append(this.#overlay);
    this.#unfollow = follow(this, () => this.#drawBars());
    this.#drawBars();
    panel.focus();
    if (++shownModals === 1) tell("modal", { shown: true });
    this.dispatchEvent(new CustomEvent("show"));
  }

  async hide() {
    if (!this.#overlay) return;
    this.#unfollow();
    this.#overlay.remove();
    this.#overlay = this.#frame = null;
    this.#before?.focus?.();
    if (--shownModals === 0) tell("modal", { shown: false });
    this.dispatchEvent(new CustomEvent("hide"));
  }

  toggle() {
    return this.#overlay ? this.hide() : this.show();
  }

  disconnectedCallback() {
    this.hide();
  }

  #filled() {
    if (this.src) {
      this.#frame = document.createElement("iframe");
      this.#frame.src = withShop(this.src);
      this.#frame.title = this.#titleBar()?.getAttribute("title") ?? "";
      return this.#frame;
    }
    if (this.content.childNodes.length === 0) {
      const own = [...this.children].filter((child) => !["ui-title-bar", "ui-save-bar"].includes(child.localName) && child.childNodes.length > 0);
      this.content.append(...own.map((child) => child.cloneNode(true)));
    }
    return this.content;
  }

  #titleBar() {
    return this.querySelector("ui-title-bar");
  }

  #drawBars() {
    const bar = this.#titleBar();
    const title = bar?.getAttribute("title") ?? document.title;
    this.#overlay.querySelector("header span").textContent = title;
    this.#overlay.firstElementChild.setAttribute("aria-label", title);
    const parts = bar ? [...bar.querySelectorAll("button, a")] : [];
    const drawn = parts.map((part) => {
      const { label, primary, critical, disabled, loading } = button(part, "modal");
      const shown = document.createElement("button");
      shown.type = "button";
      shown.textContent = loading ? `${label} …` : label;
      shown.disabled = disabled || loading;
      shown.className = critical ? "critical" : primary ? "primary" : "";
      shown.addEventListener("click", () => part.click());
      return { shown, primary };
    });
    drawn.sort((one, other) => Number(one.primary) - Number(other.primary));
    this.#overlay.querySelector("footer").replaceChildren(...drawn.map((each) => each.shown));
  }

  #key(event) {
    if (event.key === "Escape") return void this.hide();
    if (event.key !== "Tab") return;
    const stops = [...this.#overlay.querySelectorAll("a[href], button, input, select, textarea, iframe, [tabindex='0']")].filter((each) => !each.disabled && each.offsetParent !== null);
    const [first, last] = [stops[0], stops.at(-1)];
    if (event.shiftKey && document.activeElement === first) (event.preventDefault(), last.focus());
    else if (!event.shiftKey && document.activeElement === last) (event.preventDefault(), first.focus());
  }
}

const modalApi = {
  show: async (id) => elementById(id, "ui-modal").show(),
  hide: async (id) => elementById(id, "ui-modal").hide(),
  toggle: async (id) => elementById(id, "ui-modal").toggle(),
};
