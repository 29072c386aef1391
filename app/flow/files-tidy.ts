// Files that were kept for 30 days go, whether anybody brings in another one or not.
import { forgetOldFiles } from "./files.ts";
import { type Loop, startLoop } from "./loop.ts";

const EVERY_MS = 3_600_000;

export function startForgettingFiles(): Loop {
  return startLoop({ name: "files", everyMs: EVERY_MS, work: async () => Number((await forgetOldFiles()) > 0) });
}
