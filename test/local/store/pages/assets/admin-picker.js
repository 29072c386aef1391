// The resource picker: products (with their variants), variants or collections of the store, in a dialog of the admin.
const words = {
  en: { product: "Add products", variant: "Add variants", collection: "Add collections", search: "Search", cancel: "Cancel", add: "Add", select: "Select", none: "Nothing found", picked: (count) => `${count} selected` },
  "zh-CN": { product: "添加产品", variant: "添加多属性", collection: "添加产品系列", search: "搜索", cancel: "取消", add: "添加", select: "选择", none: "没有找到", picked: (count) => `已选 ${count} 项` },
  fr: { product: "Ajouter des produits", variant: "Ajouter des variantes", collection: "Ajouter des collections", search: "Rechercher", cancel: "Annuler", add: "Ajouter", select: "Choisir", none: "Aucun résultat", picked: (count) => `${count} sélectionné(s)` },
};

/** Resolves with the resources picked (App Bridge's shape), or null where the dialog was cancelled. */
window.pickResources = async function pickResources(options, { make, locale }) {
  const { type, multiple = false, action = "add", query = "", filter = {}, selectionIds = [] } = options;
  const text = words[locale];
  const withVariants = type === "product" && filter.variants !== false;
  // The filter's query is the app's: nobody sees it, and nobody can take it away.
  const answer = await fetch(`/admin/picker.json?type=${type}&q=${encodeURIComponent(filter.query ?? "")}`);
  const all = absolute(await answer.json());
  const most = multiple === true ? Infinity : multiple === false ? 1 : multiple;
  const picked = new Map(); // id of the resource -> set of variant ids
  for (const { id, variants } of selectionIds) {
    const found = all.find((each) => each.id === id);
    if (found) picked.set(id, new Set((variants ?? found.variants ?? []).map((each) => each.id)));
  }

  return new Promise((resolve) => {
    const dialog = make("dialog");
    const search = make("input");
    search.type = "search";
    search.placeholder = text.search;
    search.setAttribute("aria-label", text.search);
    search.value = query;
    const label = make("label");
    label.append(search);
    const list = make("ul", { className: "choices" });
    const count = make("span");
    const done = make("button", { text: text[action] ?? text.add, className: "primary", onClick: () => close(result()) });
    const footer = make("footer");
    footer.append(count, make("button", { text: text.cancel, onClick: () => close(null) }), done);
    dialog.append(make("h2", { text: text[type] }), label, list, footer);
    dialog.addEventListener("cancel", () => close(null));
    search.addEventListener("input", draw);
    document.body.append(dialog);
    dialog.showModal();
    draw();

    function close(value) {
      dialog.close();
      dialog.remove();
      resolve(value);
    }

    function result() {
      return all.filter((each) => picked.has(each.id)).map((each) => (withVariants ? { ...each, variants: each.variants.filter(({ id }) => picked.get(each.id).has(id)) } : each));
    }

    function draw() {
      const wanted = search.value.trim().toLowerCase();
      const shown = all.filter((each) => (each.displayName ?? each.title).toLowerCase().includes(wanted));
      const rows = shown.flatMap((each) => [row(each), ...(withVariants && each.variants.length > 1 ? each.variants.map((variant) => variantRow(each, variant)) : [])]);
      list.replaceChildren(...(rows.length > 0 ? rows : [make("p", { text: text.none })]));
      count.textContent = text.picked(picked.size);
    }

    function row(each) {
      const pick = (on) => {
        if (most === 1) picked.clear();
        if (on && picked.size < most) picked.set(each.id, new Set((each.variants ?? []).map(({ id }) => id)));
        else picked.delete(each.id);
      };
      const chosen = picked.get(each.id);
      return choice({ on: chosen !== undefined, half: chosen !== undefined && withVariants && chosen.size < each.variants.length, label: each.displayName ?? each.title, picture: (each.images?.[0] ?? each.image)?.originalSrc, pick });
    }

    function variantRow(product, variant) {
      const chosen = picked.get(product.id);
      const pick = (on) => {
        if (on && chosen === undefined && picked.size >= most && most > 1) return;
        if (on && chosen === undefined && most === 1) picked.clear();
        const next = picked.get(product.id) ?? new Set();
        if (on) next.add(variant.id);
        else next.delete(variant.id);
        if (next.size > 0) picked.set(product.id, next);
        else picked.delete(product.id);
      };
      return choice({ on: chosen?.has(variant.id) ?? false, half: false, label: variant.title, note: variant.price, className: "variant", pick });
    }

    function choice({ on, half, label: name, note, picture, className = "", pick }) {
      const item = make("li");
      const line = make("label", { className });
      const box = make("input");
      box.type = "checkbox";
      box.checked = on && !half;
      box.indeterminate = half;
      box.addEventListener("change", () => (pick(box.checked), draw()));
      line.append(box);
      if (picture) {
        const image = make("img");
        image.src = picture;
        image.alt = "";
        line.append(image);
      }
      line.append(make("span", { text: name }));
      if (note) line.append(make("small", { text: note }));
      item.append(line);
      return item;
    }
  });
};

/** The app lives on another origin: pictures need their whole address. */
function absolute(value) {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, name === "originalSrc" ? new URL(each, location.origin).href : absolute(each)]);
  return Object.fromEntries(entries);
}
