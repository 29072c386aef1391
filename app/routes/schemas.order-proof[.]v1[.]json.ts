// The public schema of an order's proof: for whoever was given one, without a login.
import { proofJsonSchema } from "../flow/proof-schema.ts";

export function loader(): Response {
  return new Response(`${JSON.stringify(proofJsonSchema(), null, 2)}\n`, {
    headers: { "content-type": "application/schema+json; charset=utf-8", "access-control-allow-origin": "*", "cache-control": "public, max-age=3600" },
  });
}
