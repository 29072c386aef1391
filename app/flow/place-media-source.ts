// Codes of creators who are hired through a performance program stand there too, as the creator media source's. Whether the network's API takes them for
// it is documented nowhere: it is tried once where the media source is known; after a refusal, or as long as it is not known, a person assigns them, and
// they are read back.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { noteDrifts } from "../db/drift.ts";
import { setMediaSource, setMediaSourceRefused } from "../db/pair.ts";
import { markRefused } from "../db/placement.ts";
import { listDueInNetworks, markByHand, markLiveInNetwork, type DueInNetwork } from "../db/placement-network.ts";
import { isToldOtherwise, type ToldCode } from "../domain/network-code.ts";
import { nextLookMs, setupSteps } from "../domain/network-setup.ts";
import { keepSteps, readSteps } from "../domain/network-steps.ts";
import { writeProblem } from "../domain/problem.ts";
import type { Answer, Network, PartnerInfo, PlacedCode } from "../networks/port.ts";
import { makeThere, replaceThere } from "./code-change.ts";
import { inPerformance } from "./in-performance.ts";
import { finderOf, isDoubtful, isSameCode, isStanding, waitForNetwork, wantedOf, type Find } from "./place-codes-network.ts";
import type { Networks } from "./place-networks.ts";

/** Those that wait for a person cost no request of their own. */
const MOST_A_TURN = 2_000;
/** So many are asked of the network in a turn. */
const MOST_ASKED = 50;

type Turn = { shop: string; network: Network; networks: Networks; find: Find; isPartner: (id: string) => Promise<Answer<boolean>>; program: { sourceId: string | null; byHand: boolean }; left: number };

/** Places the codes that are due with creator media sources. Returns how much was done. */
export async function placeWithMediaSources(shop: string, networks: Networks): Promise<number> {
  const due = await listDueInNetworks(shop, now(), MOST_A_TURN, "media_source");
  let done = 0;
  for (const rows of Map.groupBy(due, (row) => row.programId).values()) {
    const first = rows[0]!;
    const network = await networks.of(first.connectionId, { about: "code", aboutId: first.codeId });
    if (!network) continue;
    // What a person entered may be written otherwise, which a question for the name could miss: the list has it.
    const find = await finderOf(network, first, rows.some((row) => row.state === "by_hand") ? Infinity : rows.length);
    const program = { sourceId: rows.find((row) => row.partnerId !== null)?.partnerId ?? null, byHand: first.byHand };
    const turn: Turn = { shop, network, networks, find, isPartner: partnersOf(network, first.programExternalId), program, left: MOST_ASKED };
    for (const row of rows) {
      // Closed by a fault that whatever else goes the same way would meet.
      if ((await networks.of(row.connectionId, { about: "code", aboutId: row.codeId })) === null) break;
      if (await placeOne(turn, row)) done += 1;
    }
  }
  return done;
}

/** Whoever has, or had, a contract in the program is a partner of it; asked once in a turn, and only where it matters. */
function partnersOf(network: Network, programExternalId: string): (id: string) => Promise<Answer<boolean>> {
  let told: Promise<Answer<PartnerInfo[]>> | null = null;
  return async (id) => {
    const partners = await (told ??= network.partners(programExternalId));
    return partners.ok ? { ok: true, value: partners.value.some((partner) => partner.partnerId === id) } : partners;
  };
}

async function placeOne(turn: Turn, row: DueInNetwork): Promise<boolean> {
  const { shop, network, networks, program } = turn;
  const { codeId, programId, code } = row;
  const found = await turn.find(network, code);
  if (!found.ok) return waitForNetwork(shop, row, found.fault, networks);
  const standing = found.value.filter((placed) => isStanding(placed) && isSameCode(placed, row) && !isDoubtful(placed));
  for (const placed of standing) {
    const partner = placed.partnerId === program.sourceId ? { ok: true as const, value: false } : await turn.isPartner(placed.partnerId);
    if (!partner.ok) return waitForNetwork(shop, row, partner.fault, networks);
    if (partner.value) return takenByPartner(turn, row, placed);
  }
  const mine = standing.find((placed) => placed.externalId === row.externalId) ?? standing.find((placed) => placed.active) ?? standing[0] ?? null;
  if (mine !== null) return stands(turn, row, mine);
  if (program.sourceId === null || program.byHand) return leaveToPerson(row, shop, wantedOf(row, program.sourceId ?? ""), null, null);
  if (turn.left-- <= 0) return false;
  const wanted = wantedOf(row, program.sourceId);
  const made = await makeThere(shop, network, row, wanted);
  return made.ok || refusedOrLater(turn, row, made.fault, wanted, null);
}

/** It is the media source's already: by this app, or by a person. */
async function stands(turn: Turn, row: DueInNetwork, mine: PlacedCode): Promise<boolean> {
  const { shop, program } = turn;
  const at = now();
  if (program.sourceId === null) {
    await setMediaSource(shop, row.programId, { id: mine.partnerId, name: mine.partnerName });
    program.sourceId = mine.partnerId;
  }
  const wanted = wantedOf(row, mine.partnerId);
  const open = setupSteps(row.code, wanted, mine, at.toISOString());
  const isTold = row.told !== null && !isToldOtherwise(row.told, wanted) && row.externalId === mine.externalId;
  if (open.length === 0 || (isTold && mine.policy === wanted.policy)) {
    const steps = keepSteps(readSteps(row.steps), [], at.toISOString());
    await markLiveInNetwork(shop, row.codeId, row.programId, { externalId: mine.externalId, told: wanted, seen: mine, steps }, at);
    return true;
  }
  // Expired over the API is only what was made over it: whether it takes another in its place is not known of what a person assigned.
  if (program.byHand || row.askedAt === null) return leaveToPerson(row, shop, wanted, mine, null);
  const changed = await replaceThere(shop, turn.network, row, mine, wanted);
  return changed.ok || refusedOrLater(turn, row, changed.fault, wanted, null);
}

/** Refused for good: this code, and those that come after it, are assigned by a person. */
async function refusedOrLater(turn: Turn, row: DueInNetwork, fault: Parameters<typeof waitForNetwork>[2], wanted: ToldCode, mine: PlacedCode | null): Promise<boolean> {
  if (fault.kind !== "invalid") return waitForNetwork(turn.shop, row, fault, turn.networks);
  turn.program.byHand = true;
  await setMediaSourceRefused(turn.shop, row.programId, now());
  return leaveToPerson(row, turn.shop, wanted, mine, writeProblem("problem.media_source_refused", { reason: fault.errors.map(({ message }) => message).join("; ") || "?" }));
}

async function leaveToPerson(row: DueInNetwork, shop: string, wanted: ToldCode, mine: PlacedCode | null, problem: string | null): Promise<boolean> {
  const at = now();
  const open = setupSteps(row.code, wanted, mine, at.toISOString());
  const steps = keepSteps(readSteps(row.steps), open, at.toISOString());
  const kept = { steps, problem, externalId: mine?.externalId ?? null, seen: mine, nextAt: new Date(nextLookMs(row.state === "by_hand" ? row.attempts : 0, at.getTime())) };
  await markByHand(shop, row.codeId, row.programId, kept, at);
  // To be looked at again is not to have done something.
  return row.state !== "by_hand";
}

/** A partner has the name in the performance program: every sale of the creator's would be his. */
async function takenByPartner({ shop }: Turn, row: DueInNetwork, placed: PlacedCode): Promise<boolean> {
  const at = now();
  const found = inPerformance({ codeId: row.codeId, code: row.code }, { target: row.programId, externalId: row.programExternalId, name: row.programName, connectionId: row.connectionId }, placed);
  await inTransaction((client) => noteDrifts(client, shop, [found], at));
  await markRefused(shop, row.codeId, row.programId, writeProblem("problem.partner_in_performance", { code: row.code, partner: placed.partnerName, program: row.programName }), at);
  return true;
}
