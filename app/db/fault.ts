// Faults of statements: those that pass by themselves, and those that the same data will meet again.
import pg from "pg";

/** Classes of SQLSTATE that speak of the data: data exceptions, integrity, a limit that is exceeded. */
const OF_THE_DATA = ["22", "23", "54"];

/** Is it worth trying the same again? True for what the connection, the server or another transaction did; false for what the data, or our own arithmetic, brought about. */
export function isPassing(fault: unknown): boolean {
  if (fault instanceof pg.DatabaseError) return !OF_THE_DATA.includes((fault.code ?? "").slice(0, 2));
  // The driver tells of a connection that is lost, or a pool that is closed, in words only; Node does with a code.
  return !(fault instanceof Error) || "code" in fault || /connect|client|pool|timeout/i.test(fault.message);
}
