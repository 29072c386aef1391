// Which shop? Shopify's library checks the answer and sends the merchant on to the store's admin.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { LoginErrorType } from "@shopify/shopify-app-remix/server";
import { useT } from "../i18n.ts";
import { login } from "../shopify.server.ts";

type Problem = { problem: "missing" | "invalid" | null };

async function tryLogin(request: Request): Promise<Problem> {
  const errors = await login(request);
  if ("shop" in errors) return { problem: errors.shop === LoginErrorType.MissingShop ? "missing" : "invalid" };
  return { problem: null };
}

export async function loader({ request }: LoaderFunctionArgs) {
  const asked = new URL(request.url).searchParams.has("shop");
  return asked ? tryLogin(request) : { problem: null };
}

export async function action({ request }: ActionFunctionArgs) {
  return tryLogin(request);
}

export default function Login() {
  const t = useT("common");
  const first = useLoaderData<typeof loader>();
  const { problem } = useActionData<typeof action>() ?? first;
  return (
    <main style={{ font: "16px/1.5 system-ui, sans-serif", maxWidth: 560, margin: "15vh auto", padding: "0 24px" }}>
      <h1 style={{ fontSize: 28 }}>{t("front.title")}</h1>
      <Form method="post">
        <label>
          {t("front.shop")}
          <input name="shop" placeholder="my-shop.myshopify.com" aria-invalid={problem !== null} style={{ display: "block", width: "100%", padding: 10, margin: "6px 0", font: "inherit", boxSizing: "border-box" }} />
        </label>
        {problem !== null ? <p role="alert" style={{ color: "#b3261e" }}>{t(`front.${problem}`)}</p> : null}
        <button type="submit" style={{ padding: "10px 18px", font: "inherit" }}>{t("front.open")}</button>
      </Form>
    </main>
  );
}
