// Codes that were retired here are expired in their program's network: it would go on crediting them where it counts orders by itself.
import { now } from "../clock.ts";
import { listRetiredInNetworks, markExpired, markRefused, putOff } from "../db/placement.ts";
import type { RetiredInNetwork } from "../db/placement.ts";
import type { Answer, Network, NetworkFault } from "../networks/port.ts";
import { isSameCode } from "./place-codes-network.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 50;

/** Expires the codes that are due. Returns how many are done with. */
export async function expireRetired(shop: string, networks: Networks): Promise<number> {
  let done = 0;
  for (const row of await listRetiredInNetworks(shop, now(), MOST_A_TURN)) {
    const network = await networks.of(row.connectionId, { about: "code", aboutId: row.codeId });
    if (network === null) continue;
    const expired = await expire(network, row);
    if (expired.ok || expired.fault.kind === "not_found") {
      await markExpired(shop, row.codeId, row.programId, now());
      done += 1;
    } else if (await wait(shop, row, expired.fault, networks)) done += 1;
  }
  return done;
}

/** Where the answer to the placing was lost, the network is asked for the code first. */
async function expire(network: Network, row: RetiredInNetwork): Promise<Answer<null>> {
  if (row.externalId !== null) return network.expireCode(row.externalId);
  const found = await network.findCodes(row.programExternalId, row.code);
  if (!found.ok) return found;
  const mine = found.value.find((placed) => placed.active && isSameCode(placed, row) && placed.partnerId === row.partnerId);
  return mine ? network.expireCode(mine.externalId) : { ok: true, value: null };
}

/** What the network refuses for good is shown; it can be tried again from the page of codes. */
async function wait(shop: string, row: RetiredInNetwork, fault: NetworkFault, networks: Networks): Promise<boolean> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) await markRefused(shop, row.codeId, row.programId, verdict.problem, now());
  else await putOff(shop, [row.codeId], row.programId, verdict.problem, verdict.nextAt, verdict.counts);
  return verdict.refused;
}
