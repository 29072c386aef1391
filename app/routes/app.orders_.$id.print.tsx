// The proof of an order on paper: the sheet as it will be printed, and the browser's own way to print or keep it as PDF.
import type { LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Button } from "@shopify/polaris";
import { useMemo } from "react";
import { now } from "../clock.ts";
import { findShop } from "../db/shop.ts";
import { askedId } from "../domain/typed-text.ts";
import { openOrder } from "../flow/prove.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFormat } from "../ui/format.tsx";
import { PrintProof } from "../ui/orders/PrintProof.tsx";
import printStyles from "../ui/orders/print.css?url";
import { proofWords } from "../ui/orders/words.ts";

export const links: LinksFunction = () => [{ rel: "stylesheet", href: printStyles }];

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const [page, shop] = await Promise.all([openOrder(session.shop, askedId(params.id)), findShop(session.shop)]);
  if (!page?.proof) throw new Response(null, { status: 404 });
  return { page, proof: page.proof, shop: { name: shop?.name ?? "", domain: session.shop, timezone: shop?.timezone || "UTC" }, madeAt: now().toISOString() };
}

export default function PrintOrder() {
  const data = useLoaderData<typeof loader>();
  const t = useT("orders");
  const format = useFormat();
  const words = useMemo(() => proofWords(data.proof, t, format), [data.proof, t, format]);
  return (
    <div className="proof-screen">
      <div className="proof-bar">
        <Button url={`/app/orders/${data.page.order.orderId}`}>{t("action.back")}</Button>
        <Button variant="primary" onClick={() => window.print()}>
          {t("action.print")}
        </Button>
      </div>
      <PrintProof {...data} words={words} />
    </div>
  );
}
