// What no source of the app may do, read in the sources: compare secrets in a time that tells of them, fetch what somebody else names, run text, take long over a pattern.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const sources = ["app", "extensions"].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|js|jsx)$/.test(name) && !name.includes("node_modules") && !name.includes("/dist/") && !name.endsWith(".d.ts"))
    .map((name) => ts.createSourceFile(join(root, top, name), readFileSync(join(root, top, name), "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)),
);

/** Every node of all sources that `pick` makes something of, with its file. */
function found<T>(pick: (node: ts.Node) => T | null | undefined): { file: string; what: T }[] {
  const all: { file: string; what: T }[] = [];
  for (const source of sources) {
    const walk = (node: ts.Node) => {
      const what = pick(node);
      if (what !== null && what !== undefined) all.push({ file: relative(root, source.fileName), what });
      node.forEachChild(walk);
    };
    walk(source);
  }
  return all;
}

describe("addresses that the server asks", () => {
  /** Whose word the address is. */
  const ASKED: Record<string, string> = {
    "app/flow/google-token.ts": "Google's certificates, at an address that stands in the source",
    "app/networks/impact/client.ts": "the network's own host, which stands in the source; the account is a part of the path",
    "app/shopify/admin.ts": "the shop's name, which the platform signed, and which is the name of a shop",
    "app/shopify/staff.ts": "the shop's name, which the platform signed, and which is the name of a shop",
    "app/shopify/changed-orders.ts": "the result of a bulk operation, named by the store's own answer; only https, and no address of a private network",
  };
  const calls = found((node) => (ts.isCallExpression(node) && node.expression.getText() === "fetch" ? node : null)).filter(({ file }) => file.startsWith("app/") && !file.startsWith("app/ui/"));

  it("are few, and each is known with whose word it is", () => {
    expect([...new Set(calls.map(({ file }) => file))].sort()).toEqual(Object.keys(ASKED).sort());
    expect(found((node) => (ts.isImportDeclaration(node) && /^(node:)?(https?|net|tls|dgram)$|^(axios|undici|got|node-fetch)$/.test((node.moduleSpecifier as ts.StringLiteral).text) && !node.importClause?.isTypeOnly ? node.getText() : null)).filter(({ what }) => !/createServer|import type|BlockList|isIP/.test(what))).toEqual([]);
  });

  it.each(calls.map(({ file, what }): [string, string] => [file, what.getText()]))("%s follows nobody elsewhere", (_file, text) => {
    expect(text).toMatch(/redirect: "error"/);
  });
});

describe("secrets", () => {
  const SECRET = /(hmac|signature|signed|secret|password|digest|apikey|token)$/i;

  it("are compared in the same time whatever differs", () => {
    const compared = found((node) => {
      if (!ts.isBinaryExpression(node) || !["===", "!==", "==", "!="].includes(node.operatorToken.getText())) return null;
      const sides = [node.left, node.right];
      const plain = sides.some((side) => side.kind === ts.SyntaxKind.NullKeyword || ts.isStringLiteral(side) || ts.isNumericLiteral(side) || ts.isTypeOfExpression(side) || ["undefined", "true", "false"].includes(side.getText()));
      return !plain && sides.some((side) => SECRET.test(side.getText())) ? node.getText() : null;
    }).filter(({ file }) => file.startsWith("app/"));
    expect(compared.filter(({ file, what }) => KNOWN_COMPARED[file] !== what)).toEqual([]);
  });

  /** Two words of a query, and what this app has twice itself: nobody outside says either. */
  const KNOWN_COMPARED: Record<string, string> = {
    "app/domain/rate-cost.ts": "token === wanted",
    "app/flow/networks.ts": "kept.token !== row.token",
    "app/shopify/admin.ts": "fresh !== token",
  };

  it("are read from the environment in one place", () => {
    const readers = found((node) => (ts.isPropertyAccessExpression(node) && node.expression.getText() === "process.env" ? node.name.text : null)).filter(({ what }) => /SECRET|KEY|TOKEN|DATABASE|SMTP/.test(what));
    expect(readers).toEqual([]);
  });
});

describe("text", () => {
  it("is never run, nor taken for markup", () => {
    const run = found((node) => {
      if (ts.isCallExpression(node) && /^(eval|Function|document\.write)$/.test(node.expression.getText())) return node.getText();
      if (ts.isNewExpression(node) && node.expression.getText() === "Function") return node.getText();
      if (ts.isPropertyAccessExpression(node) && /^(innerHTML|outerHTML|insertAdjacentHTML)$/.test(node.name.text)) return node.getText();
      if (ts.isJsxAttribute(node) && node.name.getText() === "dangerouslySetInnerHTML") return node.getText();
      return null;
    });
    expect(run).toEqual([]);
  });

  /** Colours, places and numbers that the theme's editor has the merchant choose from, and nobody types. */
  const SETTINGS = new Set(["background", "text", "placed.last", "block.settings.radius", "block.settings.distance"]);

  it("of the theme's files is written as text", () => {
    const files = readdirSync(join(root, "extensions"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".liquid"));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      // What a tag writes is escaped, made into JSON, or a file of the extension itself.
      const written = [...readFileSync(join(root, "extensions", name), "utf8").matchAll(/\{\{-?\s*([^}]*?)\s*-?\}\}/g)].map((tag) => tag[1]!);
      expect(written.filter((tag) => !SETTINGS.has(tag) && !/\|\s*(escape|json|asset_url|asset_img_url|stylesheet_tag|script_tag)\b/.test(tag) && !/^block\.shopify_attributes$/.test(tag)), name).toEqual([]);
    }
  });
});

describe("patterns", () => {
  it("have no part that repeats within what repeats: no text takes long", () => {
    const nested = found((node) => (ts.isRegularExpressionLiteral(node) ? node.text : null)).filter(({ what }) => /\((?:[^()\\]|\\.)*(?:[+*]|\{\d+,\d*\})(?:[^()\\]|\\.)*\)(?:[+*]|\{\d+,\d*\})/.test(what.replace(/\[(?:[^\]\\]|\\.)*\]/g, "x")));
    expect(nested.filter(({ what }) => !BOUNDED.has(what))).toEqual([]);
  });

  /** Each turn begins with what cannot stand within the turn before: there is one way to read a text. */
  const BOUNDED = new Set([
    String.raw`/\beyJ[\w-]{8,}(?:\.[\w-]+)*/g`,
    String.raw`/^[A-Z0-9]+(?:_[A-Z0-9]+)+(?:[,;\s]+[A-Z0-9]+(?:_[A-Z0-9]+)+)*$/`,
    String.raw`/^(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,}\/([^?#]*)/i`,
    String.raw`/^\d{1,3}(?:(?:,\d{2,3})+(\.\d*)?|(?:\.\d{3})+(,\d*)?|(?:['\u2019]\d{3})+([.,]\d*)?)$/`,
    String.raw`/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/`,
    String.raw`/^[A-Z][A-Z0-9_]{3,}( [A-Z][A-Z0-9_]{3,})*$/`,
  ]);

  it("that are put together are known", () => {
    const made = found((node) => (ts.isNewExpression(node) && node.expression.getText() === "RegExp" ? node.getText() : null)).filter(({ file }) => file.startsWith("app/"));
    // Shop's own patterns run in RE2 (domain/pattern.ts), which takes a time in proportion to the text.
    expect(made.map(({ file }) => file).sort()).toEqual(["app/domain/campaign-text.ts", "app/domain/deal.ts", "app/flow/intake-content.ts"]);
  });
});
