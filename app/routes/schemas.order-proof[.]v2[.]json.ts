// The schema of the second version of an order's proof, as it was published: for the proofs that name it.
import published from "../../docs/order-proof.v2.json";
import { SCHEMA_HEADERS } from "../flow/proof-schema.ts";

export function loader(): Response {
  return new Response(`${JSON.stringify(published, null, 2)}\n`, { headers: SCHEMA_HEADERS });
}
