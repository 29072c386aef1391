// npm run fuzz -- [--inputs 1000000] [--seed 1]: gives the readers of what comes from outside generated and changed inputs. The last line is a summary as JSON;
// exit code 1 where a reader threw, took long, or kept memory.
import { parseArgs } from "node:util";
import { setTestEnv } from "#test/support/env.ts";
import { HEAP_GROWTH_MB, SLOW_MS } from "./limits.ts";

setTestEnv();
// The environment wants one; the readers ask none.
process.env.DATABASE_URL ??= "postgresql://nowhere";
const { fuzz } = await import("./run.ts");
const { values } = parseArgs({ options: { inputs: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } } });
const began = performance.now();
const run = await fuzz(Number(values.inputs), Number(values.seed), (done) => process.stderr.write(`${done} inputs, ${((performance.now() - began) / 1_000).toFixed(0)} s\n`));
for (const [name, { inputs, deep }] of Object.entries(run.targets)) process.stdout.write(`${name}: ${inputs} inputs, ${deep} past the signature and the parser\n`);
for (const { file, lines, reached } of run.coverage) process.stdout.write(`${file}: ${reached} of ${lines} lines\n`);
for (const fault of run.faults) process.stdout.write(`fault: ${JSON.stringify(fault)}\n`);
const sum = (of: "lines" | "reached") => run.coverage.reduce((all, file) => all + file[of], 0);
const grown = run.heapMb.last - run.heapMb.first;
process.stdout.write(`${JSON.stringify({ inputs: run.inputs, seed: run.seed, deepShare: Number(run.deepShare.toFixed(3)), faults: run.faults.length, slowestMs: Math.round(run.slowest.ms), slowest: run.slowest.target, heapMb: run.heapMb, coverage: Number((sum("reached") / sum("lines")).toFixed(3)), seconds: Math.round((performance.now() - began) / 1_000) })}\n`);
process.exit(run.faults.length > 0 || run.slowest.ms > SLOW_MS || grown > HEAP_GROWTH_MB ? 1 : 0);
