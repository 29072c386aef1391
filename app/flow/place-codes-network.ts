// Codes in the networks: promo codes of their program. Every call is noted before it goes out, and the network is asked for the name first,
// so that a crash anywhere leaves each code once.
import { now } from "../clock.ts";
import { markRefused, putOff } from "../db/placement.ts";
import { listCreatorPrograms, listDueInNetworks, markLiveInNetwork } from "../db/placement-network.ts";
import type { DueInNetwork } from "../db/placement-network.ts";
import { codeKey } from "../domain/code.ts";
import { codeToTell, isToldOtherwise, settled } from "../domain/network-code.ts";
import type { ToldCode } from "../domain/network-code.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Answer, Network, NetworkFault, PlacedCode } from "../networks/port.ts";
import { makeThere, replaceThere } from "./code-change.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 50;
/** From so many on, one list of all the program's codes costs fewer requests than a question for each name. */
const LIST_FROM = 10;

/** Places the codes that are due in their programs' networks, each looked for by name first. Returns how much was done. */
export async function placeCodesInNetworks(shop: string, networks: Networks): Promise<number> {
  const due = await listDueInNetworks(shop, now(), MOST_A_TURN);
  const finders = new Map<string, Find>();
  let done = 0;
  for (const row of due) {
    const network = await networks.of(row.connectionId, { about: "code", aboutId: row.codeId });
    if (!network) continue;
    if (!finders.has(row.programId)) finders.set(row.programId, await finderOf(network, row, due.filter((one) => one.programId === row.programId).length));
    if (await placeInNetwork(shop, network, finders.get(row.programId)!, row, networks)) done += 1;
  }
  return done;
}

export type Find = (network: Network, code: string) => Promise<Answer<PlacedCode[]>>;

/** By one list of the program's codes, or name by name: whatever costs fewer requests. */
export async function finderOf(network: Network, { programExternalId }: DueInNetwork, count: number): Promise<Find> {
  const all = count < LIST_FROM ? null : await network.codes(programExternalId);
  if (all === null) return (network, code) => network.findCodes(programExternalId, code);
  // A network that did not tell its list is not asked for each name instead.
  if (!all.ok) return async () => all;
  const byKey = Map.groupBy(all.value, (placed) => codeKey(placed.code));
  return async (_network, code) => ({ ok: true, value: byKey.get(codeKey(code)) ?? [] });
}

async function placeInNetwork(shop: string, network: Network, find: Find, row: DueInNetwork, networks: Networks): Promise<boolean> {
  const { codeId, code, programId, partnerId } = row;
  if (partnerId === null) {
    await markRefused(shop, codeId, programId, writeProblem("problem.no_partner", { code }), now());
    return true;
  }
  const wanted = wantedOf(row, partnerId);
  const found = await find(network, code);
  if (!found.ok) return waitForNetwork(shop, row, found.fault, networks);
  const standing = found.value.filter((placed) => isStanding(placed) && isSameCode(placed, row));
  // Ours from before, under another partner: the code has a new owner here.
  const ours = standing.find((placed) => placed.externalId === row.externalId) ?? null;
  const other = standing.find((placed) => placed !== ours && placed.partnerId !== partnerId && !isDoubtful(placed));
  if (other) {
    await markRefused(shop, codeId, programId, writeProblem("problem.taken_in_network", { code, partner: other.partnerName }), now());
    return true;
  }
  const his = standing.filter((placed) => placed.partnerId === partnerId);
  const mine = ours ?? his.find((placed) => placed.active) ?? his[0];
  // One that is yet to begin may as well have been expired before: where its dates follow the deal's, the network tells no difference. It is made anew.
  const isSure = mine !== undefined && (mine === ours || mine.active);
  if (mine && isSure && !(mine === ours && mustReplace(row.told, wanted, mine))) {
    const problem = mine.policy === row.policy ? null : writeProblem("problem.other_policy_in_network", { code });
    await markLiveInNetwork(shop, codeId, programId, { externalId: mine.externalId, told: settled(row.told ?? wanted), seen: mine, problem }, now());
    return true;
  }
  if (row.programKind === "performance") {
    const held = await heldInCreator(shop, network, row);
    if (!held.ok) return waitForNetwork(shop, row, held.fault, networks);
    if (held.value) {
      await markRefused(shop, codeId, programId, writeProblem("problem.held_in_creator", { code, ...held.value }), now());
      return true;
    }
  }
  const changed = await (mine ? replaceThere(shop, network, row, mine, wanted) : makeThere(shop, network, row, wanted));
  return changed.ok || waitForNetwork(shop, row, changed.fault, networks);
}

/** Told otherwise since; of a code that was placed before anyone noted what was told, what is seen of it decides, but for its dates. */
function mustReplace(told: ToldCode | null, wanted: ToldCode, mine: PlacedCode): boolean {
  if (told !== null) return isToldOtherwise(told, wanted);
  return mine.partnerId !== wanted.partnerId || mine.policy !== wanted.policy || (wanted.dealExternalId !== null && mine.dealExternalId !== wanted.dealExternalId);
}

/** A code that a creator holds in a creator program must not be a partner's in a performance program too: that one would take the sale. */
async function heldInCreator(shop: string, network: Network, row: DueInNetwork): Promise<Answer<{ program: string; partner: string } | null>> {
  for (const program of await listCreatorPrograms(shop, row.connectionId)) {
    const found = await network.findCodes(program.externalId, row.code);
    if (!found.ok) return found;
    const holder = found.value.find((placed) => isStanding(placed) && isSameCode(placed, row));
    if (holder) return { ok: true, value: { program: program.name, partner: holder.partnerName } };
  }
  return { ok: true, value: null };
}

/** What a network is to be told of the code, as its holder's there. */
export function wantedOf(row: DueInNetwork, partnerId: string): ToldCode {
  return codeToTell({
    partnerId,
    policy: row.policy,
    deal: row.dealExternalId === null ? null : { externalId: row.dealExternalId, syncs: row.dealSyncs },
    windows: [{ startsAt: row.startsAt, endsAt: row.endsAt }, { startsAt: row.dealStartsAt, endsAt: row.dealEndsAt }],
  });
}

/**
 * One that is to begin, or was expired before it began: its dates are its deal's, and tell no difference. Whether it stands in another's way only the
 * network knows, which refuses that one then.
 */
export function isDoubtful({ active, followsDeal }: Pick<PlacedCode, "active" | "followsDeal">): boolean {
  return !active && followsDeal;
}

/** In force, or to be: a code that waits for its start is its partner's already. */
export function isStanding({ active, startsAt, endsAt }: PlacedCode): boolean {
  return active || (startsAt !== null && Date.parse(startsAt) > now().getTime() && (endsAt === null || Date.parse(endsAt) > Date.parse(startsAt)));
}

/** A pattern is another thing than the code that reads the same, and it minds case: \d is not \D. */
export function isSameCode(placed: { code: string; match: string }, code: { code: string; match: string }): boolean {
  return placed.match === code.match && (code.match === "exact" || placed.code === code.code);
}

export async function waitForNetwork(shop: string, row: DueInNetwork, fault: NetworkFault, networks: Networks): Promise<boolean> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  if (verdict.stop) networks.close(row.connectionId);
  if (verdict.refused) {
    await markRefused(shop, row.codeId, row.programId, verdict.problem, now());
    return true;
  }
  await putOff(shop, [row.codeId], row.programId, verdict.problem, verdict.nextAt, verdict.counts);
  return false;
}
