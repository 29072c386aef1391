// The bare control of the intake: node:http, the signature, JSON.parse, and one committed row of facts. Nothing less could be called an intake.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";

const secret = process.env.SHOPIFY_API_SECRET ?? "";
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });

await pool.query("create table if not exists control_delivery (shop text, webhook_id text, topic text, order_id text, facts jsonb, at timestamptz, primary key (shop, webhook_id))");

type Body = { admin_graphql_api_id: string; updated_at: string; discount_codes: unknown; discount_applications: unknown; line_items: unknown; refunds: unknown };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const raw = Buffer.concat(chunks);
    const given = Buffer.from(String(request.headers["x-shopify-hmac-sha256"]), "base64");
    const right = createHmac("sha256", secret).update(raw).digest();
    if (given.length !== right.length || !timingSafeEqual(given, right)) {
      response.writeHead(401).end();
      return;
    }
    const order = JSON.parse(raw.toString("utf8")) as Body;
    const facts = { updated: order.updated_at, codes: order.discount_codes, applications: order.discount_applications, lines: order.line_items, refunds: order.refunds };
    pool
      .query({
        name: "note",
        text: "insert into control_delivery values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        values: [request.headers["x-shopify-shop-domain"], request.headers["x-shopify-webhook-id"], request.headers["x-shopify-topic"], order.admin_graphql_api_id, JSON.stringify(facts), new Date()],
      })
      .then(() => response.writeHead(200).end(), () => response.writeHead(500).end());
  });
});

server.listen(Number(process.env.PORT), "127.0.0.1");
