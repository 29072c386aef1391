// Runs `npm run replay` on cases, as a person does.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

export const LONG_MS = 1_800_000;

/** The cases in a folder, seen from the root; none where it does not exist. */
export function casesOf(...folder: string[]): string[] {
  const path = join(root, ...folder);
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".json")).map((name) => join(path, name)) : [];
}

export function runReplay(args: string[]): Promise<{ code: number | null; told: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "test", "replay", "main.ts"), "--check", ...args], { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, DATABASE_URL: undefined } });
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, told }));
  });
}
