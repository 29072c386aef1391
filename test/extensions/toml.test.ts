// What the platform's builder takes in silence: every extension's TOML is held against the documented types, targets and fields, and against the files,
// routes and texts that it names. (The app's own TOML is held against the schema in test/shopify/documents.test.ts.)
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { API_VERSION } from "#app/shopify/admin.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "extensions");
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && existsSync(join(folder, entry.name, "shopify.extension.toml")) ? [entry.name] : []));

/** The targets that this version of the platform's package knows. */
const targets = new Set([...readFileSync(join(root, "node_modules/@shopify/ui-extensions/build/ts/surfaces/admin/extension-targets.d.ts"), "utf8").matchAll(/^ {4}'(admin\.[a-z.-]+)':/gm)].map(([, name]) => name!));
const LINK_TARGETS = ["admin.discount-index.action.link", "admin.discount-index.selection-action.link", "admin.discount-details.action.link", "admin.order-index.action.link", "admin.order-details.action.link", "admin.order-index.selection.action.link"] as const;

const text = z.string().trim().min(1);
const handle = z.string().regex(/^[a-z0-9-]{1,30}$/);
const own = { name: text.max(50), handle, description: text.max(255).optional(), uid: text.optional() };

const settingField = z.strictObject({
  type: z.literal("single_line_text_field"),
  name: text,
  description: text,
  validations: z.array(z.strictObject({ name: z.enum(["min", "max", "regex", "choices"]), value: z.union([z.string(), z.array(z.string())]) })).optional(),
});
const pixel = z.strictObject({
  type: z.literal("web_pixel_extension"),
  ...own,
  runtime_context: z.literal("strict"),
  customer_privacy: z.strictObject({ analytics: z.boolean(), marketing: z.boolean(), preferences: z.boolean(), sale_of_data: z.enum(["enabled", "disabled", "ldu"]) }),
  settings: z.strictObject({ type: z.literal("object"), fields: z.record(z.string().regex(/^[a-z][A-Za-z0-9_]*$/), settingField) }),
});

const theme = z.strictObject({ type: z.literal("theme"), ...own });

const drawn = z.strictObject({
  type: z.literal("ui_extension"),
  ...own,
  targeting: z.array(z.strictObject({ module: text, target: z.string().refine((target) => targets.has(target), "is no target of this version") })).min(1),
  capabilities: z.strictObject({ api_access: z.boolean().optional(), network_access: z.boolean().optional() }).optional(),
});
const link = z.strictObject({ type: z.literal("admin_link"), ...own, targeting: z.array(z.strictObject({ url: z.string().regex(/^app:\/\/|^\//), target: z.enum(LINK_TARGETS) })).length(1) });

/** Flow's references carry their own names; all other fields have a key. */
const REFERENCES = ["customer_reference", "order_reference", "product_reference", "product_variant_reference", "abandonment_reference", "company_reference", "company_contact_reference"] as const;
const triggerField = z.union([
  z.strictObject({ type: z.enum(REFERENCES) }),
  z.strictObject({ type: z.enum(["boolean", "email", "multi_line_text_field", "number_decimal", "number_integer", "single_line_text_field", "url"]), key: z.string().regex(/^[A-Za-z][A-Za-z0-9_ -]*$/), description: text.optional() }),
]);
const trigger = z.strictObject({ type: z.literal("flow_trigger"), ...own, description: text, settings: z.strictObject({ fields: z.array(triggerField).min(1) }) });
const actionField = z.union([
  z.strictObject({ type: z.enum(REFERENCES), required: z.boolean().optional() }),
  z.strictObject({
    type: z.enum(["boolean", "email", "multi_line_text_field", "number_decimal", "number_integer", "single_line_text_field", "url"]),
    key: z.string().regex(/^[a-z][A-Za-z0-9_-]*$/),
    name: text,
    description: text.optional(),
    required: z.boolean().optional(),
  }),
]);
const action = z.strictObject({
  type: z.literal("flow_action"),
  ...own,
  description: text,
  runtime_url: text,
  schema: text.optional(),
  return_type_ref: text.optional(),
  validation_url: text.optional(),
  settings: z.strictObject({ fields: z.array(actionField).min(1) }),
});

const extension = z.discriminatedUnion("type", [drawn, link, trigger, action]);
/** What stands before or after the extension belongs to it too: Flow's settings do. */
const several = z.strictObject({ settings: z.unknown().optional(), api_version: z.literal(API_VERSION).or(z.string().regex(/^20\d\d-(01|04|07|10)$/)).optional(), extensions: z.array(z.looseObject({})).length(1) });

type Found = { file: string; type: string; handle: string; whole: z.infer<typeof extension> | z.infer<typeof pixel> | z.infer<typeof theme>; version: string | undefined };

/** What a TOML says, by the documented form of its type; throws with the place where it does not. */
function read(name: string, toml: string): Found {
  const said = parse(toml) as { type?: string; extensions?: unknown };
  if (said.extensions === undefined) {
    const whole = z.discriminatedUnion("type", [pixel, theme]).parse(said);
    return { file: name, type: whole.type, handle: whole.handle, whole, version: undefined };
  }
  const { api_version, settings, extensions } = several.parse(said);
  const whole = extension.parse(settings === undefined ? extensions[0] : { ...extensions[0], settings });
  return { file: name, type: whole.type, handle: whole.handle, whole, version: api_version };
}

const tomlOf = (name: string) => readFileSync(join(folder, name, "shopify.extension.toml"), "utf8");
const routes = readdirSync(join(root, "app", "routes")).map((file) => `/${file.replace(/\.(tsx?|jsx?)$/, "").replace(/\._index$/, "").replaceAll("_.", ".").replaceAll(".", "/")}`);

describe("extensions", () => {
  test("are those that the product has", () => {
    expect(names.map((name) => [name, read(name, tomlOf(name)).type])).toEqual([
      ["click-pixel", "web_pixel_extension"],
      ["discount-code", "ui_extension"],
      ["flow-code-in-conflict", "flow_trigger"],
      ["flow-credit-reversed", "flow_trigger"],
      ["flow-make-code", "flow_action"],
      ["flow-network-rejected", "flow_trigger"],
      ["flow-order-credited", "flow_trigger"],
      ["flow-pause-code", "flow_action"],
      ["open-deal", "admin_link"],
      ["order-credit", "ui_extension"],
      ["share-link", "theme"],
    ]);
  });

  test("have handles of their own", () => {
    const handles = names.map((name) => read(name, tomlOf(name)).handle);
    expect(handles).toEqual([...new Set(handles)]);
  });

  test.each(names)("%s says only what is documented, and what it names is there", (name) => {
    const { whole, version } = read(name, tomlOf(name));
    const settings = "settings" in whole && Array.isArray(whole.settings.fields) ? whole.settings.fields : [];
    const keys = settings.map((field) => ("key" in field ? field.key : field.type));
    expect(keys).toEqual([...new Set(keys)]);
    for (const file of modulesOf(whole)) expect(existsSync(join(folder, name, file)), file).toBe(true);
    for (const url of urlsOf(whole)) expect(routes, url).toContain(url.replace(/^app:\/\//, "/").split("?", 1)[0]);
    if (whole.type === "ui_extension") expect(version).toMatch(/^20\d\d-\d\d$/);
    for (const key of [...tomlOf(name).matchAll(/"t:([a-z0-9_.-]+)"/g)].map(([, found]) => found!)) for (const [file, texts] of localesOf(name)) expect(textAt(texts, key), `${key} of ${file}`).toEqual(expect.any(String));
  });

  test.each(names.filter((name) => existsSync(join(folder, name, "locales"))))("%s has the same texts in every language", (name) => {
    const kinds = Map.groupBy(localesOf(name), ([file]) => (file.endsWith(".schema.json") ? "schema" : "texts"));
    for (const [, files] of kinds) {
      expect(files.map(([file]) => file.replace(/(\.default)?(\.schema)?\.json$/, "")).sort()).toEqual(["en", "fr", "zh-CN"]);
      for (const [file, texts] of files) expect(keysOf(texts), file).toEqual(keysOf(files[0]![1]));
    }
  });
});

describe("what the builder lets pass", () => {
  const ui = 'api_version = "2026-07"\n[[extensions]]\nname = "One"\nhandle = "one"\ntype = "ui_extension"\n[[extensions.targeting]]\nmodule = "./src/One.tsx"\ntarget = "admin.order-details.block.render"\n';
  const trigger = '[[extensions]]\nname = "One"\nhandle = "one"\ntype = "flow_trigger"\ndescription = "Said."\n[settings]\n[[settings.fields]]\ntype = "order_reference"\n';
  const web = 'name = "One"\nhandle = "one"\ntype = "web_pixel_extension"\nruntime_context = "strict"\n[customer_privacy]\nanalytics = true\nmarketing = true\npreferences = false\nsale_of_data = "disabled"\n[settings]\ntype = "object"\n[settings.fields.token]\nname = "Token"\ndescription = "Said."\ntype = "single_line_text_field"\n';

  test.each([["ui", ui], ["web", web]])("%s is right as it stands", (name, toml) => {
    expect(read(name, toml).handle).toBe("one");
  });

  test.each([
    ["an unknown type", ui.replace("ui_extension", "ui_extention"), "type"],
    ["an unknown target", ui.replace("order-details.block", "discount-details.block"), "is no target"],
    ["a handle that is too long", ui.replace('handle = "one"', `handle = "${"o".repeat(31)}"`), "handle"],
    ["a misspelt key", ui.replace("module", "modul"), "modul"],
    ["an unknown field type of a trigger", trigger.replace("order_reference", "order_refrence"), "settings"],
    ["a bad value of the pixel's privacy", web.replace('"disabled"', '"none"'), "sale_of_data"],
    ["a bad field of the pixel", web.replace("single_line_text_field", "text"), "single_line_text_field"],
  ])("%s is found here", (_, toml, said) => {
    expect(() => read("one", toml)).toThrow(said);
  });
});

type Whole = Found["whole"];

function modulesOf(whole: Whole): string[] {
  if (whole.type === "ui_extension") return whole.targeting.map(({ module }) => module);
  if (whole.type === "web_pixel_extension") return ["src/index.ts"];
  if (whole.type === "theme") return ["blocks", "assets", "locales/en.default.json", "locales/en.default.schema.json"];
  return whole.type === "flow_action" && whole.schema !== undefined ? [whole.schema] : [];
}

/** Addresses of the app that it leads to: each is one of our routes. */
function urlsOf(whole: Whole): string[] {
  if (whole.type === "admin_link") return whole.targeting.map(({ url }) => url);
  if (whole.type !== "flow_action") return [];
  return [whole.runtime_url, ...(whole.validation_url === undefined ? [] : [whole.validation_url])].map((url) => (url.startsWith("/") ? url : new URL(url).pathname));
}

function localesOf(name: string): [string, Record<string, unknown>][] {
  const path = join(folder, name, "locales");
  return existsSync(path) ? readdirSync(path).sort().map((file) => [file, JSON.parse(readFileSync(join(path, file), "utf8")) as Record<string, unknown>]) : [];
}

function textAt(texts: Record<string, unknown>, key: string): unknown {
  return key.split(".").reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[part] : undefined), texts);
}

function keysOf(texts: Record<string, unknown>, before = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === "object" && value !== null ? keysOf(value as Record<string, unknown>, `${before}${key}.`) : [`${before}${key}`])).sort();
}
