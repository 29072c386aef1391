// A deal as a buyer reads it, in the reader's language: "10 % off everything from €50, once per customer, until 31 Dec 2026".
import { useMemo } from "react";
import type { DealTerms } from "../domain/deal.ts";
import { describeDeal, type Phrase, type Words } from "../domain/deal-words.ts";
import { type Language, type Translate, useLanguage, useT } from "../i18n.ts";
import { type Format, useFormat } from "./format.tsx";

type Dates = { startsAt: string | null; endsAt: string | null };

export function useOffer(): (terms: DealTerms, dates: Dates) => string {
  const phrases = useOfferPhrases();
  const t = useT("deals");
  return (terms, dates) => phrases(terms, dates).join(t("offer_joint"));
}

export function useOfferPhrases(): (terms: DealTerms, dates: Dates) => string[] {
  const t = useT("errors");
  const words = useDealWords();
  return (terms, dates) => describeDeal(terms, dates, words).map((phrase) => sayPhrase(t, phrase));
}

/** A phrase in words; what stands in it is said first. */
export function sayPhrase(t: Translate, { key, values }: Phrase): string {
  return t(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? sayPhrase(t, value) : value])));
}

/** How things of a deal are written in the reader's language. */
export function useDealWords(): Words {
  const format = useFormat();
  const language = useLanguage();
  return useMemo(() => dealWords(language, format), [format, language]);
}

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
