import type { LoaderFunctionArgs } from "@remix-run/node";
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteLoaderData } from "@remix-run/react";
import { LanguageContext, type Language, nearestLanguage } from "./i18n.ts";

/** The admin names its language when it opens the app; a page that is opened otherwise has the browser's. */
export function loader({ request }: LoaderFunctionArgs): { language: Language } {
  const asked = nearestLanguage(new URL(request.url).searchParams.get("locale"));
  const browser = (request.headers.get("accept-language") ?? "").split(",").map((one) => nearestLanguage(one.split(";")[0]!.trim())).find((one) => one !== null);
  return { language: asked ?? browser ?? "en" };
}

/** The language stays as long as the page does: links within the app do not carry it. */
export function shouldRevalidate(): boolean {
  return false;
}

export function Layout({ children }: { children: React.ReactNode }) {
  const language = useRouteLoaderData<typeof loader>("root")?.language ?? "en";
  return (
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <link rel="icon" href="data:," />
        <Meta />
        <Links />
      </head>
      <body>
        <LanguageContext.Provider value={language}>{children}</LanguageContext.Provider>
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

export default function Root() {
  return <Outlet />;
}
