// The public schema of an order's proof: for whoever was given one, without a login.
import { proofJsonSchema, SCHEMA_HEADERS } from "../flow/proof-schema.ts";

export function loader(): Response {
  return new Response(`${JSON.stringify(proofJsonSchema(), null, 2)}\n`, { headers: SCHEMA_HEADERS });
}
