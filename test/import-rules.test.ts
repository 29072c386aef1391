// Who may import whom (README, "Layout"): one direction of flow, and a domain that touches nothing outside itself.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const app = join(root, "app");

const allowed: Record<string, string[]> = {
  domain: ["domain"],
  db: ["db", "domain", "db.server", "clock"],
  shopify: ["shopify", "domain", "shopify.server", "log.server", "metrics.server", "stopping.server", "clock", "env.server"],
  networks: ["networks", "domain", "log.server", "metrics.server", "stopping.server", "clock"],
  sheets: ["sheets", "domain"],
  flow: ["flow", "domain", "db", "shopify", "networks", "sheets", "clock", "crypto.server", "db.server", "env.server", "log.server", "mail.server", "metrics.server", "stopping.server"],
  ui: ["ui", "domain", "i18n", "locales"],
};
const purePackages = new Set(["re2js", "any-ascii"]);

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(dir, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/^import type [^;]+;$/gm, "");
  return [...text.matchAll(/(?<!")(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((found) => found[1]!);
}

/** The part of app/ that an import leads to: a folder's name, or a file's at the top; null: a package. */
function partOf(file: string, specifier: string): string | null {
  if (specifier.startsWith("#app/")) return specifier.slice(5).split("/")[0]!.replace(/\.tsx?$/, "");
  if (!specifier.startsWith(".")) return null;
  const path = relative(app, resolve(dirname(file), specifier));
  return path.startsWith("..") ? `outside:${path}` : path.split(sep)[0]!.replace(/\.tsx?$/, "");
}

describe("imports", () => {
  test.each(Object.entries(allowed))("app/%s imports only what it may", (part, may) => {
    const wrong = filesUnder(join(app, part)).flatMap((file) =>
      importsOf(file).flatMap((specifier) => {
        const to = partOf(file, specifier);
        return to === null || may.includes(to) ? [] : [`${relative(root, file)} imports ${specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("the domain uses no package but the regex engine and the table of plain letters, and nothing of Node", () => {
    const used = filesUnder(join(app, "domain")).flatMap((file) => importsOf(file).filter((specifier) => partOf(file, specifier) === null));
    expect(used.filter((name) => !purePackages.has(name))).toEqual([]);
  });

  test("the database is opened by app/db, by what writes in one transaction, by the processes, and by Shopify's session storage", () => {
    const openers = filesUnder(app).filter((file) => importsOf(file).some((specifier) => partOf(file, specifier) === "db.server"));
    const parts = new Set(openers.map((file) => relative(app, file).split(sep)[0]!));
    expect([...parts].filter((part) => !["db", "flow", "shopify.server.ts", "server.ts", "probes.server.ts", "stop.server.ts", "ledger.ts", "reconcile.ts"].includes(part))).toEqual([]);
  });

  test("nothing of the app imports a test, or a route", () => {
    const wrong = filesUnder(app).flatMap((file) => importsOf(file).filter((specifier) => specifier.startsWith("#test/") || /(^|\/)routes\//.test(specifier)).map((specifier) => `${relative(root, file)} imports ${specifier}`));
    expect(wrong).toEqual([]);
  });
});
