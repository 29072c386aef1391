// The demo's keys: made once, kept beside its data, worth nothing elsewhere.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export type DemoKeys = { apiKey: string; apiSecret: string; encryptionKeys: string; hashKeys: string };

/** Reads the keys, or makes and keeps them. */
export function demoKeys(file: string): DemoKeys {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as DemoKeys;
  const keys: DemoKeys = {
    apiKey: randomBytes(16).toString("hex"),
    apiSecret: `shpss_${randomBytes(16).toString("hex")}`,
    encryptionKeys: `k1:${randomBytes(32).toString("base64")}`,
    hashKeys: `h1:${randomBytes(32).toString("base64")}`,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}
