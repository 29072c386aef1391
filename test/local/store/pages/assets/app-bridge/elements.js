// ui-nav-menu, s-app-nav and ui-title-bar: the page describes, the admin draws.

adoptStyles("ui-nav-menu, s-app-nav, ui-title-bar, ui-save-bar, ui-modal { display: none; }");

/** Runs `describe` when the element appears or changes in any way, once per frame of the screen. */
function follow(element, describe) {
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      if (element.isConnected) describe();
    });
  };
  const observer = new MutationObserver(soon);
  observer.observe(element, { childList: true, subtree: true, attributes: true, characterData: true });
  soon();
  return () => observer.disconnect();
}

function button(element, kind) {
  return {
    kind,
    label: element.textContent.trim(),
    href: element.getAttribute("href"),
    primary: element.getAttribute("variant") === "primary",
    breadcrumb: element.getAttribute("variant") === "breadcrumb",
    critical: element.getAttribute("tone") === "critical",
    disabled: element.disabled === true || (element.hasAttribute("disabled") && element.getAttribute("disabled") !== "false"),
    loading: element.hasAttribute("loading") && element.getAttribute("loading") !== "false",
  };
}

class NavMenu extends HTMLElement {
  connectedCallback() {
    this.unfollow = follow(this, () => {
      const links = [...this.querySelectorAll("a[href], s-link[href]")];
      tell("nav", { items: links.map((link) => ({ href: link.getAttribute("href"), label: link.textContent.trim(), home: link.getAttribute("rel") === "home" })) });
    });
  }
  disconnectedCallback() {
    this.unfollow();
  }
}

let titleBars = 0;

class TitleBar extends HTMLElement {
  connectedCallback() {
    if (this.closest("ui-modal")) return; // the modal draws it
    titleBars++;
    this.unfollow = follow(this, () => {
      const parts = [...this.querySelectorAll("button, a")];
      tell("titleBar", { title: this.getAttribute("title") ?? "", buttons: parts.map((part) => button(part, "title")) });
      hear("titleBar.press", ({ at }) => parts[at]?.click());
    });
  }
  disconnectedCallback() {
    if (!this.unfollow) return;
    this.unfollow();
    titleBars--;
    queueMicrotask(() => titleBars === 0 && tell("titleBar", { title: "", buttons: [] }));
  }
}
