// The texts of a namespace for what the process says by itself: endpoints and loops run beside the bundle, which has the pages' texts.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import i18next, { type i18n as I18n } from "i18next";
import type { Language } from "./languages.ts";

const spoken = new Map<string, I18n>();

/** Gives the text of a key of app/locales/<language>/<namespace>.json, or of what a network's folder says, with its values put in. The file is read once. */
export function textsOf(language: Language, namespace: string): (key: string, values?: Record<string, string | number>) => string {
  const name = `${language}/${namespace}`;
  let texts = spoken.get(name);
  if (texts === undefined) {
    const ofNetwork = join(import.meta.dirname, "networks", namespace, "locales", `${language}.json`);
    const read: unknown = JSON.parse(readFileSync(existsSync(ofNetwork) ? ofNetwork : join(import.meta.dirname, "locales", language, `${namespace}.json`), "utf8"));
    texts = i18next.createInstance();
    void texts.init({ lng: language, fallbackLng: false, initAsync: false, interpolation: { escapeValue: false }, defaultNS: namespace, resources: { [language]: { [namespace]: read as Record<string, string> } }, returnNull: false });
    spoken.set(name, texts);
  }
  return texts.t as unknown as (key: string, values?: Record<string, string | number>) => string;
}
