// The app's stages as a process of their own, so that a replay can kill them: intake over HTTP, and the loops of production.
import { createServer } from "node:http";
import { startFetching } from "#app/flow/fetch.ts";
import { intake } from "#app/flow/intake.ts";
import { startReporting } from "#app/flow/report.ts";
import { startSettling } from "#app/flow/settle.ts";
import { setTokenSource } from "#app/shopify/admin.ts";

const { PORT, STORE_TOKEN } = process.env;

setTokenSource(async () => STORE_TOKEN ?? null);
const server = createServer((request, response) => void intake(request, response));
server.listen(Number(PORT), "127.0.0.1");
const loops = [startSettling(), startFetching(), startReporting()];

process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
  void Promise.all(loops.map((loop) => loop.stop())).then(() => process.exit(0));
});
