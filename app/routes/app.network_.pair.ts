// Through which program a creator program's creators are hired: how many codes that would bring there, and the choice itself.
import { type ActionFunctionArgs, json } from "@remix-run/node";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { choosePair, previewPair } from "../flow/pair.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const [programId, pairId] = [askedId(String(form.get("programId") ?? "")), askedId(String(form.get("pairId") ?? ""))];
  return json(form.get("intent") === "choose" ? await choosePair(session.shop, programId, pairId, whoOf(session)) : await previewPair(session.shop, programId, pairId));
}
