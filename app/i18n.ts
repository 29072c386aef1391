// Every text that a person reads, in every language of the app. A page loads only its own language.
import i18next, { type i18n as I18n } from "i18next";
import { createContext, useContext } from "react";
import { MOST_COUNTED } from "./domain/home-page.ts";
import { LANGUAGES, nearestLanguage, type Language } from "./languages.ts";

export { LANGUAGES, nearestLanguage, type Language };

type Texts = Record<string, unknown>;
export type Values = Record<string, string | number>;
/** Gives the text of a key, with its values put in; `count` chooses the plural. */
export type Translate = (key: string, values?: Values) => string;

const files = import.meta.glob<Texts>("./locales/*/*.json", { import: "default" });
// What only one network says lies in its own folder, as a namespace with the network's id: "<id>:connect.title".
const ofNetworks = import.meta.glob<Texts>("./networks/*/locales/*.json", { import: "default" });
// By path, so that the bundle holds them: Node by itself imports no JSON without saying so.
const polaris = import.meta.glob<Texts>("../node_modules/@shopify/polaris/locales/{en,zh-CN,fr}.json", { import: "default" });

type Loaded = { i18n: I18n; polaris: Texts };
const loaded = new Map<Language, Loaded>();

/** Loads a language; afterwards `i18nOf` gives it at once. */
export async function loadLanguage(language: Language): Promise<void> {
  if (loaded.has(language)) return;
  const own = Object.entries(files).filter(([path]) => path.startsWith(`./locales/${language}/`));
  const ofEach = Object.entries(ofNetworks).filter(([path]) => path.endsWith(`/${language}.json`));
  const named = [...own.map(([path, load]) => ({ name: path.split("/").at(-1)!.replace(".json", ""), load })), ...ofEach.map(([path, load]) => ({ name: path.split("/")[2]!, load }))];
  const texts = await Promise.all(named.map(async ({ name, load }) => [name, await load()] as const));
  const i18n = i18next.createInstance();
  await i18n.init({ lng: language, fallbackLng: false, initAsync: false, interpolation: { escapeValue: false }, resources: { [language]: Object.fromEntries(texts) }, returnNull: false });
  i18n.services.formatter?.add("de", (value: unknown) => ofName(String(value)));
  i18n.services.formatter?.add("many", (value: unknown) => manyOf(Number(value), language));
  loaded.set(language, { i18n, polaris: await polaris[`../node_modules/@shopify/polaris/locales/${language}.json`]!() });
}

/** French "de" before a name: "de Marie", "d’Anaïs", "d’Yves", "de Yann". In a text: `{{creator, de}}`. */
export function ofName(name: string): string {
  const letters = name.normalize("NFD").replace(/\p{M}/gu, "");
  return /^(?:[aeiouœæ]|y[^aeiou\s])/i.test(letters) ? `d’${name}` : `de ${name}`;
}

/** A number that is counted up to MOST_COUNTED only: "1,000+". In a text: `{{count, many}}`. */
export function manyOf(count: number, language: Language): string {
  return count < MOST_COUNTED ? String(count) : `${MOST_COUNTED.toLocaleString(language)}+`;
}

export function loadLanguages(): Promise<void[]> {
  return Promise.all(LANGUAGES.map(loadLanguage));
}

function loadedOf(language: Language): Loaded {
  const found = loaded.get(language);
  if (!found) throw new Error(`the language ${language} is not loaded`);
  return found;
}

export function translateIn(language: Language, namespace: string): Translate {
  return loadedOf(language).i18n.getFixedT(language, namespace) as unknown as Translate;
}

/** Polaris' own texts of a language. */
export function polarisTexts(language: Language): Texts {
  return loadedOf(language).polaris;
}

export const LanguageContext = createContext<Language>("en");

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** The texts of a namespace (app/locales/<language>/<namespace>.json) in the page's language. */
export function useT(namespace: string): Translate {
  return translateIn(useLanguage(), namespace);
}

const networkIds = [...new Set(Object.keys(ofNetworks).map((path) => path.split("/")[2]!))];

/** A network's own name. */
export function useNetworkNames(): (network: string) => string {
  const language = useLanguage();
  return (network) => translateIn(language, network)("name");
}

/** What a network itself says, where it is not known which one is meant: the first that has words for it; null: none has. */
export function useNetworksText(): (key: string, values?: Values) => string | null {
  const language = useLanguage();
  return (key, values) => {
    const { i18n } = loadedOf(language);
    const id = networkIds.find((network) => i18n.exists(key, { ns: network, ...values }));
    return id === undefined ? null : translateIn(language, id)(key, values);
  };
}
