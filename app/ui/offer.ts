// A deal as a buyer reads it, in the reader's language: "10 % off everything from €50, once per customer, until 31 Dec 2026".
import { type DealTerms, describeDeal, type Words } from "../domain/deal.ts";
import { useT } from "../i18n.ts";
import { useFormat } from "./format.tsx";

type Dates = { startsAt: string | null; endsAt: string | null };

export function useOffer(): (terms: DealTerms, dates: Dates) => string {
  const phrases = useOfferPhrases();
  const t = useT("deals");
  return (terms, dates) => phrases(terms, dates).join(t("offer_joint"));
}

export function useOfferPhrases(): (terms: DealTerms, dates: Dates) => string[] {
  const t = useT("errors");
  const format = useFormat();
  const words: Words = {
    money: (minor) => format.money(minor),
    percent: (basisPoints) => format.percent(basisPoints),
    date: (iso) => format.date(iso),
  };
  return (terms, dates) => describeDeal(terms, dates, words).map((phrase) => t(phrase.key, phrase.values));
}
