// A deal as a buyer reads it, in the reader's language: "10 % off everything from €50, once per customer, until 31 Dec 2026".
import { useMemo } from "react";
import type { DealTerms } from "../domain/deal.ts";
import { describeDeal, type Words } from "../domain/deal-words.ts";
import { useLanguage, useT } from "../i18n.ts";
import { dealWords, sayPhrase } from "./deal-phrases.ts";
import { useFormat } from "./format.tsx";

export { dealWords, sayPhrase } from "./deal-phrases.ts";

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

/** How things of a deal are written in the reader's language. */
export function useDealWords(): Words {
  const format = useFormat();
  const language = useLanguage();
  return useMemo(() => dealWords(language, format), [format, language]);
}
