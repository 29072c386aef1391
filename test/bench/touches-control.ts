// The bare control of the touches: node:http, JSON.parse, the token's signature, and rows that are committed together. Nothing less could answer that a touch is kept.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import pg from "pg";

const secret = process.env.SHOPIFY_API_SECRET ?? "";
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const COLLECT_MS = 3;

await pool.query("create table if not exists control_touch (key text primary key, visitor text, kind text, value text, at timestamptz)");

type Touch = { key: string; visitor: string; kind: string; value: string; at: string };
let waiting: { touch: Touch; response: ServerResponse }[] = [];
let running = false;

const server = createServer((request, response) => {
  if (Number(request.headers["content-length"] ?? 0) > 8_192) {
    response.writeHead(413, { connection: "close", "content-length": "0" }).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => take(Buffer.concat(chunks).toString("utf8"), response));
});

function take(text: string, response: ServerResponse): void {
  let body: { token: string; visitor: string; touches?: Touch[] };
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    response.writeHead(400, { "content-length": "0" }).end();
    return;
  }
  const cut = body.token.lastIndexOf(".");
  const given = Buffer.from(body.token.slice(cut + 1), "base64url");
  const right = createHmac("sha256", secret).update(body.token.slice(0, cut)).digest();
  const status = given.length !== right.length || !timingSafeEqual(given, right) ? 401 : typeof body.touches?.[0]?.key === "string" ? 202 : 400;
  if (status !== 202) {
    response.writeHead(status, { "content-length": "0" }).end();
    return;
  }
  waiting.push({ touch: { ...body.touches![0]!, visitor: body.visitor }, response });
  if (!running) {
    running = true;
    setTimeout(() => void write(), COLLECT_MS);
  }
}

async function write(): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 200);
    await pool.query({
      name: "note",
      text: `insert into control_touch select key, visitor, kind, value, at from json_to_recordset($1::json) as t(key text, visitor text, kind text, value text, at timestamptz) on conflict do nothing`,
      values: [JSON.stringify(batch.map(({ touch }) => touch))],
    });
    for (const { response } of batch) response.writeHead(202, { "content-length": "0" }).end();
  }
  running = false;
}

server.listen(Number(process.env.PORT), "127.0.0.1");
