// What is done to the app while it works, and when: drawn from the seed, in simulated time. Each waits for its turn where it cannot strike at once.
import { setTimeout as sleep } from "node:timers/promises";
import { nowMs } from "#app/clock.ts";
import type { LocalNetwork } from "#test/local/network/server.ts";
import type { Crew } from "./crew.ts";
import type { ChaosDatabase } from "./database.ts";
import { dice } from "./draw.ts";

type Strike = { atMs: number; what: "kill" | "restart" | "cut" | "full disk"; n: number };
export type FaultPlan = { kills: number; restarts: number; cuts: number; fullDiskMs: number };
export type FaultCounts = { kills: number; restarts: number; cuts: number; connectionsCut: number; fullDisk: number; statementsRefused: number };

/** What struck, when by the run's time and by the machine's, and whom. */
export type Struck = { what: string; at: string; machineAt: string; whom: string | null };

export type Faults = {
  counts: FaultCounts;
  log: Struck[];
  /** Strikes with what is due; time stands still meanwhile. */
  turn: (nowMs: number) => Promise<void>;
  /** When the next one strikes; null: none is left. */
  nextMs: () => number | null;
  lastMs: number;
};

/** Spread over the time from `fromMs` to `toMs`. */
export function planFaults(plan: FaultPlan, seed: number, [fromMs, toMs]: [number, number], crew: Crew, database: ChaosDatabase): Faults {
  const d = dice(seed, "faults");
  const times = (what: Strike["what"], count: number): Strike[] => Array.from({ length: count }, () => ({ atMs: fromMs + Math.floor(d.next() * (toMs - fromMs)), what, n: d.whole(0, 1_000) }));
  const strikes = [...times("kill", plan.kills), ...times("restart", plan.restarts), ...times("cut", plan.cuts), ...times("full disk", plan.fullDiskMs > 0 ? 1 : 0)].sort((a, b) => a.atMs - b.atMs);
  const lastMs = strikes.at(-1)?.atMs ?? fromMs;
  const counts: FaultCounts = { kills: 0, restarts: 0, cuts: 0, connectionsCut: 0, fullDisk: 0, statementsRefused: 0 };

  const log: Struck[] = [];

  async function strike({ what, n }: Strike): Promise<boolean> {
    let whom: string | null = what === "kill" ? null : "PostgreSQL";
    const [at, machineAt] = [new Date(nowMs()).toISOString(), new Date().toISOString()];
    if (what === "kill") {
      // At a random point of whatever it does: some milliseconds later.
      await sleep(n % 50);
      whom = crew.kill(n);
      if (whom === null) return false;
      counts.kills += 1;
    } else if (what === "restart") {
      await database.restart(counts.restarts % 3 === 0 ? "fast" : "immediate");
      counts.restarts += 1;
    } else if (what === "cut") {
      counts.connectionsCut += await database.cut();
      counts.cuts += 1;
    } else {
      await database.setFull(true);
      await sleep(plan.fullDiskMs);
      await database.setFull(false);
      counts.fullDisk += 1;
      counts.statementsRefused = await database.refused();
    }
    log.push({ what, at, machineAt, whom });
    return true;
  }

  return {
    counts,
    log,
    lastMs,
    nextMs: () => strikes[0]?.atMs ?? null,
    async turn(atMs) {
      while (strikes.length > 0 && strikes[0]!.atMs <= atMs) {
        const next = strikes.shift()!;
        if (await strike(next)) continue;
        strikes.unshift({ ...next, atMs: atMs + 1_000 }); // whom it was meant for is away this moment
        strikes.sort((a, b) => a.atMs - b.atMs);
        return;
      }
    },
  };
}

/** The network's own failures; the wire adds its own (wire.ts). Submissions are lost, and others take 90 minutes longer. */
export function addNetworkFaults({ network }: LocalNetwork, seed: number): void {
  network.addFault({ kind: "503", when: "before", probability: 0.04, seed: seed + 2 });
  network.addFault({ kind: "500", when: "before", probability: 0.02, seed: seed + 3 });
  network.addFault({ kind: "502", when: "after", probability: 0.04, seed: seed + 4 });
  network.addFault({ kind: "429", when: "before", probability: 0.000_5, seed: seed + 5 }); // the rest of the hour is believed to be gone
  network.addFault({ kind: "lose", probability: 0.02, seed: seed + 6 });
  network.addFault({ kind: "slow", probability: 0.05, seed: seed + 7, minutes: 90 });
}
