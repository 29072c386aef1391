// What a void of a code since ?from (a day of the shop's) would take back, while the person chooses the day.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { askedId } from "../domain/typed-text.ts";
import { voidWouldTake } from "../flow/code-life.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const from = new URL(request.url).searchParams.get("from") ?? "";
  return json({ from, takes: await voidWouldTake(session.shop, askedId(params.id), from) });
}
