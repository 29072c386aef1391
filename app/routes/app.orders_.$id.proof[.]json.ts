// The proof of an order as data, to download. Its words are English, whatever language the page has.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import { askedId } from "../domain/typed-text.ts";
import { proofDocument } from "../flow/proof-document.ts";
import { loadLanguage, translateIn } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { makeFormat } from "../ui/format.tsx";
import { proofFileName } from "../ui/orders/download.ts";
import { proofWords } from "../ui/orders/words.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  await loadLanguage("en");
  const t = translateIn("en", "orders");
  const document = await proofDocument(session.shop, askedId(params.id), (proof, shop) => proofWords(proof, t, makeFormat({ language: "en", ...shop, now: now().toISOString() })));
  if (!document) throw new Response(null, { status: 404 });
  // A header takes no letters beyond ASCII; the page names the file by the order's name.
  const name = proofFileName(document.order.id);
  return new Response(`${JSON.stringify(document, null, 2)}\n`, { headers: { "content-type": "application/json; charset=utf-8", "content-disposition": `attachment; filename="${name}"`, "cache-control": "no-store" } });
}
