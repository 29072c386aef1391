// The parts of a deal's sentences in a language, for pages, and for what the server says by itself.
import type { Phrase, Words } from "../domain/deal-words.ts";
import type { Language } from "../languages.ts";
import type { Format } from "./make-format.ts";

type Translate = (key: string, values?: Record<string, string | number>) => string;

/** A phrase in words; what stands in it is said first. */
export function sayPhrase(t: Translate, { key, values }: Phrase): string {
  return t(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? sayPhrase(t, value) : value])));
}

/** How things of a deal are written in a language. */
export function dealWords(language: Language, format: Format): Words {
  const or = new Intl.ListFormat(language, { type: "disjunction" });
  const places = new Intl.DisplayNames(language, { type: "region" });
  return {
    money: (minor) => format.money(minor),
    percent: (basisPoints) => format.percent(basisPoints),
    date: (iso) => format.date(iso),
    all: (names) => format.list(names),
    any: (names) => or.format(names),
    country: (code) => places.of(code) ?? code,
  };
}
