// Who is told by e-mail when something needs the merchant, as it is typed on Settings.
import { type ActionFunctionArgs, json } from "@remix-run/node";
import { whoOf } from "../domain/who.ts";
import { changeNoticeSettings } from "../flow/notices.ts";
import { authenticate } from "../shopify.server.ts";

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const typed: unknown = await request.json().catch(() => null);
  if (typeof typed !== "object" || typed === null || typeof (typed as { notify?: unknown }).notify !== "boolean") throw new Response(null, { status: 400 });
  const { notify, email } = typed as { notify: boolean; email?: unknown };
  const errors = await changeNoticeSettings(session.shop, whoOf(session), { notify, email: email ?? null });
  return json({ errors }, { status: errors.length > 0 ? 422 : 200 });
}
