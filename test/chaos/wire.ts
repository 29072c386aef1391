// A preload of the app's processes in a chaos run. It leads what is meant for the stores and the network to their stand-ins, has a share of these calls fail as
// the wire and the other side do (before and after acting), and puts the machine's clock wrong by CHAOS_SKEW_MS. The product has no hook for any of it. A
// time-out is thrown at once: an hour passes in a minute here, and nobody waits for what does not come.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { random } from "#test/replay/arrivals.ts";

type Way = { store: number; network: number };
type Plan = { hosts: Record<string, string>; share: Way };

const SLOW = 0.03;
const SLOWEST_MS = 400;
/** What becomes of a call: nothing was done, or it was done and the answer is lost. */
const STORE = ["503", "429", "timeout", "reset", "502 after", "timeout after", "reset after"] as const;
const NETWORK = ["timeout", "reset", "timeout after", "reset after", "504 after"] as const;

const skewMs = Number(process.env.CHAOS_SKEW_MS ?? 0);
if (skewMs !== 0) putWrong(skewMs);
if (process.env.CHAOS_WIRE) lead(JSON.parse(readFileSync(process.env.CHAOS_WIRE, "utf8")) as Plan, random(Number(process.env.CHAOS_SEED ?? 1)));

function putWrong(ms: number): void {
  const Real = globalThis.Date;
  class Wrong extends Real {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(Real.now() + ms);
      else super(...(given as [number]));
    }
    static override now(): number {
      return Real.now() + ms;
    }
  }
  globalThis.Date = Wrong as DateConstructor;
}

function lead({ hosts, share }: Plan, draw: () => number): void {
  const real = globalThis.fetch;

  globalThis.fetch = async function fetch(input, init) {
    const meant = new URL(input instanceof Request ? input.url : input);
    const target = hosts[meant.hostname];
    if (target === undefined) {
      // The network's own files, and nothing that lies outside this machine.
      if (meant.hostname === "127.0.0.1" || meant.hostname === "localhost") return real(input, init);
      throw new TypeError(`fetch failed: there is no stand-in for ${meant.hostname}`);
    }
    const isStore = meant.hostname.endsWith(".myshopify.com");
    const fate = draw() < (isStore ? share.store : share.network) ? pick(isStore ? STORE : NETWORK, draw()) : null;
    if (fate !== null) process.stderr.write(`chaos: ${isStore ? "store" : "network"} ${fate}\n`);
    if (draw() < SLOW) await sleep(draw() * SLOWEST_MS);
    if (fate !== null && !fate.endsWith("after")) return fail(fate);
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    headers.set("x-forwarded-host", meant.hostname);
    const body = request.body === null ? undefined : await request.arrayBuffer();
    const answer = await real(new URL(meant.pathname + meant.search, target), { method: request.method, headers, body, signal: init?.signal ?? (input instanceof Request ? input.signal : undefined), redirect: request.redirect });
    if (fate === null) return answer;
    await answer.arrayBuffer();
    return fail(fate);
  };
}

function pick(from: readonly string[], drawn: number): string {
  return from[Math.floor(drawn * from.length)]!;
}

function fail(fate: string): Response {
  if (fate.startsWith("timeout")) throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
  if (fate.startsWith("reset")) throw new TypeError("fetch failed");
  const status = Number(fate.slice(0, 3));
  return new Response(JSON.stringify({ errors: "chaos" }), { status, headers: status === 429 ? { "retry-after": "2.0" } : {} });
}
