// Settles all that waits each time it is asked to, as the app's worker does, and says how long that took; or keeps the worker's loop running meanwhile.
import { createServer } from "node:http";
import { setTestEnv } from "#test/support/env.ts";

setTestEnv();
const { settleWaiting, startSettling } = await import("#app/flow/settle.ts");

let loop: ReturnType<typeof startSettling> | null = null;

createServer((request, response) => {
  if (request.method !== "POST") return void response.end();
  answer(new URL(request.url!, "http://localhost").searchParams.get("loop")).then((done) => response.end(JSON.stringify(done)), (fault: Error) => response.writeHead(500).end(fault.stack));
}).listen(Number(process.env.PORT), "127.0.0.1");

async function answer(loopIs: string | null): Promise<unknown> {
  if (loopIs === "on") loop ??= startSettling();
  else if (loopIs === "off") await loop?.stop();
  else return settleAll();
  return {};
}

async function settleAll(): Promise<{ deliveries: number; seconds: number }> {
  const began = performance.now();
  let deliveries = 0;
  for (let taken = await settleWaiting(); taken > 0; taken = await settleWaiting()) deliveries += taken;
  return { deliveries, seconds: (performance.now() - began) / 1_000 };
}
