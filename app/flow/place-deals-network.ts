// Deals in the networks: each is looked for by its name before it is made, brought to the version that the deal has, and read back.
import { now } from "../clock.ts";
import { earlierNamesOfDeal, forgetDealPlacement, holdersOfDeal, listDealsDueInNetworks, lookAtDealInNetworks, placedIdsIn, tellCodesOfDealAgain, updateDealPlacement } from "../db/deal-placement.ts";
import type { DealDueInNetwork } from "../db/deal-placement.ts";
import { findShop } from "../db/shop.ts";
import { dealChange, ownDatesIn, toNetworkDeal } from "../domain/network-deal.ts";
import type { DealForNetwork } from "../domain/network-deal.ts";
import { keepSteps, networkSteps, readSteps } from "../domain/network-steps.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Answer, DealInfo, Network, NetworkFault, NewDeal } from "../networks/port.ts";
import { judgeNetworkFault } from "./place-faults.ts";
import type { Networks } from "./place-networks.ts";

const MOST_A_TURN = 20;
/** Earlier names of a deal that are looked for: each is a call. */
const MOST_NAMES = 5;

/** Brings the networks' deals that are due to what they are here, and looks whether a person took the steps that are left. Returns how much was done. */
export async function placeDealsInNetworks(shop: string, networks: Networks): Promise<number> {
  const due = await listDealsDueInNetworks(shop, now(), MOST_A_TURN);
  const currency = due.length > 0 ? ((await findShop(shop))?.currency ?? "") : "";
  let done = 0;
  for (const row of due) {
    const network = await networks.of(row.connectionId, { about: "deal", aboutId: row.dealId });
    if (!network) continue; // closed for this turn
    if (!networks.can(row.connectionId).deals) {
      await forgetDealPlacement(shop, row.dealId, row.programId); // its codes stand there without a deal
      continue;
    }
    const wanted = toNetworkDeal(windowOf(row), currency).deal;
    const placed = await place(shop, network, row, wanted);
    if (!placed.ok) await wait(shop, row, placed.fault, networks);
    else if (placed.value === null) await updateDealPlacement(shop, row.dealId, row.programId, { state: "missing", problem: writeProblem("problem.deal_missing_in_network"), readAt: now() });
    else await noteDeal(shop, row, wanted, currency, placed.value);
    done += placed.ok ? 1 : 0;
  }
  return done;
}

/** A person has taken a step there, or wants to know: the network is read by the next turn. */
export async function lookAtDealNow(shop: string, dealId: string): Promise<number> {
  return lookAtDealInNetworks(shop, dealId, now());
}

/** The deal as the network has it in the end; null: it had it, and has it no more. */
async function place(shop: string, network: Network, row: DealDueInNetwork, wanted: NewDeal): Promise<Answer<DealInfo | null>> {
  const standing = await findStanding(shop, network, row, wanted);
  if (!standing.ok) return standing;
  if (standing.value === null) {
    if (row.state === "live") return standing;
    const made = await network.createDeal(row.programExternalId, wanted);
    return made.ok ? network.deal(made.value.externalId) : made;
  }
  const seen = standing.value;
  const isOurs = row.externalId === seen.externalId && row.version >= row.dealVersion;
  // What was changed over there meanwhile is not ours to take back; a step that was taken can make room for the rest of our own edit.
  if (isOurs && !hasTakenStep(row, wanted, seen)) return { ok: true, value: withOwnDates(seen, row.seen?.ownDates ?? []) };
  const ownDates = await ownDatesOf(shop, network, row, seen);
  if (!ownDates.ok) return ownDates;
  const change = dealChange({ ...wanted, syncs: ownDates.value.length === 0 }, seen);
  if (change === null) return { ok: true, value: withOwnDates(seen, ownDates.value) };
  const updated = await network.updateDeal(seen.externalId, change);
  if (!updated.ok) return updated;
  const read = await network.deal(seen.externalId);
  return read.ok ? { ok: true, value: withOwnDates(read.value, ownDates.value) } : read;
}

/** A deal that was there before may have codes of others: they are looked at before it is told to keep its codes in step. */
async function ownDatesOf(shop: string, network: Network, row: DealDueInNetwork, seen: DealInfo): Promise<Answer<string[]>> {
  if (seen.syncs) return { ok: true, value: [] };
  const listed = await network.codes(row.programExternalId);
  return listed.ok ? { ok: true, value: ownDatesIn(seen, listed.value, await placedIdsIn(shop, row.programId)) } : listed;
}

function withOwnDates(seen: DealInfo, ownDates: string[]): DealInfo {
  return seen.syncs || ownDates.length === 0 ? seen : { ...seen, ownDates };
}

async function findStanding(shop: string, network: Network, row: DealDueInNetwork, wanted: NewDeal): Promise<Answer<DealInfo | null>> {
  if (row.externalId !== null) {
    const read = await network.deal(row.externalId);
    if (read.ok || read.fault.kind !== "not_found") return read;
    if (row.state === "live") return { ok: true, value: null };
  }
  const found = await network.findDeal(row.programExternalId, wanted.name);
  if (!found.ok || (found.value !== null && found.value.state !== "expired")) return found;
  return row.externalId === null ? findRenamed(shop, network, row, wanted.name) : { ok: true, value: null };
}

/** It may have been made under a name that it had before, by a call whose answer was lost. */
async function findRenamed(shop: string, network: Network, row: DealDueInNetwork, name: string): Promise<Answer<DealInfo | null>> {
  const { names, held } = await earlierNamesOfDeal(shop, row.dealId, row.programId, name, MOST_NAMES);
  for (const earlier of names) {
    const found = await network.findDeal(row.programExternalId, earlier);
    if (!found.ok) return found;
    if (found.value !== null && found.value.state !== "expired" && !held.has(found.value.externalId)) return found;
  }
  return { ok: true, value: null };
}

function hasTakenStep(row: DealDueInNetwork, wanted: NewDeal, seen: DealInfo): boolean {
  const open = networkSteps({ deal: wanted, minimum: null, partners: [], codes: [] }, seen);
  return readSteps(row.steps).some((step) => step.doneAt === null && /^(type_|currency)/.test(step.key) && !open.some((still) => still.key === step.key));
}

async function noteDeal(shop: string, row: DealDueInNetwork, wanted: NewDeal, currency: string, seen: DealInfo): Promise<void> {
  const { dealId, programId } = row;
  const minimum = row.terms.minimum.kind === "subtotal" ? { amount: row.terms.minimum.amount, currency } : null;
  const open = networkSteps({ deal: wanted, minimum, ...(await holdersOfDeal(shop, dealId, programId)) }, seen);
  const steps = keepSteps(row.version < row.dealVersion ? [] : readSteps(row.steps), open, now().toISOString());
  // First the codes, then the deal: whatever dies in between does both again.
  if (row.externalId !== seen.externalId || (seen.syncs && row.seen?.syncs !== true)) await tellCodesOfDealAgain(shop, dealId, programId, now());
  await updateDealPlacement(shop, dealId, programId, { externalId: seen.externalId, state: "live", version: row.dealVersion, seen, steps, problem: null, readAt: now(), attempts: 0 });
}

async function wait(shop: string, row: DealDueInNetwork, fault: NetworkFault, networks: Networks): Promise<void> {
  const verdict = await judgeNetworkFault(shop, row.connectionId, fault, row.attempts, now());
  const data = { problem: verdict.problem, nextAt: verdict.nextAt, attempts: row.attempts + (verdict.counts ? 1 : 0), ...(verdict.refused && { state: "refused" }) };
  await updateDealPlacement(shop, row.dealId, row.programId, data);
  if (verdict.stop) networks.close(row.connectionId);
}

const FAR_START = "2099-12-30T00:00:00.000Z";

/**
 * Between which instants the network has the deal. It has no state of its own there: a paused one has ended, and starts far from now where
 * it had not started; its codes follow its dates.
 */
export function windowOf({ name, terms, startsAt, endsAt, pausedAt }: Pick<DealDueInNetwork, "name" | "terms" | "startsAt" | "endsAt" | "pausedAt">): DealForNetwork {
  const end = endsAt?.toISOString() ?? null;
  if (pausedAt === null) return { name, terms, startsAt: startsAt.toISOString(), endsAt: end };
  if (pausedAt <= startsAt) return { name, terms, startsAt: FAR_START, endsAt: null };
  return { name, terms, startsAt: startsAt.toISOString(), endsAt: endsAt !== null && endsAt < pausedAt ? end : pausedAt.toISOString() };
}
