// A month as it is read: "October 2026".
import { useMemo } from "react";
import { useLanguage } from "../../i18n.ts";

export function monthName(language: string, month: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", year: "numeric" }).format(new Date(`${month}-01T00:00:00Z`));
}

export function useMonthName(): (month: string) => string {
  const language = useLanguage();
  return useMemo(() => (month: string) => monthName(language, month), [language]);
}
