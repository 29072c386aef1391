// A creator's offer in a buyer's language, said by the process itself: the storefront's endpoint runs beside the bundle, which has the pages' texts.
import { offerOf } from "./domain/deal-words.ts";
import type { StorefrontOffer } from "./domain/storefront-offer.ts";
import { nearestLanguage, type Language } from "./languages.ts";
import { dealWords, sayPhrase } from "./ui/deal-phrases.ts";
import { textsOf } from "./texts.server.ts";
import { makeFormat } from "./ui/make-format.ts";

/** `text.offer`: "10 % off everything from €50"; "a discount" where the app cannot say the terms; empty where there is no code. `until`: the day on which it ends. In English where there is no such language. */
export function sayOffer({ code, terms, untilMs }: StorefrontOffer, wished: string, shop: { currency: string; timezone: string }): { lang: Language; offer: string; until: string | null } {
  const lang = nearestLanguage(wished) ?? "en";
  const t = textsOf(lang, "errors");
  const format = makeFormat({ language: lang, ...shop, now: "1970-01-01T00:00:00.000Z" });
  return {
    lang,
    offer: terms !== null ? sayPhrase(t, offerOf(terms, dealWords(lang, format))) : code === null ? "" : t("offer.unsaid"),
    until: untilMs === null ? null : format.date(new Date(untilMs).toISOString()),
  };
}
