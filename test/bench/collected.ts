// A preload for a process under test: told SIGUSR2 it collects its garbage and says what is left. What it holds beyond that, V8 has seen no reason to collect yet.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

process.on("SIGUSR2", () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`left ${heapUsed + external} bytes\n`);
});
