// The parameters of the shop's address in which clicks of other networks come, as a merchant types them on Settings.
import { type ActionFunctionArgs, json } from "@remix-run/node";
import { readTypedParameters } from "../domain/click-parameter.ts";
import { whoOf } from "../domain/who.ts";
import { changeClickParameters } from "../flow/click-parameters.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const typed = readTypedParameters(await request.json().catch(() => null));
  if (typed === null) throw new Response(null, { status: 400 });
  const errors = await changeClickParameters(session.shop, whoOf(session), typed);
  return json({ errors }, { status: errors.length > 0 ? 422 : 200 });
}
