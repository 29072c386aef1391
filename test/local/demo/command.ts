// The app's own commands on the demo's shop, from another terminal while it runs: npm run demo -- ledger verify, npm run demo -- reconcile --from 2026-06-01.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./processes.ts";

const SCRIPTS: Record<string, string> = { ledger: "app/ledger.ts", reconcile: "app/reconcile.ts" };

export function isCommand(word: string | undefined): word is string {
  return word !== undefined && Object.hasOwn(SCRIPTS, word);
}

function fileIn(dataDir: string): string {
  return join(dataDir, "environment.json");
}

/** Keeps what the app runs with, for its commands. */
export function keepEnvironment(dataDir: string, environment: Record<string, string>): void {
  writeFileSync(fileIn(dataDir), JSON.stringify(environment), { mode: 0o600 });
}

/** Runs a command against the demo that runs on `dataDir`, in the same terminal. Resolves with its exit code. */
export function runCommand(dataDir: string, shop: string, [name, ...args]: readonly string[]): Promise<number> {
  const kept = JSON.parse(readFileSync(fileIn(dataDir), "utf8")) as Record<string, string>;
  const named = name === "reconcile" && !args.some((arg) => arg.startsWith("--shop")) ? ["--shop", shop, ...args] : args;
  const child = spawn(process.execPath, ["--import", pathToFileURL(join(root, "test/local/lead.ts")).href, join(root, SCRIPTS[name!]!), ...named], {
    stdio: "inherit",
    env: { ...process.env, ...kept },
  });
  // Ctrl-C reaches the command as well: it ends by itself, and says how.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code) => resolve(code ?? 1)));
}
