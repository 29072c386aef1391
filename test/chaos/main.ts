// npm run chaos -- [--seed 7] [--deliveries 100000] [--kills 20] [--shops 50] [--hours 6] [--export DIR]: faults of every kind, and what comes out. The last line is
// the summary as JSON. Exit code 0: nothing was lost, nothing is there twice, nothing differs, and the run was what it was
// asked to be; 1: something was not; 2: it could not be found out.
import { parseArgs } from "node:util";
import { type ChaosOptions, chaosRun, faultsOf } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "7" }, deliveries: { type: "string", default: "100000" }, kills: { type: "string", default: "20" }, restarts: { type: "string", default: "3" }, cuts: { type: "string", default: "8" },
    shops: { type: "string", default: "50" }, hours: { type: "string", default: "6" }, store: { type: "string", default: "0.2" }, network: { type: "string", default: "0.1" }, export: { type: "string" },
  },
});

async function main(): Promise<number> {
  const options: ChaosOptions = {
    seed: Number(values.seed), deliveries: Number(values.deliveries), shops: Number(values.shops), hours: Number(values.hours), share: { store: Number(values.store), network: Number(values.network) },
    faults: { kills: Number(values.kills), restarts: Number(values.restarts), cuts: Number(values.cuts), fullDiskMs: 3_000 }, exportDir: values.export ?? null, say: (line) => process.stdout.write(`${line}\n`),
  };
  const { summary, found, crashes, left } = await chaosRun(options);
  const wrong = faultsOf(summary, options);
  const some = (name: string, of: unknown[]) => of.length > 0 && process.stdout.write(`${name} (${of.length}):\n${of.slice(0, 12).map((one) => `  ${typeof one === "string" ? one : JSON.stringify(one)}`).join("\n")}\n`);
  some("lost", found.lost);
  some("doubled", found.doubled);
  some("balances, expected and found", Object.entries(found.balances));
  some("decisions, expected and found", Object.entries(found.decisions));
  some("network, ledger and found", Object.entries(found.network));
  some("deleted before anything of them arrived", found.goneUnseen);
  some("left over", left);
  some("crashes", crashes);
  some("what is wrong", wrong);
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return wrong.length === 0 ? 0 : 1;
}

main().then((code) => process.exit(code), (fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
  process.exit(2);
});
