// The sentences of the English locale files, so that a test says what a person reads without copying it; and the keys that nobody may ever see.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "#test/local/demo/processes.ts";

type Tree = { [key: string]: string | Tree };

const folder = join(root, "app", "locales", "en");
const networks = join(root, "app", "networks");

/** "network", "connect.connect", with its values filled in. Throws where there is no such sentence. */
export function words(namespace: string, key: string, values: Record<string, string | number> = {}): string {
  const found = key.split(".").reduce<string | Tree | undefined>((tree, part) => (typeof tree === "object" ? tree[part] : undefined), read(namespace));
  if (typeof found !== "string") throw new Error(`locales/en/${namespace}.json has no sentence ${key}`);
  return found.replace(/\{\{\s*(\w+)[^}]*\}\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Every key of more than one part, of every namespace. */
export function allKeys(): Set<string> {
  const keys = new Set<string>();
  const walk = (tree: Tree, path: string[]) => {
    for (const [name, value] of Object.entries(tree)) {
      const here = [...path, name.replace(/_(zero|one|two|few|many|other)$/, "")];
      if (typeof value === "object") walk(value, here);
      else if (here.length > 1) keys.add(here.join("."));
    }
  };
  for (const namespace of [...readdirSync(folder).map((file) => file.replace(/\.json$/, "")), ...ofNetworks()]) walk(read(namespace), []);
  return keys;
}

/** The networks that have words of their own: each is a namespace. */
function ofNetworks(): string[] {
  return readdirSync(networks).filter((id) => existsSync(join(networks, id, "locales")));
}

function read(namespace: string): Tree {
  const own = join(folder, `${namespace}.json`);
  return JSON.parse(readFileSync(existsSync(own) ? own : join(networks, namespace, "locales", "en.json"), "utf8")) as Tree;
}

/** The English sentences that stand in a page of another language: those of the locale files with three words in a row or more. None in English. */
export function leftInEnglish(shown: string, language: string): string[] {
  if (language === "en") return [];
  const flat = (tree: Tree): string[] => Object.values(tree).flatMap((value) => (typeof value === "object" ? flat(value) : value.split(/\{\{[^}]*\}\}/).map((part) => part.trim())));
  const filesOf = (of: string) => [...readdirSync(join(folder, "..", of)).map((file) => join(folder, "..", of, file)), ...ofNetworks().map((id) => join(networks, id, "locales", `${of}.json`))];
  const all = (of: string) => new Set(filesOf(of).flatMap((file) => flat(JSON.parse(readFileSync(file, "utf8")) as Tree)));
  const own = all(language);
  return [...all("en")].filter((part) => part.split(/\s+/).length >= 3 && !own.has(part) && shown.includes(part));
}
