// The theme's editor of the local admin, as far as the app goes: the embed that a merchant turns on and fits to the shop, beside the page that it is in.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Store } from "../../store.ts";
import { readForm, redirect, sendPage } from "../exchange.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import { EMBED, embedSchema, type EmbedSetting } from "../theme.ts";
import { adminPage, localeOf, said } from "./frame.ts";

export const EDITOR = "/admin/themes/current/editor";
type Value = string | number | boolean;

/** Answers the editor's address (with ?context=apps&activateAppId=<client id>/<block> it comes with the embed turned on, to be saved); false for anything else. */
export async function themeEditor(request: IncomingMessage, response: ServerResponse, store: Store, url: URL): Promise<boolean> {
  if (url.pathname !== EDITOR) return false;
  const locale = localeOf(request);
  const schema = embedSchema(store, locale);
  if (request.method === "POST") {
    const form = await readForm(request);
    if (schema === null || !store.state.installed) return false;
    store.setEmbed(EMBED, form.has("on"), Object.fromEntries(schema.settings.flatMap((setting) => (setting.id === undefined ? [] : [[setting.id, valueIn(form, setting)]]))));
    redirect(response, `${EDITOR}?context=apps&done=${encodeURIComponent(form.has("on") ? "Saved: the embed is on." : "Saved: the embed is off.")}`);
    return true;
  }
  const asked = url.searchParams.get("activateAppId");
  const known = asked === null || asked === `${store.apiKey}/${EMBED}`;
  const body = html`<h1>Theme editor</h1>${said(url)}${known ? null : html`<p class="banner bad" role="alert">There is no such app embed: ${asked}.</p>`}
${schema === null || !store.state.installed ? html`<p>No app with an embed is installed.</p>` : editor(store, schema, asked !== null && known)}`;
  sendPage(response, adminPage(store, { title: "Theme editor", here: "theme", locale, path: url.pathname + url.search, body }));
  return true;
}

function editor(store: Store, { name, settings }: NonNullable<ReturnType<typeof embedSchema>>, turnsOn: boolean): Markup {
  const kept = store.state.embeds[EMBED];
  const on = turnsOn || kept?.on === true;
  return html`<div class="two"><form class="card" method="post" action="${EDITOR}"><h2>App embeds</h2><label class="check"><input type="checkbox" name="on" value="1" ${on ? html`checked` : null}> <b>${name}</b></label>
${turnsOn && kept?.on !== true ? html`<p class="note">Turned on by the app's link. Save to keep it.</p>` : null}${settings.map((setting) => field(setting, setting.id === undefined ? undefined : (kept?.settings[setting.id] ?? (setting.default as Value))))}<p><button class="button primary">Save</button></p></form>
<div class="card"><h2>Preview</h2>${kept?.on === true ? html`<iframe src="/?design_mode=1" title="The storefront in the theme's editor" style="width:100%;height:640px;border:1px solid #ccc;border-radius:8px"></iframe>` : html`<p>The embed is off.</p>`}</div></div>`;
}

function field({ type, id, label, info, content, options, min, max, step, unit }: EmbedSetting, value: Value | undefined): Markup {
  const note = info === undefined ? null : html`<p class="note">${info}</p>`;
  if (type === "header") return html`<h3>${content}</h3>`;
  if (type === "paragraph") return html`<p class="note">${content}</p>`;
  if (type === "checkbox") return html`<label class="check"><input type="checkbox" name="${id}" value="1" ${value === true ? html`checked` : null}> ${label}</label>${note}`;
  if (type === "select") return html`<label>${label}<select name="${id}">${options?.map((option) => html`<option value="${option.value}" ${option.value === value ? html`selected` : null}>${option.label}</option>`)}</select></label>${note}`;
  if (type === "range") return html`<label>${label}<span class="unit"><input type="number" name="${id}" min="${min}" max="${max}" step="${step}" value="${value}"> ${unit}</span></label>${note}`;
  return html`<label>${label}<input type="${type === "color" ? "color" : "text"}" name="${id}" value="${value}" style="height:40px"></label>${note}`;
}

/** What the form says of a setting; its default where that cannot be. */
function valueIn(form: URLSearchParams, { type, id, options, min = 0, max = 0, default: usual }: EmbedSetting): Value {
  const text = form.get(id!) ?? "";
  if (type === "checkbox") return form.has(id!);
  if (type === "range") return text !== "" && Number(text) >= min && Number(text) <= max ? Number(text) : (usual as number);
  if (type === "select") return options?.some(({ value }) => value === text) ? text : (usual as string);
  return type !== "color" || /^#[0-9a-f]{6}$/i.test(text) ? text : (usual as string);
}
