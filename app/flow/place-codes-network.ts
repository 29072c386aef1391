// Codes in the networks: promo codes of their program. Every call is noted before it goes out, and the network is asked for the name first,
// so that a crash anywhere leaves each code once.
import { now } from "../clock.ts";
import { listDueInNetworks, markAsked, markLive, markRefused, putOff } from "../db/placement.ts";
import type { DueInNetwork } from "../db/placement.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Network, NetworkFault } from "../networks/port.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 50;

/** Places the codes that are due in their programs' networks, each asked for by name first. Returns how much was done. */
export async function placeCodesInNetworks(shop: string, networks: Networks): Promise<number> {
  const due = await listDueInNetworks(shop, now(), MOST_A_TURN);
  let done = 0;
  for (const row of due) {
    const network = await networks.of(row.connectionId, { about: "code", aboutId: row.codeId });
    if (network && (await placeInNetwork(shop, network, row, networks))) done += 1;
  }
  return done;
}

async function placeInNetwork(shop: string, network: Network, row: DueInNetwork, networks: Networks): Promise<boolean> {
  const { codeId, code, programId, partnerId } = row;
  if (partnerId === null) {
    await markRefused(shop, codeId, programId, writeProblem("problem.no_partner", { code }), now());
    return true;
  }
  const found = await network.findCodes(row.programExternalId, code);
  if (!found.ok) return waitForNetwork(shop, row, found.fault, networks);
  const active = found.value.filter((placed) => placed.active && isSameCode(placed, row));
  const other = active.find((placed) => placed.partnerId !== partnerId);
  if (other) {
    await markRefused(shop, codeId, programId, writeProblem("problem.taken_in_network", { code, partner: other.partnerName }), now());
    return true;
  }
  const mine = active[0];
  if (mine) {
    const problem = mine.policy === row.policy ? null : writeProblem("problem.other_policy_in_network", { code });
    await markLive(shop, codeId, programId, mine.externalId, now(), problem);
    return true;
  }
  await markAsked(shop, [codeId], programId, now());
  const { match, policy, dealExternalId } = row;
  const placed = await network.placeCode(row.programExternalId, { code, match, policy, partnerId, dealExternalId, startsAt: null, endsAt: null });
  if (!placed.ok) return waitForNetwork(shop, row, placed.fault, networks);
  await markLive(shop, codeId, programId, placed.value.externalId, now());
  return true;
}

/** A pattern is another thing than the code that reads the same, and it minds case: \d is not \D. */
export function isSameCode(placed: { code: string; match: string }, code: { code: string; match: string }): boolean {
  return placed.match === code.match && (code.match === "exact" || placed.code === code.code);
}

async function waitForNetwork(shop: string, row: DueInNetwork, fault: NetworkFault, networks: Networks): Promise<boolean> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) {
    await markRefused(shop, row.codeId, row.programId, verdict.problem, now());
    return true;
  }
  await putOff(shop, [row.codeId], row.programId, verdict.problem, verdict.nextAt, verdict.counts);
  return false;
}
