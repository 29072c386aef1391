// Makes Prisma's client. It needs no engine of its own ("client" engine over the pg driver), yet the CLI would download one:
// naming any file as the engine keeps it from asking, so that this works without internet.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const cli = require.resolve("prisma/build/index.js");
const made = spawnSync(process.execPath, [cli, "generate", "--no-hints"], {
  stdio: ["ignore", "pipe", "pipe"],
  encoding: "utf8",
  env: { DATABASE_URL: "postgresql://unused", ...process.env, PRISMA_QUERY_ENGINE_LIBRARY: process.execPath },
});
if (made.status !== 0) {
  process.stderr.write(`${made.stdout}\n${made.stderr}\n`);
  process.exit(made.status ?? 1);
}
