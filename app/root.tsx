import type { LoaderFunctionArgs } from "@remix-run/node";
import { isRouteErrorResponse, Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { useContext } from "react";
import { LanguageContext, type Language, nearestLanguage, useT } from "./i18n.ts";
import { NonceContext } from "./nonce.ts";

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
  const nonce = useContext(NonceContext);
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
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function Root() {
  return <Outlet />;
}

/** Outside of the admin's frame: an address that does not exist, or a fault before the frame stands. */
export function ErrorBoundary() {
  const fault = useRouteError();
  const t = useT("common");
  const missing = isRouteErrorResponse(fault) && fault.status === 404;
  return (
    <main style={{ font: "16px/1.5 system-ui, sans-serif", maxWidth: 560, margin: "15vh auto", padding: "0 24px" }}>
      <h1 style={{ fontSize: 28 }}>{t(missing ? "error.missing_title" : "error.title")}</h1>
      <p>{t(missing ? "error.missing_public" : "error.text")}</p>
      <p>
        <a href="/">{t("front.title")}</a>
      </p>
    </main>
  );
}
