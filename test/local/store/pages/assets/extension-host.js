// The admin's half of the app's extensions: frames for blocks and actions, tokens, and where their links lead.
const { app, appUrl } = window.localExtensions;
/** Higher than this a block is cut, and a button shows the rest. */
const LOW = 300;
const places = new Map();

function frameOf(src, title, on) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = title;
  frame.src = src;
  places.set(frame, on);
  return frame;
}

async function token() {
  const answer = await fetch("/admin/session-token", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`the local admin gave no session token (${answer.status})`);
  return (await answer.json()).token;
}

/** "app:app/orders/1" and "/app/orders/1" are the app's, "shopify:admin/orders/1" the admin's own. */
function go(href) {
  if (href.startsWith("shopify:")) location.assign(`/admin${href.replace(/^shopify:\/*admin/, "")}`);
  else if (href.startsWith("extension:")) openAction(document.querySelector(`[data-action*="/${href.replace(/^extension:\/*/, "").split("/")[0]}?"]`));
  else if (/^https?:/.test(href) && new URL(href).origin !== new URL(appUrl).origin) open(href, "_blank", "noopener");
  else location.assign(`${app}/${href.replace(/^app:/, "").replace(/^https?:\/\/[^/]+/, "").replace(/^\/+/, "")}`);
}

addEventListener("message", async ({ source, data }) => {
  const [frame, on] = [...places].find(([each]) => each.contentWindow === source) ?? [];
  if (frame === undefined || typeof data?.extension !== "string") return;
  if (data.extension === "go") go(data.href);
  else if (data.extension !== "ask") on[data.extension]?.(data);
  else {
    const answer = await token().then((given) => ({ answer: given }), (fault) => ({ error: fault.message }));
    frame.contentWindow.postMessage({ answerTo: data.n, ...answer }, "*");
  }
});

// ---- blocks ----
for (const card of document.querySelectorAll(".extension[data-frame]")) {
  const more = card.querySelector(".more");
  let [height, isWhole] = [0, false];
  const fit = () => {
    frame.style.height = `${isWhole ? height : Math.min(height, LOW)}px`;
    more.hidden = isWhole || height <= LOW;
  };
  const frame = frameOf(card.dataset.frame, card.querySelector("b").textContent, {
    size: (said) => ((height = said.height), fit()),
    block: ({ heading, summary }) => {
      if (heading) card.querySelector("b").textContent = heading;
      card.querySelector(".folded").textContent = summary;
    },
  });
  more.addEventListener("click", () => ((isWhole = true), fit()));
  card.querySelector(".inside").append(frame);
}

// ---- actions ----
function openAction(button) {
  if (button === null) return;
  const dialog = document.createElement("dialog");
  dialog.className = "extension";
  const [head, title, shut] = [document.createElement("h2"), document.createElement("span"), document.createElement("button")];
  title.textContent = button.dataset.name;
  shut.textContent = "×";
  shut.setAttribute("aria-label", "Close");
  head.append(title, shut);
  const frame = frameOf(button.dataset.action, button.dataset.name, { size: ({ height }) => (frame.style.height = `${height}px`), action: ({ heading }) => heading && (title.textContent = heading), close: () => dialog.close() });
  shut.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => (places.delete(frame), dialog.remove(), location.reload()));
  dialog.append(head, frame);
  document.body.append(dialog);
  dialog.showModal();
}

for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => {
    button.closest("details").open = false;
    openAction(button);
  });
}
