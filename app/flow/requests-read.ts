// Reads creators' requests for a code: those that wait every quarter of an hour, all of them once a day. One list an account, whatever the number of programs.
import { now } from "../clock.ts";
import { listAccountsToRead, listOpenRequestIds, markRequestsGone, matchRequests, noteRequests, noteRequestsRead, type RequestAccount } from "../db/code-request.ts";
import { withLock } from "../db/lock.ts";
import type { Asker } from "../domain/budget-shares.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Network, NetworkFault } from "../networks/port.ts";
import { after } from "./again.ts";
import { networkProblem } from "./network-faults.ts";
import { capabilitiesOf, networkFor } from "./networks.ts";

const EVERY_MS = 15 * 60_000;
const FULL_EVERY_MS = 24 * 3_600_000;
/** Those that the list of open ones names no more are asked for one by one, some in a turn. */
const MOST_SINGLE = 20;
/** Later than any reading. */
const FOREVER = new Date("9999-01-01T00:00:00Z");

/** Reads the accounts that are due; returns how many were read. */
export async function readRequests({ shop = null }: { shop?: string | null } = {}): Promise<number> {
  const at = now();
  let read = 0;
  for (const account of await listAccountsToRead(after(at, -EVERY_MS), after(at, -FULL_EVERY_MS), shop)) if (await readRequestsOf(account)) read += 1;
  return read;
}

/** A person wants to see all of them as they are now; returns how many accounts were read. */
export async function readRequestsNow(shop: string): Promise<number> {
  let read = 0;
  for (const account of await listAccountsToRead(FOREVER, FOREVER, shop)) if (await readRequestsOf({ ...account, full: true }, "person")) read += 1;
  return read;
}

/** Reads one account's requests; false where somebody else does, or the network did not tell. */
export async function readRequestsOf(account: RequestAccount, asker: Asker = "reads"): Promise<boolean> {
  const { shop, connectionId, full } = account;
  return (await withLock(`requests of ${connectionId}`, async () => {
    const at = now();
    if (!capabilitiesOf(account.network).requests) {
      await noteRequestsRead(shop, connectionId, { full, problem: null, at });
      return false;
    }
    const network = await networkFor(shop, connectionId, { about: "request", aboutId: "" }, asker);
    const fault = await readAll(network, account, at);
    await matchRequests(shop, connectionId);
    const problem = fault && networkProblem(fault);
    // For want of budget it is read as soon as there is some: nothing was asked.
    if (fault?.kind === "limited") await noteRequestsRead(shop, connectionId, { full, problem: null, at: after(at, fault.resetSeconds * 1_000 - EVERY_MS) });
    else await noteRequestsRead(shop, connectionId, { full, problem: problem && writeProblem(problem.key, problem.values), at });
    return fault === null;
  })) ?? false;
}

/** null: all was read. */
async function readAll(network: Network, { shop, connectionId, full }: RequestAccount, at: Date): Promise<NetworkFault | null> {
  const listed = await network.codeRequests({ open: !full });
  if (!listed.ok) return listed.fault;
  await noteRequests(shop, connectionId, listed.value, at);
  // Decided meanwhile, withdrawn, or in a state that the list does not count as open.
  for (const requestId of await listOpenRequestIds(shop, connectionId, at, MOST_SINGLE)) {
    const one = await network.codeRequest(requestId);
    if (one.ok) await noteRequests(shop, connectionId, [one.value], at);
    else if (one.fault.kind === "not_found") await markRequestsGone(shop, connectionId, [requestId], at);
    else return one.fault;
  }
  return null;
}
