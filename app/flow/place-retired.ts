// Codes on their way out of their program's network, which would go on crediting them where it counts orders by itself: they are expired there, and
// read back before it is said that they are.
import { now } from "../clock.ts";
import { listLeavingNetworks, markLeaving, markStays, markTakenOut, type LeavingNetwork } from "../db/removal.ts";
import { markRefused, putOff } from "../db/placement.ts";
import type { Answer, Network, NetworkFault, PlacedCode } from "../networks/port.ts";
import { after, backoffMs } from "./again.ts";
import { isSameCode } from "./place-codes-network.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 50;

/** Expires the codes that are due. Returns how many are done with. */
export async function removeCodesFromNetworks(shop: string, networks: Networks): Promise<number> {
  let done = 0;
  for (const row of await listLeavingNetworks(shop, now(), MOST_A_TURN)) {
    const network = await networks.of(row.connectionId, { about: "code", aboutId: row.codeId });
    if (network !== null && (await takeOut(shop, network, row, networks))) done += 1;
  }
  return done;
}

/** The network is asked for the code by its name: also where the answer to the placing, or to the expiring, was lost. */
async function takeOut(shop: string, network: Network, row: LeavingNetwork, networks: Networks): Promise<boolean> {
  const before = row.state === "live" && row.externalId !== null ? [row.externalId].filter((id) => !row.others.includes(id)) : await activeOf(network, row);
  if (!Array.isArray(before)) return wait(shop, row, before.fault, networks);
  if (row.wanted === "live" && before.length > 0) {
    await markStays(shop, row.codeId, row.programId, now());
    return true;
  }
  if (before.length > 0 && (await markLeaving(shop, [row.codeId], row.programId, now())).length === 0) return false; // it is wanted live by now
  for (const externalId of before) {
    const expired = await network.expireCode(externalId);
    if (!expired.ok && expired.fault.kind !== "not_found") return wait(shop, row, expired.fault, networks);
  }
  const left = before.length > 0 ? await activeOf(network, row) : before;
  if (!Array.isArray(left)) return wait(shop, row, left.fault, networks);
  if (left.length > 0) {
    await putOff(shop, [row.codeId], row.programId, null, after(now(), backoffMs(row.attempts)), true);
    return false;
  }
  await markTakenOut(shop, [row.codeId], row.programId, now());
  return true;
}

/** The ids under which the network has it, active and the creator's; what is a newer code's of the same name is left alone. */
async function activeOf(network: Network, row: LeavingNetwork): Promise<string[] | { fault: NetworkFault }> {
  const found: Answer<PlacedCode[]> = await network.findCodes(row.programExternalId, row.code);
  if (!found.ok) return { fault: found.fault };
  return found.value.filter((placed) => placed.active && isSameCode(placed, row) && placed.partnerId === row.partnerId && !row.others.includes(placed.externalId)).map((placed) => placed.externalId);
}

/** What the network refuses for good is shown; it can be tried again from the page of codes. */
async function wait(shop: string, row: LeavingNetwork, fault: NetworkFault, networks: Networks): Promise<boolean> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) await markRefused(shop, row.codeId, row.programId, verdict.problem, now());
  else await putOff(shop, [row.codeId], row.programId, verdict.problem, verdict.nextAt, verdict.counts);
  return verdict.refused;
}
