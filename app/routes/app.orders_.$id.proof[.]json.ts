// The proof of an order as data, to download. Its words are English, whatever language the page has.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import { proofDocument } from "../flow/proof-document.ts";
import { translateIn } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { makeFormat } from "../ui/format.tsx";
import { proofFileName } from "../ui/orders/download.ts";
import { proofWords } from "../ui/orders/words.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const t = translateIn("en", "orders");
  const document = await proofDocument(session.shop, params.id ?? "", (proof, shop) => proofWords(proof, t, makeFormat({ language: "en", ...shop, now: now().toISOString() })));
  if (!document) throw new Response(null, { status: 404 });
  // A header takes no letters beyond ASCII; the page names the file by the order's name.
  const name = proofFileName(document.order.id);
  return json(document, { headers: { "content-disposition": `attachment; filename="${name}"`, "cache-control": "no-store" } });
}
