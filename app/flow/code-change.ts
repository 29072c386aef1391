// How a code is made in a network, and how another one takes its place: a network has one code of a name and no call that changes one, so the old one is
// expired first, and the new one made at once.
import { now } from "../clock.ts";
import { markLiveInNetwork, markReplacing, markTold, type DueInNetwork } from "../db/placement-network.ts";
import { inPlaceOf, settled, termsBefore, type ToldCode } from "../domain/network-code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Answer, Network, NetworkFault, PlacedCode } from "../networks/port.ts";

export type Changed = { ok: true } | { ok: false; fault: NetworkFault };

/**
 * Expires what stands and makes what is wanted. That it is under way is noted before (state "asked", with the id of what stood): conversions with the code
 * wait until the new one stands (flow/report.ts), and the new one begins where the old one did, so that no sale in between is without an owner. Dying
 * anywhere leaves a row that the next turn goes on with: what still stands is expired once more, and what stands already is found by its name.
 */
export async function replaceThere(shop: string, network: Network, row: DueInNetwork, mine: PlacedCode, wanted: ToldCode): Promise<Changed> {
  const at = now();
  await markReplacing(shop, row.codeId, row.programId, at);
  const expired = await network.expireCode(mine.externalId);
  if (!expired.ok && expired.fault.kind !== "not_found") return expired;
  const before = row.told?.before ?? row.told ?? termsOf(mine);
  const since = row.told?.before ? row.told.since : undefined;
  return make(shop, network, row, inPlaceOf(before, wanted, { followsDeal: row.dealSyncs, since: mine.startsAt ?? since ?? at.toISOString() }));
}

/** Makes a code that does not stand there: also one that was expired for it, by a process that died. */
export async function makeThere(shop: string, network: Network, row: DueInNetwork, wanted: ToldCode): Promise<Changed> {
  const { told, externalId, askedAt } = row;
  if (told === null || externalId === null) return make(shop, network, row, wanted);
  const since = told.since ?? told.startsAt ?? (askedAt ?? now()).toISOString();
  return make(shop, network, row, inPlaceOf(told.before ?? told, wanted, { followsDeal: row.dealSyncs, since }));
}

async function make(shop: string, network: Network, row: DueInNetwork, told: ToldCode): Promise<Changed> {
  const { codeId, programId } = row;
  if (!(await markTold(shop, codeId, programId, told, now()))) return { ok: true };
  const placed = await placeAs(network, row, told);
  if (placed.ok) {
    await markLiveInNetwork(shop, codeId, programId, { externalId: placed.value.externalId, told: settled(told), seen: null }, now());
    return { ok: true };
  }
  const old = placed.fault.kind === "invalid" ? termsBefore(told) : null;
  return old === null ? placed : putBack(shop, network, row, old, placed.fault);
}

/** What the network refuses to take in the place of a code leaves nobody there: the terms that it had come back, and the page says that the change was refused. */
async function putBack(shop: string, network: Network, row: DueInNetwork, old: ToldCode, why: NetworkFault): Promise<Changed> {
  const back = await placeAs(network, row, old);
  if (!back.ok) return { ok: false, fault: back.fault.kind === "invalid" ? why : back.fault };
  const said = why.kind === "invalid" ? why.errors.map(({ message }) => message).join("; ") : "";
  const problem = writeProblem("problem.change_refused_in_network", { code: row.code, reason: said || "?" });
  await markLiveInNetwork(shop, row.codeId, row.programId, { externalId: back.value.externalId, told: old, seen: null, problem }, now());
  return { ok: true };
}

function placeAs(network: Network, { code, match, programExternalId }: DueInNetwork, told: ToldCode): Promise<Answer<{ externalId: string }>> {
  const { partnerId, dealExternalId, startsAt, endsAt, since } = told;
  const policy = told.policy as "always" | "involved" | "winner";
  return network.placeCode(programExternalId, { code, match, policy, partnerId, dealExternalId, startsAt: startsAt ?? since ?? null, endsAt });
}

/** Of a code that was placed before anyone noted what was told: what is seen of it. */
function termsOf({ partnerId, policy, dealExternalId, followsDeal, startsAt, endsAt }: PlacedCode): ToldCode | null {
  if (policy === "other") return null;
  return { partnerId, policy, dealExternalId, startsAt: followsDeal ? null : startsAt, endsAt: followsDeal ? null : endsAt };
}
