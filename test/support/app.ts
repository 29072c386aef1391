// The app as a process of its own, the way production runs it, for tests that end it in the middle of its work.
import { freePort, type Process, startProcess, untilAnswers } from "#test/local/demo/processes.ts";
import { ensureBundle } from "#test/local/demo/build.ts";
import type { Fault } from "#test/local/fault.ts";
import { testEnv } from "./env.ts";

export type RunningApp = {
  url: string;
  process: Process;
  /** Ends it at once. */
  stop: () => Promise<void>;
};

type Options = {
  databaseUrl: string;
  /** Kept over a restart: the store sends its webhooks there. */
  port?: number;
  storeUrl?: string;
  networkUrl?: string;
  clockFile?: string;
  /** Where it is to be killed. */
  fault?: Fault;
  env?: Record<string, string>;
  /** Every line that it writes. */
  onLine?: (line: string) => void;
};

/** Starts the app and waits until it answers; with a fault that strikes at once, until it is gone. */
export async function startApp({ databaseUrl, port, storeUrl, networkUrl, clockFile, fault, env = {}, onLine }: Options): Promise<RunningApp> {
  await ensureBundle();
  const listen = port ?? (await freePort());
  const url = `http://localhost:${listen}`;
  const running = startProcess({
    name: "app",
    script: "app/server.ts",
    onLine,
    // The fault is nearest to the app: it sees a request before it is led away.
    imports: ["test/local/lead.ts", "test/local/fault.ts"],
    env: {
      ...testEnv, NODE_ENV: "production", LOG_LEVEL: "error", DATABASE_URL: databaseUrl, PORT: String(listen), SHOPIFY_APP_URL: url,
      // Whatever has no stand-in in this test is led to a closed door, never to the real service.
      LOCAL_STORE_URL: storeUrl ?? "http://127.0.0.1:9", LOCAL_NETWORK_URL: networkUrl ?? "http://127.0.0.1:9",
      CLOCK_FILE: clockFile, FAULT: fault && JSON.stringify(fault), ...env,
    },
  });
  await untilAnswers(running, url).catch((error: Error) => {
    if (!fault || !running.tail().includes("fault: killed")) throw error;
  });
  return { url, process: running, stop };

  // Whatever ends these apps must do no harm: kill -9 is the quickest.
  async function stop(): Promise<void> {
    running.kill("SIGKILL");
    await running.end;
  }
}

/** Waits for the app to be killed at its fault. Throws where it ends otherwise, or lives on after `withinMs`: then the fault's point was never reached. */
export async function untilKilled(app: RunningApp, withinMs = 20_000): Promise<void> {
  const how = await Promise.race([app.process.end, new Promise<null>((resolve) => setTimeout(resolve, withinMs, null).unref())]);
  if (how === "SIGKILL" && app.process.tail().includes("fault: killed")) return;
  if (how === null) await app.stop();
  throw new Error(how === null ? `the fault did not strike within ${withinMs / 1000} s:\n${app.process.tail()}` : `the app ended otherwise (${how}):\n${app.process.tail()}`);
}

/** Polls until `check` gives something that is not null. Throws with `what` after `withinMs`. */
export async function until<T>(what: string, check: () => Promise<T | null>, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
