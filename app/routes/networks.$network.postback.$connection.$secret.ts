// A network calls when a sale changed. Whoever knows the address can make this app read an action again, and nothing else.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { takePostback } from "../flow/postback.ts";

const MOST_BODY = 16 * 1024;

export async function loader({ request, params }: LoaderFunctionArgs) {
  return answer(request, params, "");
}

export async function action({ request, params }: ActionFunctionArgs) {
  // What is longer than any notification is not read to its end; its address may still name the action.
  const declared = Number(request.headers.get("content-length") ?? 0);
  return answer(request, params, declared > MOST_BODY ? "" : (await request.text()).slice(0, MOST_BODY));
}

async function answer(request: Request, { network = "", connection = "", secret = "" }: Record<string, string | undefined>, body: string): Promise<Response> {
  const taken = await takePostback({ network, connectionId: connection, secret }, new URL(request.url).searchParams, body);
  return new Response(null, { status: taken ? 204 : 404 });
}
