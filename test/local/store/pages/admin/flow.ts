// Workflows in the local admin: what the app's triggers were told, and its actions, run by hand as a workflow would.
import { beginRun, flowExtensions, flowOf, type FlowExtension, type FlowRunThere } from "../../flow.ts";
import type { Store } from "../../store.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import type { Done } from "./frame.ts";

const SHOWN = 50;

export function flowBody(store: Store, notice: Markup | null): Markup {
  const extensions = flowExtensions(store.options.appToml ?? null);
  const nameOf = (handle: string) => extensions.find((one) => one.handle === handle)?.name ?? handle;
  const { words, runs } = flowOf(store);
  const told = words.slice(-SHOWN).reverse().map(({ at, handle, payload }) => html`<tr><td>${at}</td><td>${nameOf(handle)}</td><td>${inOrder(extensions, handle, payload).map(([key, value]) => html`<div>${key}: <strong>${String(value)}</strong></div>`)}</td></tr>`);
  const ran = runs.slice(-SHOWN).reverse().map((run) => html`<tr><td>${run.at}</td><td>${nameOf(run.handle)}</td><td>${Object.values(run.properties).filter(Boolean).join(", ")}</td><td>${stateOf(run)}</td></tr>`);
  const triggers = extensions.filter(({ type }) => type === "flow_trigger");
  return html`<h1>Workflows</h1><p class="lead">A local stand-in for Flow: what the app tells its triggers ends here, and its actions can be run by hand.</p>${notice}
<h2>Actions</h2>${extensions.filter(({ type }) => type === "flow_action").map(actionCard)}
<div class="table"><table><thead><tr><th>Run at</th><th>Action</th><th>With</th><th>Outcome</th></tr></thead><tbody>${ran.length > 0 ? ran : html`<tr><td colspan="4">No action was run yet.</td></tr>`}</tbody></table></div>
<h2>Triggers</h2><ul>${triggers.map(({ name, description }) => html`<li><strong>${name}</strong>: ${description}</li>`)}</ul>
<div class="table"><table><thead><tr><th>Told at</th><th>Trigger</th><th>With</th></tr></thead><tbody>${told.length > 0 ? told : html`<tr><td colspan="3">Nothing was told yet.</td></tr>`}</tbody></table></div>`;
}

/** As the extension declares them: on its way a payload has no order. */
function inOrder(extensions: FlowExtension[], handle: string, payload: Record<string, unknown>): [string, unknown][] {
  const keys = extensions.find((one) => one.handle === handle)?.fields.map(({ key }) => key) ?? [];
  return Object.entries(payload).sort(([a], [b]) => keys.indexOf(a) - keys.indexOf(b));
}

function actionCard({ handle, name, description, fields }: FlowExtension): Markup {
  return html`<div class="card"><h3>${name}</h3><p class="note">${description}</p><form method="post" action="/admin/flow/${handle}">
${fields.map((field) => html`<label>${field.name}<input name="${field.key}" maxlength="250" ${field.required ? html`required` : null}><small>${field.description}</small></label>`)}<button>Run</button></form></div>`;
}

function stateOf({ state, attempts, lastStatus, lastAnswer }: FlowRunThere): Markup {
  const tried = attempts > 1 ? `, tried ${attempts} times` : "";
  if (attempts === 0) return html`on its way`;
  return html`${state === "done" ? "done" : state === "failed" ? "failed" : "is repeated later"} (${lastStatus ?? "no answer"}${tried})${lastAnswer === "" ? null : html`<div><code>${lastAnswer.slice(0, 300)}</code></div>`}`;
}

/** Null where there is no such action. */
export function changeFlow(store: Store, handle: string, form: URLSearchParams): Done | null {
  if (!flowExtensions(store.options.appToml ?? null).some((one) => one.type === "flow_action" && one.handle === handle)) return null;
  beginRun(store, handle, Object.fromEntries(form));
  return { done: "The action is run.", to: "/admin/flow" };
}
