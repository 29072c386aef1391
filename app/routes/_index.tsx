// The public front door: a merchant comes through the store's admin; whoever comes here directly says which shop.
import { type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form } from "@remix-run/react";
import { useT } from "../i18n.ts";

export function loader({ request }: LoaderFunctionArgs) {
  const url = new URL(request.url);
  if (url.searchParams.get("shop")) throw redirect(`/app?${url.searchParams.toString()}`);
  return null;
}

export default function Front() {
  const t = useT("common");
  return (
    <main style={{ font: "16px/1.5 system-ui, sans-serif", maxWidth: 560, margin: "15vh auto", padding: "0 24px" }}>
      <h1 style={{ fontSize: 28 }}>{t("front.title")}</h1>
      <p>{t("front.text")}</p>
      <Form method="post" action="/auth/login">
        <label style={{ display: "block", marginTop: 24 }}>
          {t("front.shop")}
          <input name="shop" placeholder="my-shop.myshopify.com" style={{ display: "block", width: "100%", padding: 10, margin: "6px 0", font: "inherit", boxSizing: "border-box" }} />
        </label>
        <button type="submit" style={{ padding: "10px 18px", font: "inherit" }}>{t("front.open")}</button>
      </Form>
    </main>
  );
}
