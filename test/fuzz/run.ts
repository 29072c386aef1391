// Gives the readers so many inputs, all drawn from one seed, and watches: nothing is thrown, nothing takes long, nothing is kept.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { makeDice } from "#test/local/seed/dice.ts";
import { startCoverage, type Coverage } from "./coverage.ts";
import { prepare, targets } from "./targets.ts";

export type Fault = { target: string; n: number; what: string; input: string };

export type FuzzRun = {
  inputs: number;
  seed: number;
  /** By target: how many inputs, how many got past the signature and the parser. */
  targets: Record<string, { inputs: number; deep: number }>;
  deepShare: number;
  faults: Fault[];
  /** Time of this thread for the slowest input, and which one. */
  slowest: { ms: number; target: string; n: number };
  /** What is kept after a collection, at the beginning and at the end. */
  heapMb: { first: number; last: number; most: number };
  coverage: Coverage[];
};

const LOOKS = 20;
const MOST_FAULTS = 20;

/** The seed and the number of an input make it: `n` of a fault is enough to draw it again. */
export async function fuzz(inputs: number, seed: number, onProgress: (done: number) => void = () => {}): Promise<FuzzRun> {
  await prepare();
  const coverage = await startCoverage();
  const collect = collector();
  const run: FuzzRun = { inputs, seed, targets: Object.fromEntries(targets.map(({ name }) => [name, { inputs: 0, deep: 0 }])), deepShare: 0, faults: [], slowest: { ms: 0, target: "", n: 0 }, heapMb: { first: 0, last: 0, most: 0 }, coverage: [] };
  for (let n = 0; n < inputs && run.faults.length < MOST_FAULTS; n++) {
    one(run, n);
    // After the first part all that is read once is there.
    if (n % Math.max(1, Math.floor(inputs / LOOKS)) === 0 && n > 0) {
      const heap = collect();
      if (run.heapMb.first === 0) run.heapMb.first = heap;
      run.heapMb.last = heap;
      run.heapMb.most = Math.max(run.heapMb.most, heap);
      onProgress(n);
    }
  }
  run.deepShare = Object.values(run.targets).reduce((sum, { deep }) => sum + deep, 0) / inputs;
  run.coverage = await coverage();
  return run;
}

function one(run: FuzzRun, n: number): void {
  const dice = makeDice((run.seed * 2_654_435_761 + n * 40_503) >>> 0);
  const target = dice.weighted(targets);
  const input = target.draw(dice);
  const began = spentMs();
  try {
    const depth = target.read(input, dice);
    const counted = run.targets[target.name]!;
    counted.inputs += 1;
    if (depth === "deep") counted.deep += 1;
  } catch (fault) {
    run.faults.push({ target: target.name, n, what: fault instanceof Error ? (fault.stack ?? fault.message).split("\n").slice(0, 4).join(" | ") : String(fault), input: input.toString("utf8").slice(0, 2_000) });
  }
  const ms = spentMs() - began;
  if (ms > run.slowest.ms) run.slowest = { ms, target: target.name, n };
}

/** Of this thread alone: how busy the machine is does not count. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function collector(): () => number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  return () => {
    collect();
    return Math.round(process.memoryUsage().heapUsed / 1_048_576);
  };
}
