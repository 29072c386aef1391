// A process under test is started as the Dockerfile starts it, and may hold half a gigabyte.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "#test/local/demo/processes.ts";

const told = /^ENV NODE_OPTIONS=(.+)$/m.exec(readFileSync(join(root, "Dockerfile"), "utf8"));
if (told === null) throw new Error("the Dockerfile sets no NODE_OPTIONS any more");

export const SHIPPED = { NODE_OPTIONS: told[1]! };

export const MOST_MB = 512;
