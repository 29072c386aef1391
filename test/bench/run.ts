// npm run -s bench -- NAME: each bench runs its bare control in the same run, and its last line is
// {"bench", "value", "control", "ratio", "unit"}, medians of five rounds where a round is short.
import { bulkCodes } from "./bulk-codes.ts";
import { dashboard } from "./dashboard.ts";
import { intakeRate } from "./intake.ts";
import { intakeLatency } from "./intake-latency.ts";
import { settleLag } from "./lag.ts";
import { matchExact } from "./match-exact.ts";
import { matchRegex } from "./match-regex.ts";
import { reportSpeed } from "./report.ts";
import { reportRate } from "./report-rate.ts";
import { scaleSpeed } from "./scale.ts";
import { settleSpeed } from "./settle.ts";
import { touchesLatency } from "./touches.ts";
import { verifySpeed } from "./verify.ts";
import { whatIfSpeed } from "./what-if.ts";

export type Measured = { bench: string; value: number; control: number; ratio: number; unit: string };

const benches: Record<string, (words: string[]) => Promise<Measured>> = { "match-exact": matchExact, "match-regex": matchRegex, intake: intakeRate, "intake-latency": intakeLatency, verify: verifySpeed, "what-if": whatIfSpeed, "bulk-codes": bulkCodes, report: reportSpeed, "report-rate": reportRate, touches: touchesLatency, settle: settleSpeed, lag: settleLag, scale: scaleSpeed, dashboard };

const name = process.argv[2] ?? "";
const bench = benches[name];
if (!bench) {
  process.stderr.write(`${name === "" ? "Name a bench" : `There is no bench "${name}"`}. There is: ${Object.keys(benches).join(", ")}\n`);
  process.exit(1);
}
try {
  process.stdout.write(`${JSON.stringify(await bench(process.argv.slice(3)))}\n`);
} catch (fault) {
  process.stderr.write(`${(fault as Error).stack}\n`);
  process.exit(1);
}
