// Words for those who are no page of ours: extensions in the store's admin, which say in what language they are read.
import { loadLanguage, nearestLanguage, translateIn, type Language, type Translate } from "../i18n.ts";
import { type Format, makeFormat } from "./format.tsx";

export type TextsFor = { language: Language; of: (namespace: string) => Translate; format: Format };

/** In the app's language that is nearest to the wished one, else in English. `shop`: in whose currency and time zone numbers and times are written. */
export async function textsFor(wished: string | null, shop: { currency: string; timezone: string } | null, now: Date): Promise<TextsFor> {
  const language = nearestLanguage(wished) ?? "en";
  await loadLanguage(language);
  return { language, of: (namespace) => translateIn(language, namespace), format: makeFormat({ language, currency: shop?.currency || "EUR", timezone: shop?.timezone || "UTC", now: now.toISOString() }) };
}
