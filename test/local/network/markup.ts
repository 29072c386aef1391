// HTML in which every value is escaped, unless it is markup already.
import { escaped } from "./http.ts";

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | null;

/** html`<b>${name}</b>`: strings and numbers are escaped, markup and lists of it stand as they are, null is nothing. */
export function html(pieces: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(pieces.reduce((text, piece, at) => text + written(values[at - 1]!) + piece));
}

function written(value: Value): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  return Array.isArray(value) ? value.map((each: Markup) => each.text).join("") : escaped(String(value));
}

export function table(heads: readonly string[], rows: readonly Markup[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll"><table><thead><tr>${heads.map((head) => html`<th${head.startsWith(">") ? new Markup(' class="number"') : null}>${head.replace(">", "")}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A small word with a colour: good, waiting, bad or plain. */
export function badge(text: string, tone: "good" | "wait" | "bad" | "plain"): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

export const STYLE = `
:root { --ink: #1d2433; --soft: #5d6880; --line: #e3e7ef; --ground: #f4f6fa; --card: #fff; --accent: #3f51d8; --good: #137a4b; --goodbg: #dff5ea; --wait: #8a5a00; --waitbg: #fdf0d3; --bad: #ad2323; --badbg: #fde4e2; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif; }
header { background: linear-gradient(100deg, #232b5c, #3f51d8 75%, #6a7bf0); color: #fff; padding: 26px 32px 64px; }
header h1 { margin: 0; font-size: 24px; letter-spacing: -.01em; }
header p { margin: 4px 0 0; opacity: .85; max-width: 74ch; }
main { max-width: 1320px; margin: -44px auto 60px; padding: 0 24px; display: grid; gap: 18px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px; }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 1px 2px rgba(20, 30, 60, .05); }
.tile { padding: 14px 16px; }
.tile b { display: block; font-size: 24px; font-variant-numeric: tabular-nums; line-height: 1.25; }
.tile span { color: var(--soft); font-size: 12.5px; }
.bar { height: 6px; border-radius: 3px; background: #e8ebf3; margin-top: 8px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--accent); }
section { padding: 18px 20px; min-width: 0; }
section h2 { margin: 0 0 2px; font-size: 16px; }
section > p { margin: 0 0 12px; color: var(--soft); }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 18px; }
@media (max-width: 1000px) { .two { grid-template-columns: 1fr; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12px; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { padding: 7px 10px 7px 0; border-bottom: 1px solid #eff1f6; vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.soft { color: var(--soft); }
code, .mono { font: 12.5px ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 9px; font-size: 12px; white-space: nowrap; background: #eceff5; color: var(--soft); }
.badge.good { background: var(--goodbg); color: var(--good); } .badge.wait { background: var(--waitbg); color: var(--wait); } .badge.bad { background: var(--badbg); color: var(--bad); }
.empty { color: var(--soft); margin: 10px 0 2px; }
form.act { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; margin: 12px 0 4px; }
label { display: grid; gap: 2px; font-size: 12px; color: var(--soft); }
input, select, button { font: inherit; padding: 6px 9px; border: 1px solid #cfd5e2; border-radius: 8px; background: #fff; color: var(--ink); }
input.short { width: 84px; }
button { background: var(--accent); color: #fff; border-color: var(--accent); cursor: pointer; font-weight: 500; }
button.quiet { background: #fff; color: var(--ink); border-color: #cfd5e2; }
button.small { padding: 1px 9px; font-size: 12px; }
nav { margin-top: 12px; display: flex; gap: 8px; flex-wrap: wrap; }
nav a { color: #fff; text-decoration: none; border: 1px solid rgba(255, 255, 255, .4); border-radius: 16px; padding: 2px 12px; font-size: 13px; }
nav a.here { background: #fff; color: #2b3580; }
#said { color: var(--bad); margin: 0; }
`;

/** Sends a form to its control call as JSON, and shows the page anew. Empty fields are left out; numbers go as numbers. */
export const SCRIPT = `
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.act) return;
  event.preventDefault();
  const asked = {};
  for (const [name, value] of new FormData(form)) {
    if (value === "") continue;
    asked[name] = form.elements[name].type === "number" ? Number(value) : value;
  }
  const answer = await fetch("/_local/" + form.dataset.act, { method: "POST", body: JSON.stringify(asked) });
  if (answer.ok) return location.reload();
  document.getElementById("said").textContent = (await answer.json()).Message;
  window.scrollTo(0, 0);
});
`;
