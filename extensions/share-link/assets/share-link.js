// Keeps a click, with the visitor's consent, in the cart's attributes; turns a creator's code on by link, and says so. The page's part is blocks/share-link.liquid.
(() => {
  const box = document.getElementById("creator-codes");
  if (!box) return;
  const { endpoint, token = "", parameters = "", lang = "", root = "", preview, ...words } = box.dataset;
  let { visitor = "", clicks = "" } = box.dataset; // as the cart has them
  const YEAR = 31_536_000;
  const KEPT = ["creator_visitor", "creator_clicks", "creator_code"];
  const base = root.replace(/\/?$/, "/");
  const asked = new URLSearchParams(location.search);
  /** @type {Check} */
  const same = (a, b) => a.toUpperCase() === b.toUpperCase();
  /** @type {Change} */
  const decode = (text) => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return "";
    }
  };
  /** @type {Change} */
  const cookie = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "";
  /** @type {Keep} */
  const bake = (name, value, seconds) => {
    document.cookie = `${name}=${value}; Path=/; SameSite=Lax${seconds === undefined ? "" : `; Max-Age=${seconds}`}`;
  };
  /** @type {Update} */
  const update = async (change) => (await fetch(`${base}cart/update.js`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(change) })).json();

  let turn = Promise.resolve();
  /** One request to the cart after the other: of two at once the store may keep one. @type {InTurn} */
  const inTurn = (work) => {
    const done = turn.then(work);
    turn = done.then(() => {}, () => {});
    return done;
  };

  /** A word that may be a code or a creator's handle; empty: it is none. @type {Change} */
  const worded = (text) => ((text = text.trim()).length > 128 || /\p{Cc}/u.test(text) ? "" : text);
  const word = worded(asked.get("creator") ?? "");
  const codesIn = (/** @type {string} */ name) => decode(cookie(name)).split(",").map(worded).filter(Boolean);

  const allowed = () => !!window.Shopify?.customerPrivacy?.marketingAllowed();
  /** Codes that came on here, and those that they took the place of. In a cookie they are only with consent. @type {string[]} */
  let applied = [];
  const remember = () => {
    if (applied.length) bake("creator_code", encodeURIComponent(applied.join()));
  };

  /** What brought the visitor here, as `kind.parameter.value`: a code link (the store keeps its code), a creator's word, click ids. Of the list counts what came before `until`. */
  const touches = (until = Infinity) => {
    const past = cookie("creator_clicks").split("~").map((one) => one.split(".")).filter(([at = 0]) => +at < until);
    const newest = past.findLast(([, kind]) => kind === "c")?.[0];
    // The store keeps a link's code for long: only a code that is not known yet tells of a visit.
    const before = past.filter(([at, kind]) => kind === "l" || (kind === "c" && at === newest));
    const known = [word, ...applied, ...codesIn("creator_code"), ...before.map((one) => decode(one[3] ?? ""))];
    return [
      ...codesIn("discount_code").filter((code) => !known.some((one) => same(one, code))).map((code) => ["c", "-", code]),
      ...(word ? [["l", "creator", word]] : []),
      ...parameters.split(",").map((name) => ["i", name, asked.get(name) ?? ""]).filter(([, , id = ""]) => /^[\w.~-]{1,128}$/.test(id)),
    ].map(([kind, name, value = ""]) => `${kind}.${name}.${encodeURIComponent(value).replaceAll(".", "%2E").replaceAll("~", "%7E")}`).slice(-5);
  };

  /** The touches that are new go to the list's end and to the app, and the list into the cart. */
  const keep = () => {
    const now = Date.now();
    const list = cookie("creator_clicks").split("~").filter(Boolean);
    const landed = touches();
    remember();
    // The pixel may have noted this landing already: then it is the newest.
    const last = parseInt(list.at(-1) ?? "0");
    const added = landed.filter((touch) => Math.abs(now - last) >= 1_800_000 || !list.includes(`${last}.${touch}`));
    if (added.length) {
      if (!/^[\w-]{8,64}$/.test(cookie("creator_visitor"))) bake("creator_visitor", `v${crypto.randomUUID().replaceAll("-", "")}`, YEAR);
      bake("creator_clicks", [...list, ...added.map((touch) => `${now}.${touch}`)].slice(-5).join("~"), YEAR);
      tell(now, added);
    }
    write(cookie("creator_visitor"), cookie("creator_clicks"));
  };

  /** Once: where it is lost, the cart still has it. @type {Tell} */
  const tell = (now, added) => {
    const id = cookie("creator_visitor");
    const at = new Date(now).toISOString();
    const told = added.map((touch) => {
      const [kind = "", name, value = ""] = touch.split(".");
      return { key: `${id}:${now}.${touch}`, at, kind: { i: "click_id", c: "code", l: "link" }[kind], parameter: name === "-" ? null : name, value: decode(value) };
    });
    if (id) fetch(`${endpoint}/touches`, { method: "POST", keepalive: true, body: JSON.stringify({ token, visitor: id, source: "embed", touches: told }) }).catch(() => {});
  };

  /** Both empty: they are taken out of the cart again. @type {Write} */
  const write = (id, list) => {
    if (id === visitor && list === clicks) return;
    /** @type {Record<string, string>} */
    const attributes = { creator_visitor: id, creator_clicks: list };
    for (const one of (list || clicks).split("~")) {
      const [, kind, name = "", value = ""] = one.split(".");
      if (kind === "i") attributes[name] = list && decode(value);
    }
    [visitor, clicks] = [id, list];
    inTurn(() => update({ attributes })).catch(() => {});
  };

  const decide = () => {
    if (allowed()) return keep();
    for (const name of KEPT) if (cookie(name)) bake(name, "", 0);
    write("", "");
  };

  /** Whether the code holds for the cart as it is; undefined: the buyer took it off. Codes that he typed stay; those of earlier links go. @type {Apply} */
  const apply = async (code) => {
    /** @type {Cart} */
    let cart = await (await fetch(`${base}cart.js`)).json();
    const codes = cart.discount_codes.map((one) => one.code);
    const isOn = codes.some((one) => same(one, code));
    if (!word && cart.item_count && !isOn) return;
    const linked = codesIn("discount_code");
    const byStore = linked.some((one) => same(one, code));
    linked.push(...applied, ...codesIn("creator_code"));
    const wanted = [...codes.filter((one) => ![...linked, code].some((other) => same(one, other))), code];
    if (!byStore && !isOn) {
      applied = [...new Set([...linked, code])].slice(-9);
      if (allowed()) remember();
      // As one of the store's own links: an empty cart waits with it, and the store keeps which code came by a link, where we may not.
      await fetch(`${base}discount/${encodeURIComponent(code)}`, { redirect: "manual" });
    }
    if (cart.item_count && (wanted.length !== codes.length || !isOn)) cart = await update({ discount: wanted.join() });
    return !cart.item_count || cart.discount_codes.some((one) => same(one.code, code) && one.applicable);
  };

  /** @type {Show} */
  const show = (sentence, given) => {
    const content = box.querySelector("template")?.content;
    const notice = content?.querySelector("div");
    if (!content || !notice) return;
    document.body.append(content);
    const header = document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
    if (header < innerHeight / 2) notice.style.setProperty("--header", `${header + 8}px`);
    /** @type {EventTarget | null} */
    let before = null;
    const close = () => {
      notice.remove();
      if (before instanceof HTMLElement) before.focus();
      // Closed, it does not come back with the page.
      asked.delete("creator");
      const left = String(asked);
      if (word) history.replaceState(history.state, "", location.pathname + (left && `?${left}`) + location.hash);
    };
    notice.addEventListener("focusin", ({ relatedTarget }) => (before = relatedTarget ?? before));
    notice.querySelector("button")?.addEventListener("click", close);
    notice.addEventListener("keydown", ({ key }) => key === "Escape" && close());
    const parts = sentence.split(/\[(\w+)\]/).map((part, at) => (at % 2 === 0 ? part : part === "code" ? Object.assign(document.createElement("b"), { textContent: given.code }) : (given[part] ?? "")));
    // Later: a status says what is put into it, not what it came with.
    setTimeout(() => notice.querySelector("p")?.append(...parts), 99);
  };

  /** @type {Open} */
  const open = async (asking) => {
    const answer = await fetch(`${endpoint}/storefront/offer?${new URLSearchParams({ token, creator: asking, lang })}`, { signal: AbortSignal.timeout(4_000) });
    const { code, applies, creator, text } = await answer.json();
    if (!code || applies !== true) return;
    const holds = await inTurn(() => apply(code));
    if (holds !== undefined) show(words[`${holds ? "on" : "waiting"}${creator ? "" : "All"}`] ?? "", { code, creator, offer: text.offer });
  };

  if (preview) return show(words.on ?? "", { code: "MARIE10", creator: "Marie", offer: preview });
  // A code link made by hand leaves the store's cookie alone: it is new where somebody comes from elsewhere, and its click is not known yet, or by the pixel, just now.
  /** @type {PerformanceEntry & { type?: string } | undefined} */
  const way = performance.getEntriesByType?.("navigation")[0];
  const isNew = !document.referrer.startsWith(location.origin) && (!way || way.type === "navigate");
  const byHand = isNew && touches(Date.now() - 10_000).findLast((touch) => touch[0] === "c");
  document.addEventListener("visitorConsentCollected", decide);
  if (visitor || clicks || KEPT.some(cookie) || touches().length) {
    if (window.Shopify?.customerPrivacy) decide();
    else window.Shopify?.loadFeatures?.([{ name: "consent-tracking-api", version: "0.1" }], (fault) => fault || decide());
  }
  const asking = word || (byHand && decode(byHand.slice(4)));
  if (asking) open(asking).catch(() => {});
})();
