// A creator's offer in a buyer's language, said by the process itself: the storefront's endpoint runs beside the bundle, which has the pages' texts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import i18next, { type i18n as I18n } from "i18next";
import { offerOf } from "./domain/deal-words.ts";
import type { StorefrontOffer } from "./domain/storefront-offer.ts";
import { nearestLanguage, type Language } from "./languages.ts";
import { dealWords, sayPhrase } from "./ui/deal-phrases.ts";
import { makeFormat } from "./ui/make-format.ts";

const spoken = new Map<Language, I18n>();

/** `text.offer`: "10 % off everything from €50"; "a discount" where the app cannot say the terms; empty where there is no code. `until`: the day on which it ends. In English where there is no such language. */
export function sayOffer({ code, terms, untilMs }: StorefrontOffer, wished: string, shop: { currency: string; timezone: string }): { lang: Language; offer: string; until: string | null } {
  const lang = nearestLanguage(wished) ?? "en";
  const texts = textsOf(lang);
  const format = makeFormat({ language: lang, ...shop, now: "1970-01-01T00:00:00.000Z" });
  const translate = (key: string, values?: Record<string, string | number>) => texts.t(key, values ?? {});
  return {
    lang,
    offer: terms !== null ? sayPhrase(translate, offerOf(terms, dealWords(lang, format))) : code === null ? "" : texts.t("offer.unsaid"),
    until: untilMs === null ? null : format.date(new Date(untilMs).toISOString()),
  };
}

function textsOf(language: Language): I18n {
  const known = spoken.get(language);
  if (known !== undefined) return known;
  const errors: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "locales", language, "errors.json"), "utf8"));
  const texts = i18next.createInstance();
  void texts.init({ lng: language, fallbackLng: false, initAsync: false, interpolation: { escapeValue: false }, defaultNS: "errors", resources: { [language]: { errors: errors as Record<string, string> } }, returnNull: false });
  spoken.set(language, texts);
  return texts;
}
