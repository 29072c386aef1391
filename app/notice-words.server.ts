// A notice as a mail in the merchant's language, said by the process itself: the loops run beside the bundle, which has the pages' texts.
import { accountWords } from "./domain/notice.ts";
import { env } from "./env.server.ts";
import { nearestLanguage } from "./languages.ts";
import { textsOf } from "./texts.server.ts";
import { makeFormat } from "./ui/make-format.ts";

type Told = { shop: string; cause: string; values: Record<string, string>; openedAt: Date; language: string; shopName: string; timezone: string };

/** Where in the app each cause is seen, and mended. */
export const NOTICE_PAGES: Record<string, string> = { token: "/app/deliveries", hooks: "/app/deliveries", inbox: "/app/orders?view=waiting", store_silent: "/app/orders?view=waiting", network_refused: "/app/network", network_rejects: "/app/network/worklist", network_backlog: "/app/network" };

/** Subject and text of a mail. In English where there is no such language. */
export function sayNotice({ shop, cause, values, openedAt, language: wished, shopName, timezone }: Told): { subject: string; text: string } {
  const language = nearestLanguage(wished) ?? "en";
  const t = textsOf(language, "notices");
  const { dateTime } = makeFormat({ language, currency: "USD", timezone, now: openedAt.toISOString() });
  const network = values.network === undefined ? "" : textsOf(language, values.network)("name");
  const named = { ...values, shop: oneLine(shopName || shop), account: oneLine(accountWords(values, network)) };
  const lines = [t("mail.hello", named), "", t(`cause.${cause}.what`, named), t(`cause.${cause}.means`, named), t(`cause.${cause}.do`, named), "", adminUrl(shop, NOTICE_PAGES[cause] ?? "/app"), "", t("mail.since", { at: dateTime(openedAt.toISOString()) }), t("mail.once"), t("mail.settings")];
  return { subject: t("mail.subject", { ...named, what: t(`cause.${cause}.subject`, named) }), text: `${lines.join("\n")}\n` };
}

/** The page in the store's admin. */
function adminUrl(shop: string, path: string): string {
  const { LOCAL_ADMIN_URL: local, SHOPIFY_API_KEY: app } = env();
  return local !== undefined ? new URL(`/admin/apps/creator-codes${path}`, local).href : `https://admin.shopify.com/store/${shop.replace(/\.myshopify\.com$/, "")}/apps/${app}${path}`;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, 120);
}
