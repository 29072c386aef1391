// Creators whom a search finds, for choosing whose a code is.
import { json, type LoaderFunctionArgs } from "@remix-run/node";
import { findPeople } from "../db/reads/adopt.ts";
import { cleanText } from "../domain/typed-text.ts";
import { authenticate } from "../shopify.server.ts";

const MOST_FOUND = 20;

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const q = cleanText(new URL(request.url).searchParams.get("q") ?? "").slice(0, 100);
  return json({ q, people: await findPeople(session.shop, q, MOST_FOUND) });
}
