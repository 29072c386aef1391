// Settles all that waits each time it is asked to, as the app's worker does, and says how long that took.
import { createServer } from "node:http";
import { setTestEnv } from "#test/support/env.ts";

setTestEnv();
const { settleWaiting } = await import("#app/flow/settle.ts");

createServer((request, response) => {
  if (request.method !== "POST") return void response.end();
  settleAll().then((done) => response.end(JSON.stringify(done)), (fault: Error) => response.writeHead(500).end(fault.stack));
}).listen(Number(process.env.PORT), "127.0.0.1");

async function settleAll(): Promise<{ deliveries: number; seconds: number }> {
  const began = performance.now();
  let deliveries = 0;
  for (let taken = await settleWaiting(); taken > 0; taken = await settleWaiting()) deliveries += taken;
  return { deliveries, seconds: (performance.now() - began) / 1_000 };
}
