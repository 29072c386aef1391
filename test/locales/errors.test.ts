// Every key that a flow returns has its sentence in every language, with the same values in it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const app = join(import.meta.dirname, "..", "..", "app");
const languages = ["en", "zh-CN", "fr"];

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, before = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => (typeof value === "string" ? [[before + key, value]] : flat(value, `${before}${key}.`)));
}

const sentences = Object.fromEntries(
  languages.map((language) => [language, new Map(flat(JSON.parse(readFileSync(join(app, "locales", language, "errors.json"), "utf8")) as Tree))]),
) as Record<string, Map<string, string>>;

const KEY = new RegExp(`"((?:${Object.keys(JSON.parse(readFileSync(join(app, "locales", "en", "errors.json"), "utf8")) as Tree).join("|")})\\.[a-z_.]+)"`, "g");

/** Keys as they stand in the code; what is put together from a value is written out here. */
function keysInCode(): string[] {
  const files = ["flow", "domain", "shopify", "db/reads"].flatMap((folder) => readdirSync(join(app, folder)).filter((name) => name.endsWith(".ts")).map((name) => join(app, folder, name)));
  const written = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(KEY)].map((match) => match[1]!));
  const composed = [
    ...["missing", "not_number", "grouped", "unclear", "thousands", "decimals"].map((wrong) => `hand.amount_${wrong}`),
    "give.deal_refused", "give.deal_missing", "give.not_joined_pending", "give.not_joined_declined", "give.not_joined_left",
    ...["missing", "expired", "policy", "dates"].map((kind) => `problem.code_${kind}_in_network`), "problem.deal_edited_in_network",
    "store.scope_segments", "store.scope_markets", "offer.segments", "offer.markets",
    "offer.unsaid", // app/offer-words.server.ts
    ...["form", "reserved", "own", "twice", "network"].map((wrong) => `click_parameters.${wrong}`),
    ...["code", "row"].flatMap((other) => [`give.looks_like_${other}`, `give.one_slip_${other}`]),
    ...["quantity", "amount"].flatMap((by) => ["free", "percentage", "amount"].map((effect) => `offer.buy_get.${by}.${effect}`)),
    ...["too", "only"].flatMap((how) => [`offer.subscription.${how}.all`, `offer.subscription.${how}.first`]),
    ...["percentage_items", "fixed_order_items", "fixed_item_items"].flatMap((kind) => ["none", "subtotal", "quantity"].map((minimum) => `offer.${kind}.${minimum}`)),
    ...["percentage", "fixed_order", "fixed_item", "free_shipping"].flatMap((kind) => ["none", "subtotal", "quantity"].map((minimum) => `offer.${kind}.${minimum}`)),
  ];
  // What a person changed is logged under such names too; those belong to the pages.
  const logged = new Set(files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/what(?::| =) ([^,\n]+)/g)].flatMap((match) => [...match[1]!.matchAll(/"([a-z_.]+)"/g)].map((name) => name[1]!))));
  return [...new Set([...written, ...composed])].filter((key) => !logged.has(key) || sentences.en!.has(key)).sort();
}

describe.each(languages)("the sentences in %s", (language) => {
  test.each(keysInCode())("%s", (key) => {
    const text = sentences[language]!.get(key) ?? sentences[language]!.get(`${key}_other`);
    expect(text).toBeTruthy();
  });

  test("name the same values as in English, and have no key more or less", () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)(?:, \w+)?\}\}/g)].map((match) => match[1]!).filter((name) => name !== "count").sort();
    expect([...sentences[language]!.keys()].sort()).toEqual([...sentences.en!.keys()].sort());
    for (const [key, text] of sentences[language]!) expect(new Set(values(text)), key).toEqual(new Set(values(sentences.en!.get(key)!)));
  });
});

test("there is no sentence that no code returns", () => {
  const known = new Set(keysInCode());
  const unused = [...sentences.en!.keys()].map((key) => key.replace(/_(zero|one|other)$/, "")).filter((key) => !known.has(key));
  expect(unused).toEqual([]);
});
