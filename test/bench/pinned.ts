// Processes that are measured against each other stand on cores of their own: the one under test on the first, PostgreSQL on the last.
import { spawnSync } from "node:child_process";
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
