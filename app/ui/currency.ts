// The shop's currency: its code, and its sign as the reader's language writes it.
import { useRouteLoaderData } from "@remix-run/react";
import { useLanguage } from "../i18n.ts";

export function useCurrency(): { code: string; sign: string } {
  const language = useLanguage();
  const app = useRouteLoaderData("routes/app") as { currency: string } | undefined;
  const code = app?.currency ?? "EUR";
  const parts = new Intl.NumberFormat(language, { style: "currency", currency: code }).formatToParts(0);
  return { code, sign: parts.find((part) => part.type === "currency")?.value ?? code };
}
