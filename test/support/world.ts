// A shop with its network for tests that end the app in the middle of its work: store and network live in the test, the app is a process.
import { rmSync } from "node:fs";
import { writeClock } from "#test/local/demo/stage.ts";
import { freePort } from "#test/local/demo/processes.ts";
import type { Fault } from "#test/local/fault.ts";
import { leadFetch } from "#test/local/lead.ts";
import type { LocalNetwork } from "#test/local/network/server.ts";
import type { LocalStore } from "#test/local/store/server.ts";
import { type RunningApp, startApp } from "./app.ts";
import { testEnv } from "./env.ts";

export type World = {
  store: LocalStore;
  network: LocalNetwork;
  /** Starts the app; one that ran before must have ended. */
  start: (fault?: Fault, more?: { env?: Record<string, string>; onLine?: (line: string) => void }) => Promise<RunningApp>;
  /** Runs the clock of all of them forward. */
  forward: (ms: number) => void;
  close: () => Promise<void>;
};

/**
 * Starts store and network (with the demo's account), and leads this process to them. CLOCK_FILE must be set before the clock is
 * imported: in vi.hoisted.
 */
export async function makeWorld(databaseUrl: string): Promise<World> {
  const clockFile = process.env.CLOCK_FILE;
  if (!clockFile) throw new Error("set CLOCK_FILE in vi.hoisted");
  const { startStore } = await import("#test/local/store/server.ts");
  const { startNetwork } = await import("#test/local/network/server.ts");
  const port = await freePort();
  const appUrl = `http://localhost:${port}`;
  let offsetMs = 0;
  writeClock(clockFile, offsetMs);
  const network = await startNetwork({ port: 0, demo: true });
  const store = await startStore({ port: 0, dataDir: null, appUrl, apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, appToml: "shopify.app.toml" });
  const undo = leadFetch({ store: store.url, network: network.url });
  Object.assign(process.env, { STORE_URL: store.url, NETWORK_URL: network.url, APP_URL: appUrl, SHOPIFY_APP_URL: appUrl });
  return {
    store,
    network,
    start: (fault, more = {}) => startApp({ ...more, databaseUrl, port, storeUrl: store.url, networkUrl: network.url, clockFile, fault }),
    forward(ms) {
      offsetMs += ms;
      writeClock(clockFile, offsetMs);
    },
    async close() {
      undo();
      await store.close();
      await network.close();
      rmSync(clockFile, { force: true });
    },
  };
}
