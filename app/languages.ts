// The languages of the app.

export const LANGUAGES = ["en", "zh-CN", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of this app that is nearest to a wished one ("fr-CA", "zh-TW"); null where none is. */
export function nearestLanguage(wished: string | null | undefined): Language | null {
  if (!wished) return null;
  const exact = LANGUAGES.find((language) => language.toLowerCase() === wished.toLowerCase());
  return exact ?? LANGUAGES.find((language) => language.split("-")[0] === wished.toLowerCase().split(/[-_]/)[0]) ?? null;
}
