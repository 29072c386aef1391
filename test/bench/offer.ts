// An open loop: each delivery leaves at its own instant, whether or not the ones before were answered, and its latency counts from
// that instant. A loop that waits for answers would offer less just when the server is slow, and so hide it.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Offer } from "./orders.ts";

export type Offered = { latenciesMs: number[]; refused: number };

/** Offers all of them to `url` at `perSecond`; resolves when every one was answered. `keepAlive` false: at a slow pace the other side would close each connection meanwhile. */
export async function offerAll(url: string, offered: Offer[], perSecond: number, keepAlive = true): Promise<Offered> {
  const agent = new Agent({ keepAlive, maxSockets: 128 });
  const latenciesMs: number[] = [];
  let refused = 0;
  const answers: Promise<void>[] = [];
  const began = performance.now() + 20;
  for (let next = 0; next < offered.length; ) {
    const now = performance.now();
    while (next < offered.length && began + (next * 1000) / perSecond <= now) {
      const meantAt = began + (next * 1000) / perSecond;
      answers.push(
        post(agent, url, offered[next]!).then((status) => {
          latenciesMs.push(performance.now() - meantAt);
          if (status !== 200) refused += 1;
        }),
      );
      next += 1;
    }
    await sleep(1);
  }
  await Promise.all(answers);
  agent.destroy();
  return { latenciesMs, refused };
}

function post(agent: Agent, url: string, { headers, body }: Offer): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sending.on("error", () => resolve(0));
    sending.end(body);
  });
}

/** The value below which the given share of them lies (nearest rank). */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
