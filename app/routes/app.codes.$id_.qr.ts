// A code's link as a QR code: ?as=svg or png, ?landing the page that it opens, ?of=tracking the network's link instead of the store's.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { findCodeRow } from "../db/code.ts";
import { fileNameOf } from "../domain/share-link.ts";
import { askedId } from "../domain/typed-text.ts";
import { linkForQr, qrOf } from "../flow/share.ts";
import { authenticate } from "../shopify.server.ts";
import { fileHeaders } from "../ui/statements/file-answer.ts";

const TYPES = { svg: "image/svg+xml", png: "image/png" };

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const asked = new URL(request.url).searchParams;
  const kind = asked.get("as");
  if (kind !== "svg" && kind !== "png") throw new Response(null, { status: 400 });
  const code = await findCodeRow(session.shop, askedId(params.id));
  if (!code || code.match !== "exact") throw new Response(null, { status: 404 });
  const link = await linkForQr(session.shop, code, { landing: asked.get("landing") ?? "", tracked: asked.get("of") === "tracking" });
  const qr = link && (await qrOf(link, kind));
  if (!qr) throw new Response(null, { status: 404 });
  return new Response(qr, { headers: fileHeaders(fileNameOf(code.code, kind), TYPES[kind]) });
}
