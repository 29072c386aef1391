// The local store as a process: STORE_PORT, STORE_DATA (directory), APP_URL, SHOPIFY_API_KEY, SHOPIFY_API_SECRET, CLOCK_FILE.
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadSchema } from "./graphql.ts";
import { startStore } from "./server.ts";

const root = resolve(import.meta.dirname, "..", "..", "..");
const { STORE_PORT = "3001", STORE_DATA, APP_URL, SHOPIFY_API_KEY, SHOPIFY_API_SECRET, SHOPIFY_APP_TOML } = process.env;

const local = await startStore({
  port: Number(STORE_PORT),
  dataDir: STORE_DATA ?? join(root, ".data", "demo", "store"),
  appUrl: APP_URL ?? "http://127.0.0.1:3000",
  apiKey: SHOPIFY_API_KEY,
  apiSecret: SHOPIFY_API_SECRET,
  appToml: SHOPIFY_APP_TOML ?? join(root, "shopify.app.toml"),
}).catch((fault: NodeJS.ErrnoException) => {
  console.error(fault.code === "EADDRINUSE" ? `Port ${STORE_PORT} is in use; set STORE_PORT to another.` : fault);
  process.exit(1);
});
console.log(`The local store answers at ${local.url}`);
await loadSchema(); // better now than in the app's first request
setFlagsFromString("--expose-gc");
(runInNewContext("gc") as () => void)(); // what the schema was read from is let go of at once, not some day: 80 MB less

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    local.close().then(
      () => process.exit(0),
      (fault: unknown) => {
        console.error(fault);
        process.exit(1);
      },
    );
  });
}
