// Where the log goes: standard output, written while the process does other things. A reader that is slow holds nobody up, one that is gone ends nothing, and what
// is left is written before the process ends. (The logger's own destination does these but the second: it tries for ever to write to a pipe that is closed.)
import { write, writeSync } from "node:fs";

const FD = 1;
/** Of a reader that does not come, so much is kept; beyond it lines are lost rather than the process. */
const MOST_BUFFERED = 32 * 1024 * 1024;
const AGAIN_MS = 20;
/** At the end a slow reader is waited for so long, in all. */
const MOST_TRIES_AT_END = 100;

export type LogOut = { write: (line: string) => void };

export function makeLogOut(): LogOut {
  let waiting = "";
  let lost = 0;
  let rest: Buffer = Buffer.alloc(0);
  let writing = false;
  let closed = false;

  function take(): Buffer {
    if (lost > 0) waiting += `{"level":40,"time":${Date.now()},"lines":${lost},"msg":"lines of the log were lost: its reader is too slow"}\n`;
    lost = 0;
    const taken = Buffer.from(waiting);
    waiting = "";
    return taken;
  }

  function writeOn(): void {
    if (rest.length === 0) rest = take();
    if (rest.length === 0 || closed) {
      writing = false;
      return;
    }
    writing = true;
    write(FD, rest, (fault, written) => {
      if (fault?.code === "EAGAIN") return void setTimeout(writeOn, AGAIN_MS);
      closed = fault !== null;
      rest = rest.subarray(fault === null ? written : 0);
      writeOn();
    });
  }

  process.on("exit", () => {
    for (let tries = 0; !closed && tries < MOST_TRIES_AT_END && (rest.length > 0 || waiting !== ""); ) {
      if (rest.length === 0) rest = take();
      try {
        rest = rest.subarray(writeSync(FD, rest));
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== "EAGAIN") return;
        tries += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN_MS);
      }
    }
  });

  return {
    write(line) {
      if (closed) return;
      if (waiting.length > MOST_BUFFERED) lost += 1;
      else waiting += line;
      if (!writing) writeOn();
    },
  };
}
