// Codes on their way out of their program's network, which would go on crediting them where it counts orders by itself: they are expired there, and
// read back before it is said that they are.
import { now } from "../clock.ts";
import { listLeavingNetworks, markLeaving, markStays, markTakenOut, type LeavingNetwork } from "../db/removal.ts";
import { markRefused, putOff } from "../db/placement.ts";
import type { Answer, Network, NetworkFault, PlacedCode } from "../networks/port.ts";
import { after, backoffMs } from "./again.ts";
import { isSameCode, isStanding } from "./place-codes-network.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 50;
/** What was asked for without an answer may still come to pass in the network for so long. */
const IN_FLIGHT_MS = 60_000;

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
  const there: There | Lost = row.state === "live" && row.externalId !== null ? { active: [row.externalId].filter((id) => !row.others.includes(id)), coming: [] } : await lookFor(network, row);
  if ("fault" in there) return wait(shop, row, there.fault, networks);
  if (row.wanted === "live" && there.active.length > 0) {
    await markStays(shop, row.codeId, row.programId, now());
    return true;
  }
  const before = [...there.active, ...there.coming];
  if (before.length === 0 && isInFlight(row)) {
    await putOff(shop, [row.codeId], row.programId, null, after(now(), backoffMs(0)), false);
    return false;
  }
  if (before.length > 0 && row.wanted === "gone" && (await markLeaving(shop, [row.codeId], row.programId, now())).length === 0) return false; // it is wanted live by now
  for (const externalId of before) {
    const expired = await network.expireCode(externalId);
    if (!expired.ok && expired.fault.kind !== "not_found") return wait(shop, row, expired.fault, networks);
  }
  const left = before.length > 0 ? await lookFor(network, row) : there;
  if ("fault" in left) return wait(shop, row, left.fault, networks);
  if (left.active.length > 0) {
    await putOff(shop, [row.codeId], row.programId, null, after(now(), backoffMs(row.attempts)), true);
    return false;
  }
  await markTakenOut(shop, [row.codeId], row.programId, now());
  return true;
}

/** It was asked for a moment ago, and nobody knows what came of it: it may still come there. */
function isInFlight({ state, askedAt }: LeavingNetwork): boolean {
  return state === "asked" && askedAt !== null && now().getTime() - askedAt.getTime() < IN_FLIGHT_MS;
}

/**
 * Ids under which the network has the code as the creator's. `coming`: those that begin later, or were expired before they began: where dates follow the
 * deal's, the network tells no difference, so these are expired once more.
 */
type There = { active: string[]; coming: string[] };
type Lost = { fault: NetworkFault };

/** What is a newer code's of the same name is left alone. */
async function lookFor(network: Network, row: LeavingNetwork): Promise<There | Lost> {
  const found: Answer<PlacedCode[]> = await network.findCodes(row.programExternalId, row.code);
  if (!found.ok) return { fault: found.fault };
  const named = found.value.filter((placed) => isStanding(placed) && isSameCode(placed, row) && !row.others.includes(placed.externalId));
  const mine: PlacedCode[] = named.filter((placed) => placed.partnerId === row.partnerId);
  // Nobody knows the media source yet: whoever is no partner is it.
  if (row.holder === "media_source" && row.partnerId === null && named.length > 0) {
    const partners = await network.partners(row.programExternalId);
    if (!partners.ok) return { fault: partners.fault };
    mine.push(...named.filter((placed) => !partners.value.some((partner) => partner.partnerId === placed.partnerId)));
  }
  const [active, coming] = [mine.filter((placed) => placed.active), mine.filter((placed) => !placed.active)];
  return { active: active.map((placed) => placed.externalId), coming: coming.map((placed) => placed.externalId) };
}

/** What the network refuses for good is shown; it can be tried again from the page of codes. */
async function wait(shop: string, row: LeavingNetwork, fault: NetworkFault, networks: Networks): Promise<boolean> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) await markRefused(shop, row.codeId, row.programId, verdict.problem, now(), "gone");
  else await putOff(shop, [row.codeId], row.programId, verdict.problem, verdict.nextAt, verdict.counts);
  return verdict.refused;
}
