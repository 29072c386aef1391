// The app's extensions of the admin's own pages, as the platform knows them once they are deployed: what stands where, under which name, and which
// elements it may draw.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { extensionsFolder } from "./extensions.ts";

export type Texts = { [key: string]: string | Texts };
/** `module`: what draws it, from its folder; `url`: where a link leads within the app. */
export type AdminExtension = { handle: string; folder: string; target: string; module: string | null; url: string | null; name: string };

type Toml = { extensions?: { type?: string; handle?: string; name?: string; targeting?: { target?: string; module?: string; url?: string }[] }[] };

/** Those of a target, by their folders' names. `locale`: in which language they are named. */
export function adminExtensions(appToml: string | null, target: string, locale: string): AdminExtension[] {
  const folder = extensionsFolder(appToml);
  if (folder === null) return [];
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name, "shopify.extension.toml");
    if (!existsSync(path)) return [];
    const { extensions = [] } = parse(readFileSync(path, "utf8")) as Toml;
    return extensions.filter(({ type }) => type === "ui_extension" || type === "admin_link").flatMap((one) =>
      (one.targeting ?? []).filter((each) => each.target === target).map(({ module = null, url = null }) => ({ handle: one.handle ?? name, folder: join(folder, name), target, module, url, name: nameOf(join(folder, name), one.name ?? name, locale) })),
    );
  });
}

export function findAdminExtension(appToml: string | null, target: string, handle: string, locale: string): AdminExtension | null {
  return adminExtensions(appToml, target, locale).find((each) => each.handle === handle) ?? null;
}

function nameOf(folder: string, name: string, locale: string): string {
  if (!name.startsWith("t:")) return name;
  const text = textsOf(folder, locale)[name.slice(2)];
  return typeof text === "string" ? text : name;
}

/** The texts of a language, or of the language that is the default one where there are none. */
export function textsOf(folder: string, locale: string): Texts {
  const locales = join(folder, "locales");
  const files = existsSync(locales) ? readdirSync(locales).filter((file) => file.endsWith(".json")) : [];
  const file = files.find((each) => each.replace(/(\.default)?\.json$/, "") === locale) ?? files.find((each) => each.endsWith(".default.json"));
  return file === undefined ? {} : (JSON.parse(readFileSync(join(locales, file), "utf8")) as Texts);
}

/** The elements that the platform's package has for a target, by name. */
export function elementsOf(target: string): string[] {
  const root = join(dirname(createRequire(import.meta.url).resolve("@shopify/ui-extensions")), "build", "ts", "surfaces", "admin");
  const said = readFileSync(join(root, "targets", `${target}.d.ts`), "utf8");
  const files = [...said.matchAll(/^import "\.\.\/components\/(\w+)\.d\.ts";$/gm)].map(([, name]) => join(root, "components", `${name}.d.ts`));
  return files.flatMap((file) => /^declare const tagName = '(s-[a-z-]+)';$/m.exec(readFileSync(file, "utf8"))?.[1] ?? []);
}

/** The extension as the platform's builder bundles it: it says at its start what it draws in which target. */
export async function bundleOf({ folder, module, target }: AdminExtension): Promise<string> {
  const { build } = await import("esbuild");
  const contents = `import drawn from ${JSON.stringify(module)};\nshopify.extend(${JSON.stringify(target)}, (...given) => drawn(...given));\n`;
  const built = await build({ stdin: { contents, resolveDir: folder, sourcefile: "entry.ts", loader: "ts" }, bundle: true, minify: true, write: false, format: "iife", target: "es2020", logLevel: "silent" });
  return built.outputFiles[0]!.text;
}
