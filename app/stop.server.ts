// The end of the process in good order: told to stop, it is not ready any more, begins nothing new, brings what is under way to its end or hands it back, and ends
// within ten seconds. What is cut off all the same is taken up by another process, as after a kill.
import type { Server } from "node:http";
import { closeDatabase } from "./db.server.ts";
import { loopsNow, type Loop } from "./flow/loop.ts";
import { log } from "./log.server.ts";
import { beginStopping, cutRequests } from "./stopping.server.ts";

/** So long it still takes new connections after SIGTERM, and says at /readyz that it goes: who sends requests here learns it before they fail. */
const NOTICE_MS = 1_000;
/** From then on nobody's answer is waited for. */
const CUT_MS = 7_000;
const MOST_MS = 9_500;

/** Ends the process in good order at SIGTERM or SIGINT (which needs no notice: a person pressed Ctrl-C); a second signal ends it at once. */
export function stopOnSignal(server: Server, loops: readonly Loop[]): void {
  let stopping = false;
  function onSignal(signal: NodeJS.Signals): void {
    if (stopping) process.exit(1);
    stopping = true;
    void stop(server, loops, signal === "SIGTERM" ? NOTICE_MS : 0).then(() => process.exit(0));
  }
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

async function stop(server: Server, loops: readonly Loop[], noticeMs: number): Promise<void> {
  beginStopping();
  log.info({}, "the process was told to stop");
  setTimeout(cutRequests, CUT_MS).unref();
  setTimeout(() => {
    log.warn({ loops: loopsNow().flatMap(({ name, turnMs }) => (turnMs > 0 ? [name] : [])) }, "the process ends before all of its work did: another one takes it up");
    process.exit(0);
  }, MOST_MS).unref();
  const worked = Promise.all(loops.map((loop) => loop.stop()));
  const served = new Promise<void>((resolve) => {
    setTimeout(() => {
      server.close(() => resolve());
      server.closeIdleConnections();
      // A client that keeps its connection busy sees "connection: close" with its next answer; one that sends nothing is not waited for.
      setTimeout(() => server.closeAllConnections(), CUT_MS - noticeMs).unref();
    }, noticeMs);
  });
  await Promise.all([worked, served]);
  await closeDatabase();
}
