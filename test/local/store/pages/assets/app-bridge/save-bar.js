// The contextual save bar: ui-save-bar, shopify.saveBar, and forms with data-save-bar.

/** The bars that are shown, the newest last; the admin shows that one. Each: { id, describe(), save(), discard() } */
const shownBars = [];

function drawBar() {
  const bar = shownBars.at(-1);
  tell("saveBar", bar ? { shown: true, ...bar.describe() } : { shown: false });
}

function showBar(bar) {
  if (!shownBars.includes(bar)) shownBars.push(bar);
  drawBar();
}

function hideBar(bar) {
  const at = shownBars.indexOf(bar);
  if (at === -1) return;
  shownBars.splice(at, 1);
  drawBar();
}

hear("saveBar.save", () => shownBars.at(-1)?.save());
hear("saveBar.discard", () => shownBars.at(-1)?.discard());

class SaveBar extends HTMLElement {
  #bar = {
    describe: () => {
      const [save, discard] = [this.#part(true), this.#part(false)];
      return {
        save: save ? button(save, "save") : null,
        discard: discard ? button(discard, "discard") : null,
        confirm: this.discardConfirmation,
      };
    },
    save: () => this.#part(true)?.click(),
    discard: () => this.#part(false)?.click(),
  };
  #part(primary) {
    return [...this.querySelectorAll("button")].find((each) => (each.getAttribute("variant") === "primary") === primary) ?? null;
  }
  connectedCallback() {
    this.unfollow = follow(this, () => this.showing && drawBar());
  }
  disconnectedCallback() {
    this.unfollow();
    hideBar(this.#bar);
  }
  get showing() {
    return shownBars.includes(this.#bar);
  }
  get discardConfirmation() {
    const given = this.getAttribute("discardconfirmation");
    return given !== null && given !== "false";
  }
  set discardConfirmation(value) {
    this.toggleAttribute("discardconfirmation", Boolean(value));
  }
  async show() {
    if (this.showing) return;
    showBar(this.#bar);
    this.dispatchEvent(new CustomEvent("show"));
  }
  async hide() {
    if (!this.showing) return;
    hideBar(this.#bar);
    this.dispatchEvent(new CustomEvent("hide"));
  }
  toggle() {
    return this.showing ? this.hide() : this.show();
  }
}

const saveBarApi = {
  show: async (id) => elementById(id, "ui-save-bar").show(),
  hide: async (id) => elementById(id, "ui-save-bar").hide(),
  toggle: async (id) => elementById(id, "ui-save-bar").toggle(),
  /** Resolves when nothing is unsaved, or a person agrees to leave; rejects when not. */
  async leaveConfirmation() {
    if (shownBars.length > 0 && !(await ask("leaveConfirmation"))) throw new Error("The person stays on the page");
  },
};

function elementById(id, name) {
  const found = document.getElementById(id);
  if (found?.localName !== name) throw new Error(`App Bridge (local stand-in): there is no ${name} with the id "${id}"`);
  return found;
}

/** form[data-save-bar]: the bar is there while the form's values differ from those it began with. */
const savedForms = new WeakMap();

function formState(form) {
  let state = savedForms.get(form);
  if (state) return state;
  const bar = {
    form,
    describe: () => ({ save: null, discard: null, confirm: form.hasAttribute("data-discard-confirmation") }),
    save: () => form.requestSubmit(),
    discard: () => form.reset(),
  };
  state = { bar, began: valuesOf(form) };
  savedForms.set(form, state);
  return state;
}

function valuesOf(form) {
  return JSON.stringify([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : [value.name, value.size]]));
}

function watchForms() {
  const note = () => document.querySelectorAll("form[data-save-bar]").forEach(formState);
  const savedForm = (target) => (target instanceof Element ? (target.form ?? target.closest("form"))?.closest("form[data-save-bar]") ?? null : null);
  const compare = (event) => {
    const form = savedForm(event.target);
    if (!form) return;
    const { bar, began } = formState(form);
    // A framework writes a controlled value back after the event.
    requestAnimationFrame(() => (valuesOf(form) === began ? hideBar(bar) : showBar(bar)));
  };
  document.addEventListener("input", compare, true);
  document.addEventListener("change", compare, true);
  document.addEventListener("submit", (event) => {
    const form = savedForm(event.target);
    if (!form) return;
    const state = formState(form);
    state.began = valuesOf(form);
    hideBar(state.bar);
  });
  document.addEventListener("reset", (event) => {
    const form = savedForm(event.target);
    if (form) hideBar(formState(form).bar);
  });
  new MutationObserver(() => {
    note();
    for (const bar of [...shownBars]) if (bar.form && !bar.form.isConnected) hideBar(bar);
  }).observe(document, { childList: true, subtree: true });
  note();
}
