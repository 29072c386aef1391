// What the store keeps for the app itself: its web pixel, checked against the extension that is deployed, and the metafields of its installation.
import { createHash } from "node:crypto";
import { GraphQLError } from "graphql";
import { type Args, NotServed, type View } from "./connection.ts";
import { pixelExtension } from "./extensions.ts";
import { digitsOf } from "./json.ts";
import type { Context } from "./queries.ts";
import type { Store } from "./store.ts";
import type { AppMetafield } from "./types.ts";

export const INSTALLATION = "gid://shopify/AppInstallation/507219443";
const MOST_METAFIELDS = 25;

type PixelError = { code: string; field: string[] | null; message: string };

/** The app's own pixel. Where there is none the API answers with an error, not with nothing. */
export function webPixel({ id }: Args, { store }: Context): View {
  const kept = store.state.webPixel;
  if (kept === null || (id != null && digitsOf(String(id)) !== kept.id)) throw new GraphQLError("No web pixel was found for this app.", { extensions: { code: "RESOURCE_NOT_FOUND" } });
  return pixelView(kept);
}

export function webPixelCreate({ webPixel: input }: Args, context: Context): View {
  const { store } = context;
  needsCustomerEvents("webPixelCreate", context);
  const checked = checkSettings(store, input);
  if (!checked.ok) return { webPixel: null, userErrors: [checked.error] };
  if (store.state.webPixel !== null) return { webPixel: null, userErrors: [{ code: "TAKEN", field: null, message: "Web pixel is taken." }] };
  store.state.webPixel = { id: String(store.nextId("WebPixel")), settings: checked.settings };
  store.changed();
  return { webPixel: pixelView(store.state.webPixel), userErrors: [] };
}

export function webPixelUpdate({ id, webPixel: input }: Args, context: Context): View {
  const { store } = context;
  needsCustomerEvents("webPixelUpdate", context);
  const kept = store.state.webPixel;
  if (kept === null || digitsOf(String(id)) !== kept.id) return { webPixel: null, userErrors: [notFound()] };
  const checked = checkSettings(store, input);
  if (!checked.ok) return { webPixel: null, userErrors: [checked.error] };
  kept.settings = checked.settings;
  store.changed();
  return { webPixel: pixelView(kept), userErrors: [] };
}

export function webPixelDelete({ id }: Args, { store }: Context): View {
  const kept = store.state.webPixel;
  if (kept === null || digitsOf(String(id)) !== kept.id) return { deletedWebPixelId: null, userErrors: [notFound()] };
  store.state.webPixel = null;
  store.changed();
  return { deletedWebPixelId: gidOf(kept.id), userErrors: [] };
}

/** The scope that the schema names in a sentence of its own. */
function needsCustomerEvents(field: string, { scopes }: Context): void {
  if (scopes.has("read_customer_events")) return;
  const requiredAccess = "`write_pixels` access scope. Also: The app requires read_customer_events access scope and user access permission.";
  throw new GraphQLError(`Access denied for ${field} field. Required access: ${requiredAccess}`, {
    extensions: { code: "ACCESS_DENIED", documentation: "https://shopify.dev/api/usage/access-scopes", requiredAccess },
  });
}

/** Settings come as JSON text (or JSON): exactly the fields of the extension's TOML, each a text within its limits. */
function checkSettings(store: Store, input: unknown): { ok: true; settings: string } | { ok: false; error: PixelError } {
  const refuse = (code: string, message: string) => ({ ok: false as const, error: { code, field: ["settings"], message } });
  const extension = pixelExtension(store.options.appToml ?? null);
  if (extension === null) return { ok: false, error: { code: "NO_EXTENSION", field: null, message: "No extension found." } };
  const settings = readJson((input as { settings: unknown }).settings);
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return refuse("INVALID_CONFIGURATION_JSON", "Settings is not a valid JSON.");
  const given = settings as Record<string, unknown>;
  const unknown = Object.keys(given).find((key) => extension.fields[key] === undefined);
  if (unknown !== undefined) return refuse("INVALID_SETTINGS", `Settings is invalid: ${unknown} is not a defined field.`);
  for (const [key, { validations }] of Object.entries(extension.fields)) {
    const value = given[key];
    if (typeof value !== "string") return refuse("INVALID_SETTINGS", `Settings is invalid: ${key} must be a string.`);
    for (const { name, value: bound } of validations) {
      if (name === "min" && value.length < Number(bound)) return refuse("INVALID_SETTINGS", `Settings is invalid: ${key} is too short.`);
      if (name === "max" && value.length > Number(bound)) return refuse("INVALID_SETTINGS", `Settings is invalid: ${key} is too long.`);
      if (name === "regex" && !new RegExp(bound).test(value)) return refuse("INVALID_SETTINGS", `Settings is invalid: ${key} does not match.`);
    }
  }
  return { ok: true, settings: JSON.stringify(given) };
}

/** undefined: it is the text of no JSON. */
function readJson(settings: unknown): unknown {
  if (typeof settings !== "string") return settings;
  try {
    return JSON.parse(settings);
  } catch {
    return undefined;
  }
}

function notFound(): PixelError {
  return { code: "NOT_FOUND", field: ["id"], message: "Pixel not found." };
}

function gidOf(id: string): string {
  return `gid://shopify/WebPixel/${id}`;
}

function pixelView({ id, settings }: { id: string; settings: string }): View {
  return { __typename: "WebPixel", id: gidOf(id), settings };
}

/** `metafield` of the app's own installation. */
export function installationMetafield(store: Store, { namespace, key }: Args): View | null {
  const kept = store.state.appMetafields[`${String(namespace)} ${String(key)}`];
  return kept === undefined ? null : metafieldView(kept);
}

type MetafieldInput = { ownerId: string; namespace?: string | null; key: string; type?: string | null; value: string; compareDigest?: string | null };
type MetafieldError = { code: string; field: string[]; message: string; elementIndex: null };

/** Those of the app's installation only; all of them, or none. */
export function metafieldsSet({ metafields }: Args, { store }: Context): View {
  const inputs = metafields as MetafieldInput[];
  const tooMany = wrong(["metafields"], "LESS_THAN_OR_EQUAL_TO", `Exceeded the maximum metafields input limit of ${MOST_METAFIELDS}.`);
  const errors = inputs.length > MOST_METAFIELDS ? [tooMany] : inputs.flatMap((input, at) => metafieldErrors(store, input, String(at)));
  if (errors.length > 0) return { metafields: [], userErrors: errors };
  const at = store.utcNow();
  const views = inputs.map(({ namespace, key, type, value }) => {
    const name = `${namespace!} ${key}`;
    const before = store.state.appMetafields[name];
    const kept: AppMetafield = { id: before?.id ?? String(store.nextId("Metafield")), namespace: namespace!, key, type: type ?? before!.type, value, createdAt: before?.createdAt ?? at, updatedAt: at };
    store.state.appMetafields[name] = kept;
    return metafieldView(kept);
  });
  store.changed();
  return { metafields: views, userErrors: [] };
}

function metafieldErrors(store: Store, { ownerId, namespace, key, type, value, compareDigest }: MetafieldInput, at: string): MetafieldError[] {
  if (!ownerId.startsWith("gid://shopify/AppInstallation/")) throw new NotServed(`metafieldsSet of ${ownerId}`);
  if (namespace == null) throw new NotServed("metafieldsSet without a namespace");
  const before = store.state.appMetafields[`${namespace} ${key}`];
  const field = (name: string) => ["metafields", at, name];
  if (ownerId !== INSTALLATION) return [wrong(field("ownerId"), "INVALID", "Owner does not exist.")];
  if (!/^[A-Za-z0-9_-]{3,255}$/.test(namespace)) return [wrong(field("namespace"), "INVALID", "Namespace is invalid.")];
  if (!/^[A-Za-z0-9_-]{2,64}$/.test(key)) return [wrong(field("key"), "INVALID", "Key is invalid.")];
  if (type == null && before === undefined) return [wrong(field("type"), "BLANK", "Type can't be blank")];
  if (before !== undefined && type != null && type !== before.type) return [wrong(field("type"), "INVALID_TYPE", `Type must be consistent with the metafield's: ${before.type}.`)];
  const kind = type ?? before!.type;
  if (kind !== "json" && kind !== "single_line_text_field") throw new NotServed(`metafields of the type ${kind}`);
  if (value === "") return [wrong(field("value"), "BLANK", "Value can't be blank.")];
  if (kind === "json" && readJson(value) === undefined) return [wrong(field("value"), "INVALID_VALUE", "Value is invalid JSON.")];
  if (compareDigest != null && compareDigest !== (before === undefined ? null : digestOf(before.value))) return [wrong(field("compareDigest"), "STALE_OBJECT", "The resource has been updated since it was loaded.")];
  return [];
}

function wrong(field: string[], code: string, message: string): MetafieldError {
  return { code, field, message, elementIndex: null };
}

function digestOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

function metafieldView({ id, namespace, key, type, value, createdAt, updatedAt }: AppMetafield): View {
  return {
    __typename: "Metafield", id: `gid://shopify/Metafield/${id}`, legacyResourceId: id, namespace, key, type, value, compareDigest: digestOf(value), sizeInBytes: Buffer.byteLength(value), createdAt, updatedAt,
    jsonValue: () => (type === "json" ? readJson(value) : value),
  };
}
