// Builds what the demo and the browser tests need and what may be missing: Prisma's client, the Admin schema, the app's bundle.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, root, startProcess } from "./processes.ts";

const LOCK = join(root, ".data", "build.lock");
const STAMP = join(root, "build", "sources.sha256");

/** True where build/ was made from the sources as they are now. */
export function bundleIsCurrent(): boolean {
  return existsSync(join(root, "build", "server", "index.js")) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === sourcesDigest();
}

/** Bundles the app (remix vite:build), unless that was done from the same sources. Throws with the build's own words. */
export async function ensureBundle(signal?: AbortSignal): Promise<void> {
  if (bundleIsCurrent()) return;
  await alone(async () => {
    if (!bundleIsCurrent()) await bundle(signal);
  });
}

async function bundle(signal?: AbortSignal): Promise<void> {
  const digest = sourcesDigest();
  const require = createRequire(import.meta.url);
  const remix = join(dirname(require.resolve("@remix-run/dev/package.json")), "dist", "cli.js");
  const said: string[] = [];
  const building = startProcess({ name: "build", script: remix, args: ["vite:build"], env: { NODE_ENV: "production" }, onLine: (line) => said.push(line) });
  signal?.addEventListener("abort", () => building.kill("SIGTERM"), { once: true });
  const how = await building.end;
  if (how !== "code 0") throw new Error(`the app could not be built (${how}):\n${whatWentWrong(said)}`);
  writeFileSync(STAMP, digest);
}

/** The build's words from its first error on, without the list of all files that it had read. */
function whatWentWrong(said: string[]): string {
  const first = Math.max(0, said.findIndex((line) => /Build failed|error/i.test(line)));
  const files = said.findIndex((line, at) => at > first && /watchFiles/.test(line));
  return said.slice(first, files === -1 ? undefined : files).slice(0, 40).join("\n");
}

/** Two test files may ask for the bundle at once: one builds, the other waits for it. */
async function alone(work: () => Promise<void>): Promise<void> {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      break;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== "EEXIST") throw fault;
      const holder = Number(readIfThere(LOCK));
      if (holder > 0 && !isAlive(holder)) rmSync(LOCK, { force: true });
      else await sleep(100);
    }
  }
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Makes Prisma's client where `npm ci` ran without scripts. */
export async function ensurePrismaClient(): Promise<void> {
  if (existsSync(join(root, "node_modules", ".prisma", "client", "schema.prisma"))) return;
  const making = startProcess({ name: "prisma", script: "prisma/generate.mjs", env: {} });
  const how = await making.end;
  if (how !== "code 0") throw new Error(`Prisma's client could not be made (${how}):\n${making.tail()}`);
}

// By content, not by time: a fresh checkout gives every file the same one.
function sourcesDigest(): string {
  const hash = createHash("sha256");
  const tops = ["app", "vite.config.ts", "package-lock.json", "tsconfig.json"].map((name) => join(root, name));
  for (const file of tops.flatMap(filesOf)) hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = path.endsWith("app") ? readdirSync(path, { recursive: true, withFileTypes: true }) : null;
  if (entries === null) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}
