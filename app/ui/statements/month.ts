// A month as it is read: "October 2026".
import { useMemo } from "react";
import { useLanguage } from "../../i18n.ts";

export function monthName(language: string, month: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", year: "numeric" }).format(new Date(`${month}-01T00:00:00Z`));
}

/** "Relevé de octobre" is "Relevé d’octobre": French leaves the vowel out before avril, août and octobre. */
export function elided(language: string, text: string): string {
  return language === "fr" ? text.replace(/\bde (?=[ao])/u, "d’") : text;
}

export function useMonthName(): (month: string) => string {
  const language = useLanguage();
  return useMemo(() => (month: string) => monthName(language, month), [language]);
}
