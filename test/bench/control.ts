// The bare control of the intake: node:http, the signature, JSON.parse, and one committed row in a table with the same columns and indexes, with as many bytes of facts.
// Nothing less could be called an intake.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import pg from "pg";

const secret = process.env.SHOPIFY_API_SECRET ?? "";
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });

await pool.query("create table if not exists control_delivery (like delivery including all)");

type Line = Record<"id" | "sku" | "variant_id" | "quantity" | "current_quantity" | "price" | "discount_allocations" | "gift_card", unknown>;
type Body = Record<"id" | "name" | "created_at" | "updated_at" | "test" | "financial_status" | "currency" | "taxes_included" | "source_name" | "discount_codes" | "discount_applications" | "refunds", unknown> & { id: number; line_items: Line[] };

/** Bare parts of the body, no more and no fewer bytes than the app keeps. */
function factsOf({ id, name, created_at, updated_at, test, financial_status, currency, taxes_included, source_name, discount_codes, discount_applications, line_items, refunds }: Body): unknown {
  const lines = line_items.map((line) => ({ id: line.id, sku: line.sku, variant_id: line.variant_id, quantity: line.quantity, current: line.current_quantity, price: line.price, off: line.discount_allocations, gift: line.gift_card }));
  return { id, name, created_at, updated_at, test, financial_status, currency, taxes_included, source_name, discount_codes, discount_applications, lines, refunds };
}

function take(request: IncomingMessage, response: ServerResponse, raw: Buffer): void {
  const given = Buffer.from(String(request.headers["x-shopify-hmac-sha256"]), "base64");
  const right = createHmac("sha256", secret).update(raw).digest();
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    response.writeHead(401, { "content-length": "0" }).end();
    return;
  }
  const order = JSON.parse(raw.toString("utf8")) as Body;
  const header = (name: string) => request.headers[`x-shopify-${name}`];
  pool
    .query({
      name: "note",
      text: `insert into control_delivery (shop, webhook_id, topic, event_id, triggered_ns, updated_ns, received_at, order_id, facts, body_hash, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'new') on conflict do nothing`,
      values: [header("shop-domain"), header("webhook-id"), header("topic"), header("event-id"), Date.parse(String(header("triggered-at"))), Date.parse(String(order.updated_at)), new Date(), String(order.id), JSON.stringify(factsOf(order)), right.toString("hex")],
    })
    .then(() => response.writeHead(200, { "content-length": "0" }).end(), () => response.writeHead(500, { "content-length": "0" }).end());
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => take(request, response, Buffer.concat(chunks)));
});

server.listen(Number(process.env.PORT), "127.0.0.1");
