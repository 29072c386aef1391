// The languages say the same things: no key is missing, none is empty, each names the same values, and every key that a page asks for is there.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const locales = join(root, "app", "locales");
const languages = ["en", "zh-CN", "fr"] as const;
type Language = (typeof languages)[number];

type Tree = { [key: string]: string | Tree };

/** What only one network says lies in its folder, as a namespace with the network's id. */
const networks = new Map(
  [join(root, "app", "networks"), join(root, "test", "networks")].flatMap((folder) =>
    readdirSync(folder).map((id) => [id, join(folder, id, "locales")] as const).filter(([, path]) => existsSync(path)),
  ),
);
const shared = readdirSync(join(locales, "en")).map((file) => file.replace(/\.json$/, "")).sort();
const namespaces = [...shared, ...networks.keys()];

function flat(tree: Tree, before = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => (typeof value === "string" ? [[before + key, value]] : flat(value, `${before}${key}.`)));
}

function textsOf(language: Language, namespace: string): Map<string, string> {
  const ofNetwork = networks.get(namespace);
  const file = ofNetwork === undefined ? join(locales, language, `${namespace}.json`) : join(ofNetwork, `${language}.json`);
  return new Map(flat(JSON.parse(readFileSync(file, "utf8")) as Tree));
}

/** The endings that a plural must have and may have. Chinese knows only `other` (a `one` beside it is never read); French `many` (a million and more) reads as `other` where it is not there. */
const forms: Record<Language, { must: string[]; may: string[] }> = {
  en: { must: ["one", "other"], may: ["zero"] },
  "zh-CN": { must: ["other"], may: ["zero", "one"] },
  fr: { must: ["one", "other"], may: ["zero", "many"] },
};
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Keys that have an `_other` are plurals; any other ending that looks like one is part of a name ("who_many"). */
function pluralsOf(texts: Map<string, string>): Set<string> {
  return new Set([...texts.keys()].filter((key) => key.endsWith("_other")).map((key) => key.replace(PLURAL, "")));
}

function stemsOf(texts: Map<string, string>, plurals: Set<string>): string[] {
  const stems = [...texts.keys()].map((key) => (plurals.has(key.replace(PLURAL, "")) ? key.replace(PLURAL, "") : key));
  return [...new Set(stems)].sort();
}

function valuesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{-?\s*([\w.]+)[^}]*\}\}/g)].map((match) => match[1]!))].sort();
}

describe("the files", () => {
  test.each(languages)("%s has a file for each namespace and no other", (language) => {
    expect(readdirSync(join(locales, language)).sort()).toEqual(shared.map((namespace) => `${namespace}.json`));
  });

  test.each([...networks])("of the network %s are one for each language, and its id is no other namespace", (id, folder) => {
    expect(readdirSync(folder).sort()).toEqual([...languages].map((language) => `${language}.json`).sort());
    expect(shared).not.toContain(id);
  });
});

describe.each(namespaces)("the texts of %s", (namespace) => {
  const english = textsOf("en", namespace);
  const plurals = pluralsOf(english);

  test.each(languages)("in %s have no empty text and no stray space", (language) => {
    // What joins two texts ("offer_joint") carries its spaces.
    const bad = [...textsOf(language, namespace)].filter(([key, text]) => text.trim() === "" || (text !== text.trim() && !key.endsWith("joint")) || / {2}/.test(text)).map(([key]) => key);
    expect(bad).toEqual([]);
  });

  test.each(languages)("in %s close every value that they open", (language) => {
    // French asks for "de" or "d’" before a name (i18n.ts ofName).
    const values = language === "fr" ? /\{\{\w+(?:, de|, many)?\}\}/g : /\{\{\w+(?:, many)?\}\}/g;
    const bad = [...textsOf(language, namespace)].filter(([, text]) => /[{}]/.test(text.replace(values, ""))).map(([key, text]) => `${key}: ${text}`);
    expect(bad).toEqual([]);
  });

  test.each(languages.slice(1))("in %s have the keys of the English ones", (language) => {
    const texts = textsOf(language, namespace);
    expect(stemsOf(texts, new Set([...plurals, ...pluralsOf(texts)]))).toEqual(stemsOf(english, plurals));
  });

  test.each(languages)("in %s have each plural form that the language needs, and none that it does not know", (language) => {
    const texts = textsOf(language, namespace);
    const { must, may } = forms[language];
    const endings = [...plurals].map((stem) => ({ stem, endings: [...texts.keys()].filter((key) => PLURAL.test(key) && key.replace(PLURAL, "") === stem).map((key) => PLURAL.exec(key)![1]!) }));
    const bad = endings.filter(({ endings }) => !must.every((form) => endings.includes(form)) || endings.some((form) => !must.includes(form) && !may.includes(form)));
    expect(bad).toEqual([]);
  });

  test.each(languages.slice(1))("in %s name the same values", (language) => {
    const texts = textsOf(language, namespace);
    const named = (of: Map<string, string>, stem: string) => {
      const all = plurals.has(stem) ? [...of].filter(([key]) => key.replace(PLURAL, "") === stem).flatMap(([, text]) => valuesIn(text)) : valuesIn(of.get(stem) ?? "");
      // "one order" needs no number, and a language may say it in all forms or in none.
      return [...new Set(all)].filter((value) => !(plurals.has(stem) && value === "count")).sort();
    };
    const differing = stemsOf(english, plurals).filter((stem) => JSON.stringify(named(texts, stem)) !== JSON.stringify(named(english, stem)));
    expect(differing).toEqual([]);
  });

  test.each(languages.slice(1))("in %s are translated", (language) => {
    // Sentences of several words that stand letter for letter as in English were forgotten.
    const forgotten = [...textsOf(language, namespace)].filter(([key, text]) => text === english.get(key) && text.replace(/\{\{\w+\}\}/g, "").trim().split(/\s+/).length > 3);
    expect(forgotten.map(([key]) => key)).toEqual([]);
  });
});

type Asked = { file: string; line: number; namespace: string; key: string; values: string[] | null };

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
}

/** The functions `const t = useT("…")` of a file, by where they stand: a call belongs to the nearest one of its name above it. */
function translatorsIn(source: string): { name: string; namespace: string; at: number }[] {
  return [...source.matchAll(/(?:const|let)\s+(\w+)\s*=\s*(?:useT|translateIn)\((?:[^()"]*,\s*)?"(\w+)"\)/g)].map((match) => ({ name: match[1]!, namespace: match[2]!, at: match.index }));
}

/** Every key that stands in full in a call: `t("key")`, `t(x ? "a" : "b")`, and those that begin one put together by a template: `t(`a.${b}`)`. */
function callsIn(file: string): { literal: Asked[]; composed: Asked[] } {
  const source = readFileSync(file, "utf8");
  const translators = translatorsIn(source);
  const literal: Asked[] = [];
  const composed: Asked[] = [];
  for (const name of new Set(translators.map((each) => each.name))) {
    for (const match of source.matchAll(new RegExp(`(?<![\\w.])${name}\\(`, "g"))) {
      const owner = translators.filter((each) => each.name === name && each.at < match.index).at(-1);
      if (!owner) continue;
      const argument = firstArgument(source, match.index + match[0].length);
      const at = { file: relative(root, file), line: source.slice(0, match.index).split("\n").length, namespace: owner.namespace, values: null };
      for (const key of literalsIn(argument)) literal.push({ ...at, key });
      for (const key of argument.matchAll(/`([^`]*)`/g)) composed.push({ ...at, key: key[1]! });
    }
  }
  return { literal, composed };
}

/** The text of a call's first argument. */
function firstArgument(source: string, from: number): string {
  let depth = 0;
  let quote = "";
  for (let at = from; at < source.length; at += 1) {
    const char = source[at]!;
    if (quote) {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'" || char === "`") quote = char;
    else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) {
      if (depth === 0) return source.slice(from, at);
      depth -= 1;
    } else if (char === "," && depth === 0) return source.slice(from, at);
  }
  return source.slice(from);
}

/** Whole strings that the argument can be: itself, or what follows a `?`, `:`, `??` or `||`; strings that are compared with are none. */
function literalsIn(argument: string): string[] {
  const outside = argument.replace(/`[^`]*`/g, "``");
  return [...outside.matchAll(/(^|[?:|(])\s*"([^"]+)"\s*(?=$|[:)])/g)].map((match) => match[2]!);
}

const calls = [...sourcesIn(join(root, "app", "ui")), ...sourcesIn(join(root, "app", "routes"))].map(callsIn);
const literal = calls.flatMap((each) => each.literal);
const composed = calls.flatMap((each) => each.composed);

function has(texts: Map<string, string>, key: string): boolean {
  return texts.has(key) || texts.has(`${key}_other`);
}

describe("what the pages ask for", () => {
  const english = new Map(namespaces.map((namespace) => [namespace, textsOf("en", namespace)]));
  const unknown = (asked: Asked) => `${asked.file}:${asked.line} asks ${asked.namespace} for ${asked.key}`;

  test("is found by this test at all", () => {
    expect(literal.length).toBeGreaterThan(100);
    expect(composed.length).toBeGreaterThan(10);
  });

  test("comes from a namespace that exists", () => {
    expect([...literal, ...composed].filter((asked) => !english.has(asked.namespace)).map(unknown)).toEqual([]);
  });

  test("stands there under its key", () => {
    expect(literal.filter((asked) => english.has(asked.namespace) && !has(english.get(asked.namespace)!, asked.key)).map(unknown)).toEqual([]);
  });

  test("stands there under at least one key of the shape, where the key is put together", () => {
    const shapeOf = (key: string) => new RegExp(`^${key.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`);
    const missing = composed.filter((asked) => english.has(asked.namespace) && !/^\$\{[^}]*\}$/.test(asked.key) && ![...english.get(asked.namespace)!.keys()].some((key) => shapeOf(asked.key).test(key.replace(PLURAL, "")) || shapeOf(asked.key).test(key)));
    expect(missing.map(unknown)).toEqual([]);
  });
});
