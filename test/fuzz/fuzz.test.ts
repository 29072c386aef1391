// The readers of what comes from outside, on generated and changed input: none throws, none takes long, none keeps memory; most of what they have to say is said.
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { intake } from "#app/flow/intake.ts";
import { makeDice } from "#test/local/seed/dice.ts";
import { useDatabase } from "#test/support/database.ts";
import { HEAP_GROWTH_MB, SLOW_MS } from "./limits.ts";
import { fuzz } from "./run.ts";
import { targets } from "./targets.ts";
import { TOPICS } from "./shapes.ts";

useDatabase();

const SEED = Number(process.env.FC_SEED ?? "1");
const INPUTS = 20_000;
const DOOR = 600;
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => void intake(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }));

test("of twenty thousand inputs none brings a reader down", async () => {
  const run = await fuzz(INPUTS, SEED);
  expect(run.faults).toEqual([]);
  expect(run.deepShare).toBeGreaterThan(0.3);
  expect(run.slowest.ms, JSON.stringify(run.slowest)).toBeLessThan(SLOW_MS);
  expect(run.heapMb.last - run.heapMb.first).toBeLessThan(HEAP_GROWTH_MB);
  const [lines, reached] = run.coverage.reduce(([all, met], one) => [all + one.lines, met + one.reached], [0, 0]);
  expect(run.coverage.length).toBeGreaterThan(20);
  expect(reached / lines).toBeGreaterThan(0.85);
}, 600_000);

test("at the door what is not signed is turned away, and what is signed is noted, whatever it says", async () => {
  const orders = targets[0]!;
  const { port } = server.address() as AddressInfo;
  let signed = 0;
  for (let n = 0; n < DOOR; n++) {
    const dice = makeDice(SEED * 7_919 + n);
    const body = orders.draw(dice);
    const isSigned = dice.chance(0.7);
    const right = createHmac("sha256", isSigned ? process.env.SHOPIFY_API_SECRET! : "another secret").update(body).digest("base64");
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks`, {
      method: "POST",
      body: new Uint8Array(body),
      headers: { "x-shopify-topic": dice.pick([...TOPICS.orders, ...TOPICS.words.slice(0, 6)]), "x-shopify-shop-domain": "fuzz.myshopify.com", "x-shopify-webhook-id": `w${n}`, "x-shopify-triggered-at": dice.pick(["2026-06-10T08:00:05Z", "never", ""]), "x-shopify-hmac-sha256": right },
    });
    expect(answer.status, `input ${n}`).toBe(isSigned ? 200 : 401);
    signed += isSigned ? 1 : 0;
  }
  const { rows } = await pool().query<{ noted: number; read: number }>("select count(*)::int as noted, count(*) filter (where state = 'new')::int as read from delivery where shop = 'fuzz.myshopify.com'");
  expect(rows[0]!.noted).toBe(signed);
  expect(rows[0]!.read).toBeGreaterThan(signed / 10);
}, 300_000);
