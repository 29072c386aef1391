// Processes that are measured against each other stand on cores of their own: the one under test on the first, PostgreSQL on the last.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Keeps a process, and what it starts from now on, on one core; where the machine has one core or no taskset, it stays where it is. False then. */
function pinTo(pid: number, core: number): boolean {
  return cpus().length > 1 && spawnSync("taskset", ["-a", "-pc", String(core), String(pid)]).status === 0;
}

export function pinTested(pid: number): boolean {
  return pinTo(pid, 0);
}

/** The postmaster: each connection that it takes from now on is served on its core. */
export function pinDatabase(pid: number): boolean {
  return pinTo(pid, cpus().length - 1);
}

/** What a process and its children, those that have ended too, have used of the cores, in seconds: it says what a busy machine hides. Linux counts in hundredths. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, own] = readFileSync(`/proc/${name}/stat`, "utf8").split(/\) /);
      const fields = own!.split(" ");
      if (Number(name) === pid || Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
      if (Number(name) === pid) ticks += Number(fields[13]) + Number(fields[14]);
    } catch {
      // It has just ended.
    }
  }
  return ticks / 100;
}

/** The most memory that the process ever held, in MB, as Linux keeps it. */
export function peakMb(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) / 1_024);
}
