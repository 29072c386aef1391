// The frame of every page inside the store's admin: who is asking, for which shop, in which language.
import type { HeadersFunction, LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import { isRouteErrorResponse, Link, Outlet, useLoaderData, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { NavMenu } from "@shopify/app-bridge-react";
import { Banner, Page, AppProvider as PolarisProvider } from "@shopify/polaris";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { now } from "../clock.ts";
import { runUnderWay } from "../db/reads/batch.ts";
import { noteLanguage } from "../db/notice.ts";
import { findShop } from "../db/shop.ts";
import { env } from "../env.server.ts";
import { completeShop, welcomeShop } from "../flow/shop.ts";
import { nearestLanguage, polarisTexts, useLanguage, useT } from "../i18n.ts";
import { log } from "../log.server.ts";
import { authenticate } from "../shopify.server.ts";
import { RunBar } from "../ui/codes/runs/RunBar.tsx";

export const links: LinksFunction = () => [{ rel: "stylesheet", href: polarisStyles }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  let shop = await findShop(session.shop);
  if (shop === null || shop.uninstalledAt !== null) {
    const welcomed = await welcomeShop(session.shop);
    if (!welcomed.ok) log.error({ shop: session.shop, errors: welcomed.errors.map((error) => error.key) }, "the shop could not be read at its first opening");
    shop = await findShop(session.shop);
  } else if (shop.email === "") completeShop(session.shop);
  const opened = nearestLanguage(new URL(request.url).searchParams.get("locale"));
  if (opened !== null && opened !== shop?.language) await noteLanguage(session.shop, opened);
  const local = env().LOCAL_ADMIN_URL;
  return {
    apiKey: env().SHOPIFY_API_KEY,
    appBridgeUrl: local ? new URL("/app-bridge.js", local).href : null,
    shop: session.shop,
    currency: shop?.currency || "EUR",
    timezone: shop?.timezone || "UTC",
    now: now().toISOString(),
    run: await runUnderWay(session.shop, now()),
  };
}

type FrameProps = { apiKey: string; appBridgeUrl: string | null; children: React.ReactNode };

/** The admin's frame around a page: App Bridge, which signs every request, and the menu. */
function Frame({ apiKey, appBridgeUrl, children }: FrameProps) {
  const language = useLanguage();
  const t = useT("common");
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey} i18n={polarisTexts(language) as never} {...(appBridgeUrl ? { __APP_BRIDGE_URL: appBridgeUrl } : {})}>
      <NavMenu>
        <Link to="/app" rel="home">{t("nav.home")}</Link>
        <Link to="/app/deals">{t("nav.deals")}</Link>
        <Link to="/app/creators">{t("nav.creators")}</Link>
        <Link to="/app/campaigns">{t("nav.campaigns")}</Link>
        <Link to="/app/codes">{t("nav.codes")}</Link>
        <Link to="/app/orders">{t("nav.orders")}</Link>
        <Link to="/app/touches">{t("nav.touches")}</Link>
        <Link to="/app/network">{t("nav.network")}</Link>
        <Link to="/app/settings">{t("nav.settings")}</Link>
      </NavMenu>
      {children}
    </AppProvider>
  );
}

export default function App() {
  const { apiKey, appBridgeUrl, run } = useLoaderData<typeof loader>();
  return (
    <Frame apiKey={apiKey} appBridgeUrl={appBridgeUrl}>
      <Outlet />
      <RunBar run={run} />
    </Frame>
  );
}

/** Shopify's library throws responses that its own boundary has to answer; all else is told in a sentence. */
export function ErrorBoundary() {
  const fault = useRouteError();
  const frame = useRouteLoaderData<typeof loader>("routes/app");
  const language = useLanguage();
  const t = useT("common");
  if (isRouteErrorResponse(fault) && fault.status !== 404) return boundary.error(fault);
  const missing = isRouteErrorResponse(fault);
  // Without App Bridge a way back would be an unsigned request, which ends at the door outside of the admin.
  const page = (
    <Page title={t(missing ? "error.missing_title" : "error.title")}>
      <Banner tone={missing ? "warning" : "critical"} {...(frame ? { action: { content: t("error.again"), url: "/app" } } : {})}>
        <p>{t(missing ? "error.missing_text" : "error.text")}</p>
      </Banner>
    </Page>
  );
  if (!frame) return <PolarisProvider i18n={polarisTexts(language) as never}>{page}</PolarisProvider>;
  return (
    <Frame apiKey={frame.apiKey} appBridgeUrl={frame.appBridgeUrl}>
      {page}
    </Frame>
  );
}

export const headers: HeadersFunction = (args) => boundary.headers(args);
