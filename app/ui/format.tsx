// Numbers, money and times as the merchant's language, currency and time zone have them.
import { useRouteLoaderData } from "@remix-run/react";
import { useMemo } from "react";
import { useLanguage } from "../i18n.ts";
import { makeFormat, type Format } from "./make-format.ts";

export { makeFormat, type Format, type FormatContext } from "./make-format.ts";

type AppData = { currency: string; timezone: string; now: string };

export function useFormat(): Format {
  const language = useLanguage();
  const app = useRouteLoaderData("routes/app") as AppData | undefined;
  const { currency = "EUR", timezone = "UTC", now = "1970-01-01T00:00:00.000Z" } = app ?? {};
  return useMemo(() => makeFormat({ language, currency, timezone, now }), [language, currency, timezone, now]);
}
